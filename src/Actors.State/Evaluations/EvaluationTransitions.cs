using Actors.Contracts.Evaluations;

namespace Actors.State.Evaluations;

/// <summary>How an evaluation's own events change it.</summary>
public static class EvaluationTransitions
{
    /// <summary>The evaluation after an event.</summary>
    /// <param name="evaluation">Before.</param>
    /// <param name="happened">The event.</param>
    /// <param name="index">Its index.</param>
    /// <exception cref="InvalidOperationException">The event is of an unknown kind.</exception>
    public static Evaluation Apply(Evaluation evaluation, IEvaluationEvent happened, ulong index)
    {
        evaluation = happened switch
        {
            PlanCommitted plan => Planned(evaluation, plan),
            EvaluationStatusChanged changed => evaluation with
            {
                Status = changed.Status,
                StatusDescription = changed.Description,
                NextEvaluation = changed.FollowUp?.Id ?? evaluation.NextEvaluation,
            },
            _ => throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of evaluation {evaluation.Id} is no event that an evaluation knows"),
        };
        return evaluation with { ModifyIndex = index, ModifyTime = happened.At };
    }

    private static Evaluation Planned(Evaluation evaluation, PlanCommitted plan)
    {
        var blocked = plan.FollowUps.FirstOrDefault(f => f.Status == EvaluationStatus.Blocked);
        var next = plan.FollowUps.FirstOrDefault(f => f.Status != EvaluationStatus.Blocked);
        return evaluation with
        {
            Status = plan.Status,
            StatusDescription = plan.StatusDescription,
            FailedGroups = plan.FailedGroups,
            QueuedAllocations = plan.QueuedAllocations,
            SnapshotIndex = plan.SnapshotIndex,
            ClassEligibility = plan.ClassEligibility ?? evaluation.ClassEligibility,
            EscapedComputedClass = plan.ClassEligibility is null ? evaluation.EscapedComputedClass : plan.EscapedComputedClass,
            BlockedEvaluation = blocked?.Id ?? evaluation.BlockedEvaluation,
            NextEvaluation = next?.Id ?? evaluation.NextEvaluation,
        };
    }
}
