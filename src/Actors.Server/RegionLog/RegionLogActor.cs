using Actors.Contracts;
using Actors.Contracts.Log;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.RegionLog;

/// <summary>
/// The one place where a region's events get their order: a cluster singleton. At most one row is being stored; what arrives meanwhile is the next row.
/// It checks (<see cref="LogSequencer"/>), has rows stored (<see cref="RegionLogWriter"/>), then answers and pushes the row to all replicas.
/// Each incarnation begins a new term. When storing fails, everything is refused with the reason until the writer has read the log again.
/// </summary>
internal sealed class RegionLogActor : UntypedActor, IWithTimers
{
    private readonly RegionLogExtension _extension;
    private readonly RegionLogOptions _options;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly RequestQueue _queue;
    private readonly RequestAssembler _parts;
    private readonly AnswerBook _answers = new();
    private readonly List<(LogRequest Request, IActorRef Asker, LogAnswer? Answer)> _inFlight = [];
    private readonly RowBudget _position;
    private readonly CancellationTokenSource _stopped = new();

    private LogSequencer? _sequencer;
    private IActorRef _writer = ActorRefs.Nobody;
    private IActorRef _replicas = ActorRefs.Nobody;
    private IActorRef _snapshots = ActorRefs.Nobody;
    private long _term;
    private bool _begun;
    private bool _open;
    private bool _writing;
    private bool _readable = true;
    private bool _stopping;
    private string? _refusal;
    private ulong _overtakenAt;
    private TimeSpan _pause;
    private int _writers;

    /// <summary>The log's actor of a server.</summary>
    public RegionLogActor(RegionLogExtension extension, RegionLogOptions options)
    {
        _extension = extension;
        _options = options;
        _queue = new RequestQueue(options.MaxQueuedBytes, options.Time);
        _parts = new RequestAssembler(options.MaxAppendBytes + (1 << 20));
        _position = new RowBudget(options.PositionEveryRows, options.PositionEveryBytes);
        _pause = options.MinRetryPause;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Ends after the row that is being stored.</summary>
    internal sealed record Stop : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record StartWriter : INoSerializationVerificationNeeded;

    private sealed record Beat : INoSerializationVerificationNeeded;

    private sealed record ReplicaReached(RegionLogWriter.Recovered Recovered) : INoSerializationVerificationNeeded;

    private sealed record ReplicaFailed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>How to make one.</summary>
    public static Props Props(RegionLogExtension extension, RegionLogOptions options) =>
        Akka.Actor.Props.Create(() => new RegionLogActor(extension, options));

    // A writer that failed is started again by a timer, never by its supervisor.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _replicas = Context.ActorOf(ReplicaPusher.Props(_extension.ReplicaActor, _options), "replicas");
        _snapshots = Context.ActorOf(Replica.RegionSnapshotter.Props(_extension.Replica, _options), "snapshots");
        Timers.StartPeriodicTimer("beat", new Beat(), _options.BeatInterval);
        Self.Tell(new StartWriter());
    }

