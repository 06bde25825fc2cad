using System.Text.Json.Serialization;
using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;

namespace Actors.Contracts.Allocations;

/// <summary>A task group placed on a node. Its desired half is written by plans, its client half by its node's reports.</summary>
public sealed record Allocation
{
    /// <summary>Its identity.</summary>
    public required AllocationId Id { get; init; }

    /// <summary>Its job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The version of the job that it runs. The job itself is looked up, not copied.</summary>
    public required ulong JobVersion { get; init; }

    /// <summary>Its task group's name.</summary>
    public required string TaskGroup { get; init; }

    /// <summary>Its place among the group's count, from 0: the number in its name.</summary>
    public required int NameIndex { get; init; }

    /// <summary>Its node.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>Its node's name when it was placed.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>The evaluation whose plan placed it (or last changed what is desired of it).</summary>
    public required EvaluationId EvaluationId { get; init; }

    /// <summary>The deployment it is part of, or null.</summary>
    public DeploymentId? DeploymentId { get; init; }

    /// <summary>Whether it is a canary of its deployment.</summary>
    public bool Canary { get; init; }

    /// <summary>What it replaces, or null.</summary>
    public AllocationId? PreviousAllocation { get; init; }

    /// <summary>What replaces it, or null.</summary>
    public AllocationId? NextAllocation { get; init; }

    /// <summary>What made it leave its node, being of a higher priority; null: nothing did.</summary>
    public AllocationId? PreemptedBy { get; init; }

    /// <summary>What had to leave its node for it.</summary>
    public IReadOnlyList<AllocationId> Preempted { get; init; } = [];

    /// <summary>What the servers want of it.</summary>
    public AllocationDesiredStatus DesiredStatus { get; init; }

    /// <summary>Why, for people.</summary>
    public string DesiredDescription { get; init; } = "";

    /// <summary>It is to be moved away (by a drain or a user): the next evaluation of its job stops and replaces it.</summary>
    public bool Migrate { get; init; }

    /// <summary>A user wants it placed again at once, whatever its policy says: the next evaluation of its job does so.</summary>
    public bool ForceReschedule { get; init; }

    /// <summary>The evaluation that will place it again after a delay, or null.</summary>
    public EvaluationId? FollowupEvaluation { get; init; }

    /// <summary>When and why it was placed again before: the chain that its attempts are counted on.</summary>
    public IReadOnlyList<RescheduleEvent> Reschedules { get; init; } = [];

    /// <summary>What its client says it is.</summary>
    public AllocationClientStatus ClientStatus { get; init; }

    /// <summary>Why, for people.</summary>
    public string ClientDescription { get; init; } = "";

    /// <summary>Its tasks as its client says, by name; empty before the first report.</summary>
    public IReadOnlyDictionary<string, TaskState> TaskStates { get; init; } = EmptyStates;

    /// <summary>Its health for its deployment; null: not decided yet.</summary>
    public DeploymentHealth? Health { get; init; }

    /// <summary>Its network as its client made it; null: it has none of its own.</summary>
    public NetworkStatus? Network { get; init; }

    /// <summary>The resources and ports it holds.</summary>
    public required AllocatedResources Resources { get; init; }

    /// <summary>How its node was chosen, shared by the allocations that were chosen alike; null when it is no longer kept.</summary>
    public AllocationMetric? Metrics { get; init; }

    /// <summary>The index at which it was placed.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change, by whomever.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>The index of the last change of what is desired: the client needs to hear of those only.</summary>
    public ulong AllocModifyIndex { get; init; }

    /// <summary>When it was placed.</summary>
    public DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset ModifyTime { get; init; }

    /// <summary>Its name: <c>job.group[index]</c>.</summary>
    [JsonIgnore]
    public string Name => $"{JobId.Id}.{TaskGroup}[{NameIndex}]";

    /// <summary>The servers do not want it to run any more.</summary>
    [JsonIgnore]
    public bool ServerTerminal => DesiredStatus is AllocationDesiredStatus.Stop or AllocationDesiredStatus.Evict;

