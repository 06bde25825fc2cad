using Actors.Server.RegionLog;
using Actors.State;
using Akka.Actor;

namespace Actors.Server.Entities;

/// <inheritdoc/>
internal sealed class ReplicaView(RegionLogExtension log) : IReplicaView
{
    /// <inheritdoc/>
    public RegionState State => log.Replica.Current;

    /// <inheritdoc/>
    public Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken) => log.Replica.WaitForIndexAsync(index, cancellationToken);

    /// <inheritdoc/>
    public ulong IndexOf(string persistenceId, long sequenceNr) => log.IndexOf(persistenceId, sequenceNr);

    /// <inheritdoc/>
    public IDisposable Subscribe(IActorRef subscriber) => log.Replica.Subscribe(subscriber);
}
