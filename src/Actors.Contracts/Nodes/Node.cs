using System.Text.Json.Serialization;
using Actors.Contracts.Collections;
using Actors.Contracts.Text;
using Actors.Contracts.Volumes;

namespace Actors.Contracts.Nodes;

/// <summary>A machine that runs allocations, as its agent registered it and as the servers see it.</summary>
public sealed record Node
{
    /// <summary>Stays the same over restarts of the agent.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Known to the agent and the servers only: proves that a later registration comes from the same agent. Never shown by the API.</summary>
    public string SecretId { get; init; } = "";

    /// <summary>The name people know it by; the host name unless configured.</summary>
    public required string Name { get; init; }

    /// <summary>The datacenter it stands in.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>The pool it belongs to.</summary>
    public string NodePool { get; init; } = "default";

    /// <summary>Its operator's class for it, or "".</summary>
    public string NodeClass { get; init; } = "";

    /// <summary>Where its agent's HTTP API answers, <c>host:port</c>.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>What its fingerprints found, by Nomad's attribute names without <c>attr.</c>, such as <c>kernel.name</c>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = EmptyMap;

    /// <summary>Its operator's own key-value pairs.</summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } = EmptyMap;

    /// <summary>The drivers found, by name.</summary>
    public IReadOnlyDictionary<string, DriverInfo> Drivers { get; init; } = new Dictionary<string, DriverInfo>();

    /// <summary>Directories of the host that jobs may ask for, by name.</summary>
    public IReadOnlyDictionary<string, HostVolumeInfo> HostVolumes { get; init; } = new Dictionary<string, HostVolumeInfo>();

    /// <summary>What it has.</summary>
    public required NodeResources Resources { get; init; }

    /// <summary>What of it is kept from allocations.</summary>
    public NodeReservedResources Reserved { get; init; } = new();

    /// <summary>Alive or not, by its heartbeats.</summary>
    public NodeStatus Status { get; init; } = NodeStatus.Initializing;

    /// <summary>Why the status is what it is, for people.</summary>
    public string StatusDescription { get; init; } = "";

    /// <summary>Whether new allocations may come to it.</summary>
    public NodeEligibility Eligibility { get; init; } = NodeEligibility.Eligible;

    /// <summary>The drain under way, or null.</summary>
    public DrainStrategy? Drain { get; init; }

    /// <summary>The latest drain, be it under way or over; null: there was none.</summary>
    public DrainMetadata? LastDrain { get; init; }

    /// <summary>The same for all nodes that are alike in everything that constraints may look at (unique attributes aside), by which feasibility is cached.</summary>
    public string ComputedClass { get; init; } = "";

    /// <summary>When <see cref="Status"/> last changed, seconds since 1970.</summary>
    public long StatusUpdatedAt { get; init; }

    /// <summary>The index at which it first registered.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>The latest things that happened to it, oldest first, ten at most.</summary>
    public IReadOnlyList<NodeLogEvent> Events { get; init; } = [];

    /// <summary>Ready, eligible and not draining: may take new allocations.</summary>
    [JsonIgnore]
    public bool AcceptsAllocations => Status == NodeStatus.Ready && Eligibility == NodeEligibility.Eligible && Drain is null;

    /// <summary>The numbers of its cores that tasks may have whole, the lowest first.</summary>
    [JsonIgnore]
    public IEnumerable<int> ReservableCores
    {
        get
        {
            var all = Enumerable.Range(0, Resources.CpuCores);
            if (Reserved.Cores is not { Length: > 0 } kept) return all;
            var ranges = NumberRanges.Of(kept).ToList();
            return all.Where(core => !ranges.Exists(r => core >= r.From && core <= r.To));
        }
    }

    private static readonly IReadOnlyDictionary<string, string> EmptyMap = new Dictionary<string, string>();
}

/// <summary>Whether a node lives.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeStatus>))]
public enum NodeStatus
{
    /// <summary>Registered, not ready yet.</summary>
    [JsonStringEnumMemberName("initializing")] Initializing,

    /// <summary>Heartbeats arrive.</summary>
    [JsonStringEnumMemberName("ready")] Ready,

