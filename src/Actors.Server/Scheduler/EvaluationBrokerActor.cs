using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Queues;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Replica;
using Actors.State;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Scheduler;

/// <summary>
/// Gives evaluations their turns: by priority, one of a job at a time, only so many at once; cancels those that a later one made needless,
/// wakes those that wait for room when there may be some, and gives up those that fail again and again. The queues are built from the replica.
/// </summary>
internal sealed class EvaluationBrokerActor : UntypedActor, IWithTimers
{
    private static readonly BrokerLimits Limits = new();

    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>A command that got lost (its server died, say) leaves an evaluation out of the queues: so often they are compared with the state.</summary>
    private static readonly TimeSpan CompareInterval = TimeSpan.FromSeconds(30);

    private readonly ServerOptions _options;
    private readonly RegionLogExtension _log;
    private readonly IReplicaView _replica;
    private readonly CommandRouter _commands;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private EvaluationBroker _broker = new(Limits);
    private BlockedEvaluations _blocked = new();
    private RegionState _state = RegionState.Empty;
    private IDisposable? _subscription;
    private DateTimeOffset _compared;
    private long _sent;
    private int _turns;

    /// <param name="options">How many turns at once.</param>
    /// <param name="log">Tells this leader's term.</param>
    /// <param name="replica">The evaluations.</param>
    /// <param name="commands">The way to them.</param>
    /// <param name="time">The clock.</param>
    public EvaluationBrokerActor(ServerOptions options, RegionLogExtension log, IReplicaView replica, CommandRouter commands, TimeProvider time)
    {
        _options = options;
        _log = log;
        _replica = replica;
        _commands = commands;
        _time = time;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _subscription = _replica.Subscribe(Self);
        Timers.StartPeriodicTimer("tick", Tick.Instance, TickInterval);
        Timers.StartPeriodicTimer("count", Count.Instance, CountInterval);
    }

    protected override void PostStop()
    {
        _subscription?.Dispose();
        Traced.Evaluations.Set(0, 0, 0, 0, 0);
    }

    protected override void OnReceive(object message)
    {
        var now = _time.GetUtcNow();
        switch (message)
        {
            case ReplicaUpdate update:
                Follow(update, now);
                break;
            case TurnOver over:
                _turns--;
                EndTurn(over, now);
                break;
            case Tick when now - _compared >= CompareInterval:
                Compare(now);
                break;
            case Tick:
                break;
            case Count:
                Traced.Evaluations.Set(_broker.ReadyCount, _broker.WaitingCount, _broker.DelayedCount, _broker.InFlightCount, _blocked.Count);
                break;
            default:
                Unhandled(message);
                return;
        }

        if (_log.LocalTerm is { } term && term == _state.Term)
            GiveTurns(term, now);
    }

    private void Follow(ReplicaUpdate update, DateTimeOffset now)
    {
        _state = update.State;
        if (update.Changes is not { } changes)
        {
            (_broker, _blocked) = (new EvaluationBroker(Limits), new BlockedEvaluations());
            Compare(now);
            return;
        }

        // What waits for room for an older version of a job waits for the wrong thing.
        foreach (var job in changes.Entries.Select(e => e.Event).Where(e => e is JobRegistered or JobDeregistered).Cast<IJobEvent>())
        {
            if (_blocked.RemoveJob(job.JobId) is { } outdated)
                Cancel(outdated, "the job changed");
        }

        foreach (var id in changes.Evaluations)
        {
            if (_state.FindEvaluation(id) is { Status: EvaluationStatus.Pending } evaluation)
                _broker.Enqueue(evaluation, now);
            else
                _broker.Remove(id);
        }

        foreach (var followUp in FollowUps.NotNeeded(_state, changes))
            Cancel(followUp, "what it was to place again was placed sooner, or stopped");
        foreach (var woken in _blocked.Apply(_state, changes))
            Unblock(woken.Evaluation.Id, woken.Reason);
    }

