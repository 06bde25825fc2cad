using Akka.Actor;

namespace Actors.Server.Entities;

/// <summary>What every entity of this server shares.</summary>
/// <param name="Replica">The server's replica: an entity's state is what the replica shows at or after the entity's last event.</param>
/// <param name="Time">The clock of decisions and deadlines.</param>
/// <param name="NewId">Makes identities.</param>
internal sealed record EntityContext(IReplicaView Replica, TimeProvider Time, Func<Guid> NewId);

/// <summary>Ends an entity once what it has begun is done: on hand-off and passivation. Never a PoisonPill, which could overtake the log's acknowledgement.</summary>
internal sealed record EntityStop : INoSerializationVerificationNeeded
{
    /// <summary>The only one.</summary>
    public static EntityStop Instance { get; } = new();
}