    /// <summary>Heartbeats stopped.</summary>
    [JsonStringEnumMemberName("down")] Down,

    /// <summary>Heartbeats stopped, and some of its jobs said that they outlive that for a time.</summary>
    [JsonStringEnumMemberName("disconnected")] Disconnected,
}

/// <summary>Whether new allocations may come to a node.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeEligibility>))]
public enum NodeEligibility
{
    /// <summary>They may.</summary>
    [JsonStringEnumMemberName("eligible")] Eligible,

    /// <summary>They may not; those that are there stay.</summary>
    [JsonStringEnumMemberName("ineligible")] Ineligible,
}

/// <summary>How a node is emptied.</summary>
/// <param name="Deadline">How long allocations have to move by themselves; null: for ever; zero: none (force).</param>
/// <param name="IgnoreSystemJobs">Leave system jobs where they are.</param>
/// <param name="StartedAt">When the drain began.</param>
public sealed record DrainStrategy(TimeSpan? Deadline, bool IgnoreSystemJobs, DateTimeOffset StartedAt);

/// <summary>What is kept of a drain, also when it is over.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="UpdatedAt">When it last changed: began, was given another deadline, ended.</param>
/// <param name="Status">How it stands.</param>
public sealed record DrainMetadata(DateTimeOffset StartedAt, DateTimeOffset UpdatedAt, DrainStatus Status)
{
    /// <summary>What whoever began (or ended) it had to say about it, such as a message.</summary>
    public IReadOnlyDictionary<string, string>? Meta { get; init; }
}

/// <summary>How a drain stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DrainStatus>))]
public enum DrainStatus
{
    /// <summary>It is under way.</summary>
    [JsonStringEnumMemberName("draining")] Draining,

    /// <summary>The node is empty.</summary>
    [JsonStringEnumMemberName("complete")] Complete,

    /// <summary>Somebody stopped it.</summary>
    [JsonStringEnumMemberName("canceled")] Canceled,
}

/// <summary>A driver as its fingerprint found it.</summary>
/// <param name="Detected">It is installed.</param>
/// <param name="Healthy">It can start tasks now.</param>
/// <param name="HealthDescription">Why (not), for people.</param>
/// <param name="Attributes">Such as <c>driver.docker.version</c>.</param>
/// <param name="UpdateTime">When its health last changed.</param>
public sealed record DriverInfo(bool Detected, bool Healthy, string HealthDescription, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset UpdateTime)
{
    /// <summary>The attribute of a driver that is a plugin: what it takes is its own, also under the name of a driver that every agent brings along.</summary>
    public static string PluginAttribute(string driver) => $"driver.{driver}.plugin";

    /// <summary>What a plugin's tasks may be configured with, as the drivers write schemas; null: not a plugin's, or not told.</summary>
    public string? TaskSchema { get; init; }
}

/// <summary>A directory of the host that jobs may mount.</summary>
/// <param name="Path">Where it is on the host.</param>
/// <param name="ReadOnly">Jobs may only read it.</param>
public sealed record HostVolumeInfo(string Path, bool ReadOnly)
{
    /// <summary>The id of a volume that was made while the node runs (<see cref="HostVolume"/>); null: its agent's configuration names it.</summary>
    public string? Id { get; init; }

    /// <summary>The namespace whose jobs may use it; null: any.</summary>
    public string? Namespace { get; init; }

    /// <summary>The ways in which jobs may use it; null: any.</summary>
    public EquatableList<HostVolumeCapability>? Capabilities { get; init; }
}

/// <summary>Something that happened to a node, for people.</summary>
/// <param name="Message">What.</param>
/// <param name="Subsystem">Who says so, such as <c>Cluster</c> or <c>Driver: docker</c>.</param>
/// <param name="At">When.</param>
/// <param name="Details">More, by name.</param>
/// <param name="CreateIndex">The index of the event that told it.</param>
public sealed record NodeLogEvent(string Message, string Subsystem, DateTimeOffset At, IReadOnlyDictionary<string, string>? Details = null, ulong CreateIndex = 0);