    private void Compare(DateTimeOffset now)
    {
        _compared = now;
        foreach (var evaluation in _state.Evaluations)
        {
            if (evaluation.Status == EvaluationStatus.Pending && !_broker.Contains(evaluation.Id))
                _broker.Enqueue(evaluation, now);
            else if (evaluation.Status == EvaluationStatus.Blocked && !_blocked.Contains(evaluation.Id) && _blocked.Block(evaluation))
                Unblock(evaluation.Id, "there may be room meanwhile");
        }
    }

    private void GiveTurns(long term, DateTimeOffset now)
    {
        foreach (var exhausted in _broker.Tick(now))
            Fail(exhausted, now);
        while (!_state.SchedulerConfiguration.PauseEvaluations && _turns < _options.EvaluationParallelism && _broker.Dequeue(now) is { } evaluation)
        {
            _turns++;
            var id = evaluation.Id;
            var turn = new ProcessEvaluation(ContextFor($"turn-{term}", Limits.Turn), id, term, _state.Index);
            _commands.SendAsync(turn, CancellationToken.None).PipeTo(
                Self,
                success: reply => new TurnOver(id, reply),
                failure: e => new TurnOver(id, new CommandRefused(RefusalKind.Unavailable, e.Message)));
        }

        foreach (var superseded in _broker.TakeSuperseded().Concat(_blocked.TakeSuperseded()))
            Cancel(superseded, "a later evaluation of the job took its place");
    }

    private void EndTurn(TurnOver over, DateTimeOffset now)
    {
        if (over.Reply is EvaluationFinished { Status: not EvaluationStatus.Pending })
        {
            _broker.Acknowledge(over.Id);
            return;
        }

        var problem = over.Reply is EvaluationFinished finished ? finished.Problem : (over.Reply as CommandRefused)?.Message;
        _logger.Info("Evaluation {0} needs another turn: {1}", over.Id, problem);
        if (_broker.Refuse(over.Id, now) is { } exhausted)
            Fail(exhausted, now);
    }

    private void Fail(Evaluation evaluation, DateTimeOffset now)
    {
        var followUp = new Evaluation
        {
            Id = new EvaluationId(Guid.NewGuid()),
            JobId = evaluation.JobId,
            Type = evaluation.Type,
            Priority = evaluation.Priority,
            TriggeredBy = EvaluationTriggers.FailedFollowUp,
            PreviousEvaluation = evaluation.Id,
            JobModifyIndex = evaluation.JobModifyIndex,
            WaitUntil = now + EvaluationBroker.FollowUpDelay(evaluation.Id),
            CreateTime = now,
            ModifyTime = now,
        };
        Send(new FailEvaluation(ContextFor("fail", CommandWithin), evaluation.Id, $"no plan could be committed in {Limits.Deliveries} turns", followUp), "failed");
    }

    private void Cancel(EvaluationId id, string reason) => Send(new CancelEvaluation(ContextFor("cancel", CommandWithin), id, reason), "cancelled");

    private void Unblock(EvaluationId id, string reason) => Send(new UnblockEvaluation(ContextFor("unblock", CommandWithin), id, reason), "unblocked");

    /// <summary>What doesn't get there is sent again when the queues are compared with the state.</summary>
    private void Send(IEvaluationCommand command, string what)
    {
        var logger = _logger;
        _commands.SendAsync(command, CancellationToken.None).ContinueWith(
            sent =>
            {
                if (sent.IsFaulted || (sent.IsCompletedSuccessfully && sent.Result is CommandRefused { Kind: not (RefusalKind.Conflict or RefusalKind.NotFound) }))
                    logger.Warning("Evaluation {0} could not be {1}: {2}", command.EvaluationId, what, sent.Exception?.InnerException?.Message ?? ((CommandRefused)sent.Result).Message);
            },
            TaskScheduler.Default);
    }

    private CommandContext ContextFor(string what, TimeSpan within) => _commands.ContextFor($"{_options.Name}-{what}-{_state.Index}-{++_sent}", within);

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record Count : INoSerializationVerificationNeeded
    {
        public static Count Instance { get; } = new();
    }

    private sealed record TurnOver(EvaluationId Id, ICommandReply Reply) : INoSerializationVerificationNeeded;
}
