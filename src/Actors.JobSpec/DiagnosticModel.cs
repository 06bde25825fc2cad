using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.JobSpec;

/// <summary>A diagnostic as data: for editors, build servers, and whoever shows it their own way.</summary>
public sealed record DiagnosticModel
{
    /// <summary>"error" or "warning".</summary>
    public required string Severity { get; init; }

    /// <summary>The stable code of its kind: see <see cref="DiagnosticCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>What was found and what was expected.</summary>
    public required string Message { get; init; }

    /// <summary>What to write instead, if that can be guessed.</summary>
    public string? Suggestion { get; init; }

    /// <summary>Where in the job, as a path in its JSON, if known.</summary>
    public string? Path { get; init; }

    /// <summary>Where in the text, if it is in one.</summary>
    public DiagnosticRange? Range { get; init; }

    /// <summary>The diagnostic as data.</summary>
    public static DiagnosticModel Of(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        return new DiagnosticModel
        {
            Severity = diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning",
            Code = diagnostic.Code,
            Message = diagnostic.Message,
            Suggestion = diagnostic.Suggestion,
            Path = diagnostic.Path,
            Range = diagnostic.Span is not { } span ? null : new DiagnosticRange
            {
                File = span.File,
                Start = new TextPosition(span.Line, span.Column, span.Offset),
                End = new TextPosition(span.EndLine, span.EndColumn, span.Offset + span.Length),
            },
        };
    }
}

/// <summary>A stretch of a file.</summary>
public sealed record DiagnosticRange
{
    /// <summary>The file's name as it was given.</summary>
    public required string File { get; init; }

    /// <summary>Its first character.</summary>
    public required TextPosition Start { get; init; }

    /// <summary>Just after its last character.</summary>
    public required TextPosition End { get; init; }
}

/// <summary>A place in a text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units, as the language server protocol counts.</param>
/// <param name="Offset">UTF-16 units before it in the file.</param>
public sealed record TextPosition(int Line, int Column, int Offset);

/// <summary>What a check of one file found, as <c>-json</c> writes it.</summary>
public sealed record DiagnosticReport
{
    /// <summary>Whether there is no error.</summary>
    public required bool Valid { get; init; }

    /// <summary>How many errors there are.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>How many warnings there are.</summary>
    public required int WarningCount { get; init; }

    /// <summary>Errors and warnings, in the order of the text.</summary>
    public required IReadOnlyList<DiagnosticModel> Diagnostics { get; init; }

    /// <summary>The report of these.</summary>
    public static DiagnosticReport Of(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return new DiagnosticReport
        {
            Valid = errors == 0,
            ErrorCount = errors,
            WarningCount = diagnostics.Count - errors,
            Diagnostics = [.. diagnostics.Select(DiagnosticModel.Of)],
        };
    }

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DiagnosticJson.Default.DiagnosticReport);
}

/// <summary>How <see cref="DiagnosticReport"/> is written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiagnosticReport))]
internal sealed partial class DiagnosticJson : JsonSerializerContext;
