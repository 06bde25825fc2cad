using System.Buffers;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Reconciliation;

/// <summary>
/// Most evaluations of a large job find that nothing is to be done. That is found out by two walks that do next to nothing for each
/// allocation, so that waiting for one allocation's memory goes on beside waiting for the next ones'.
/// </summary>
internal static class QuietAllocations
{
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
