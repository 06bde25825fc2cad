using System.Text.Json.Serialization;
using Actors.Contracts.Volumes;

namespace Actors.Contracts.Link;

/// <summary>
/// What a client can be asked over its link. The arguments are a JSON object of the record named with each method
/// (write it with <see cref="StreamJson"/>); the answer's bytes can be passed on to an HTTP caller as they are.
/// Errors end the stream with HTTP's status: 400 for arguments that make no sense or a path that leaves the allocation's
/// directory, 403 for a path that is kept private (secrets), 404 for an allocation, task or file that is not there.
/// </summary>
public static class StreamMethods
{
    /// <summary>A task's log (<see cref="LogsArguments"/>): Nomad's frames <c>{"File","Offset","Data"}</c>, or the plain bytes.</summary>
    public const string Logs = "fs.logs";

    /// <summary>The entries of a directory (<see cref="FileArguments"/>): a JSON array of Nomad's file infos.</summary>
    public const string List = "fs.ls";

    /// <summary>One file or directory (<see cref="FileArguments"/>): Nomad's file info as JSON.</summary>
    public const string Stat = "fs.stat";

    /// <summary>A whole file (<see cref="FileArguments"/>): its bytes.</summary>
    public const string Cat = "fs.cat";

    /// <summary>Part of a file (<see cref="FileArguments"/> with offset and limit): its bytes.</summary>
    public const string ReadAt = "fs.readat";

    /// <summary>A file and what is appended to it (<see cref="FileArguments"/> with offset, origin and follow): Nomad's frames.</summary>
    public const string Stream = "fs.stream";

    /// <summary>What an allocation's tasks use (<see cref="AllocationArguments"/>): Nomad's resource usage as JSON.</summary>
    public const string AllocationStats = "alloc.stats";

    /// <summary>Restarts one task, or all (<see cref="AllocationArguments"/>): answered with <c>{}</c> when it is under way.</summary>
    public const string Restart = "alloc.restart";

    /// <summary>Sends a signal to one task, or to all (<see cref="AllocationArguments"/>): answered with <c>{}</c> when it is sent.</summary>
    public const string Signal = "alloc.signal";

    /// <summary>
    /// Runs a command inside a task (<see cref="ExecArguments"/>). The caller sends Nomad's frames <c>{"stdin":…}</c>,
    /// <c>{"tty_size":…}</c> and <c>{}</c>, and gets <c>{"stdout":…}</c>, <c>{"stderr":…}</c> and, last,
    /// <c>{"exited":true,…}</c>: a JSON object a line, either way.
    /// </summary>
    public const string Exec = "alloc.exec";

    /// <summary>The latest results of an allocation's checks (<see cref="AllocationArguments"/>): Nomad's check results as JSON, by id.</summary>
    public const string Checks = "alloc.checks";

    /// <summary>Removes an ended allocation from the client (<see cref="AllocationArguments"/>): answered with <c>{}</c> when its directory is gone.</summary>
    public const string CollectAllocation = "alloc.gc";

    /// <summary>The data of an ended allocation (<see cref="AllocationArguments"/>), for its replacement elsewhere: a tar of <c>alloc/data</c> and each task's <c>local</c>; 409 while it has not ended.</summary>
    public const string Snapshot = "alloc.snapshot";

    /// <summary>Of which tasks the client keeps the logs of an allocation that is gone (<see cref="AllocationArguments"/>): a JSON array of names; 404 when it keeps none.</summary>
    public const string KeptLogs = "alloc.kept_logs";

    /// <summary>Makes a host volume (<see cref="VolumeArguments"/>), or makes it as it now says: answered with <c>{}</c> when it is there, and the node shows it soon after.</summary>
    public const string CreateVolume = "host_volume.create";

    /// <summary>Shows a directory that is there as a host volume (<see cref="VolumeArguments"/>): answered with <c>{}</c>; 400 when there is none.</summary>
    public const string RegisterVolume = "host_volume.register";

    /// <summary>Removes a host volume with all that is in it (<see cref="VolumeArguments"/>), or lets a registered one be: answered with <c>{}</c> when it is gone; 409 while an allocation uses it.</summary>
    public const string DeleteVolume = "host_volume.delete";

    /// <summary>What the client's machine uses (no arguments): Nomad's host statistics as JSON.</summary>
    public const string HostStats = "client.stats";

    /// <summary>Removes all ended allocations from the client (no arguments): answered with <c>{}</c>.</summary>
    public const string CollectAll = "client.gc";
}

