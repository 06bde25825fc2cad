using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts.Collections;
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

    [Fact]
    public void Every_kind_of_diagnostic_is_reported_for_some_file()
    {
        var reported = string.Concat(Directory.EnumerateFiles(GoldenFile.Corpus, "*.expected.txt", SearchOption.AllDirectories).Select(File.ReadAllText));
        // A file of that size is made by its own test; a driver's config is judged by a server, which knows its nodes' drivers, and tested there.
        var codes = typeof(DiagnosticCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!).Except([DiagnosticCodes.TooLarge, DiagnosticCodes.DriverConfig]);

        Assert.Equal([], codes.Except(reported.Split(['[', ']'])));
    }

    [Fact]
    public void Every_field_of_a_job_is_set_by_some_file()
    {
        var set = new HashSet<(Type, string)>();
        foreach (var file in Directory.EnumerateFiles(GoldenFile.Corpus, "*.expected.json", SearchOption.AllDirectories))
            Gather(typeof(Job), JsonNode.Parse(File.ReadAllText(file))!, set);
        var all = new HashSet<(Type, string)>();
        Fields(typeof(Job), all);

        Assert.Equal("", string.Join(' ', all.Except(set).Select(field => $"{field.Item1.Name}.{field.Item2}").Except(KeptByTheServer).Order(StringComparer.Ordinal)));
    }

    /// <summary>What no job file says: the server, or a request that carries the job, does.</summary>
    private static readonly string[] KeptByTheServer =
    [
        "Job.ConsulNamespace", "Job.ConsulToken", "Job.CreateIndex", "Job.DispatchIdempotencyToken", "Job.Dispatched", "Job.JobModifyIndex",
        "Job.ModifyIndex", "Job.NomadTokenID", "Job.ParentID", "Job.Payload", "Job.Stable", "Job.Status", "Job.StatusDescription", "Job.Stop",
        "Job.SubmitTime", "Job.VaultNamespace", "Job.Version", "Job.VersionTag", "JobVersionTag.Description", "JobVersionTag.Name",
        "JobVersionTag.TaggedTime", "ScalingPolicy.CreateIndex", "ScalingPolicy.ID", "ScalingPolicy.ModifyIndex", "ScalingPolicy.Namespace",
        "ScalingPolicy.Target",
    ];

    private static void Gather(Type type, JsonNode node, HashSet<(Type, string)> set)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Gather(type, item!, set);
        }
        else if (node is JsonObject item && JobJson.Default.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info)
        {
            foreach (var property in info.Properties)
            {
                if (item[property.Name] is not { } value) continue;
                set.Add((type, property.Name));
                if (Inner(property.PropertyType) is not { } inner) continue;
                if (IsMap(property.PropertyType))
                {
                    foreach (var (_, entry) in value.AsObject()) Gather(inner, entry!, set);
                }
                else
                {
                    Gather(inner, value, set);
                }
            }
        }
    }

    private static void Fields(Type type, HashSet<(Type, string)> fields)
    {
        if (JobJson.Default.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } info) return;
        foreach (var property in info.Properties)
        {
            if (fields.Add((type, property.Name)) && Inner(property.PropertyType) is { } inner) Fields(inner, fields);
        }
    }

    private static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(EquatableMap<>);

    /// <summary>The record that a property holds: itself, or as an element.</summary>
    private static Type? Inner(Type type)
    {
        while (type.IsGenericType) type = type.GetGenericArguments()[0];
        return type.Namespace == typeof(Job).Namespace && type.IsClass ? type : null;
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
        var files = new List<VariableFile>();
        foreach (var word in first["# options:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = word[(word.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('=', 2);
            if (word == "strict") options = options with { Strict = true };
            else if (word == "files") options = options with { AllowFileFunctions = true };
            else if (word.StartsWith("var:", StringComparison.Ordinal)) variables[pair[0]] = pair[1];
            else if (word.StartsWith("env:", StringComparison.Ordinal)) environment[pair[0]] = pair[1];
            else if (word.StartsWith("varfile:", StringComparison.Ordinal)) files.Add(new VariableFile(pair[0], File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, pair[0]))));
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
