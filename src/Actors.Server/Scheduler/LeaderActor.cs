using Actors.Contracts;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Actors.Server.Deployments;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Actors.Server.Jobs;
using Actors.Server.Liveness;
using Actors.Server.Nodes;
using Actors.Server.Operators;
using Actors.Server.RegionLog;
using Akka.Actor;

namespace Actors.Server.Scheduler;

/// <summary>What only one server of a region does, beside its log's writer: a singleton on the oldest server, whose children do the work and fail apart from each other.</summary>
internal sealed class LeaderActor : UntypedActor
{
    /// <summary>The singleton manager's name below <c>/user</c>.</summary>
    public const string ActorName = "leader";

    private readonly IActorRef _scheduler;
    private readonly IActorRef _sweeper;
    private readonly IActorRef _collector;
    private readonly EntityContext _entity;

    /// <param name="options">The server's options.</param>
    /// <param name="log">The region's log.</param>
    /// <param name="replica">The server's replica.</param>
    /// <param name="commands">The way to the entities.</param>
    /// <param name="time">The clock.</param>
    public LeaderActor(ServerOptions options, RegionLogExtension log, IReplicaView replica, CommandRouter commands, TimeProvider time)
    {
        _entity = new EntityContext(replica, time, RandomIds.Next);
        _scheduler = Context.ActorOf(
            Akka.Actor.Props.Create(() => new SchedulerActor(log, replica, time)).WithDispatcher(ServerConfig.SchedulingDispatcher),
            "scheduler");
        Context.ActorOf(Akka.Actor.Props.Create(() => new EvaluationBrokerActor(options, log, replica, commands, time)), "evaluations");
        _sweeper = Context.ActorOf(Akka.Actor.Props.Create(() => new LivenessSweeper(options, replica, commands, time)), "liveness");
        _collector = Context.ActorOf(Akka.Actor.Props.Create(() => new GarbageCollector(options, log, replica, commands, time)), "garbage");
        Context.ActorOf(Akka.Actor.Props.Create(() => new DrainWatcher(replica, commands, time)), "drains");
        Context.ActorOf(Akka.Actor.Props.Create(() => new DeploymentWatcher(replica, commands, time)), "deployments");
        Context.ActorOf(Akka.Actor.Props.Create(() => new PeriodicLauncher(replica, commands, time)), "periodic");
    }

    /// <summary>The singleton's props.</summary>
    public static Props Props(ServerOptions options, RegionLogExtension log, IReplicaView replica, CommandRouter commands, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new LeaderActor(options, log, replica, commands, time));

    /// <summary>It stops when its count of its events is ahead of the log's, and starts anew with the next command.</summary>
    private IActorRef Operators()
    {
        var child = Context.Child(OperatorActor.ActorName);
        return child.IsNobody() ? Context.ActorOf(Akka.Actor.Props.Create(() => new OperatorActor(_entity)), OperatorActor.ActorName) : child;
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PlaceRequest or ReleaseReservation:
                _scheduler.Forward(message);
                break;
            case IOperatorCommand:
                Operators().Forward(message);
                break;
            case CollectGarbage:
                _collector.Forward(message);
                break;
            case NodeBeats:
                _sweeper.Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }
}
