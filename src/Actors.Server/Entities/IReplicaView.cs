using Actors.Server.Replica;
using Actors.State;
using Akka.Actor;

namespace Actors.Server.Entities;

/// <summary>What the actor shells see of this server's replica.</summary>
internal interface IReplicaView
{
    /// <summary>The state now: a reference that never changes.</summary>
    RegionState State { get; }

    /// <summary>The state at an index or later.</summary>
    Task<RegionState> WaitForIndexAsync(ulong index, CancellationToken cancellationToken);

    /// <summary>The index at which an entity's event is in the log, as told by the log when it acknowledged the write.</summary>
    ulong IndexOf(string persistenceId, long sequenceNr);

    /// <summary>From now on the actor gets a <see cref="ReplicaUpdate"/> for every step of the replica, first of all one without changes.</summary>
    /// <returns>Ends it.</returns>
    IDisposable Subscribe(IActorRef subscriber);
}