/// <summary>Arguments of <see cref="StreamMethods.Logs"/>.</summary>
public sealed record LogsArguments
{
    /// <summary>The allocation.</summary>
    [JsonPropertyName("alloc_id")]
    public required AllocationId AllocationId { get; init; }

    /// <summary>Its task.</summary>
    [JsonPropertyName("task")]
    public required string Task { get; init; }

    /// <summary>"stdout" or "stderr".</summary>
    [JsonPropertyName("type")]
    public string Type { get; init; } = "stdout";

    /// <summary>Whether the answer goes on with what the task will write, until the caller leaves or the task is gone.</summary>
    [JsonPropertyName("follow")]
    public bool Follow { get; init; }

    /// <summary>Bytes from <see cref="Origin"/>.</summary>
    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    /// <summary>"start", or "end": the offset then counts backwards from the end.</summary>
    [JsonPropertyName("origin")]
    public string Origin { get; init; } = "start";

    /// <summary>The bytes of the log alone, without frames.</summary>
    [JsonPropertyName("plain")]
    public bool Plain { get; init; }
}

/// <summary>Arguments of the <c>fs.*</c> methods but <see cref="StreamMethods.Logs"/>.</summary>
public sealed record FileArguments
{
    /// <summary>The allocation.</summary>
    [JsonPropertyName("alloc_id")]
    public required AllocationId AllocationId { get; init; }

    /// <summary>The path inside the allocation's directory; "" and "/" are the directory itself.</summary>
    [JsonPropertyName("path")]
    public string Path { get; init; } = "/";

    /// <summary>Bytes from <see cref="Origin"/>.</summary>
    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    /// <summary>Bytes at most; 0: to the end.</summary>
    [JsonPropertyName("limit")]
    public long Limit { get; init; }

    /// <summary>"start", or "end": the offset then counts backwards from the end.</summary>
    [JsonPropertyName("origin")]
    public string Origin { get; init; } = "start";

    /// <summary>Whether a stream goes on with what is appended later.</summary>
    [JsonPropertyName("follow")]
    public bool Follow { get; init; } = true;

    /// <summary>The bytes alone, without frames.</summary>
    [JsonPropertyName("plain")]
    public bool Plain { get; init; }
}

/// <summary>Arguments of the <c>alloc.*</c> methods.</summary>
public sealed record AllocationArguments
{
    /// <summary>The allocation.</summary>
    [JsonPropertyName("alloc_id")]
    public required AllocationId AllocationId { get; init; }

    /// <summary>One of its tasks; "": all.</summary>
    [JsonPropertyName("task")]
    public string Task { get; init; } = "";

    /// <summary>The signal's name, such as SIGHUP; "" is SIGKILL, as Nomad's API has it.</summary>
    [JsonPropertyName("signal")]
    public string Signal { get; init; } = "";

    /// <summary>With a restart: also those of its tasks that have ended already.</summary>
    [JsonPropertyName("all_tasks")]
    public bool AllTasks { get; init; }
}

/// <summary>Arguments of the <c>host_volume.*</c> methods.</summary>
public sealed record VolumeArguments
{
    /// <summary>The volume.</summary>
    [JsonPropertyName("volume")]
    public required HostVolume Volume { get; init; }
}

/// <summary>Arguments of <see cref="StreamMethods.Exec"/>.</summary>
public sealed record ExecArguments
{
    /// <summary>The longest line that either side may send.</summary>
    public const int MaxLine = 1024 * 1024;

    /// <summary>The allocation.</summary>
    [JsonPropertyName("alloc_id")]
    public required AllocationId AllocationId { get; init; }

    /// <summary>Its task.</summary>
    [JsonPropertyName("task")]
    public required string Task { get; init; }

    /// <summary>The program and its arguments.</summary>
    [JsonPropertyName("command")]
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The program gets a terminal.</summary>
    [JsonPropertyName("tty")]
    public bool Tty { get; init; }
}

/// <summary>The JSON of the link's arguments, made at compile time. Unknown properties are an error: a typing mistake must not go unnoticed.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(LogsArguments))]
[JsonSerializable(typeof(FileArguments))]
[JsonSerializable(typeof(AllocationArguments))]
[JsonSerializable(typeof(ExecArguments))]
[JsonSerializable(typeof(VolumeArguments))]
[JsonSerializable(typeof(Jobs.Constraint))]
[JsonSerializable(typeof(HostVolumeCapability))]
[JsonSerializable(typeof(Collections.EquatableMap<string>))]
public sealed partial class StreamJson : JsonSerializerContext;
