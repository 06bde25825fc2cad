using Actors.Contracts.Link;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Link;

/// <summary>To the link: begin, and stay, connected.</summary>
internal sealed record ConnectLink;

/// <summary>To the link: send a frame; dropped when there is no connection (what matters is sent again after the next welcome).</summary>
/// <param name="Frame">The frame.</param>
internal sealed record SendFrame(ClientFrame Frame);

/// <summary>To the agent: there is a connection; say hello.</summary>
internal sealed record LinkUp;

/// <summary>To the agent: a frame came.</summary>
/// <param name="Frame">The frame.</param>
internal sealed record LinkFrame(ServerFrame Frame);

/// <summary>To the agent: the connection is gone; the link connects again by itself.</summary>
/// <param name="Reason">Why, for people.</param>
internal sealed record LinkDown(string Reason);

/// <summary>What the link tells itself.</summary>
internal interface ILinkEvent : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>A frame came over a connection.</summary>
/// <param name="Connection">Which: what comes from an older one is ignored.</param>
/// <param name="Frame">The frame.</param>
internal sealed record FrameReceived(LinkConnection Connection, ServerFrame Frame) : ILinkEvent;

/// <summary>A connection ended.</summary>
/// <param name="Connection">Which.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record ConnectionLost(LinkConnection Connection, string Reason) : ILinkEvent;

/// <summary>A heartbeat is due.</summary>
internal sealed record HeartbeatDue : ILinkEvent;

/// <summary>Something expected did not come in time.</summary>
/// <param name="Connection">Over which connection.</param>
/// <param name="Expected">What.</param>
internal sealed record LinkSilent(LinkConnection Connection, string Expected) : ILinkEvent;
