using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Log;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Planning;
using Actors.Scheduling.Reconciliation;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Actors.State;
using Actors.State.Evaluations;
using Akka.Actor;

namespace Actors.Server.Evaluations;

/// <summary>
/// One evaluation: in its turn it compares what should be with what is (on this server's replica, beside all others that do the same),
/// asks the scheduler for room, and commits the plan as one event. Then it is over, and its actor goes.
/// </summary>
internal sealed class EvaluationActor : EntityActor<IEvaluationCommand>
{
    /// <summary>How often a turn tries to find a plan that can be committed. Nomad's figures for services and for batch jobs.</summary>
    private const int ServiceAttempts = 5, BatchAttempts = 2;

    /// <summary>How long the scheduler may take to answer.</summary>
    private static readonly TimeSpan PlaceWithin = TimeSpan.FromSeconds(10);

    /// <summary>How long a reservation lasts beyond the turn: the log may still be writing the plan.</summary>
    private static readonly TimeSpan ReserveFor = TimeSpan.FromSeconds(30);

    private readonly EvaluationId _id;
    private readonly IActorRef _leader;

    /// <param name="id">The evaluation.</param>
    /// <param name="entity">What every entity shares.</param>
    /// <param name="leader">The way to the scheduler.</param>
    public EvaluationActor(EvaluationId id, EntityContext entity, IActorRef leader)
        : base(PersistenceIds.Of(id), entity)
    {
        _id = id;
        _leader = leader;
    }

    /// <summary>An evaluation's props from its shard's name for it.</summary>
    public static Props Props(string entityId, EntityContext entity, IActorRef leader)
    {
        var id = EvaluationId.Parse(entityId);
        return Akka.Actor.Props.Create(() => new EvaluationActor(id, entity, leader)).WithDispatcher(ServerConfig.SchedulingDispatcher);
    }

    protected override void Handle(RegionState state, IEvaluationCommand command, IActorRef sender)
    {
        if (command is ProcessEvaluation turn)
            TakeTurn(state, new Turn(turn, sender, Attempt: 1));
        else
            Carry(state, command, sender, EvaluationDecisions.Decide(state.FindEvaluation(_id), state, command, new DecisionContext(Entity.Time.GetUtcNow(), Entity.NewId)));
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case Placed placed:
                Release();
                CommitPlan(placed.Turn, placed.State, placed.Reconciled, placed.Result);
                break;
            case NotPlaced failed:
                Release();
                TryAgain(failed.Turn, failed.Problem);
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    /// <summary>A plan that could not be written: its room is free again, and the scheduler gives another turn.</summary>
    protected override void OnRefused(IEvaluationCommand command, CommandRefused refusal) => _leader.Tell(new ReleaseReservation(_id));

    protected override ICommandReply AnswerRefused(IEvaluationCommand command, CommandRefused refusal) =>
        command is ProcessEvaluation ? new EvaluationFinished(_id, EvaluationStatus.Pending, LastIndex, refusal.Message) : refusal;

    private void TakeTurn(RegionState state, Turn turn)
    {
        if (state.Index < turn.Command.MinIndex)
        {
            // The same command again, once the replica is there.
            Self.Tell(turn.Command, turn.Sender);
            AwaitReplica(turn.Command.MinIndex);
            return;
        }

        var evaluation = state.FindEvaluation(_id);
        if (evaluation is not { Status: EvaluationStatus.Pending })
        {
            Finish(turn, evaluation?.Status ?? EvaluationStatus.Cancelled, evaluation?.ModifyIndex ?? state.Index, null);
            return;
        }

        var now = Entity.Time.GetUtcNow();
        var reconciled = Reconciler.Reconcile(state, evaluation, now, Entity.NewId);
        if (reconciled.ToPlaceRequest(_id, now + ReserveFor) is not { } request)
        {
            CommitPlan(turn, state, reconciled, null);
            return;
        }

        Hold();
        var (self, id) = (Self, _id);
        _leader.Ask<object>(request, PlaceWithin).PipeTo(
            self,
            success: answer => answer is PlaceResult result
                ? new Placed(turn, state, reconciled, result)
                : new NotPlaced(turn, (answer as CommandRefused)?.Message ?? $"the scheduler answered {answer.GetType().Name} for {id}"),
            failure: e => new NotPlaced(turn, $"the scheduler did not answer: {e.Message}"));
    }

    private void CommitPlan(Turn turn, RegionState state, ReconcileResult reconciled, PlaceResult? placed)
    {
        if (state.FindEvaluation(_id) is not { } evaluation)
        {
            Finish(turn, EvaluationStatus.Cancelled, state.Index, "the evaluation is gone");
            return;
        }

        var plan = PlanBuilder.Build(evaluation, reconciled, placed, turn.Command.Term, Entity.Time.GetUtcNow(), Entity.NewId);
        Commit(turn.Command, turn.Sender, [plan], index =>
        {
            Leave();
            return new EvaluationFinished(_id, plan.Status, index);
        });
    }

    private void TryAgain(Turn turn, string problem)
    {
        var batch = Entity.Replica.State.FindEvaluation(_id)?.Type is "batch" or "sysbatch";
        if (turn.Attempt >= (batch ? BatchAttempts : ServiceAttempts) || turn.Command.Context.Deadline <= Entity.Time.GetUtcNow())
        {
            _leader.Tell(new ReleaseReservation(_id));
            Finish(turn, EvaluationStatus.Pending, LastIndex, problem);
            return;
        }

        TakeTurn(Entity.Replica.State, turn with { Attempt = turn.Attempt + 1 });
    }

    private void Finish(Turn turn, EvaluationStatus status, ulong index, string? problem)
    {
        Answer(turn.Command, turn.Sender, new EvaluationFinished(_id, status, index, problem));

        // There are many evaluations, and each lives for a moment only.
        Leave();
    }

    private sealed record Turn(ProcessEvaluation Command, IActorRef Sender, int Attempt);

    private sealed record Placed(Turn Turn, RegionState State, ReconcileResult Reconciled, PlaceResult Result) : INoSerializationVerificationNeeded;

    private sealed record NotPlaced(Turn Turn, string Problem) : INoSerializationVerificationNeeded;
}
