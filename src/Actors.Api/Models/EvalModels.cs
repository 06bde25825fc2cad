using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>An evaluation.</summary>
internal sealed record EvaluationModel
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    public required int Priority { get; init; }

    public required string Type { get; init; }

    public required string TriggeredBy { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required ulong JobModifyIndex { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public ulong NodeModifyIndex { get; init; }

    [JsonPropertyName("DeploymentID")]
    public required string DeploymentId { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public long Wait { get; init; }

    public required DateTimeOffset? WaitUntil { get; init; }

    public required string NextEval { get; init; }

    public required string PreviousEval { get; init; }

    public required string BlockedEval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EvaluationStubModel>? RelatedEvals { get; init; }

    [JsonPropertyName("FailedTGAllocs")]
    public required IReadOnlyDictionary<string, AllocMetricModel>? FailedTgAllocs { get; init; }

    public required IReadOnlyDictionary<string, bool>? ClassEligibility { get; init; }

    public required bool EscapedComputedClass { get; init; }

    public string QuotaLimitReached { get; init; } = "";

    public bool AnnotatePlan { get; init; }

    public required IReadOnlyDictionary<string, int>? QueuedAllocations { get; init; }

    public required ulong SnapshotIndex { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required long CreateTime { get; init; }

    public required long ModifyTime { get; init; }
}

/// <summary>An evaluation that another one belongs to.</summary>
internal sealed record EvaluationStubModel
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    public required int Priority { get; init; }

    public required string Type { get; init; }

    public required string TriggeredBy { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    [JsonPropertyName("DeploymentID")]
    public required string DeploymentId { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public required DateTimeOffset? WaitUntil { get; init; }

    public required string NextEval { get; init; }

    public required string PreviousEval { get; init; }

    public required string BlockedEval { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required long CreateTime { get; init; }

    public required long ModifyTime { get; init; }
}

/// <summary>How many evaluations there are.</summary>
internal sealed record EvaluationCountResponse(int Count);

/// <summary>How a placement went.</summary>
internal sealed record AllocMetricModel
{
    public required int NodesEvaluated { get; init; }

    public required int NodesFiltered { get; init; }

    public required int NodesInPool { get; init; }

    public required IReadOnlyDictionary<string, int>? NodesAvailable { get; init; }

    public required IReadOnlyDictionary<string, int>? ClassFiltered { get; init; }

    public required IReadOnlyDictionary<string, int>? ConstraintFiltered { get; init; }

    public required int NodesExhausted { get; init; }

    public required IReadOnlyDictionary<string, int>? ClassExhausted { get; init; }

    public required IReadOnlyDictionary<string, int>? DimensionExhausted { get; init; }

    public IReadOnlyList<string>? QuotaExhausted { get; init; }

    public IReadOnlyDictionary<string, ResourcesModel>? ResourcesExhausted { get; init; }

    /// <summary>The older form of <see cref="ScoreMetaData"/>: never filled.</summary>
    public IReadOnlyDictionary<string, double>? Scores { get; init; }

    public required IReadOnlyList<NodeScoreModel>? ScoreMetaData { get; init; }

    public required long AllocationTime { get; init; }

    public required int CoalescedFailures { get; init; }
}

/// <summary>A node's score.</summary>
internal sealed record NodeScoreModel
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    public required double NormScore { get; init; }
}

/// <summary>Why an evaluation placed what where, and what nowhere: with nodes by name. (Nomad has no such answer.)</summary>
internal sealed record EvaluationExplanation
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string Namespace { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public required ulong SnapshotIndex { get; init; }

    public required IReadOnlyList<PlacedExplanation> Placed { get; init; }

    public required IReadOnlyDictionary<string, FailedExplanation> Failed { get; init; }
}

/// <summary>Why an allocation is where it is.</summary>
internal sealed record PlacedExplanation
{
    [JsonPropertyName("AllocID")]
    public required string AllocId { get; init; }

    public required string Name { get; init; }

    public required string TaskGroup { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required int NodesEvaluated { get; init; }

    public required int NodesFiltered { get; init; }

    public required int NodesExhausted { get; init; }

    /// <summary>The best nodes, the best first.</summary>
    public required IReadOnlyList<ScoredNode> Scores { get; init; }

    /// <summary>Why the others were turned down.</summary>
    public required IReadOnlyList<VerdictModel> Verdicts { get; init; }
}

/// <summary>Why a group found no node.</summary>
internal sealed record FailedExplanation
{
    public required int NodesEvaluated { get; init; }

    public required int NodesFiltered { get; init; }

    public required int NodesExhausted { get; init; }

    /// <summary>Allocations of the group that could not be placed.</summary>
    public required int Unplaced { get; init; }

    public required IReadOnlyList<VerdictModel> Verdicts { get; init; }
}

/// <summary>A node with its score, by name.</summary>
internal sealed record ScoredNode
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    public required double NormScore { get; init; }
}

/// <summary>A check that some nodes fail first.</summary>
internal sealed record VerdictModel
{
    public required string Check { get; init; }

    public required string Needed { get; init; }

    public required int Count { get; init; }

    /// <summary>Those that come nearest to passing it.</summary>
    public required IReadOnlyList<ShortfallModel> Nearest { get; init; }
}

/// <summary>What a node has where something else was needed.</summary>
internal sealed record ShortfallModel
{
    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    public required string Had { get; init; }
}
