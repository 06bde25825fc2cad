using System.Threading.Channels;
using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Contracts.Serialization;
using Actors.Server.RegionLog;
using Akka.Event;

namespace Actors.Server.Replica;

/// <summary>
/// Turns rows into events and applies them, in order, beside the actor system: one task, several rows at once when they come faster than it goes.
/// Large runs are decoded on several cores. What this process wrote itself comes with its event, and is not decoded.
/// </summary>
internal sealed class ReplicaApplier
{
    private const int MaxEventsAtOnce = 8_192;
    private const int MaxBytesAtOnce = 8 << 20;
    private const int ParallelFromBytes = 256 << 10;

    private readonly RegionReplica _replica;
    private readonly ILoggingAdapter _logger;
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private long _backlog;

    /// <summary>An applier that begins at once.</summary>
    public ReplicaApplier(RegionReplica replica, ILoggingAdapter logger)
    {
        _replica = replica;
        _logger = logger;
        _ = Task.Run(RunAsync);
    }

    private abstract record Work;

    private sealed record Rows(LogPush Push) : Work;

    private sealed record Snapshot(ReplicaVersion Version) : Work;

    private sealed record Mark(Action Reached) : Work;

    /// <summary>How many events wait.</summary>
    public long Backlog => Interlocked.Read(ref _backlog);

    /// <summary>Applies a row after all before it.</summary>
    public void Apply(LogPush push)
    {
        Interlocked.Add(ref _backlog, push.Batch.Events.Count);
        _work.Writer.TryWrite(new Rows(push));
    }

    /// <summary>Begins anew with a snapshot.</summary>
    public void Reset(ReplicaVersion version) => _work.Writer.TryWrite(new Snapshot(version));

    /// <summary>Calls back when all before is applied.</summary>
    public void Then(Action reached) => _work.Writer.TryWrite(new Mark(reached));

    /// <summary>Ends after what is there.</summary>
    public void Complete() => _work.Writer.TryComplete();

    private async Task RunAsync()
    {
        try
        {
            while (await _work.Reader.WaitToReadAsync().ConfigureAwait(false))
                Step();
        }
        catch (Exception e)
        {
            // Whatever it was, the next event can't be applied without this one.
            var at = _replica.Current.Index;
            var fault = $"this server's replica can't go on after index {at}: {e.GetBaseException().Message}";
            _logger.Error(e, fault);
            _replica.Break(fault);
        }
    }

    private void Step()
    {
        var rows = new List<LogPush>();
        var events = 0;
        var bytes = 0;
        while (events < MaxEventsAtOnce && bytes < MaxBytesAtOnce && _work.Reader.TryPeek(out var next) && next is Rows { Push: var push })
        {
            _work.Reader.TryRead(out _);
            rows.Add(push);
            events += push.Batch.Events.Count;
            bytes += AppendRequest.Size(push.Batch.Events);
        }

        if (rows.Count > 0)
        {
            var state = _replica.Current.Apply(Decode(rows, events, bytes), out var changes);
            _replica.Publish(new ReplicaVersion(state, rows[^1].RowNr), changes);
            Interlocked.Add(ref _backlog, -events);
        }
        else if (_work.Reader.TryRead(out var other))
        {
            if (other is Snapshot snapshot)
                _replica.Publish(snapshot.Version, null);
            else if (other is Mark mark)
                mark.Reached();
        }
    }

    private static LogEntry[] Decode(List<LogPush> rows, int events, int bytes)
    {
        var entries = new LogEntry[events];
        var sources = new (ulong Index, SerializedEvent Event)[events];
        var at = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Batch.Events.Count; i++)
                sources[at++] = (row.Batch.FirstIndex + (ulong)i, row.Batch.Events[i]);
        }

        if (bytes < ParallelFromBytes || events == 1)
        {
            for (var i = 0; i < events; i++)
                entries[i] = Decode(sources[i]);
        }
        else
        {
            Parallel.For(0, events, i => entries[i] = Decode(sources[i]));
        }

        return entries;
    }

    private static LogEntry Decode((ulong Index, SerializedEvent Event) source)
    {
        var (index, e) = source;
        if (e.Event is { } written)
            return new LogEntry(index, e.PersistenceId, e.SequenceNr, written);

        try
        {
            return Manifests.Read(e.Manifest, e.Payload) is IRegionEvent read
                ? new LogEntry(index, e.PersistenceId, e.SequenceNr, read)
                : throw new InvalidDataException("it is no event");
        }
        catch (Exception cause)
        {
            throw new InvalidDataException($"event {index} of the region's log ({e.Manifest} of {e.PersistenceId}) can't be read: {cause.Message}", cause);
        }
    }
}
