using Actors.State;

namespace Actors.Server.Replica;

/// <summary>What a replica tells its subscribers.</summary>
/// <param name="State">The state from now on.</param>
/// <param name="Changes">What changed since the last update; null: anything may have changed (the first update, and after a snapshot was loaded): begin anew from <paramref name="State"/>.</param>
public sealed record ReplicaUpdate(RegionState State, StateChanges? Changes) : Akka.Actor.INoSerializationVerificationNeeded;
