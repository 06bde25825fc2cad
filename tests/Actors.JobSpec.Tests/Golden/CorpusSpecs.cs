using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.JobSpec.Tests.Golden;

/// <summary>
/// Every job file of the corpus and the samples does what lies beside it: <c>name.json</c> is the job as parsed,
/// <c>name.txt</c> what is reported of it, by the reader and then, of the canonical job, by the validator.
/// </summary>
public sealed class CorpusSpecs
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Files()
    {
        var data = new TheoryData<string>();
        var samples = Directory.EnumerateFiles(Path.Combine(GoldenFile.Repository, "samples", "jobs"), "*.hcl");
        var corpus = Directory.EnumerateFiles(GoldenFile.Corpus, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".nomad.hcl", StringComparison.Ordinal) || path.EndsWith(".nomad.json", StringComparison.Ordinal));
        foreach (var path in samples.Concat(corpus).Order(StringComparer.Ordinal)) data.Add(Path.GetRelativePath(GoldenFile.Repository, path));
        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_job_file_gives_the_job_and_the_reports_beside_it(string file)
    {
        var path = Path.Combine(GoldenFile.Repository, file);
        var text = File.ReadAllText(path);
        var result = JobFile.Parse(text, Options(path, text));
        var reports = result.Diagnostics.Select(diagnostic => diagnostic.Render(text, colour: false)).ToList();
        if (result.Job is { } job)
            reports.AddRange(JobValidator.Validate(JobCanonicalizer.Canonicalize(job), result.Locate).Select(diagnostic => diagnostic.Render(text, colour: false)));

        var (json, messages) = Beside(path);
        GoldenFile.Matches(messages, reports.Count == 0 ? "(nothing to report)" : string.Join("\n\n", reports));
        if (result.Job is null) Assert.False(File.Exists(json), $"{json} exists, but the file has errors");
        else GoldenFile.Matches(json, Compact(result.Job));
    }

    /// <summary>Golden files of samples live in the corpus, so that the samples' folder holds jobs only.</summary>
    private static (string Json, string Messages) Beside(string path)
    {
        var folder = path.StartsWith(GoldenFile.Corpus, StringComparison.Ordinal) ? Path.GetDirectoryName(path)! : Path.Combine(GoldenFile.Corpus, "samples");
        Directory.CreateDirectory(folder);
        var name = Path.GetFileName(path).Replace(".nomad.hcl", "", StringComparison.Ordinal).Replace(".nomad.json", "-json", StringComparison.Ordinal);
        return (Path.Combine(folder, name + ".expected.json"), Path.Combine(folder, name + ".expected.txt"));
    }

    /// <summary>A first line "# options: strict files var:a=1 env:NOMAD_VAR_b=2 varfile:name" sets options.</summary>
    private static JobFileOptions Options(string path, string text)
    {
        var options = new JobFileOptions { FileName = Path.GetFileName(path), BaseDirectory = Path.GetDirectoryName(path) };
        var first = text.Split('\n')[0].Trim();
        if (!first.StartsWith("# options:", StringComparison.Ordinal)) return options;
        var variables = new Dictionary<string, string>();
        var environment = new Dictionary<string, string>();
        var files = new List<string>();
        foreach (var word in first["# options:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = word[(word.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('=', 2);
            if (word == "strict") options = options with { Strict = true };
            else if (word == "files") options = options with { AllowFileFunctions = true };
            else if (word.StartsWith("var:", StringComparison.Ordinal)) variables[pair[0]] = pair[1];
            else if (word.StartsWith("env:", StringComparison.Ordinal)) environment[pair[0]] = pair[1];
            else if (word.StartsWith("varfile:", StringComparison.Ordinal)) files.Add(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, pair[0])));
            else throw new InvalidOperationException($"unknown option {word} in {path}");
        }

        return options with { Variables = variables, EnvironmentVariables = environment, VariableFiles = files };
    }

    /// <summary>The job's JSON without what is unset: a golden file shows what the input says.</summary>
    private static string Compact(Job job)
    {
        var node = JsonSerializer.SerializeToNode(job, JobJson.Default.Job)!;
        Prune(node);
        return node.ToJsonString(Readable);
    }

    private static void Prune(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var element in array) if (element is not null) Prune(element);
        }

        if (node is not JsonObject item) return;
        foreach (var (name, value) in item.ToList())
        {
            if (value is null
                || (value is JsonValue scalar && (scalar.ToJsonString() is "\"\"" or "false" || (scalar.ToJsonString() == "0" && name is "Version" or "SubmitTime" or "CreateIndex" or "ModifyIndex" or "JobModifyIndex" or "To" or "Value" or "ShutdownDelay" or "SuccessBeforePassing" or "FailuresBeforeCritical" or "FailuresBeforeWarning" or "TTL"))))
            {
                item.Remove(name);
            }
            else if (name is not ("Config" or "Meta" or "Env" or "Policy"))
            {
                Prune(value);
            }
        }
    }
}
