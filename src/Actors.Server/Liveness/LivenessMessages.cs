using Actors.Contracts;
using Actors.Server.Hosting;

namespace Actors.Server.Liveness;

/// <summary>The clients that a server heard of since it last told: never stored, one message a second from each server however many clients it has.</summary>
/// <param name="Server">The server that heard them, by name.</param>
/// <param name="Beats">Each client once.</param>
internal sealed record NodeBeats(string Server, IReadOnlyList<NodeBeat> Beats) : IServerMessage;

/// <summary>A client was heard.</summary>
/// <param name="NodeId">The client.</param>
/// <param name="TtlMs">The time it was given for its next heartbeat, in milliseconds.</param>
internal sealed record NodeBeat(NodeId NodeId, long TtlMs);
