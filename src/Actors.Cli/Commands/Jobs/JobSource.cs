using System.Collections;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;
using Actors.Contracts.Jobs;
using Actors.JobSpec;

namespace Actors.Cli.Commands.Jobs;

/// <summary>A job as a file says it.</summary>
/// <param name="Job">The job, checked; as written, so that the servers' defaults apply.</param>
/// <param name="Text">The file's text.</param>
/// <param name="IsJson">It is JSON, not HCL.</param>
/// <param name="Variables">The variables given on the command line.</param>
internal sealed record LoadedJob(Job Job, string Text, bool IsJson, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>Writes the job as the API takes it.</summary>
    public void WriteJob(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, Job, JobJson.Default.Job);

    /// <summary>Writes the file itself beside the job, so that it can be shown later.</summary>
    public void WriteSubmission(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("Submission");
        writer.WriteString("Source", Text);
        writer.WriteString("Format", IsJson ? "json" : "hcl2");
        writer.WriteStartObject("VariableFlags");
        foreach (var (name, value) in Variables)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The job as it would be sent, as indented JSON.</summary>
    public string ToJson()
    {
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Job");
            WriteJob(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(JsonText.Write(Body));
        return document.RootElement.Indented();
    }

    /// <summary>The region and namespace that the file names, where the command line names none.</summary>
    public (string Name, string? Value)[] Place(Invocation invocation) =>
    [
        ("region", invocation.Setting("region") ?? (Job.Region is { Length: > 0 } and not "global" ? Job.Region : null)),
        ("namespace", invocation.Setting("namespace") ?? (Job.Namespace.Length > 0 ? Job.Namespace : null)),
    ];

    /// <summary>The flags about variables as they were given, for a command to paste.</summary>
    public IEnumerable<string> RepeatFlags(Invocation invocation) =>
    [
        .. invocation.Flags.List("var").Select(variable => $"-var='{variable}'"),
        .. invocation.Flags.List("var-file").Select(file => $"-var-file='{file}'"),
    ];
}

/// <summary>Reads job files, and shows what is wrong with them.</summary>
internal static class JobSource
{
    private const long MaxBytes = 16 * 1024 * 1024;

    /// <summary>The flags of every command that reads a job file.</summary>
    public static IReadOnlyList<Flag> Flags { get; } =
    [
        Flag.List("var", "name=value", "Sets a variable of the file; may be given several times, and wins over -var-file."),
        Flag.List("var-file", "path", "Sets variables by a file of name = value lines; may be given several times."),
        Flag.Switch("json", "Say what is wrong with the file as JSON, for editors and build servers. (That the file itself is JSON need not be said.)"),
        Flag.Switch("hcl2-strict", "A value for a variable that the file doesn't have is an error (unless -hcl2-strict=false: a warning)."),
        Flag.Switch("hcl1", "Not supported any more: always an error that says so."),
    ];

    /// <summary>Reads and checks a job file. What is wrong or doubtful goes to standard error: as text, or with -json as one JSON document.</summary>
    /// <param name="invocation">The command's run.</param>
    /// <param name="path">The file; "-" for standard input.</param>
    /// <exception cref="CommandFailedException">It can't be read, or it isn't a job that could run: every mistake with its place.</exception>
    public static Task<LoadedJob> LoadAsync(Invocation invocation, string path) => LoadAsync(invocation, path, ReportAsync);

    /// <summary>Reads and checks a job file.</summary>
    /// <param name="invocation">The command's run.</param>
    /// <param name="path">The file; "-" for standard input.</param>
    /// <param name="report">Shows what is wrong or doubtful, given the file's text.</param>
    /// <exception cref="CommandFailedException">It can't be read, or it isn't a job that could run.</exception>
    public static async Task<LoadedJob> LoadAsync(Invocation invocation, string path, Func<Invocation, string, IReadOnlyList<Diagnostic>, Task> report)
    {
        if (invocation.Flags.IsOn("hcl1"))
            throw new UsageException("-hcl1: files in the first version of HCL are not supported; most are valid HCL2 as they are");
        var text = await ReadAsync(invocation, path).ConfigureAwait(false);
        return await ParseAsync(invocation, path == "-" ? "stdin" : path, text, report).ConfigureAwait(false);
    }

    /// <summary>Checks a job file's text.</summary>
    public static Task<LoadedJob> ParseAsync(Invocation invocation, string name, string text) => ParseAsync(invocation, name, text, ReportAsync);

    /// <summary>Shows diagnostics on standard error: as text, or with -json as one JSON document if there are any.</summary>
    public static async Task ReportAsync(Invocation invocation, string text, IReadOnlyList<Diagnostic> diagnostics)
    {
        if (diagnostics.Count == 0)
            return;
        if (invocation.Flags.IsOn("json"))
        {
            await invocation.Cli.Error.WriteLineAsync(DiagnosticReport.Of(diagnostics).ToJson()).ConfigureAwait(false);
            return;
        }

        foreach (var diagnostic in diagnostics)
            await invocation.Cli.Error.WriteLineAsync(diagnostic.Render(text, invocation.Cli.UseColor)).ConfigureAwait(false);
    }

    private static async Task<LoadedJob> ParseAsync(Invocation invocation, string name, string text, Func<Invocation, string, IReadOnlyList<Diagnostic>, Task> report)
    {
        var variables = Variables(invocation.Flags.List("var"));
        var files = new List<VariableFile>();
        foreach (var file in invocation.Flags.List("var-file"))
            files.Add(new VariableFile(file == "-" ? "stdin" : file, await ReadAsync(invocation, file).ConfigureAwait(false)));
        var parsed = JobFile.Parse(text, new JobFileOptions
        {
            FileName = name,
            Variables = variables,
            VariableFiles = files,
            AllowFileFunctions = true,
            EnvironmentVariables = VariablesOfEnvironment(),
            Strict = invocation.Flags.Choice("hcl2-strict") ?? true,
            BaseDirectory = name == "stdin" ? invocation.Cli.WorkingDirectory : Path.GetDirectoryName(invocation.Cli.FullPath(name)),
            Clock = invocation.Cli.Time,
        });
        var diagnostics = parsed.Diagnostics.ToList();
        if (parsed.Job is { } job)
            diagnostics.AddRange(JobValidator.Validate(JobCanonicalizer.Canonicalize(job), parsed.Locate));
        await report(invocation, text, diagnostics).ConfigureAwait(false);
        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return errors == 0 && parsed.Job is not null
            ? new LoadedJob(parsed.Job, text, text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{"), variables)
            : throw new CommandFailedException($"{name} is no job that could run: {errors} error{(errors == 1 ? "" : "s")}");
    }

    /// <summary>A file's text; of "-", standard input's.</summary>
    /// <exception cref="CommandFailedException">There is no such file, or it is too large.</exception>
    public static async Task<string> ReadAsync(Invocation invocation, string path)
    {
        if (path == "-")
            return await invocation.Cli.In.ReadToEndAsync(invocation.Cancellation).ConfigureAwait(false);
        var full = invocation.Cli.FullPath(path);
        var info = new FileInfo(full);
        if (Directory.Exists(full))
            throw new CommandFailedException($"{path} is a folder, expected a file");
        if (!info.Exists)
            throw new CommandFailedException($"there is no file {path}");
        if (info.Length > MaxBytes)
            throw new CommandFailedException($"{path} has {info.Length} bytes, {MaxBytes} are allowed");

        // At once: what waiting takes is compiled when it is first done, and a short command would wait for that.
        return File.ReadAllText(full);
    }

    private static Dictionary<string, string> Variables(IReadOnlyList<string> given)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in given)
        {
            var equals = variable.IndexOf('=');
            if (equals <= 0)
                throw new UsageException($"-var: found \"{variable}\", expected name=value");
            variables[variable[..equals]] = variable[(equals + 1)..];
        }

        return variables;
    }

    private static Dictionary<string, string> VariablesOfEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry.Key is string name && entry.Value is string value && name.StartsWith("NOMAD_VAR_", StringComparison.Ordinal))
                variables[name] = value;
        }

        return variables;
    }
}
