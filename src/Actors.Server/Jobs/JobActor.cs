using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Server.Entities;
using Actors.State;
using Actors.State.Jobs;
using Akka.Actor;

namespace Actors.Server.Jobs;

/// <summary>One job: its versions, its deployments' progress, and the evaluations that follow from them.</summary>
internal sealed class JobActor(JobId id, EntityContext entity) : EntityActor<IJobCommand>(PersistenceIds.Of(id), entity)
{
    /// <summary>A job's props from its shard's name for it.</summary>
    public static Props Props(string entityId, EntityContext entity)
    {
        var id = JobId.Parse(entityId);
        return Akka.Actor.Props.Create(() => new JobActor(id, entity));
    }

    protected override void Handle(RegionState state, IJobCommand command, IActorRef sender)
    {
        var decision = JobDecisions.Decide(state.FindJobRecord(id), state, command, new DecisionContext(Entity.Time.GetUtcNow(), Entity.NewId));
        Carry(state, command, sender, decision);
    }
}