    protected override void PostStop()
    {
        _extension.Writer = null;
        _stopped.Cancel();
        _stopped.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LogRequests requests:
                Receive(requests);
                break;
            case LogRequestPart part when _parts.Add(part, Sender) is { } requests:
                Receive(requests);
                break;
            case LogRequestPart:
                break;
            case LogHello when _open || _refusal is not null:
                Sender.Tell(new LogReady(_term));
                break;
            case LogHello:
                break;
            case Beat:
                if (_open)
                    _replicas.Tell(new LogBeat(_term, _sequencer!.Index));
                break;
            case RegionLogWriter.Written written when Sender.Equals(_writer):
                Written(written);
                break;
            case StartWriter:
                _writer = Context.Watch(Context.ActorOf(RegionLogWriter.Props(_options, Self), $"writer-{++_writers}"));
                break;
            case RegionLogWriter.Recovered recovered when Sender.Equals(_writer):
                Recovered(recovered);
                break;
            case ReplicaReached reached:
                Begin(reached.Recovered);
                break;
            case ReplicaFailed failed:
                _readable = false;
                Fail($"this server's replica can't follow it: {Reason(failed.Cause)}", failed.Cause);
                break;
            case RegionLogWriter.Failed failed when Sender.Equals(_writer):
                _readable = !failed.WhileReading;
                Fail($"it can't be {(failed.WhileReading ? "read" : "written")}: {Reason(failed.Cause)}", failed.Cause);
                break;
            case Terminated terminated when terminated.ActorRef.Equals(_writer):
                Fail("its writer stopped", null);
                break;
            case Terminated terminated:
                _parts.Forget(terminated.ActorRef);
                break;
            case Replica.RegionSnapshotter.Stored stored:
                _writer.Tell(new RegionLogWriter.Compact(stored.Manifest.RowNr - _options.KeepRows));
                break;
            case Stop:
                _stopping = true;
                if (!_writing)
                    Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Receive(LogRequests requests)
    {
        foreach (var request in requests.Requests)
        {
            if (!_open && _refusal is null)
            {
                Sender.Tell(new LogNotReady());
                return;
            }

            if (!_open && !MayWait(request))
                _answers.Add(Sender, LogAnswer.Reject(request.Id, RefusalKind.Unavailable, _refusal!));
            else if (request is CommittedRequest)
                _answers.Add(Sender, new LogAnswer(request.Id, LogOutcome.Done, _sequencer!.Index));
            else if (request is AppendRequest append && append.Bytes > _options.MaxAppendBytes)
                _answers.Add(Sender, LogAnswer.Reject(request.Id, RefusalKind.Invalid, RegionJournal.TooLarge(append.Events[0], append.Bytes, _options)));
            else if (_queue.Add(request, Sender) is { } refusal)
                _answers.Add(Sender, refusal);
        }

        _answers.Send(Self);
        Next();
    }

    // While rows can't be written, entities still may learn where they stand, as soon as the log is read again; then their writes get the reason.
    private bool MayWait(LogRequest request) => _readable && request is PositionRequest;

    private void Next()
    {
        if (!_open || _writing)
            return;

        while (_queue.TryPeek(out var next) && HasRoomFor(next.Request))
        {
            _queue.Take();
            if (_queue.IsLate(next))
                continue;

            var answer = next.Request is AppendRequest append ? _sequencer!.Stage(append) : null;
            if (answer is null or { Outcome: LogOutcome.Done })
                _inFlight.Add((next.Request, next.Asker, answer));
            else
                _answers.Add(next.Asker, answer);
        }

        _answers.Send(Self);
        if (_sequencer!.Staged == 0)
            AnswerInFlight();
        else
            Store(_sequencer.ToBatch(_term));
    }

    private bool HasRoomFor(LogRequest request) => request is not AppendRequest append || _sequencer!.Staged == 0
        || (_sequencer.Staged + append.Events.Count <= _options.MaxBatchEvents && _sequencer.StagedBytes + append.Bytes <= _options.MaxBatchBytes);

    private void Store(LogBatch batch)
    {
        _writing = true;
        _writer.Tell(new RegionLogWriter.Write(batch));
    }

    private void Written(RegionLogWriter.Written written)
    {
        _writing = false;
        _pause = _options.MinRetryPause;
        _sequencer!.Commit(written.Batch);
        _replicas.Tell(new LogPush(written.RowNr, written.Batch));
        if (!_begun)
        {
            _begun = true;
            _refusal = null;
            _open = true;
            _logger.Info("term {0} of region {1} begins at index {2}", _term, _options.Region, written.Batch.LastIndex);
        }

        _extension.Writer = new LocalWriter(Self, _term, _sequencer.Index);
        AnswerInFlight();
        _snapshots.Tell(written);
        _sequencer.Forget(_extension.Replica.Current.Index);
        if (_position.Spend(AppendRequest.Size(written.Batch.Events)))
            _writer.Tell(new RegionLogWriter.SavePosition(_sequencer.Position));
        if (_stopping)
            Context.Stop(Self);
        else
            Next();
    }

    private void AnswerInFlight()
    {
        foreach (var (request, asker, answer) in _inFlight)
            _answers.Add(asker, answer ?? PositionAnswer((PositionRequest)request));
        _inFlight.Clear();
        _answers.Send(Self);
    }

    private LogAnswer PositionAnswer(PositionRequest request)
    {
        var (sequenceNr, index) = _sequencer!.PositionOf(request.PersistenceId);
        return new LogAnswer(request.Id, LogOutcome.Done, index, sequenceNr);
    }

    private void Recovered(RegionLogWriter.Recovered recovered)
    {
        var position = recovered.Position;
        if (_begun && position.Term > _term)
            _begun = false;
        if (_term > 0 && position.Term > _term && position.Index != _overtakenAt)
        {
            _overtakenAt = position.Index;
            _readable = false;
            Close($"another server has begun term {position.Term} of it", _options.DeposedPause);
            _logger.Warning("term {0} was overtaken by term {1}: this writer waits until the other one is silent", _term, position.Term);
            return;
        }

        // Nobody may have told the replica of the last rows: their writer is gone.
        _extension.ReplicaActor.Tell(new LogBeat(position.Term, position.Index));
        _extension.Replica.WaitForIndexAsync(position.Index, _stopped.Token)
            .PipeTo(Self, Self, _ => new ReplicaReached(recovered), cause => new ReplicaFailed(cause));
    }

    private void Begin(RegionLogWriter.Recovered recovered)
    {
        var replica = _extension.Replica;
        _sequencer = new LogSequencer(recovered.Position, () => replica.Current, _options.RememberedEvents);
        if (_begun)
        {
            _refusal = null;
            _open = true;
            _logger.Info("the log of region {0} goes on after index {1}", _options.Region, recovered.Position.Index);
            Next();
            return;
        }

        _term = Math.Max(_term, recovered.Position.Term) + 1;
        _sequencer.Stage(new AppendRequest(0, 0, [RegionLogExtension.OwnEvent(new TermStarted(_term, _options.Server, _options.Time.GetUtcNow()))]));
        Store(_sequencer.ToBatch(_term));
    }

    private void Fail(string reason, Exception? cause)
    {
        if (_stopping)
        {
            Context.Stop(Self);
            return;
        }

        _logger.Error(cause, "the log of region {0} is closed: {1}", _options.Region, reason);
        Close(reason, _pause);
        _pause = _pause * 2 < _options.MaxRetryPause ? _pause * 2 : _options.MaxRetryPause;
    }

    private void Close(string reason, TimeSpan pause)
    {
        Context.Unwatch(_writer);
        Context.Stop(_writer);
        _writer = ActorRefs.Nobody;
        _open = false;
        _writing = false;
        _extension.Writer = null;
        _refusal = $"the log of region {_options.Region} takes nothing now, because {reason}";
        foreach (var waiting in _queue.TakeAll())
            Refuse(waiting.Request, waiting.Asker, LogOutcome.Rejected);
        foreach (var (request, asker, _) in _inFlight)
            Refuse(request, asker, LogOutcome.Failed);
        _inFlight.Clear();

        _answers.Send(Self);
        _sequencer?.Abandon();
        Timers.StartSingleTimer("start-writer", new StartWriter(), pause);
    }

    private void Refuse(LogRequest request, IActorRef asker, LogOutcome outcome)
    {
        if (!MayWait(request) || _queue.Add(request, asker) is not null)
            _answers.Add(asker, new LogAnswer(request.Id, outcome, Kind: RefusalKind.Unavailable, Message: _refusal));
    }

    private static string Reason(Exception cause) => cause.GetBaseException().Message;
}
