namespace Actors.Server.Hosting;

/// <summary>Where a server answers, as it tells the others itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HttpAddress">Its HTTP API, <c>host:port</c>.</param>
/// <param name="RpcAddress">Its client link, <c>host:port</c>.</param>
/// <param name="ClusterAddress">Its Akka address.</param>
/// <param name="Members">The Akka addresses of the servers that are members of its cluster, as it knows them; none from a server of an earlier version.</param>
internal sealed record ServerInfo(string Name, string HttpAddress, string RpcAddress, string ClusterAddress, IReadOnlyList<string>? Members = null) : IServerMessage;

/// <summary>Asks a server for its <see cref="ServerInfo"/>.</summary>
internal sealed record WhoAreYou : IServerMessage;
