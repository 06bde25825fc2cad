using Actors.Contracts.Log;
using Actors.Server.RegionLog;
using Actors.Server.Replica;
using CsCheck;
using Xunit;

namespace Actors.Server.Tests.Replica;

public sealed class ReplicaFeedTests
{
    [Fact]
    public void However_rows_arrive_each_event_passes_once_and_in_order() =>
        Gen.Select(Gen.Int[1, 6].Array[1, 20], Gen.Int.Array[0, 60]).Sample((sizes, arrivals) =>
        {
            var rows = Rows(sizes);
            var feed = new ReplicaFeed(1 << 20);
            var passed = new List<ulong>();

            // Any rows, in any order, any number of times, whole or their ends only; then, as reading the log does, all in order.
            foreach (var arrival in arrivals.Select(a => a & int.MaxValue))
                Take(Part(rows[arrival % rows.Count], arrival / 64));
            foreach (var row in rows)
                Take(row);

            Assert.Equal(Enumerable.Range(1, sizes.Sum()).Select(i => (ulong)i), passed);
            Assert.False(feed.IsBehind);
            Assert.Equal(rows.Count, feed.RowNr);

            void Take(LogPush push) => passed.AddRange(feed.Offer(push).SelectMany(p => p.Batch.Events.Select((_, i) => p.Batch.FirstIndex + (ulong)i)));
        });

    [Fact]
    public void A_row_that_is_too_early_tells_that_something_is_missing()
    {
        var rows = Rows([2, 3, 1]);
        var feed = new ReplicaFeed(1 << 20);
        Assert.Empty(feed.Offer(rows[1]));
        Assert.True(feed.IsBehind);
        Assert.Equal(2, feed.Offer(rows[0]).Count);
        Assert.False(feed.IsBehind);
        feed.Know(6);
        Assert.True(feed.IsBehind);
    }

    [Fact]
    public void Early_rows_beyond_the_limit_are_dropped_and_read_later()
    {
        var rows = Rows([1, 1, 1]);
        var feed = new ReplicaFeed(maxEarlyBytes: 1);
        Assert.Empty(feed.Offer(rows[2]));
        Assert.Single(feed.Offer(rows[0]));
        Assert.Single(feed.Offer(rows[1]));
        Assert.True(feed.IsBehind);
        Assert.Single(feed.Offer(rows[2]));
    }

    private static List<LogPush> Rows(int[] sizes)
    {
        var rows = new List<LogPush>();
        ulong next = 1;
        foreach (var size in sizes)
        {
            rows.Add(new LogPush(rows.Count + 1, new LogBatch(next, 1, Enumerable.Range(0, size).Select(i => new SerializedEvent("x", (long)next + i, "m/1", [1])).ToArray())));
            next += (ulong)size;
        }

        return rows;
    }

    private static LogPush Part(LogPush row, int from)
    {
        var skip = from % row.Batch.Events.Count;
        return row with { Batch = new LogBatch(row.Batch.FirstIndex + (ulong)skip, 1, row.Batch.Events.Skip(skip).ToArray()) };
    }
}
