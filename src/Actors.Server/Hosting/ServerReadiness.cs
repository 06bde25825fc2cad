namespace Actors.Server.Hosting;

/// <summary>Whether this server can answer everything.</summary>
public interface IServerReadiness
{
    /// <summary>It is in the cluster, there is a leader, and its replica is there.</summary>
    bool IsReady { get; }

    /// <summary>Waits until it is so.</summary>
    /// <exception cref="RegionUnavailableException">It can't become so: the message says why.</exception>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken);
}

/// <inheritdoc/>
internal sealed class ServerReadiness(ServerNode server) : IServerReadiness
{
    /// <inheritdoc/>
    public bool IsReady => server.Current is not null;

    /// <inheritdoc/>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => server.Ready.WaitAsync(cancellationToken);
}
