using Actors.Contracts.Log;
using Actors.Server.RegionLog;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Actors.Server.Replica;

/// <summary>
/// Feeds this server's replica: first the latest snapshot and the rows after it, then what the log's writer pushes. When something is missing it reads the log,
/// page by page; when the rows it needs are deleted by now, the latest snapshot.
/// </summary>
internal sealed class ReplicaActor : UntypedActor, IWithTimers
{
    private const int PageRows = 64;
    private const long MaxEarlyBytes = 64L << 20;
    private const long MaxBacklog = 20_000;
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(20);

    private readonly RegionReplica _replica;
    private readonly RegionLogOptions _options;
    private readonly SnapshotFiles _snapshots;
    private readonly ReplicaFeed _feed = new(MaxEarlyBytes);
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly ReplicaApplier _applier;
    private readonly CancellationTokenSource _stopped = new();
    private readonly IActorRef _journal;
    private bool _busy;
    private bool _started;
    private bool _rowsMissing;
    private int _pageRows;
    private TimeSpan _pause;

    /// <summary>The feeder of a replica.</summary>
    public ReplicaActor(RegionReplica replica, RegionLogOptions options)
    {
        _replica = replica;
        _options = options;
        _snapshots = new SnapshotFiles(Context.System, options);
        _applier = new ReplicaApplier(replica, _logger);
        _journal = Persistence.Instance.Apply(Context.System).JournalFor(Storage.ActorsHocon.JournalPlugin);
        _pause = options.MinRetryPause;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private sealed record Loaded(ReplicaVersion? Version) : INoSerializationVerificationNeeded;

    private sealed record NotLoaded(Exception Cause) : INoSerializationVerificationNeeded;

    private sealed record Load : INoSerializationVerificationNeeded;

    private sealed record Read : INoSerializationVerificationNeeded;

    /// <summary>How to make one.</summary>
    public static Props Props(RegionReplica replica, RegionLogOptions options) => Akka.Actor.Props.Create(() => new ReplicaActor(replica, options));

    protected override void PreStart() => LoadSnapshot();

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
        _applier.Complete();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LogPush push:
                Pass(push);
                ReadIfBehind();
                break;
            case LogBeat beat:
                _feed.Know(beat.Index);
                ReadIfBehind();
                break;
            case Loaded loaded:
                UseSnapshot(loaded.Version);
                break;
            case NotLoaded failed:
                Retry("the snapshot of the region's state", failed.Cause, new Load());
                break;
            case Load:
                LoadSnapshot();
                break;
            case Read:
                ReadPage();
                break;
            case ReplayedMessage { Persistent: { Payload: LogBatch batch } row }:
                _pageRows++;
                _rowsMissing |= batch.FirstIndex > _feed.Passed + 1;
                if (!_rowsMissing)
                    Pass(new LogPush(row.SequenceNr, batch));
                break;
            case RecoverySuccess:
                PageRead();
                break;
            case ReplayMessagesFailure failure:
                Retry("the region's log", failure.Cause, new Read());
                break;
        }
    }

    private void Pass(LogPush push)
    {
        foreach (var passing in _feed.Offer(push))
            _applier.Apply(passing);
    }

    private void ReadIfBehind()
    {
        if (_busy || !_feed.IsBehind)
            return;
        _busy = true;
        ReadPage();
    }

    private void ReadPage()
    {
        if (_applier.Backlog > MaxBacklog)
        {
            Timers.StartSingleTimer("read", new Read(), ShortPause);
            return;
        }

        _pageRows = 0;
        _rowsMissing = false;
        _journal.Tell(new ReplayMessages(Math.Max(1, _feed.RowNr), long.MaxValue, PageRows, _options.LogPersistenceId, Self));
    }

    private void PageRead()
    {
        _pause = _options.MinRetryPause;
        if (_rowsMissing)
        {
            _logger.Info("rows after index {0} are no longer in the log: loading the latest snapshot", _feed.Passed);
            LoadSnapshot();
        }
        else if (_pageRows >= PageRows)
        {
            ReadPage();
        }
        else if (_started && _feed.IsBehind)
        {
            // What is known to be committed is not seen yet: the database answers from a moment ago.
            Timers.StartSingleTimer("read", new Read(), ShortPause);
        }
        else
        {
            _busy = false;
            if (_started)
                return;
            _started = true;
            _applier.Then(_replica.Start);
            ReadIfBehind();
        }
    }

    private void LoadSnapshot()
    {
        _busy = true;
        _snapshots.LoadAsync(_stopped.Token).PipeTo(Self, Self, version => new Loaded(version), cause => new NotLoaded(cause));
    }

    private void UseSnapshot(ReplicaVersion? version)
    {
        if (version is not null && version.State.Index > _feed.Passed)
        {
            _logger.Info("the snapshot of the region's state at index {0} is loaded", version.State.Index);
            _feed.Reset(version.State.Index, version.RowNr);
            _applier.Reset(version);
        }
        else if (_rowsMissing)
        {
            Retry("the region's log", new InvalidDataException($"rows after index {_feed.Passed} are missing, and no snapshot has them"), new Load());
            return;
        }

        ReadPage();
    }

    private void Retry(string what, Exception cause, object again)
    {
        if (_stopped.IsCancellationRequested)
            return;
        _logger.Error(cause, "{0} can't be read: {1}; trying again in {2} s", what, cause.GetBaseException().Message, _pause.TotalSeconds);
        Timers.StartSingleTimer("read", again, _pause);
        _pause = _pause * 2 < _options.MaxRetryPause ? _pause * 2 : _options.MaxRetryPause;
    }
}
