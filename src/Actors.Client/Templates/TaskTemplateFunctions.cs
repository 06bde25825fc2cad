using Actors.Client.Artifacts;
using Actors.Client.Tasks;
using Actors.Client.Tasks.Hooks;
using Actors.Drivers.Files;
using Actors.Templates;

namespace Actors.Client.Templates;

/// <summary>What a task's templates can look at: its environment, what its node is known by, and the files of its allocation; beside that, the helpers. Notes which files were looked at.</summary>
/// <param name="start">The task.</param>
internal sealed class TaskTemplateFunctions(TaskStart start) : ITemplateFunctions
{
    private const int MaxFileBytes = 8 << 20;

    private static readonly string[] Own = ["env", "envOrDefault", "file", "mustEnv"];

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["executeTemplate"] = "is not allowed: this node's operator would have to trust every job",
        ["plugin"] = "is not allowed: it runs programs of the node",
        ["writeToFile"] = "is not allowed: it writes outside of the template's destination",
    };

    private static readonly string[] OfConsul = ["byKey", "caLeaf", "caRoots", "connect", "datacenters", "exportedServices", "key", "keyExists", "keyExistsGet", "keyOrDefault", "ls", "node", "nodes", "partitions", "peerings", "safeLs", "safeTree", "service", "services", "tree"];
    private static readonly string[] OfVault = ["pkiCert", "secret", "secrets"];
    private static readonly string[] OfServers = ["nomadService", "nomadServices", "nomadVar", "nomadVarExists", "nomadVarList", "nomadVarListSafe"];

    private static readonly IReadOnlyCollection<string> AllNames = new HashSet<string>([.. TextFunctions.AllNames, .. Own, .. Refused.Keys, .. OfConsul, .. OfVault, .. OfServers], StringComparer.Ordinal);

    private readonly TextFunctions _helpers = new(start.Client.Time);

    /// <summary>The files that were looked at, as they were.</summary>
    public Dictionary<string, FileStamp> Files { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => AllNames;

    /// <inheritdoc/>
    public object? Call(string name, IReadOnlyList<object?> arguments, int line)
    {
        if (_helpers.Names.Contains(name)) return _helpers.Call(name, arguments, line);
        var given = new TemplateArguments(name, arguments, line);
        if (Refused.TryGetValue(name, out var reason)) throw given.Wrong(reason);
        if (OfConsul.Contains(name)) throw given.Wrong("needs Consul, which this client does not talk to");
        if (OfVault.Contains(name)) throw given.Wrong("needs Vault, which this client does not talk to");
        if (OfServers.Contains(name)) throw given.Wrong("is not offered by this client: its templates see the environment and the files of the allocation");
        return name switch
        {
            "env" => start.Find(given.Exactly(1).Text(0)) ?? "",
            "envOrDefault" => start.Find(given.Exactly(2).Text(0)) is { Length: > 0 } value ? value : given.Text(1),
            "mustEnv" => start.Find(given.Exactly(1).Text(0)) ?? throw given.Wrong($"finds no variable \"{given.Text(0)}\""),
            _ => Read(given.Exactly(1).Text(0), "file"),
        };
    }

    /// <summary>Reads a file of the allocation.</summary>
    /// <exception cref="TaskHookException">It is not there (it may come), or it is no file that a template may read.</exception>
    public string Read(string path, string setting)
    {
        string host;
        try
        {
            host = TaskPlaces.OnHost(start, start.Replace(path), setting);
            SafePaths.RefuseLinks(start.Paths.Allocation, host);
        }
        catch (Exception e) when (e is InvalidTaskException or ArtifactException)
        {
            throw new TaskHookException(Contracts.Allocations.TaskEventTypes.Template, $"{setting}: {e.Message}", recoverable: false, e);
        }

        Files[host] = FileStamp.Of(host);
        if (!File.Exists(host)) throw new TaskHookException(Contracts.Allocations.TaskEventTypes.Template, $"{setting}: there is no file \"{path}\"", recoverable: true);
        if (!PlainFiles.IsPlain(host)) throw new TaskHookException(Contracts.Allocations.TaskEventTypes.Template, $"{setting}: \"{path}\" is no file", recoverable: false);
        return new FileInfo(host).Length <= MaxFileBytes
            ? File.ReadAllText(host)
            : throw new TaskHookException(Contracts.Allocations.TaskEventTypes.Template, $"{setting}: \"{path}\" is larger than {ByteText.Format(MaxFileBytes)}", recoverable: false);
    }
}

/// <summary>By which a change of a file is noticed.</summary>
/// <param name="Written">When it was last written; null: it is not there.</param>
/// <param name="Length">Its size.</param>
internal sealed record FileStamp(DateTime? Written, long Length)
{
    /// <summary>The file as it is now.</summary>
    public static FileStamp Of(string path) => new FileInfo(path) is { Exists: true } file ? new FileStamp(file.LastWriteTimeUtc, file.Length) : new FileStamp(null, 0);
}
