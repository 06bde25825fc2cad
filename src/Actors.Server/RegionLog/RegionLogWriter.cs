using Actors.Contracts.Log;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace Actors.Server.RegionLog;

/// <summary>
/// Stores the log's rows: one event each of the persistence id <c>region-log-&lt;region&gt;</c>. The journal's unique key on (persistence id, number)
/// is what keeps two writers from forking the log: the second one's write fails, and the actor stops, as it does after every failed write.
/// </summary>
internal sealed class RegionLogWriter : UntypedPersistentActor
{
    private const int RowsPerDelete = 2_000;

    private readonly RegionLogOptions _options;
    private readonly IActorRef _log;
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly Queue<RecentEvent> _recent = new();
    private ulong _index;
    private long _term;
    private long _deleteTo;
    private long _deletedTo;
    private long _positionRow;
    private bool _deleting;

    /// <summary>A writer that reports to the log's actor.</summary>
    public RegionLogWriter(RegionLogOptions options, IActorRef log)
    {
        _options = options;
        _log = log;
        JournalPluginId = Storage.ActorsHocon.JournalPlugin;
        SnapshotPluginId = Storage.ActorsHocon.SnapshotPlugin;
    }

    /// <summary>The rows are read: here is where the log stands.</summary>
    internal sealed record Recovered(LogPosition Position, long RowNr) : INoSerializationVerificationNeeded;

    /// <summary>Store a row. At most one at a time.</summary>
    internal sealed record Write(LogBatch Batch) : INoSerializationVerificationNeeded;

    /// <summary>The row is stored.</summary>
    internal sealed record Written(LogBatch Batch, long RowNr) : INoSerializationVerificationNeeded;

    /// <summary>The row is not stored, or nobody knows; or the log can't be read. The writer has stopped.</summary>
    internal sealed record Failed(Exception Cause, bool WhileReading) : INoSerializationVerificationNeeded;

    /// <summary>Store the position after the last row.</summary>
    internal sealed record SavePosition(LogPosition Position) : INoSerializationVerificationNeeded;

    /// <summary>Delete the rows up to this one: a snapshot has them.</summary>
    internal sealed record Compact(long ToRowNr) : INoSerializationVerificationNeeded;


    /// <summary>How to make one.</summary>
    public static Props Props(RegionLogOptions options, IActorRef log) => Akka.Actor.Props.Create(() => new RegionLogWriter(options, log));

    public override string PersistenceId => _options.LogPersistenceId;

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: LogPosition position } offer:
                _positionRow = offer.Metadata.SequenceNr;
                _index = position.Index;
                _term = position.Term;
                foreach (var e in position.Recent)
                    _recent.Enqueue(e);
                break;
            case LogBatch batch:
                Replay(batch);
                break;
            case RecoveryCompleted:
                _log.Tell(new Recovered(new LogPosition(_index, _term, _recent.ToArray()), LastSequenceNr));
                _recent.Clear();
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Write write:
                PersistAsync(write.Batch, batch => _log.Tell(new Written(batch, LastSequenceNr)));
                break;
            case SavePosition save:
                SaveSnapshot(save.Position);
                break;
            case SaveSnapshotSuccess saved:
                _positionRow = saved.Metadata.SequenceNr;
                DeleteSnapshots(new SnapshotSelectionCriteria(_positionRow - 1));
                Delete();
                break;
            case SaveSnapshotFailure failure:
                _logger.Warning(failure.Cause, "the log's position was not stored; the next start reads more rows");
                break;
            case Compact compact:
                _deleteTo = Math.Max(_deleteTo, compact.ToRowNr);
                Delete();
                break;
            case DeleteMessagesSuccess success:
                Deleted(success);
                break;
            case DeleteMessagesFailure failure:
                NotDeleted(failure);
                break;
            case DeleteSnapshotsFailure failure:
                _logger.Warning(failure.Cause, "old positions of the log were not deleted; the next one tries again");
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Tell(new Failed(cause, WhileReading: false));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        _log.Tell(new Failed(cause, WhileReading: false));
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        _log.Tell(new Failed(reason, WhileReading: true));
        base.OnRecoveryFailure(reason, message);
    }

    private void Replay(LogBatch batch)
    {
        if (batch.FirstIndex != _index + 1)
            throw new InvalidDataException($"row {LastSequenceNr} of the region's log begins with index {batch.FirstIndex}, {_index + 1} was expected: rows are missing or foreign");

        for (var i = 0; i < batch.Events.Count; i++)
        {
            var e = batch.Events[i];
            _recent.Enqueue(new RecentEvent(e.PersistenceId, e.SequenceNr, batch.FirstIndex + (ulong)i, Fingerprint.Of(e)));
        }

        _index = batch.LastIndex;
        _term = Math.Max(_term, batch.Term);
    }

    // In steps, so that a write never waits long for the database to delete; and never beyond the position that the next start begins with.
    private void Delete()
    {
        var to = Math.Min(_deleteTo, _positionRow);
        if (_deleting || _deletedTo >= to)
            return;
        _deleting = true;
        DeleteMessages(_deletedTo == 0 ? to : Math.Min(to, _deletedTo + RowsPerDelete));
    }

    private void Deleted(DeleteMessagesSuccess success)
    {
        _deleting = false;
        _deletedTo = success.ToSequenceNr;
        Delete();
    }

    private void NotDeleted(DeleteMessagesFailure failure)
    {
        _deleting = false;
        _logger.Warning(failure.Cause, "rows up to {0} were not deleted; the next snapshot tries again", failure.ToSequenceNr);
    }
}
