using System.Buffers;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.State;

namespace Actors.Scheduling.Reconciliation;

/// <summary>
/// Most evaluations of a large job find that nothing is to be done. Mostly what the state has counted tells so. Where it can't, two walks
/// find out that do next to nothing for each allocation, so that waiting for one allocation's memory goes on beside waiting for the next ones'.
/// </summary>
internal static class QuietAllocations
{
    /// <summary>Whether a job is one of those that are found out about as a whole: with one group, of which its allocations are if they are of its version.</summary>
    /// <param name="job">The job as it is.</param>
    public static bool MayBe(Job job) => job is { Type: JobTypes.Service or JobTypes.Batch, TaskGroups: [_] } && job.Stop != true && !Reconciler.IsTemplate(job);

    /// <summary>The same of a whole job as <see cref="Are"/> says of a group, by what the state has counted: none of the allocations is looked at.</summary>
    /// <param name="state">The state.</param>
    /// <param name="id">The job.</param>
    /// <param name="job">The job as it is, or would be.</param>
    /// <returns>Null: only they themselves can tell.</returns>
    public static bool? AllAre(RegionState state, JobId id, Job job) =>
        MayBe(job) && job.TaskGroups[0] is { Disconnect: null } only ? state.AllUndisturbed(id, job.Version, only.Count ?? 1) : false;

    /// <summary>Whether a group has as many as it wants, all of the job's version, running (or about to) where nothing is wrong, and nothing is wanted of them.</summary>
    /// <param name="input">What is looked at.</param>
    /// <param name="job">The job as it is.</param>
    /// <param name="group">The group.</param>
    /// <param name="allocations">Its allocations; of a job with one group all of the job's: what runs its version is of that group.</param>
    public static bool Are(ReconcileInput input, Job job, TaskGroup group, ReadOnlySpan<Allocation> allocations)
    {
        // Of two that are one too many after a disconnect the group says which stays.
        if (allocations.Length != (group.Count ?? 1) || group.Disconnect is not null) return false;
        var nodes = ArrayPool<NodeId>.Shared.Rent(allocations.Length);
        try
        {
            var quiet = true;
            for (var i = 0; i < allocations.Length; i++)
            {
                var allocation = allocations[i];
                quiet &= (allocation.DesiredStatus == AllocationDesiredStatus.Run)
                    & (allocation.ClientStatus is AllocationClientStatus.Pending or AllocationClientStatus.Running)
                    & (allocation.JobVersion == job.Version)
                    & !allocation.Migrate
                    & !allocation.Canary;
                nodes[i] = allocation.NodeId;
            }

            for (var i = 0; quiet && i < allocations.Length; i++) quiet = input.FindNode(nodes[i]) is { Status: NodeStatus.Ready, Drain: null };
            return quiet;
        }
        finally
        {
            ArrayPool<NodeId>.Shared.Return(nodes);
        }
    }
}
