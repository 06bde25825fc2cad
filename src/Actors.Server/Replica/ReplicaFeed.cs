using Actors.Contracts.Log;
using Actors.Server.RegionLog;

namespace Actors.Server.Replica;

/// <summary>Puts rows into order, wherever they come from (pushed by the log, or read from it): each event passes once, none before its predecessor.</summary>
/// <param name="maxEarlyBytes">How many bytes of rows that came too early are kept; more are dropped, and read later.</param>
internal sealed class ReplicaFeed(long maxEarlyBytes)
{
    private readonly SortedDictionary<ulong, LogPush> _early = [];
    private long _earlyBytes;

    /// <summary>The index of the last event that passed.</summary>
    public ulong Passed { get; private set; }

    /// <summary>The row of the last event that passed: reading goes on with this one, as it may have passed in part.</summary>
    public long RowNr { get; private set; }

    /// <summary>The highest index that is known to be committed.</summary>
    public ulong Head { get; private set; }

    /// <summary>Events are missing.</summary>
    public bool IsBehind => Head > Passed;

    /// <summary>Starts anew, after a snapshot.</summary>
    /// <param name="index">The snapshot's index.</param>
    /// <param name="rowNr">The row that holds it.</param>
    public void Reset(ulong index, long rowNr)
    {
        Passed = index;
        RowNr = rowNr;
        Head = Math.Max(Head, index);
    }

    /// <summary>An index is committed.</summary>
    public void Know(ulong index) => Head = Math.Max(Head, index);

    /// <summary>Takes a row.</summary>
    /// <returns>What may pass now, in order.</returns>
    public IReadOnlyList<LogPush> Offer(LogPush push)
    {
        Know(push.Batch.LastIndex);
        if (push.Batch.FirstIndex > Passed + 1)
        {
            Keep(push);
            return [];
        }

        var passing = new List<LogPush>(1);
        Pass(push, passing);
        while (_early.Count > 0 && _early.First() is var (first, early) && first <= Passed + 1)
        {
            _early.Remove(first);
            _earlyBytes -= Size(early);
            Pass(early, passing);
        }

        return passing;
    }

    private void Pass(LogPush push, List<LogPush> passing)
    {
        var batch = push.Batch;
        if (batch.Events.Count == 0 || batch.LastIndex <= Passed)
            return;

        if (batch.FirstIndex <= Passed)
        {
            var skip = (int)(Passed + 1 - batch.FirstIndex);
            push = push with { Batch = new LogBatch(Passed + 1, batch.Term, batch.Events.Skip(skip).ToArray()) };
        }

        Passed = batch.LastIndex;
        RowNr = push.RowNr;
        passing.Add(push);
    }

    private void Keep(LogPush push)
    {
        var size = Size(push);
        if (_earlyBytes + size > maxEarlyBytes || !_early.TryAdd(push.Batch.FirstIndex, push))
            return;
        _earlyBytes += size;
    }

    private static long Size(LogPush push) => AppendRequest.Size(push.Batch.Events);
}
