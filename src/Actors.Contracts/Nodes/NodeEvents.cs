using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;

namespace Actors.Contracts.Nodes;

/// <summary>Something that happened to one node.</summary>
public interface INodeEvent : IRegionEvent, IWithNodeId
{
    /// <summary>The evaluations that must follow from it; stored with it, so that none is ever lost.</summary>
    IReadOnlyList<Evaluation> Evaluations { get; }
}

/// <summary>A node registered, or registered anew with other facts.</summary>
/// <param name="Node">As it is from now on, status, eligibility and computed class included; indexes are set by applying.</param>
/// <param name="Evaluations">System jobs and blocked work that may want it.</param>
/// <param name="At">When.</param>
public sealed record NodeRegistered(Node Node, IReadOnlyList<Evaluation> Evaluations, DateTimeOffset At) : INodeEvent
{
    /// <inheritdoc/>
    public NodeId NodeId => Node.Id;
}

/// <summary>A node came alive, or is held for dead.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Status">From now on.</param>
/// <param name="Description">Why, for people.</param>
/// <param name="Evaluations">One for each job with allocations there.</param>
/// <param name="At">When.</param>
public sealed record NodeStatusChanged(NodeId NodeId, NodeStatus Status, string Description, IReadOnlyList<Evaluation> Evaluations, DateTimeOffset At) : INodeEvent;

/// <summary>New allocations may come from now on, or not any more.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Eligibility">From now on.</param>
/// <param name="Evaluations">Work that may want it.</param>
/// <param name="At">When.</param>
/// <param name="RequestId">The request that made it: a retry is answered from it.</param>
public sealed record NodeEligibilityChanged(NodeId NodeId, NodeEligibility Eligibility, IReadOnlyList<Evaluation> Evaluations, DateTimeOffset At, string RequestId = "") : INodeEvent;

/// <summary>A drain began, changed or ended.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Drain">From now on; null: none.</param>
/// <param name="Eligibility">From now on.</param>
/// <param name="Evaluations">One for each job that must move.</param>
/// <param name="At">When.</param>
/// <param name="RequestId">The request that made it: a retry is answered from it; "" when the drain ended by itself.</param>
/// <param name="Migrating">Allocations that are to be moved at once (their desired transition is set); null: none.</param>
/// <param name="Meta">What whoever asked for it had to say about it; null: nothing.</param>
public sealed record NodeDrainChanged(
    NodeId NodeId,
    DrainStrategy? Drain,
    NodeEligibility Eligibility,
    IReadOnlyList<Evaluation> Evaluations,
    DateTimeOffset At,
    string RequestId = "",
    IReadOnlyList<AllocationId>? Migrating = null,
    IReadOnlyDictionary<string, string>? Meta = null) : INodeEvent;

/// <summary>Someone asked to evaluate the jobs of a node, or to stop one of its allocations.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Evaluations">The evaluations that were asked for.</param>
/// <param name="Stopping">Allocations that are to be stopped and replaced (their desired transition is set).</param>
/// <param name="At">When.</param>
/// <param name="RequestId">The request that made it: a retry is answered from it; "" when nobody asked (the next step of a drain).</param>
public sealed record NodeEvaluated(NodeId NodeId, IReadOnlyList<Evaluation> Evaluations, IReadOnlyList<AllocationId> Stopping, DateTimeOffset At, string RequestId = "") : INodeEvent;

/// <summary>A node is removed for good.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Evaluations">One for each job that had allocations there.</param>
/// <param name="At">When.</param>
public sealed record NodePurged(NodeId NodeId, IReadOnlyList<Evaluation> Evaluations, DateTimeOffset At) : INodeEvent;

/// <summary>A client told how its allocations are.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="Reports">What changed.</param>
/// <param name="Evaluations">One for each job with an allocation that failed or ended so that its job must be looked at.</param>
/// <param name="At">When.</param>
public sealed record AllocationsReported(NodeId NodeId, IReadOnlyList<AllocationReport> Reports, IReadOnlyList<Evaluation> Evaluations, DateTimeOffset At) : INodeEvent;
