using Actors.Contracts.Allocations;

namespace Actors.Contracts.Nodes;

/// <summary>Carries the id of the node it is about: routes to its actor.</summary>
public interface IWithNodeId
{
    /// <summary>The node.</summary>
    NodeId NodeId { get; }
}

/// <summary>A command to one node's actor.</summary>
public interface INodeCommand : IRegionCommand, IWithNodeId;

/// <summary>The agent says what it is; also when a fingerprint changed. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="Node">The node as its agent sees it; the servers' own fields (status, eligibility, indexes) are ignored.</param>
public sealed record RegisterNode(CommandContext Context, Node Node) : INodeCommand
{
    /// <inheritdoc/>
    public NodeId NodeId => Node.Id;
}

/// <summary>The sweeper (or a first heartbeat) says whether a node lives.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
/// <param name="Status">Alive or not.</param>
/// <param name="Description">Why, for people.</param>
public sealed record UpdateNodeStatus(CommandContext Context, NodeId NodeId, NodeStatus Status, string Description) : INodeCommand;

/// <summary>An operator lets new allocations come, or keeps them away.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
/// <param name="Eligibility">May they come?</param>
public sealed record SetNodeEligibility(CommandContext Context, NodeId NodeId, NodeEligibility Eligibility) : INodeCommand;

/// <summary>An operator empties a node, or stops emptying it.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
/// <param name="Drain">How; null stops a drain.</param>
/// <param name="MarkEligible">With a stop: let allocations come again.</param>
/// <param name="Meta">What the operator has to say about it; null: nothing.</param>
public sealed record SetNodeDrain(CommandContext Context, NodeId NodeId, DrainStrategy? Drain, bool MarkEligible, IReadOnlyDictionary<string, string>? Meta = null) : INodeCommand;

/// <summary>Take the next step of a drain, if there is one: migrate what may move now, or end the drain when all is gone. Answered with <see cref="NodeEvaluationsCreated"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
public sealed record ContinueDrain(CommandContext Context, NodeId NodeId) : INodeCommand;

/// <summary>An operator asks to evaluate again every job that has allocations on the node, and every system job.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
public sealed record EvaluateNode(CommandContext Context, NodeId NodeId) : INodeCommand;

/// <summary>An operator removes a node for good; its allocations are lost.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
public sealed record PurgeNode(CommandContext Context, NodeId NodeId) : INodeCommand;

/// <summary>Forget a node that is long gone, if it still is as it was seen. Answered with <see cref="CommandAccepted"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
/// <param name="ModifyIndex">The node's ModifyIndex when it was found to be of no more use.</param>
public sealed record CollectNode(CommandContext Context, NodeId NodeId, ulong ModifyIndex) : INodeCommand;

/// <summary>The client says how its allocations are. Answered with <see cref="CommandAccepted"/>; then, and only then, the client may forget the report.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node.</param>
/// <param name="Reports">The allocations whose state changed, each once, the latest state.</param>
public sealed record ReportAllocations(CommandContext Context, NodeId NodeId, IReadOnlyList<AllocationReport> Reports) : INodeCommand;

/// <summary>A user stops one allocation; the job's evaluation will replace it. Answered with <see cref="NodeEvaluationsCreated"/>.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="NodeId">The node it is on.</param>
/// <param name="AllocationId">The allocation.</param>
public sealed record StopAllocation(CommandContext Context, NodeId NodeId, AllocationId AllocationId) : INodeCommand;

/// <summary>The command is carried out, and these evaluations came of it.</summary>
/// <param name="Index">The index of the event.</param>
/// <param name="Evaluations">The evaluations created.</param>
public sealed record NodeEvaluationsCreated(ulong Index, IReadOnlyList<EvaluationId> Evaluations) : ICommandReply;
