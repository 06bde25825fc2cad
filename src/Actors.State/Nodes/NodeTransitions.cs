using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Text;
using Actors.State.Jobs;

namespace Actors.State.Nodes;

/// <summary>How a node's own events change it.</summary>
public static class NodeTransitions
{
    /// <summary>Who says what is told in a node's events.</summary>
    private const string Cluster = "Cluster";
    private const string Drain = "Drain";

    /// <summary>The node after an event; null when it is gone.</summary>
    /// <param name="state">Before; null when there was no such node.</param>
    /// <param name="happened">The event.</param>
    /// <param name="index">Its index.</param>
    /// <exception cref="InvalidOperationException">The event is about a node that does not exist, or is of an unknown kind.</exception>
    public static NodeState? Apply(NodeState? state, INodeEvent happened, ulong index)
    {
        if (happened is NodeRegistered registered) return Register(state, registered, index);

        if (state is null)
            throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of node {happened.NodeId}, which does not exist");

        return happened switch
        {
            NodeStatusChanged status => Change(state, StatusMessage(state.Node, status), Cluster, status, index, "", node => node with
            {
                Status = status.Status,
                StatusDescription = status.Description,
                StatusUpdatedAt = status.At.ToUnixTimeSeconds(),
            }),
            NodeEligibilityChanged eligibility => Change(
                state,
                eligibility.Eligibility == NodeEligibility.Eligible ? "Node may take new allocations" : "Node takes no new allocations",
                Cluster,
                eligibility,
                index,
                eligibility.RequestId,
                node => node with { Eligibility = eligibility.Eligibility }),
            NodeDrainChanged drain => Change(state, DrainMessage(state.Node, drain), Drain, drain, index, drain.RequestId, node => node with
            {
                Drain = drain.Drain,
                LastDrain = LastDrain(node, drain),
                Eligibility = drain.Eligibility,
            }),
            NodeEvaluated evaluated => Remember(state, evaluated.RequestId, evaluated.Evaluations, index),
            AllocationsReported => state,
            NodePurged => null,
            _ => throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of node {happened.NodeId} is no event that a node knows"),
        };
    }

    /// <summary>The node, with one copy of what it has in common with many: each event and each row that is read has its own.</summary>
    internal static Node WithSharedTexts(Node node) => node with
    {
        Datacenter = Texts.Share(node.Datacenter),
        NodePool = Texts.Share(node.NodePool),
        NodeClass = Texts.Share(node.NodeClass),
        ComputedClass = Texts.Share(node.ComputedClass),
    };

    private static NodeState Register(NodeState? state, NodeRegistered happened, ulong index)
    {
        var before = state?.Node;
        var node = WithSharedTexts(happened.Node) with
        {
            CreateIndex = before?.CreateIndex ?? index,
            ModifyIndex = index,
            Events = before?.Events ?? [],
        };
        if (before is null) node = WithEvent(node, "Node registered", Cluster, happened.At, index);
        else if (before.Status == NodeStatus.Down && node.Status != NodeStatus.Down) node = WithEvent(node, "Node registered again", Cluster, happened.At, index);

        return state is null ? new NodeState { Node = node } : state with { Node = node };
    }

    private static string StatusMessage(Node before, NodeStatusChanged happened) => happened.Status switch
    {
        NodeStatus.Down => "Node is down: heartbeats stopped",
        NodeStatus.Disconnected => "Node is disconnected: heartbeats stopped",
        NodeStatus.Ready when before.Status is NodeStatus.Down or NodeStatus.Disconnected => "Node is back: heartbeats arrive again",
        NodeStatus.Ready => "Node is ready",
        _ => $"Node is {happened.Status.ToString().ToLowerInvariant()}",
    };

    private static DrainMetadata? LastDrain(Node before, NodeDrainChanged happened) => (before.Drain, happened.Drain) switch
    {
        (var known, { } drain) => new(drain.StartedAt, happened.At, DrainStatus.Draining) { Meta = happened.Meta ?? (known is null ? null : before.LastDrain?.Meta) },
        ({ } drain, null) => new(drain.StartedAt, happened.At, happened.RequestId.Length == 0 ? DrainStatus.Complete : DrainStatus.Canceled) { Meta = happened.Meta ?? before.LastDrain?.Meta },
        _ => before.LastDrain,
    };

    private static string DrainMessage(Node before, NodeDrainChanged happened) => (before.Drain, happened.Drain) switch
    {
        (null, not null) => "Node drain began",
        (not null, not null) => "Node drain changed",
        (not null, null) when happened.RequestId.Length == 0 => "Node drain complete",
        (not null, null) => "Node drain cancelled",
        _ => "Node is not draining",
    };

    private static NodeState Change(NodeState state, string message, string subsystem, INodeEvent happened, ulong index, string requestId, Func<Node, Node> change)
    {
        var node = WithEvent(change(state.Node) with { ModifyIndex = index }, message, subsystem, happened.At, index);
        return Remember(state with { Node = node }, requestId, happened.Evaluations, index);
    }

    private static Node WithEvent(Node node, string message, string subsystem, DateTimeOffset at, ulong index) => node with
    {
        Events = node.Events.TakeLast(NodeState.RememberedEvents - 1).Append(new NodeLogEvent(message, subsystem, at, null, index)).ToArray(),
    };

    private static NodeState Remember(NodeState state, string requestId, IReadOnlyList<Evaluation> evaluations, ulong index)
    {
        if (requestId.Length == 0) return state;

        var request = new HandledRequest(requestId, index, 0, evaluations.Select(e => e.Id).ToEquatableList());
        return state with { RecentRequests = state.RecentRequests.TakeLast(NodeState.RememberedRequests - 1).Append(request).ToEquatableList() };
    }
}
