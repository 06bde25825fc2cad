using Actors.State.Tables;

namespace Actors.State.Nodes;

/// <summary>All that hangs on a node's id: the node itself (if it is registered) and its allocations.</summary>
internal sealed record NodeEntry(NodeId Id)
{
    public NodeState? State { get; init; }

    public Table<AllocationId, Nothing> Allocations { get; init; } = Table<AllocationId, Nothing>.Empty;

    public ulong AllocationsIndex { get; init; }
}
