using Actors.Contracts;
using Actors.Contracts.Scheduling;
using Actors.State;

namespace Actors.Server;

/// <summary>The region as this server sees it: what the HTTP API and .NET services hosted beside it read, wait for and change.</summary>
public interface IRegion
{
    /// <summary>The region's name, such as <c>global</c>.</summary>
    string Name { get; }

    /// <summary>This server's name.</summary>
    string ServerName { get; }

    /// <summary>The state that this server's replica has now. A reference: costs nothing, never changes.</summary>
    RegionState State { get; }

    /// <summary>The state, no older than what was committed when this was called (asks the log's writer where it is, then waits for the replica).</summary>
    /// <exception cref="RegionUnavailableException">There is no leader.</exception>
    Task<RegionState> ReadConsistentAsync(CancellationToken cancellationToken);

    /// <summary>The state at an index or later.</summary>
    Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken);

    /// <summary>Waits until the target changed after an index, or the time is up: the latest state either way.</summary>
    /// <param name="target">What to watch.</param>
    /// <param name="afterIndex">Changes up to here are known to the caller.</param>
    /// <param name="wait">How long at most.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    Task<RegionState> WaitForChangeAsync(WatchTarget target, ulong afterIndex, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Follows this server's replica: first the state as it is, then every step. Ends when the server leaves its cluster.</summary>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <exception cref="RegionUnavailableException">The caller is too slow, or the server is not started.</exception>
    IAsyncEnumerable<RegionStep> FollowAsync(CancellationToken cancellationToken);

    /// <summary>Sends a command to the aggregate that owns what it changes, and waits for the answer and until this server's replica shows it.</summary>
    /// <returns>The aggregate's own reply, or a <see cref="CommandRefused"/> (also for no leader and for a passed deadline).</returns>
    Task<ICommandReply> SendAsync(IRegionCommand command, CancellationToken cancellationToken);

    /// <summary>Asks the scheduler where it would put something, reserving nothing.</summary>
    /// <exception cref="RegionUnavailableException">There is no leader.</exception>
    Task<PlaceResult> PlanAsync(PlaceRequest request, CancellationToken cancellationToken);

    /// <summary>The server that leads (log, scheduler), or null when there is none.</summary>
    ServerMember? Leader { get; }

    /// <summary>All servers of the region that this one knows, itself included.</summary>
    IReadOnlyList<ServerMember> Members { get; }

    /// <summary>Asks a client about one of its allocations (or itself), over the stream it holds to whichever server.</summary>
    /// <param name="node">The client.</param>
    /// <param name="method">As in the client link: <c>fs.logs</c>, <c>fs.ls</c> …</param>
    /// <param name="argumentsJson">The method's arguments, as a JSON object.</param>
    /// <param name="cancellationToken">The caller is gone: the client is told.</param>
    /// <exception cref="ClientUnreachableException">No server holds a stream of that client.</exception>
    Task<IClientCall> CallClientAsync(NodeId node, string method, ReadOnlyMemory<byte> argumentsJson, CancellationToken cancellationToken);
}

/// <summary>A step of a replica.</summary>
/// <param name="State">The state from now on.</param>
/// <param name="Changes">What changed since the step before; null: anything may have changed.</param>
public sealed record RegionStep(RegionState State, StateChanges? Changes);

/// <summary>A server of the region.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HttpAddress">Its HTTP API, <c>host:port</c>.</param>
/// <param name="RpcAddress">Its client link, <c>host:port</c>.</param>
/// <param name="ClusterAddress">Its Akka cluster address.</param>
/// <param name="Status">Nomad's word: alive, leaving, left, failed.</param>
/// <param name="IsLeader">It leads.</param>
public sealed record ServerMember(string Name, string HttpAddress, string RpcAddress, string ClusterAddress, string Status, bool IsLeader);

/// <summary>A request under way to a client: its answer arrives in pieces.</summary>
public interface IClientCall : IAsyncDisposable
{
    /// <summary>The pieces of the answer, as they arrive.</summary>
    /// <exception cref="ClientCallException">The client refused or failed; thrown when the pieces before it were read.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>Sends something into the request (the standard input of an exec, for example).</summary>
    Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Nothing more will be sent into the request.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>The region has no leader that answers in time.</summary>
public sealed class RegionUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No server holds a stream of the client.</summary>
public sealed class ClientUnreachableException(NodeId node) : Exception($"node {node} is not connected to any server")
{
    /// <summary>The client.</summary>
    public NodeId Node { get; } = node;
}

/// <summary>The client answered with an error.</summary>
public sealed class ClientCallException(int status, string message) : Exception(message)
{
    /// <summary>HTTP's code for it: 400, 404, 500 …</summary>
    public int Status { get; } = status;
}
