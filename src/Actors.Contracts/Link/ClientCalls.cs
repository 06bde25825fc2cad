using System.Text.Json.Serialization;

namespace Actors.Contracts.Link;

/// <summary>
/// What a client may be asked over its link (<c>StreamOpen.method</c>). Arguments are a <see cref="ClientCallArguments"/> as JSON.
/// An unknown method ends with 400, an allocation, task or file that is not there with 404.
/// </summary>
public static class ClientCallMethods
{
    /// <summary>Lists a directory of an allocation (<c>AllocationId</c>, <c>Path</c>). Answer: a JSON array of <see cref="AllocationFile"/>.</summary>
    public const string FsList = "fs.ls";

    /// <summary>Describes a file (<c>AllocationId</c>, <c>Path</c>). Answer: one <see cref="AllocationFile"/> as JSON.</summary>
    public const string FsStat = "fs.stat";

    /// <summary>A whole file (<c>AllocationId</c>, <c>Path</c>). Answer: its bytes.</summary>
    public const string FsCat = "fs.cat";

    /// <summary>A part of a file (<c>AllocationId</c>, <c>Path</c>, <c>Offset</c>, <c>Limit</c>; 0: to the end). Answer: its bytes.</summary>
    public const string FsReadAt = "fs.readat";

    /// <summary>A file from an offset counted from <c>Origin</c> (<c>AllocationId</c>, <c>Path</c>, <c>Offset</c>, <c>Origin</c>, <c>Follow</c>). Answer: its bytes, with <c>Follow</c> without end.</summary>
    public const string FsStream = "fs.stream";

    /// <summary>A task's log across its rotated files (<c>AllocationId</c>, <c>Task</c>, <c>Type</c>, <c>Offset</c>, <c>Origin</c>, <c>Follow</c>). Answer: its bytes, with <c>Follow</c> until the task has ended.</summary>
    public const string FsLogs = "fs.logs";

    /// <summary>What an allocation uses (<c>AllocationId</c>, <c>Task</c> for one only). Answer: JSON in Nomad's shape (<c>ResourceUsage</c>, <c>Tasks</c>, <c>Timestamp</c>).</summary>
    public const string AllocationStats = "alloc.stats";

    /// <summary>The results of an allocation's checks (<c>AllocationId</c>). Answer: a JSON object by check id.</summary>
    public const string AllocationChecks = "alloc.checks";

    /// <summary>Restarts a task in place, or all (<c>AllocationId</c>, <c>Task</c>, <c>AllTasks</c>). Answer: nothing.</summary>
    public const string AllocationRestart = "alloc.restart";

    /// <summary>Sends a signal to a task, or to all without one (<c>AllocationId</c>, <c>Task</c>, <c>Signal</c>). Answer: nothing.</summary>
    public const string AllocationSignal = "alloc.signal";

    /// <summary>What the machine uses. Answer: JSON in Nomad's shape (<c>Memory</c>, <c>CPU</c>, <c>DiskStats</c>, <c>Uptime</c> …).</summary>
    public const string ClientStats = "client.stats";
}

/// <summary>The arguments of a call to a client; each method looks at some of them (see <see cref="ClientCallMethods"/>).</summary>
public sealed record ClientCallArguments
{
    /// <summary>The allocation, or null for the machine itself.</summary>
    public AllocationId? AllocationId { get; init; }

    /// <summary>A path within the allocation's directory, <c>/</c> first.</summary>
    public string? Path { get; init; }

    /// <summary>A task's name, or null: all of them.</summary>
    public string? Task { get; init; }

    /// <summary><c>stdout</c> or <c>stderr</c>.</summary>
    public string? Type { get; init; }

    /// <summary>From where <see cref="Offset"/> counts: <c>start</c> (the default) or <c>end</c>.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes from the origin, 0 or more.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes at most; 0: no limit.</summary>
    public long Limit { get; init; }

    /// <summary>Go on with what is added later.</summary>
    public bool Follow { get; init; }

    /// <summary>A signal's name, such as <c>SIGUSR1</c>.</summary>
    public string? Signal { get; init; }

    /// <summary>Restart those that have ended too.</summary>
    public bool AllTasks { get; init; }
}

/// <summary>A file of an allocation, in Nomad's shape.</summary>
/// <param name="Name">Its name, without its directory.</param>
/// <param name="IsDir">It is a directory.</param>
/// <param name="Size">In bytes.</param>
/// <param name="FileMode">As <c>ls -l</c> shows it: <c>-rw-r--r--</c>.</param>
/// <param name="ModTime">When it last changed.</param>
/// <param name="ContentType">Its media type as far as it can be told (<c>fs.stat</c> only), or null.</param>
public sealed record AllocationFile(string Name, bool IsDir, long Size, string FileMode, DateTimeOffset ModTime, string? ContentType = null);

/// <summary>The JSON of calls to a client.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientCallArguments))]
[JsonSerializable(typeof(AllocationFile))]
[JsonSerializable(typeof(IReadOnlyList<AllocationFile>))]
public sealed partial class ClientCallJson : JsonSerializerContext;
