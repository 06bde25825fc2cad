using Actors.Contracts;
using Actors.Contracts.Link;
using Actors.State;
using Akka.Actor;

namespace Actors.Server.Link;

/// <summary>A client opened a stream to this server. Answered with the session's <see cref="IActorRef"/>.</summary>
/// <param name="Outgoing">What the session sends.</param>
/// <param name="Peer">The client's address, for people.</param>
internal sealed record OpenSession(OutgoingFrames Outgoing, string Peer) : INoSerializationVerificationNeeded;

/// <summary>A frame from the client. Answered with <see cref="FrameTaken"/>: only then is the next one read.</summary>
internal sealed record FrameReceived(ClientFrame Frame) : INoSerializationVerificationNeeded;

/// <summary>The session has taken the frame.</summary>
internal sealed record FrameTaken : INoSerializationVerificationNeeded
{
    /// <summary>The only one.</summary>
    public static FrameTaken Instance { get; } = new();
}

/// <summary>The stream ended.</summary>
/// <param name="Reason">Why, for people.</param>
internal sealed record StreamClosed(string Reason) : INoSerializationVerificationNeeded;

/// <summary>The frame with the desired set is on the stream: the next one may follow.</summary>
internal sealed record DesiredWritten : INoSerializationVerificationNeeded
{
    /// <summary>The only one.</summary>
    public static DesiredWritten Instance { get; } = new();
}

/// <summary>Something on the session's node changed.</summary>
/// <param name="State">The state with the change.</param>
/// <param name="Allocations">Of which allocations what is desired changed; null: of any.</param>
internal sealed record NodeTouched(RegionState State, IReadOnlyList<AllocationId>? Allocations) : INoSerializationVerificationNeeded;

/// <summary>A session's node is registered: it takes the place of older sessions of the node.</summary>
/// <param name="NodeId">The node.</param>
/// <param name="RegisteredAt">The index of the registration.</param>
internal sealed record SessionRegistered(NodeId NodeId, ulong RegisteredAt) : INoSerializationVerificationNeeded;

/// <summary>A session heard its client.</summary>
/// <param name="NodeId">The client.</param>
/// <param name="Ttl">The time it was given for its next heartbeat.</param>
internal sealed record ClientHeard(NodeId NodeId, TimeSpan Ttl) : INoSerializationVerificationNeeded;

/// <summary>A session has reports of its client, and waits for its turn (<see cref="ReportTurn"/>).</summary>
/// <param name="Urgent">They go ahead of what only confirms.</param>
internal sealed record AskReportTurn(bool Urgent) : INoSerializationVerificationNeeded;

/// <summary>It is the session's turn. It says when it is over: <see cref="ReportTurnOver"/>.</summary>
internal sealed record ReportTurn : INoSerializationVerificationNeeded
{
    /// <summary>The only one.</summary>
    public static ReportTurn Instance { get; } = new();
}

/// <summary>A session's turn is over.</summary>
/// <param name="Took">How long the servers took with the reports; null when they were not asked.</param>
internal sealed record ReportTurnOver(TimeSpan? Took) : INoSerializationVerificationNeeded;
