using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.State;

namespace Actors.Server.RegionLog;

/// <summary>
/// Gives events their indexes: the pure part of the log's writer. Appends are staged into the next row one by one,
/// each checked against all before it; then the row is committed or abandoned as a whole.
/// </summary>
/// <remarks>
/// Of what is older than the replica on the same server it remembers nothing but the latest events (to know a repeated append again):
/// the replica knows where each persistence id stands, so this stays small however many entities a region has.
/// </remarks>
/// <param name="start">Where the log stands.</param>
/// <param name="replica">The replica's state now: it knows where each persistence id stood at its index.</param>
/// <param name="remember">How many of the latest events to remember at least.</param>
internal sealed class LogSequencer(LogPosition start, Func<RegionState> replica, int remember)
{
    private readonly Memory _committed = Memory.Of(start.Recent);
    private readonly Memory _staged = new();
    private readonly List<SerializedEvent> _events = [];

    /// <summary>The last committed index.</summary>
    public ulong Index { get; private set; } = start.Index;

    /// <summary>The latest term that is in the log.</summary>
    public long Term { get; private set; } = start.Term;

    /// <summary>How many events are staged.</summary>
    public int Staged => _events.Count;

    /// <summary>About how many bytes are staged.</summary>
    public int StagedBytes { get; private set; }

    /// <summary>The log's position, to be stored.</summary>
    public LogPosition Position => new(Index, Term, _committed.Latest(remember));

    /// <summary>Where a persistence id stands, without what is staged.</summary>
    public (long SequenceNr, ulong Index) PositionOf(string persistenceId)
    {
        // Where both know it, the replica is right: it also knows what was forgotten (an entity that is gone begins anew).
        var state = replica();
        return _committed.PositionOf(persistenceId) is { } position && position.Index > state.Index ? position : state.PositionOf(persistenceId);
    }

    /// <summary>Adds an append to the next row, unless it must not be written.</summary>
    /// <returns>Its answer: to be given after the row is committed, even when the append is a repeated one that was already committed (a refusal may be given at once).</returns>
    public LogAnswer Stage(AppendRequest append)
    {
        if (append.Events.Count == 0)
            return LogAnswer.Reject(append.Id, RefusalKind.Invalid, "an append without events");

        append = Numbered(append);
        var first = append.Events[0];
        if (Repeated(append) is { } index)
            return new LogAnswer(append.Id, LogOutcome.Done, index);

        var position = _staged.PositionOf(first.PersistenceId) ?? PositionOf(first.PersistenceId);
        if (first.SequenceNr != position.SequenceNr + 1)
        {
            return LogAnswer.Fail(append.Id, RefusalKind.Conflict,
                $"{first.PersistenceId} is at event {position.SequenceNr} (index {position.Index}): {position.SequenceNr + 1} must follow, {first.SequenceNr} comes from a writer that doesn't know that");
        }

        for (var i = 0; i < append.Events.Count; i++)
        {
            var e = append.Events[i];
            if (e.PersistenceId != first.PersistenceId || e.SequenceNr != first.SequenceNr + i)
                return LogAnswer.Reject(append.Id, RefusalKind.Invalid, $"an append must have consecutive events of one persistence id: {first.PersistenceId} {first.SequenceNr + i} was expected, {e.PersistenceId} {e.SequenceNr} was found");
            if (e.Term is { } term && term != Term)
                return LogAnswer.Reject(append.Id, RefusalKind.Conflict, $"{e.Manifest} of {e.PersistenceId} was decided in term {term}; the term now is {Term}");
        }

        var start = Index + (ulong)_events.Count + 1;
        for (var i = 0; i < append.Events.Count; i++)
        {
            var e = append.Events[i];
            _staged.Add(new RecentEvent(e.PersistenceId, e.SequenceNr, start + (ulong)i, Fingerprint.Of(e)));
            _events.Add(e);
        }

        StagedBytes += append.Bytes;
        return new LogAnswer(append.Id, LogOutcome.Done, start);
    }

    /// <summary>The row of what is staged.</summary>
    /// <param name="term">The term of the writer.</param>
    public LogBatch ToBatch(long term) => new(Index + 1, term, _events.ToArray());

    /// <summary>The row is stored.</summary>
    /// <param name="batch">What <see cref="ToBatch"/> gave.</param>
    public void Commit(LogBatch batch)
    {
        Index = batch.LastIndex;
        Term = Math.Max(Term, batch.Term);
        foreach (var e in _staged.All)
            _committed.Add(e);
        Abandon();
    }

    /// <summary>The row is not stored, or nobody knows: what was staged is forgotten.</summary>
    public void Abandon()
    {
        _staged.Clear();
        _events.Clear();
        StagedBytes = 0;
    }

    /// <summary>Forgets what the replica knows, but for the latest events.</summary>
    /// <param name="replicaIndex">The replica's index.</param>
    public void Forget(ulong replicaIndex) => _committed.Forget(replicaIndex, remember);

    // Events of the log itself come from whichever server leads; only here it is known which number is next.
    private AppendRequest Numbered(AppendRequest append)
    {
        if (append.Events is not [{ PersistenceId: TermStarted.LogPersistenceId, SequenceNr: 0 } own])
            return append;
        var position = _staged.PositionOf(own.PersistenceId) ?? PositionOf(own.PersistenceId);
        return append with { Events = [own with { SequenceNr = position.SequenceNr + 1 }] };
    }

    private ulong? Repeated(AppendRequest append)
    {
        ulong? index = null;
        for (var i = 0; i < append.Events.Count; i++)
        {
            var e = append.Events[i];
            var known = _staged.Find(e.PersistenceId, e.SequenceNr) ?? _committed.Find(e.PersistenceId, e.SequenceNr);
            if (known is null || known.Fingerprint != Fingerprint.Of(e))
                return null;
            index ??= known.Index;
        }

        return index;
    }

    private sealed class Memory
    {
        private readonly Queue<RecentEvent> _all = new();
        private readonly Dictionary<(string, long), RecentEvent> _events = [];
        private readonly Dictionary<string, RecentEvent> _last = [];

        public IEnumerable<RecentEvent> All => _all;

        public static Memory Of(IReadOnlyList<RecentEvent> events)
        {
            var memory = new Memory();
            foreach (var e in events)
                memory.Add(e);
            return memory;
        }

        public (long SequenceNr, ulong Index)? PositionOf(string persistenceId) =>
            _last.TryGetValue(persistenceId, out var e) ? (e.SequenceNr, e.Index) : null;

        public RecentEvent? Find(string persistenceId, long sequenceNr) => _events.GetValueOrDefault((persistenceId, sequenceNr));

        public IReadOnlyList<RecentEvent> Latest(int count) => _all.Skip(Math.Max(0, _all.Count - count)).ToArray();

        public void Add(RecentEvent e)
        {
            _all.Enqueue(e);
            _events[(e.PersistenceId, e.SequenceNr)] = e;
            _last[e.PersistenceId] = e;
        }

        public void Forget(ulong replicaIndex, int keep)
        {
            while (_all.Count > keep && _all.TryPeek(out var oldest) && oldest.Index <= replicaIndex)
            {
                _all.Dequeue();
                _events.Remove((oldest.PersistenceId, oldest.SequenceNr));
                if (_last.TryGetValue(oldest.PersistenceId, out var last) && last.Index == oldest.Index)
                    _last.Remove(oldest.PersistenceId);
            }
        }

        public void Clear()
        {
            _all.Clear();
            _events.Clear();
            _last.Clear();
        }
    }
}
