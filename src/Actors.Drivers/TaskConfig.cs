using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;

namespace Actors.Drivers;

/// <summary>All that a driver needs to know of a task. Everything is interpolated already.</summary>
public sealed record TaskConfig
{
    /// <summary>The task's allocation.</summary>
    public required AllocationId AllocationId { get; init; }

    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The job's name, for people.</summary>
    public string JobName { get; init; } = "";

    /// <summary>The task's group.</summary>
    public required string TaskGroup { get; init; }

    /// <summary>The task's name: unique in its allocation.</summary>
    public required string Task { get; init; }

    /// <summary>This node.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>This node's name.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>The user to run as; "": the driver's choice.</summary>
    public string User { get; init; } = "";

    /// <summary>The driver's own configuration.</summary>
    public EquatableMap<ConfigValue> Config { get; init; } = EquatableMap<ConfigValue>.Empty;

    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>The task's directories on the host.</summary>
    public required TaskPaths Paths { get; init; }

    /// <summary>What it holds of the node.</summary>
    public required AllocatedTaskResources Resources { get; init; }

    /// <summary>The ports that it may use: its own and its group's.</summary>
    public IReadOnlyList<AllocatedPort> Ports { get; init; } = [];

    /// <summary>The address that its ports are bound to.</summary>
    public string HostIp { get; init; } = "";

    /// <summary>The group's network mode (<c>host</c>, <c>bridge</c>, <c>none</c>); "" when the group has none.</summary>
    public string NetworkMode { get; init; } = "";

    /// <summary>The group's network that it joins; null: the host's.</summary>
    public TaskNetwork? Network { get; init; }

    /// <summary>Where its output goes when somebody else keeps it (in a plugin's process); null: into its log files.</summary>
    public TaskOutput? Output { get; init; }

    /// <summary>How much of its output is kept.</summary>
    public LogLimits Logs { get; init; } = new();

    /// <summary>What one core of this node is worth, in MHz.</summary>
    public double MhzPerCore { get; init; } = 1000;

    /// <summary>Directories of the host that it sees.</summary>
    public IReadOnlyList<TaskMount> Mounts { get; init; } = [];

    /// <summary>Names the task on this machine: <c>&lt;task&gt;-&lt;allocation id&gt;</c>.</summary>
    public string HostName => $"{Task}-{AllocationId}";
}

/// <summary>A task's directories on the host.</summary>
public sealed record TaskPaths
{
    /// <summary>The allocation's directory.</summary>
    public required string Allocation { get; init; }

    /// <summary>Shared by the allocation's tasks: <c>alloc</c>.</summary>
    public string Shared => Path.Combine(Allocation, "alloc");

    /// <summary>The log files: <c>alloc/logs</c>.</summary>
    public string Logs => Path.Combine(Shared, "logs");

    /// <summary>The task's own directory.</summary>
    public required string Task { get; init; }

    /// <summary>The task's working files.</summary>
    public string Local => Path.Combine(Task, "local");

    /// <summary>The task's secrets, closed to others.</summary>
    public string Secrets => Path.Combine(Task, "secrets");

    /// <summary>The task's temporary files.</summary>
    public string Temp => Path.Combine(Task, "tmp");

    /// <summary>The driver's own files about the task, closed to others and not shown to users.</summary>
    public required string Control { get; init; }
}

/// <summary>How much of a task's output is kept: for each of stdout and stderr.</summary>
/// <param name="MaxFiles">Files, 1 or more.</param>
/// <param name="MaxFileBytes">Bytes of each.</param>
/// <param name="Disabled">Keep nothing.</param>
public sealed record LogLimits(int MaxFiles = 10, long MaxFileBytes = 10 * 1024 * 1024, bool Disabled = false);

/// <summary>A directory of the host that a task sees.</summary>
/// <param name="HostPath">Where it is on the host.</param>
/// <param name="TaskPath">Where the task sees it.</param>
/// <param name="ReadOnly">It can't be written.</param>
/// <param name="Propagation">"private", "host-to-task" or "bidirectional".</param>
public sealed record TaskMount(string HostPath, string TaskPath, bool ReadOnly, string Propagation = "private");

/// <summary>Where a task's output goes when somebody else keeps it: files or pipes that are opened to append.</summary>
/// <param name="StdoutPath">For what it writes to stdout.</param>
/// <param name="StderrPath">For what it writes to stderr.</param>
public sealed record TaskOutput(string StdoutPath, string StderrPath);
