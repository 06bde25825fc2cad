using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Reconciliation;

namespace Actors.Scheduling.Planning;

/// <summary>Makes the one event that an evaluation's outcome is: what was reconciled, where it was placed, and what still waits.</summary>
public static class PlanBuilder
{
    /// <summary>Builds the plan.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="reconciled">What must change.</param>
    /// <param name="placed">Where it was placed; null: nothing needed a node.</param>
    /// <param name="term">The term of the scheduler that gave the evaluation its turn.</param>
    /// <param name="now">The time.</param>
    /// <param name="newId">Makes identities.</param>
    public static PlanCommitted Build(Evaluation evaluation, ReconcileResult reconciled, PlaceResult? placed, long term, DateTimeOffset now, Func<Guid> newId)
    {
        var failed = placed?.Failed ?? new Dictionary<string, AllocationMetric>();
        var replaced = placed?.Placed.Where(p => p.Previous is not null).Select(p => p.Previous!.Value).ToHashSet() ?? [];
        var queued = Queued(reconciled, placed);

        var followUps = reconciled.FollowUps.ToList();
        var preempted = placed?.Preempted ?? [];
        followUps.AddRange(preempted.DistinctBy(p => p.JobId).Select(p => Preempted(evaluation, p, now, newId)));
        var status = EvaluationStatus.Complete;
        var description = "";
        if (failed.Count > 0)
        {
            // One that waited for capacity goes on waiting; another gets a new one that waits for it.
            if (evaluation.TriggeredBy == EvaluationTriggers.QueuedAllocs)
            {
                status = EvaluationStatus.Blocked;
                description = "still no room for all of it";
            }
            else
            {
                followUps.Add(Blocked(evaluation, reconciled, placed!, queued, now, newId));
            }
        }

        return new PlanCommitted
        {
            EvaluationId = evaluation.Id,
            JobId = reconciled.JobId,
            JobVersion = reconciled.Job?.Version ?? 0,
            Term = placed?.Term ?? term,
            At = now,
            SnapshotIndex = reconciled.SnapshotIndex,
            Placements = placed?.Placed ?? [],
            Metrics = placed?.Metrics ?? [],
            Stops =
            [
                .. reconciled.Stops.Where(s => !reconciled.ConditionalStops.Contains(s.Id) || replaced.Contains(s.Id)),
                .. preempted.Select(p => new AllocationStop(p.Id, $"made room for allocation {p.By.Short} of a higher priority", DesiredStatus: Contracts.Allocations.AllocationDesiredStatus.Evict, PreemptedBy: p.By)),
            ],
            InPlaceUpdates = reconciled.InPlaceUpdates,
            Deployment = reconciled.Deployment,
            DeploymentUpdates = reconciled.DeploymentUpdates,
            Status = status,
            StatusDescription = description,
            FailedGroups = failed,
            QueuedAllocations = queued,
            ClassEligibility = status == EvaluationStatus.Blocked ? placed!.ClassEligibility : null,
            EscapedComputedClass = status == EvaluationStatus.Blocked && placed!.EscapedComputedClass,
            FollowUps = followUps,
        };
    }

    private static SortedDictionary<string, int> Queued(ReconcileResult reconciled, PlaceResult? placed)
    {
        var queued = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in reconciled.Job?.TaskGroups ?? []) queued[group.Name] = 0;
        if (reconciled.Job?.Stop == true) return queued;
        foreach (var group in reconciled.Groups) queued[group.TaskGroup] = group.Slots.Count;
        foreach (var placement in placed?.Placed ?? []) queued[placement.TaskGroup]--;
        return queued;
    }

    private static Evaluation Preempted(Evaluation evaluation, PreemptedAllocation preempted, DateTimeOffset now, Func<Guid> newId) => new()
    {
        Id = EvaluationId.From(newId()),
        JobId = preempted.JobId,
        Type = preempted.JobType,
        Priority = preempted.JobPriority,
        TriggeredBy = EvaluationTriggers.Preemption,
        PreviousEvaluation = evaluation.Id,
        CreateTime = now,
        ModifyTime = now,
    };

    private static Evaluation Blocked(Evaluation evaluation, ReconcileResult reconciled, PlaceResult placed, IReadOnlyDictionary<string, int> queued, DateTimeOffset now, Func<Guid> newId) => new()
    {
        Id = EvaluationId.From(newId()),
        JobId = reconciled.JobId,
        Type = reconciled.Job?.Type ?? evaluation.Type,
        Priority = reconciled.Job?.Priority ?? evaluation.Priority,
        TriggeredBy = EvaluationTriggers.QueuedAllocs,
        Status = EvaluationStatus.Blocked,
        StatusDescription = "waits for room for what could not be placed",
        JobModifyIndex = reconciled.Job?.JobModifyIndex ?? evaluation.JobModifyIndex,
        PreviousEvaluation = evaluation.Id,
        FailedGroups = placed.Failed,
        QueuedAllocations = queued,
        ClassEligibility = placed.ClassEligibility,
        EscapedComputedClass = placed.EscapedComputedClass,
        SnapshotIndex = placed.AtIndex,
        CreateTime = now,
        ModifyTime = now,
    };
}
