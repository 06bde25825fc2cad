using Actors.Contracts.Collections;
using Actors.Contracts.Nodes;
using Actors.State.Jobs;

namespace Actors.State.Nodes;

/// <summary>A node with its recent requests: what the region's state holds of it, and what the node's own actor lives from.</summary>
public sealed record NodeState
{
    /// <summary>How many requests are remembered, so that their retries are answered and not carried out again.</summary>
    public const int RememberedRequests = 8;

    /// <summary>How many events a node keeps (Nomad's bound).</summary>
    public const int RememberedEvents = 10;

    /// <summary>The node as it is.</summary>
    public required Node Node { get; init; }

    /// <summary>The latest requests of operators that were carried out, the oldest first.</summary>
    public EquatableList<HandledRequest> RecentRequests { get; init; } = [];

    /// <summary>What was answered to a request, or null when it is not (or no longer) known.</summary>
    public HandledRequest? FindRequest(string requestId) => RecentRequests.FirstOrDefault(r => r.RequestId == requestId);
}
