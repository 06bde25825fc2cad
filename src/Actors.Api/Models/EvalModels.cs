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
