namespace Actors.Server.Link;

/// <summary>
/// Whose reports are handled now. What clients report must not keep out what people ask for: while the servers are slow to
/// answer, fewer reports are handled at a time, and the others wait with their clients, which gather meanwhile what changes.
/// How many at a time follows from how long the last ones took against how long they take when nothing else is to be done.
/// Not thread safe.
/// </summary>
/// <typeparam name="TSession">Who reports.</typeparam>
/// <param name="least">So many are handled at a time in any case.</param>
/// <param name="most">More are never handled at a time.</param>
internal sealed class ReportTurns<TSession>(int least, int most)
    where TSession : notnull
{
    // An answer in this many times the usual time is slow: the log writes in groups, and waiting for the next group takes as long as the group that is being written.
    private const double SlowFactor = 4;

    // The quickest time of all would be one of a report with nothing in it, on a machine that is quiet at night: in this long, what is usual has nearly doubled.
    private static readonly TimeSpan Forgetting = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan SlowAtLeast = TimeSpan.FromMilliseconds(25);

    // Tasks that fail without end must not keep all others from being heard: after so many urgent turns in a row comes a routine one.
    private const int UrgentInARow = 3;

    // So many places in a queue may be of sessions that don't wait there any more before they are cleared away.
    private const int MostLeft = 64;

    private readonly Queue<TSession> _urgent = new();
    private readonly Queue<TSession> _routine = new();
    private readonly Dictionary<TSession, bool> _waiting = [];
    private readonly HashSet<TSession> _held = [];
    private int _urgentInARow;
    private double _limit = Math.Min(most, least * 4);
    private double _usualMs = double.PositiveInfinity;

    /// <summary>How many are handled at a time.</summary>
    public int Limit => (int)_limit;

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>How many places the queues have, those of sessions that don't wait any more included.</summary>
    internal int Places => _urgent.Count + _routine.Count;

    /// <summary>A session has something to report. Those that are urgent go first, save that others get a share; else all go in their order.</summary>
    public void Ask(TSession session, bool urgent)
    {
        if (_held.Contains(session) || (_waiting.TryGetValue(session, out var before) && (before || !urgent)))
            return;

        _waiting[session] = urgent;
        var queue = urgent ? _urgent : _routine;
        queue.Enqueue(session);
        if (queue.Count > (2 * _waiting.Count) + MostLeft)
            ClearAway(queue, urgent);
    }

    /// <summary>Whose turn it is, if it is anybody's.</summary>
    public bool TryTake(out TSession? session)
    {
        session = default;
        if (_held.Count >= Limit)
            return false;

        var urgentFirst = _urgentInARow < UrgentInARow;
        if (!TryTake(urgentFirst, out session) && !TryTake(!urgentFirst, out session))
            return false;

        _waiting.Remove(session!);
        return _held.Add(session!);
    }

    /// <summary>A session's turn is over.</summary>
    /// <param name="session">The session.</param>
    /// <param name="took">How long the servers took; null when they were not asked.</param>
    public void Done(TSession session, TimeSpan? took)
    {
        if (!_held.Remove(session) || took is not { } time)
            return;

        var slow = Math.Max(_usualMs * SlowFactor, SlowAtLeast.TotalMilliseconds);
        if (time.TotalMilliseconds > slow)
            _limit = Math.Max(least, _limit * 0.9);
        else if (Waiting > 0)
            _limit = Math.Min(most, _limit + (1 / _limit));

        // So many at a time, each this long: that much time passed with each.
        _usualMs = Math.Min(time.TotalMilliseconds, _usualMs * (1 + (time / _limit / Forgetting)));
    }

    /// <summary>A session is gone.</summary>
    public void Leave(TSession session)
    {
        _held.Remove(session);
        _waiting.Remove(session);
    }

    /// <summary>The first of a queue that still waits in it: one that left, or became urgent, is not taken out of the middle of its queue.</summary>
    private bool TryTake(bool urgent, out TSession? session)
    {
        while ((urgent ? _urgent : _routine).TryDequeue(out session))
        {
            if (!_waiting.TryGetValue(session, out var waits) || waits != urgent)
                continue;

            _urgentInARow = urgent ? _urgentInARow + 1 : 0;
            return true;
        }

        return false;
    }

    private void ClearAway(Queue<TSession> queue, bool urgent)
    {
        var kept = new HashSet<TSession>();
        for (var left = queue.Count; left > 0; left--)
        {
            var session = queue.Dequeue();
            if (_waiting.TryGetValue(session, out var waits) && waits == urgent && kept.Add(session))
                queue.Enqueue(session);
        }
    }
}
