using System.Globalization;
using System.Text;
using System.Text.Json;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Decoding;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Evaluation;
using Actors.JobSpec.Syntax;

namespace Actors.JobSpec;

/// <summary>Reads job files: HCL2, HCL2 in its JSON form, or the job's JSON of the HTTP API.</summary>
public static class JobFile
{
    /// <summary>
    /// Reads a job. Never throws: whatever is wrong is among the diagnostics. Size, nesting, evaluation steps and the size of
    /// values are bounded. The job is as written; see <see cref="JobCanonicalizer"/> for defaults.
    /// </summary>
    /// <param name="text">The file's text. What begins with '{' is JSON.</param>
    /// <param name="options">How to read it; null is the defaults.</param>
    public static JobFileResult Parse(string text, JobFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new JobFileOptions();
        var source = new SourceText(options.FileName, text);
        var diagnostics = new DiagnosticBag(source);
        if (text.Length > options.MaxBytes)
        {
            diagnostics.Error(DiagnosticCodes.TooLarge, default, string.Create(CultureInfo.InvariantCulture, $"the file has {text.Length} characters, more than {options.MaxBytes}"));
            return new JobFileResult(null, diagnostics.InOrder());
        }

        IBody? body;
        if (IsJson(text))
        {
            var json = JsonReader.Read(diagnostics) as JsonObject;
            if (json is not null && IsApiJson(json)) return ParseApiJson(text, json, diagnostics);
            body = json is null ? null : new JsonBody(json, diagnostics);
        }
        else
        {
            body = new NativeBody(Parser.ParseFile(diagnostics));
        }

        // A broken tree would only make for more, misleading errors.
        if (body is null || diagnostics.ErrorCount > 0) return new JobFileResult(null, diagnostics.InOrder());
        return Decode(body, options, diagnostics);
    }

    private static bool IsJson(string text) => text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{");

    /// <summary>The API's form has "Job", or the job itself with "ID" or "TaskGroups"; HCL's has "job".</summary>
    private static bool IsApiJson(JsonObject json) =>
        json.Members.Any(member => member.Name is "Job" or "ID" or "TaskGroups");

    private static JobFileResult Decode(IBody body, JobFileOptions options, DiagnosticBag diagnostics)
    {
        var references = new FileReferences();
        var host = new FunctionHost(options.AllowFileFunctions, options.BaseDirectory ?? Environment.CurrentDirectory, options.Clock, options.NewGuid);
        var evaluator = new Evaluator(diagnostics, references, host, new Budget());
        references.Evaluator = evaluator.With(references);
        var context = new DecodeContext(evaluator);
        foreach (var block in body.Blocks("locals", 0))
        {
            foreach (var (name, range, isBlock) in block.Body.Names)
            {
                if (isBlock || block.Body.Attribute(name) is not { } attribute) diagnostics.Error(DiagnosticCodes.UnknownBlock, range, "a locals block holds attributes: name = value");
                else if (!references.DefineLocal(name, attribute.Value)) diagnostics.Error(DiagnosticCodes.DuplicateAttribute, range, $"there is a second local \"{name}\"", "remove one of the two");
            }
        }

        new VariableDecoder(context, references, options).Decode(body);
        foreach (var name in references.LocalNames) references.Local(name, default);
        var file = new BlockReader(context, body, null, "the file", default, PlaceMap.Root);
        file.Allow("variable", "variables", "locals");
        var jobs = file.Blocks("job", 1, "").ToList();
        file.FinishFile();
        if (jobs.Count == 0)
        {
            diagnostics.Error(DiagnosticCodes.MissingJob, body.Range with { Length = 0 }, "the file has no job", "describe it in a block: job \"name\" { … }");
            return new JobFileResult(null, diagnostics.InOrder());
        }

        if (jobs.Count > 1) diagnostics.Error(DiagnosticCodes.DuplicateBlock, jobs[1].Head, "the file has a second job; only one is possible", "put each job in its own file");
        var job = jobs[0].Read(JobDecoder.Job);
        return new JobFileResult(diagnostics.ErrorCount > 0 ? null : job, diagnostics.InOrder())
        {
            Locate = path => context.Places.Find(path) is { } range ? diagnostics.Source.Span(range) : null,
        };
    }

    private static JobFileResult ParseApiJson(string text, JsonObject json, DiagnosticBag diagnostics)
    {
        try
        {
            // As bytes: half a surrogate pair becomes U+FFFD there, where the serializer would refuse text with one.
            var body = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
            var job = json.Members.Any(member => member.Name == "Job")
                ? JsonSerializer.Deserialize(body, JobJson.Default.JobEnvelope)?.Job
                : JsonSerializer.Deserialize(body, JobJson.Default.Job);
            if (job is not null)
            {
                var root = json.Members.FirstOrDefault(member => member.Name == "Job")?.Value ?? json;
                return new JobFileResult(job, diagnostics.InOrder()) { Locate = path => diagnostics.Source.Span(Nearest(root, path)) };
            }

            diagnostics.Error(DiagnosticCodes.MissingJob, json.Range with { Length = 1 }, "the JSON has no job");
        }
        catch (JsonException invalid)
        {
            JsonFit.Check(json.Members.FirstOrDefault(member => member.Name == "Job")?.Value ?? json, typeof(Job), "", diagnostics);
            if (diagnostics.ErrorCount == 0)
                diagnostics.Error(DiagnosticCodes.InvalidJobJson, json.Range with { Length = 1 }, $"the job's JSON does not fit: {invalid.Message}");
        }
        catch (InvalidOperationException)
        {
            diagnostics.Error(DiagnosticCodes.InvalidJobJson, json.Range with { Length = 1 }, "the job's JSON has text that is half a surrogate pair");
        }

        return new JobFileResult(null, diagnostics.InOrder());
    }

    /// <summary>Follows a path such as TaskGroups[0].Tasks[1].Driver as far as the JSON has it.</summary>
    private static TextRange Nearest(JsonSyntax json, string path)
    {
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            var next = json switch
            {
                JsonObject item => item.Members.FirstOrDefault(member => string.Equals(member.Name, step, StringComparison.OrdinalIgnoreCase))?.Value,
                JsonArray array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < array.Items.Count => array.Items[at],
                _ => null,
            };
            if (next is null or JsonScalar { Value.IsNull: true }) break;
            json = next;
        }

        return json is JsonScalar ? json.Range : json.Range with { Length = 1 };
    }
}
