using System.Diagnostics;
using Actors.Contracts;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Nodes;
using Actors.Server.Entities;
using Actors.Server.RegionLog;
using Actors.Server.Replica;
using Actors.State;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Scheduler;

/// <summary>
/// The one place where room is given out: holds the nodes in columns, answers evaluations that ask for room, and reserves what it answers.
/// Nothing of it is stored: a new leader builds it from its replica. Which evaluation has its turn is <see cref="EvaluationBrokerActor"/>'s affair.
/// </summary>
internal sealed class SchedulerActor : UntypedActor, IWithTimers
{
    /// <summary>How long a request waits for the replica to reach the state that it was made from.</summary>
    private static readonly TimeSpan WaitForState = TimeSpan.FromSeconds(5);

    private readonly RegionLogExtension _log;
    private readonly IReplicaView _replica;
    private readonly TimeProvider _time;
    private readonly List<(PlaceRequest Request, IActorRef Asker, DateTimeOffset Until)> _early = [];
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private NodeTable? _table;
    private IDisposable? _subscription;
    private RegionState _state = RegionState.Empty;

    /// <param name="log">Tells this leader's term.</param>
    /// <param name="replica">The nodes and allocations.</param>
    /// <param name="time">The clock of reservations.</param>
    public SchedulerActor(RegionLogExtension log, IReplicaView replica, TimeProvider time)
    {
        _log = log;
        _replica = replica;
        _time = time;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _subscription = _replica.Subscribe(Self);
        Timers.StartPeriodicTimer("tick", Tick.Instance, TimeSpan.FromSeconds(1));
    }

    protected override void PostStop() => _subscription?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaUpdate update:
                Follow(update);
                break;
            case PlaceRequest request:
                Take(request, Sender, _time.GetUtcNow() + WaitForState);
                break;
            case ReleaseReservation release:
                _table?.Release(release.EvaluationId);
                break;
            case Tick:
                _table?.Expire(_time.GetUtcNow());
                TakeEarly();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Follow(ReplicaUpdate update)
    {
        _state = update.State;
        if (_table is null || update.Changes is null)
            _table = NodeTable.Build(_state);
        else
            _table.Apply(_state, update.Changes);
        TakeEarly();
    }

    private void TakeEarly()
    {
        if (_early.Count == 0)
            return;

        var early = _early.ToList();
        _early.Clear();
        foreach (var (request, asker, until) in early)
            Take(request, asker, until);
    }

    private void Take(PlaceRequest request, IActorRef asker, DateTimeOffset until)
    {
        var now = _time.GetUtcNow();
        if (_table is { } table && _state.Index >= request.AtIndex && Leads)
            asker.Tell(Place(table, request, now));
        else if (now < until)
            _early.Add((request, asker, until));
        else
            asker.Tell(new CommandRefused(RefusalKind.Unavailable, Leads
                ? $"the scheduler's replica is at index {_state.Index}, and did not reach {request.AtIndex} in time"
                : "this server's scheduler does not lead (any more)"));
    }

    /// <summary>This server's log is the one that takes plans, and its term is known to the replica: a plan placed now carries the right term.</summary>
    private bool Leads => _log.LocalTerm is { } term && _state.Term == term;

    private object Place(NodeTable table, PlaceRequest request, DateTimeOffset now)
    {
        if ((request.Job ?? _state.FindJobVersion(request.JobId, request.JobVersion)) is not { } job)
            return new CommandRefused(RefusalKind.NotFound, $"there is no version {request.JobVersion} of job {request.JobId}");

        try
        {
            var begun = Stopwatch.GetTimestamp();
            var result = table.Place(request, job, _state, now, RandomIds.Next);
            Traced.PlacementDone(result.Placed.Count, Stopwatch.GetElapsedTime(begun));
            return result;
        }
        catch (ArgumentException e)
        {
            _logger.Error(e, "Evaluation {0} asks for what its job has not", request.EvaluationId);
            return new CommandRefused(RefusalKind.Invalid, e.Message);
        }
    }

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
