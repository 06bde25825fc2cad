using Actors.Contracts.Nodes;
using Actors.State.Tables;

namespace Actors.State.Nodes;

/// <summary>All that hangs on a node's id: the node itself (if it is registered) and its allocations.</summary>
internal sealed record NodeEntry(NodeId Id)
{
    public NodeState? State { get; init; }

    public Table<AllocationId, Nothing> Allocations { get; init; } = Table<AllocationId, Nothing>.Empty;

    public ulong AllocationsIndex { get; init; }

    /// <summary>It is registered and ready, and does not drain: nothing has to be done about what runs there.</summary>
    public bool IsWell => State?.Node is { Status: NodeStatus.Ready, Drain: null };
}
