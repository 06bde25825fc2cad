using Actors.State.Nodes;
using Actors.State.Tables;

namespace Actors.State.Drafts;

/// <summary>A node's entry while a batch of events is applied.</summary>
internal sealed class NodeDraft(NodeEntry entry)
{
    public NodeId Id => entry.Id;

    public NodeState? State { get; set; } = entry.State;

    public TableBuilder<AllocationId, Nothing> Allocations { get; } = entry.Allocations.ToBuilder();

    public ulong AllocationsIndex { get; set; } = entry.AllocationsIndex;

    public bool IsEmpty => State is null && Allocations.Count == 0;

    public NodeEntry ToEntry() => new(entry.Id) { State = State, Allocations = Allocations.ToTable(), AllocationsIndex = AllocationsIndex };
}
