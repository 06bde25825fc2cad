using Actors.Api.Models;
using Actors.Contracts.Evaluations;

namespace Actors.Api.Mapping;

/// <summary>Evaluations in Nomad's shape.</summary>
internal static class EvaluationMapping
{
    /// <summary>An evaluation.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="related">Those it belongs together with, when they were asked for.</param>
    public static EvaluationModel ToModel(Evaluation evaluation, IReadOnlyList<Evaluation>? related = null) => new()
    {
        Id = evaluation.Id.ToString(),
        Namespace = evaluation.JobId.Namespace,
        Priority = evaluation.Priority,
        Type = evaluation.Type,
        TriggeredBy = evaluation.TriggeredBy,
        JobId = evaluation.JobId.Id,
        JobModifyIndex = evaluation.JobModifyIndex,
        NodeId = evaluation.NodeId?.ToString() ?? "",
        DeploymentId = evaluation.DeploymentId?.ToString() ?? "",
        Status = Wire.Word(evaluation.Status),
        StatusDescription = evaluation.StatusDescription,
        WaitUntil = evaluation.WaitUntil,
        NextEval = evaluation.NextEvaluation?.ToString() ?? "",
        PreviousEval = evaluation.PreviousEvaluation?.ToString() ?? "",
        BlockedEval = evaluation.BlockedEvaluation?.ToString() ?? "",
        RelatedEvals = related is null ? null : [.. related.Select(ToStub)],
        FailedTgAllocs = evaluation.FailedGroups.Count == 0 ? null : evaluation.FailedGroups.ToDictionary(g => g.Key, g => ToModel(g.Value)),
        ClassEligibility = Wire.OrNull(evaluation.ClassEligibility),
        EscapedComputedClass = evaluation.EscapedComputedClass,
        QueuedAllocations = Wire.OrNull(evaluation.QueuedAllocations),
        SnapshotIndex = evaluation.SnapshotIndex,
        CreateIndex = evaluation.CreateIndex,
        ModifyIndex = evaluation.ModifyIndex,
        CreateTime = Wire.UnixNanoseconds(evaluation.CreateTime),
        ModifyTime = Wire.UnixNanoseconds(evaluation.ModifyTime),
    };

    /// <summary>How a placement went.</summary>
    public static AllocMetricModel ToModel(AllocationMetric metric) => new()
    {
        NodesEvaluated = metric.NodesEvaluated,
        NodesFiltered = metric.NodesFiltered,
        NodesInPool = metric.NodesInPool,
        NodesAvailable = metric.NodesAvailable,
        ClassFiltered = Wire.OrNull(metric.ClassFiltered),
        ConstraintFiltered = Wire.OrNull(metric.ConstraintFiltered),
        NodesExhausted = metric.NodesExhausted,
        ClassExhausted = Wire.OrNull(metric.ClassExhausted),
        DimensionExhausted = Wire.OrNull(metric.DimensionExhausted),
        ScoreMetaData = metric.ScoreMetaData.Count == 0
            ? null
            : [.. metric.ScoreMetaData.Select(s => new NodeScoreModel { NodeId = s.NodeId.ToString(), Scores = s.Scores, NormScore = s.NormScore })],
        AllocationTime = Wire.Nanoseconds(metric.AllocationTime),
        CoalescedFailures = metric.CoalescedFailures,
    };

    private static EvaluationStubModel ToStub(Evaluation evaluation) => new()
    {
        Id = evaluation.Id.ToString(),
        Namespace = evaluation.JobId.Namespace,
        Priority = evaluation.Priority,
        Type = evaluation.Type,
        TriggeredBy = evaluation.TriggeredBy,
        JobId = evaluation.JobId.Id,
        NodeId = evaluation.NodeId?.ToString() ?? "",
        DeploymentId = evaluation.DeploymentId?.ToString() ?? "",
        Status = Wire.Word(evaluation.Status),
        StatusDescription = evaluation.StatusDescription,
        WaitUntil = evaluation.WaitUntil,
        NextEval = evaluation.NextEvaluation?.ToString() ?? "",
        PreviousEval = evaluation.PreviousEvaluation?.ToString() ?? "",
        BlockedEval = evaluation.BlockedEvaluation?.ToString() ?? "",
        CreateIndex = evaluation.CreateIndex,
        ModifyIndex = evaluation.ModifyIndex,
        CreateTime = Wire.UnixNanoseconds(evaluation.CreateTime),
        ModifyTime = Wire.UnixNanoseconds(evaluation.ModifyTime),
    };
}
