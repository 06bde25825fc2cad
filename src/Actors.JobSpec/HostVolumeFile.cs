using System.Globalization;
using Actors.Contracts.Volumes;
using Actors.JobSpec.Decoding;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Syntax;

namespace Actors.JobSpec;

/// <summary>What a volume file says, and what is wrong with it.</summary>
/// <param name="Volume">The volume as written; null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
public sealed record HostVolumeFileResult(HostVolume? Volume, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Finds where a part of the volume, given by its path in JSON, stands in the text.</summary>
    public Func<string, SourceSpan?> Locate { get; init; } = _ => null;
}

/// <summary>Reads volume files: HCL2, or HCL2 in its JSON form.</summary>
public static class HostVolumeFile
{
    private const int MaxCharacters = 1024 * 1024;

    /// <summary>Reads a host volume. Never throws: whatever is wrong is among the diagnostics.</summary>
    /// <param name="text">The file's text. What begins with '{' is JSON.</param>
    /// <param name="fileName">Its name, as diagnostics show it.</param>
    public static HostVolumeFileResult Parse(string text, string fileName)
    {
        ArgumentNullException.ThrowIfNull(text);
        var diagnostics = new DiagnosticBag(new SourceText(fileName, text));
        if (text.Length > MaxCharacters)
        {
            diagnostics.Error(DiagnosticCodes.TooLarge, default, string.Create(CultureInfo.InvariantCulture, $"the file has {text.Length} characters, more than {MaxCharacters}"));
            return new HostVolumeFileResult(null, diagnostics.InOrder());
        }

        IBody? body = text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{")
            ? JsonReader.Read(diagnostics) is JsonObject json ? new JsonBody(json, diagnostics) : null
            : new NativeBody(Parser.ParseFile(diagnostics));
        if (body is null || diagnostics.ErrorCount > 0) return new HostVolumeFileResult(null, diagnostics.InOrder());

        var host = new FunctionHost(false, Environment.CurrentDirectory, TimeProvider.System, Guid.NewGuid);
        var references = new FileReferences();
        var evaluator = new Evaluator(diagnostics, references, host, new Budget());
        references.Evaluator = evaluator.With(references);
        var context = new DecodeContext(evaluator);
        var volume = new BlockReader(context, body, null, "the volume", default, PlaceMap.Root).Read(HostVolumeDecoder.Volume);
        return new HostVolumeFileResult(diagnostics.ErrorCount > 0 ? null : volume, diagnostics.InOrder())
        {
            Locate = path => context.Places.Find(path) is { } range ? diagnostics.Source.Span(range) : null,
        };
    }
}
