using Actors.Contracts.Log;
using Actors.Contracts.Operators;
using Actors.Server.Entities;
using Actors.State;
using Actors.State.Operators;
using Akka.Actor;

namespace Actors.Server.Operators;

/// <summary>What operators decide for the whole region: the scheduler's configuration, namespaces, node pools, host volumes. One in a region, on the leader.</summary>
internal sealed class OperatorActor(EntityContext entity) : EntityActor<IOperatorCommand>(PersistenceIds.Operator, entity)
{
    /// <summary>The name below the leader.</summary>
    public const string ActorName = "operator";

    protected override void Handle(RegionState state, IOperatorCommand command, IActorRef sender) =>
        Carry(state, command, sender, OperatorDecisions.Decide(state, command, new DecisionContext(Entity.Time.GetUtcNow(), Entity.NewId)));
}
