using System.Collections.Concurrent;
using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Contracts.Serialization;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Actors.Server.RegionLog;

/// <summary>
/// The journal of jobs, nodes and evaluations: their events go into the region's log. An event is turned into bytes once, here.
/// A write that the log surely did not do (a plan of an older term, an overloaded or unwritable log) is <em>rejected</em>; one that may have been done, or that
/// comes from an entity which missed an event of its own, <em>fails</em>: the entity stops, and recovers from the replica. Both carry a <see cref="RegionLogException"/>.
/// </summary>
/// <remarks>
/// Entities don't replay events: <see cref="RegionSnapshotStore"/> offers their state, up to their last event.
/// Akka counts a rejected event, the log doesn't: from then until the entity recovers, its numbers differ by <see cref="_rejected"/>.
/// </remarks>
public sealed class RegionJournal : AsyncWriteJournal
{
    private readonly RegionLogExtension _extension = RegionLogExtension.For(Context.System);
    private readonly ConcurrentDictionary<string, long> _rejected = new();

    /// <inheritdoc/>
    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        // Everything up to the first await is on the journal's thread: appends of one entity keep their order.
        var writes = messages.Select(write => (Write: write, Result: WriteAsync(write))).ToList();
        var errors = ImmutableList.CreateBuilder<Exception>();
        var rejected = false;
        foreach (var (write, result) in writes)
        {
            var error = await result.ConfigureAwait(false);
            rejected |= error is not null;
            errors.Add(error!);
            if (error is not null)
                _rejected.AddOrUpdate(write.PersistenceId, write.Size, (_, count) => count + write.Size);
        }

        return rejected ? errors.ToImmutable() : null!;
    }

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        _rejected.TryRemove(persistenceId, out _);
        if (_extension.TakeRecovered(persistenceId) is { } recovered)
            return recovered;

        var (sequenceNr, index) = await _extension.Client.PositionAsync(persistenceId).ConfigureAwait(false);
        await _extension.Replica.WaitForIndexAsync(index, cancellationToken).ConfigureAwait(false);
        return sequenceNr;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The entity didn't take the state that it was offered.</exception>
    public override Task ReplayMessagesAsync(IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        if (fromSequenceNr > toSequenceNr || max == 0 || _extension.Options.Resolver.Resolve(_extension.Replica.Current, persistenceId) is null)
            return Task.CompletedTask;

        throw new InvalidOperationException(
            $"{persistenceId} asks for its events {fromSequenceNr} to {toSequenceNr}, but entities of a region recover from their state in the replica: it must use the snapshot store \"{Storage.ActorsHocon.EntitySnapshotPlugin}\", and the default Recovery");
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: the log is shortened as a whole, when a snapshot of the region's state is stored.</exception>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        Task.FromException(new NotSupportedException($"{persistenceId} must not delete its events: the region's log is shortened as a whole"));

    /// <summary>Why an append is refused for its size.</summary>
    internal static string TooLarge(SerializedEvent e, int bytes, RegionLogOptions options) =>
        $"{e.Manifest} of {e.PersistenceId} has {bytes:N0} bytes; at most {options.MaxAppendBytes:N0} may be written at once";

    private Task<Exception?> WriteAsync(AtomicWrite write)
    {
        SerializedEvent[] events;
        try
        {
            events = Serialize(write);
        }
        catch (NotSupportedException e)
        {
            return Task.FromResult<Exception?>(e);
        }

        return AppendAsync(write, events);
    }

    private async Task<Exception?> AppendAsync(AtomicWrite write, SerializedEvent[] events)
    {
        var answer = await _extension.Client.AppendAsync(events).ConfigureAwait(false);
        switch (answer.Outcome)
        {
            case LogOutcome.Done:
                _extension.Remember(write.PersistenceId, write.LowestSequenceNr, events.Length, answer.Index);
                return null;
            case LogOutcome.Rejected:
                return LogClient.ErrorOf(answer);
            default:
                throw LogClient.ErrorOf(answer);
        }
    }

    private SerializedEvent[] Serialize(AtomicWrite write)
    {
        var offset = _rejected.GetValueOrDefault(write.PersistenceId);
        var items = (IImmutableList<IPersistentRepresentation>)write.Payload;
        var events = new SerializedEvent[items.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var item = items[i];
            if (item.Payload is not IRegionEvent happened)
                throw new NotSupportedException($"{item.PersistenceId} persists {item.Payload?.GetType()}: only events of the region may be written to its log");

            events[i] = new SerializedEvent(item.PersistenceId, item.SequenceNr - offset, Manifests.Of(happened), Manifests.Write(happened), (happened as IFencedEvent)?.Term)
            {
                Event = happened,
            };
        }

        return events;
    }
}
