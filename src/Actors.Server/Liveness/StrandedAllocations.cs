using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Server.Replica;
using Actors.State;

namespace Actors.Server.Liveness;

/// <summary>
/// Finds allocations on nodes that are down which no evaluation will look at. That happens when a node goes down in the very moment in which
/// a plan puts something on it: the node didn't know of the plan, and the plan didn't know of the node's end.
/// </summary>
internal static class StrandedAllocations
{
    /// <summary>The nodes that must be evaluated again.</summary>
    /// <param name="update">What changed; without changes, all nodes are looked at.</param>
    public static IReadOnlyList<NodeId> Find(ReplicaUpdate update)
    {
        var touched = update.Changes is { } changes
            ? changes.Nodes.Concat(changes.Entries.Select(e => e.Event).OfType<PlanCommitted>().SelectMany(p => p.Placements).Select(p => p.NodeId)).Distinct()
            : update.State.Nodes.Select(n => n.Id);
        return [.. touched.Where(id => update.State.FindNode(id) is { Status: NodeStatus.Down } && IsStranded(update.State, id))];
    }

    private static bool IsStranded(RegionState state, NodeId node) => state.AllocationsOfNode(node)
        .Where(a => !a.Terminal && a.ClientStatus != AllocationClientStatus.Unknown)
        .Select(a => a.JobId)
        .Distinct()
        .Any(job => state.EvaluationsOfJob(job).All(e => e.Status != EvaluationStatus.Pending));
}
