using Actors.Server.Entities;
using Actors.Server.Hosting;

namespace Actors.Server.Link;

/// <summary>What every session of this server shares.</summary>
/// <param name="Options">The server's options.</param>
/// <param name="Replica">The server's replica.</param>
/// <param name="Commands">The way to the entities.</param>
/// <param name="RpcAddresses">The client links of all servers, <c>host:port</c>.</param>
/// <param name="Time">The clock.</param>
internal sealed record LinkContext(ServerOptions Options, IReplicaView Replica, CommandRouter Commands, Func<IReadOnlyList<string>> RpcAddresses, TimeProvider Time)
{
    /// <summary>The jobs that clients are sent.</summary>
    public DesiredJobs Jobs { get; } = new();
}