    /// <summary>Its client has ended it, or can't be asked.</summary>
    [JsonIgnore]
    public bool ClientTerminal => ClientStatus.IsTerminal();

    /// <summary>It is over from either side: its job no longer counts on it.</summary>
    [JsonIgnore]
    public bool Terminal => ServerTerminal || ClientTerminal;

    private static readonly IReadOnlyDictionary<string, TaskState> EmptyStates = new Dictionary<string, TaskState>();
}

/// <summary>What the servers want of an allocation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AllocationDesiredStatus>))]
public enum AllocationDesiredStatus
{
    /// <summary>Run it.</summary>
    [JsonStringEnumMemberName("run")] Run,

    /// <summary>Stop it.</summary>
    [JsonStringEnumMemberName("stop")] Stop,

    /// <summary>Stop it, because something of a higher priority takes its place.</summary>
    [JsonStringEnumMemberName("evict")] Evict,
}

/// <summary>What a client says an allocation is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AllocationClientStatus>))]
public enum AllocationClientStatus
{
    /// <summary>Not started yet.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>At least one task runs, and none failed.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>All tasks ended well.</summary>
    [JsonStringEnumMemberName("complete")] Complete,

    /// <summary>A task failed for good.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Its node is down (set by the servers).</summary>
    [JsonStringEnumMemberName("lost")] Lost,

    /// <summary>Its node is disconnected, and it may come back (set by the servers).</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}

/// <summary>An allocation's health for its deployment.</summary>
/// <param name="Healthy">Healthy, or failed to become so in time.</param>
/// <param name="At">Since when.</param>
/// <param name="ModifyIndex">The index that told it; 0 in a report.</param>
public sealed record DeploymentHealth(bool Healthy, DateTimeOffset At, ulong ModifyIndex = 0);

/// <summary>The network that a client made for an allocation (modes <c>bridge</c> and <c>cni/…</c>).</summary>
/// <param name="Interface">The interface inside it, such as <c>eth0</c>.</param>
/// <param name="Address">Its IPv4 address, or "".</param>
/// <param name="AddressIpv6">Its IPv6 address, or "".</param>
public sealed record NetworkStatus(string Interface, string Address, string AddressIpv6 = "")
{
    /// <summary>Addresses of the name servers that it was given.</summary>
    public EquatableList<string> DnsServers { get; init => field = value ?? []; } = [];

    /// <summary>Its address: the IPv4 one where it has both.</summary>
    [JsonIgnore]
    public string AnyAddress => Address.Length > 0 ? Address : AddressIpv6;
}

/// <summary>An allocation was placed again elsewhere.</summary>
/// <param name="At">When.</param>
/// <param name="PreviousAllocation">What failed.</param>
/// <param name="PreviousNode">Where it failed.</param>
/// <param name="Delay">How long the policy made it wait.</param>
public sealed record RescheduleEvent(DateTimeOffset At, AllocationId PreviousAllocation, NodeId PreviousNode, TimeSpan Delay);

/// <summary>What a client says of one of its allocations.</summary>
/// <param name="AllocationId">The allocation.</param>
/// <param name="ClientStatus">What it is.</param>
/// <param name="ClientDescription">Why, for people.</param>
/// <param name="TaskStates">All its tasks, by name; empty: they are as the servers have them already.</param>
/// <param name="Health">Its health for its deployment, once decided.</param>
/// <param name="At">When the client saw it, by the client's clock.</param>
/// <param name="Network">Its network as it was made, or null.</param>
[JsonConverter(typeof(AllocationReportConverter))]
public sealed record AllocationReport(
    AllocationId AllocationId,
    AllocationClientStatus ClientStatus,
    string ClientDescription,
    IReadOnlyDictionary<string, TaskState> TaskStates,
    DeploymentHealth? Health,
    DateTimeOffset At,
    NetworkStatus? Network = null)
{
    /// <summary>Something may have to be done about it: the allocation has ended, or is unhealthy. It is told before what only confirms.</summary>
    [JsonIgnore]
    public bool IsUrgent => ClientStatus.IsTerminal() || Health is { Healthy: false };
}
