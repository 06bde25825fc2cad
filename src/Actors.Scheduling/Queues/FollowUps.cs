using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.State;

namespace Actors.Scheduling.Queues;

/// <summary>The evaluations that are to look at an allocation again at a time: what failed and waits for its delay, what is cut off and may come back.</summary>
public static class FollowUps
{
    /// <summary>Those whose time has not come, and that nothing waits for any more: what they were for was placed again sooner, or stopped.</summary>
    /// <param name="state">The state after the changes.</param>
    /// <param name="changes">The changes.</param>
    /// <returns>The evaluations, which must be cancelled.</returns>
    public static IReadOnlyCollection<EvaluationId> NotNeeded(RegionState state, StateChanges changes)
    {
        HashSet<EvaluationId>? left = null;
        foreach (var plan in changes.Entries.Select(e => e.Event).OfType<PlanCommitted>())
        {
            foreach (var stop in plan.Stops)
            {
                if (stop.FollowUp is null && state.FindAllocation(stop.Id)?.FollowupEvaluation is { } id && state.FindEvaluation(id) is { Status: EvaluationStatus.Pending, WaitUntil: not null })
                    (left ??= []).Add(id);
            }
        }

        if (left is null) return [];
        foreach (var job in left.Select(id => state.FindEvaluation(id)!.JobId).ToHashSet())
        {
            foreach (var allocation in state.AllocationsOfJob(job))
            {
                if (allocation.FollowupEvaluation is { } id && Waits(allocation)) left.Remove(id);
            }
        }

        return left;
    }

    private static bool Waits(Allocation allocation) => allocation.ClientStatus switch
    {
        AllocationClientStatus.Failed or AllocationClientStatus.Unknown => !allocation.ServerTerminal,
        AllocationClientStatus.Lost => allocation.NextAllocation is null,
        _ => false,
    };
}
