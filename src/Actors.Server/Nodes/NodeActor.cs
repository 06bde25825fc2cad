using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Server.Entities;
using Actors.State;
using Actors.State.Nodes;
using Akka.Actor;

namespace Actors.Server.Nodes;

/// <summary>One node: what its agent registered, whether it lives, whether it is emptied, and what its client reports of its allocations.</summary>
internal sealed class NodeActor(NodeId id, EntityContext entity) : EntityActor<INodeCommand>(PersistenceIds.Of(id), entity)
{
    /// <summary>A node's props from its shard's name for it.</summary>
    public static Props Props(string entityId, EntityContext entity)
    {
        var id = NodeId.Parse(entityId);
        return Akka.Actor.Props.Create(() => new NodeActor(id, entity));
    }

    protected override void Handle(RegionState state, INodeCommand command, IActorRef sender)
    {
        var decision = NodeDecisions.Decide(state.FindNodeRecord(id), state, command, new DecisionContext(Entity.Time.GetUtcNow(), Entity.NewId));
        Carry(state, command, sender, decision);
    }
}
