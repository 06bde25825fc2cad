using System.Text.Json.Serialization;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.State.Jobs;
using Actors.State.Nodes;
using Actors.State.Operators;

namespace Actors.State.Snapshots;

/// <summary>What a snapshot says of itself: enough to notice that a chunk is missing.</summary>
internal sealed record HeaderRow(
    ulong Index,
    long Term,
    TableIndexes Indexes,
    int Jobs,
    int Nodes,
    int Evaluations,
    int Deployments,
    int Allocations,
    IReadOnlyDictionary<string, Position> Positions,
    OperatorState? Operator = null);

/// <summary>All that hangs on a job's id and can't be derived from other rows.</summary>
internal sealed record JobRow(
    JobId Id,
    JobState? State,
    IReadOnlyList<VersionRow> Versions,
    IReadOnlyList<DeploymentId> Deployments,
    IReadOnlyDictionary<string, GroupSummary> Groups,
    ChildrenSummary? Children,
    ulong SummaryCreateIndex,
    ulong SummaryIndex,
    bool Evaluated,
    ulong AllocationsIndex,
    ulong EvaluationsIndex,
    ulong DeploymentsIndex,
    Position Position);

/// <summary>A version in use; the job only if it is no longer listed.</summary>
internal sealed record VersionRow(ulong Version, Job? Job);

/// <summary>All that hangs on a node's id and can't be derived from other rows.</summary>
internal sealed record NodeRow(NodeId Id, NodeState? State, ulong AllocationsIndex, Position Position);

/// <summary>An evaluation with the position of its own events.</summary>
internal sealed record EvaluationRow(Evaluation Evaluation, Position Position);

/// <summary>Some allocations of one job.</summary>
internal sealed record AllocationsRow([property: JsonPropertyName("j")] JobId JobId, [property: JsonPropertyName("a")] IReadOnlyList<AllocationRow> Allocations);

/// <summary>An allocation without what its job, its group and the row before say already. Names are short: there are a million of them.</summary>
internal sealed record AllocationRow
{
    [JsonPropertyName("i")]
    public AllocationId Id { get; init; }

    [JsonPropertyName("v"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ulong Version { get; init; }

    [JsonPropertyName("g")]
    public string Group { get; init; } = "";

    [JsonPropertyName("x"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int NameIndex { get; init; }

    [JsonPropertyName("n")]
    public NodeId Node { get; init; }

    /// <summary>Null: the name that the node has now.</summary>
    [JsonPropertyName("nn")]
    public string? NodeName { get; init; }

    [JsonPropertyName("e")]
    public EvaluationId Evaluation { get; init; }

    [JsonPropertyName("d")]
    public DeploymentId? Deployment { get; init; }

    [JsonPropertyName("c"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Canary { get; init; }

    [JsonPropertyName("p")]
    public AllocationId? Previous { get; init; }

    [JsonPropertyName("q")]
    public AllocationId? Next { get; init; }

    [JsonPropertyName("pb")]
    public AllocationId? PreemptedBy { get; init; }

    [JsonPropertyName("pr")]
    public IReadOnlyList<AllocationId>? Preempted { get; init; }

    [JsonPropertyName("ds"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AllocationDesiredStatus Desired { get; init; }

    [JsonPropertyName("dd")]
    public string? DesiredDescription { get; init; }

    [JsonPropertyName("mg"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Migrate { get; init; }

    [JsonPropertyName("fr"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ForceReschedule { get; init; }

    [JsonPropertyName("f")]
    public EvaluationId? Followup { get; init; }

    [JsonPropertyName("r")]
    public IReadOnlyList<RescheduleEvent>? Reschedules { get; init; }

    [JsonPropertyName("cs"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public AllocationClientStatus Client { get; init; }

    [JsonPropertyName("cd")]
    public string? ClientDescription { get; init; }

    [JsonPropertyName("t")]
    public IReadOnlyDictionary<string, TaskState>? Tasks { get; init; }

    [JsonPropertyName("h")]
    public DeploymentHealth? Health { get; init; }

    [JsonPropertyName("o")]
    public IReadOnlyList<AllocatedPort>? Ports { get; init; }

    /// <summary>What its tasks hold; null: as its group says.</summary>
    [JsonPropertyName("tr")]
    public IReadOnlyDictionary<string, AllocatedTaskResources>? Held { get; init; }

    /// <summary>How its node was chosen, where it is told for the first time in this list.</summary>
    [JsonPropertyName("m")]
    public AllocationMetric? Metric { get; init; }

    /// <summary>The number of the metric among those told in this list, from 1; 0: none.</summary>
    [JsonPropertyName("mi"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MetricNumber { get; init; }

    [JsonPropertyName("ci")]
    public ulong CreateIndex { get; init; }

    [JsonPropertyName("ii")]
    public ulong ModifyIndex { get; init; }

    [JsonPropertyName("ai")]
    public ulong AllocModifyIndex { get; init; }

    /// <summary>Ticks, UTC.</summary>
    [JsonPropertyName("ct")]
    public long CreateTime { get; init; }

    /// <summary>Ticks, UTC.</summary>
    [JsonPropertyName("it")]
    public long ModifyTime { get; init; }
}
