using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Server.RegionLog;
using Actors.State;
using CsCheck;
using Xunit;

namespace Actors.Server.Tests.RegionLog;

public sealed class LogSequencerTests
{
    private long _id;

    [Fact]
    public void Whatever_is_appended_indexes_are_dense_and_every_entitys_events_follow_each_other() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 3], Gen.Int[-1, 1], Gen.Int[0, 5]).Array[0, 60].Sample(steps =>
        {
            var sequencer = New();
            var stored = new List<(string Id, long Number, ulong Index)>();
            var accepted = new List<(string, long, ulong)>();
            foreach (var (entity, count, offset, end) in steps)
            {
                var id = $"x-{entity}";
                var next = stored.Concat(accepted).Where(s => s.Item1 == id).Select(s => s.Item2).DefaultIfEmpty(0).Max() + 1 + offset;
                if (next < 1)
                    continue;

                var answer = sequencer.Stage(Append(id, next, count));
                if (answer.Outcome == LogOutcome.Done && offset == 0)
                    accepted.AddRange(Enumerable.Range(0, count).Select(i => (id, next + i, answer.Index + (ulong)i)));

                // Some rows are stored, some are lost.
                if (end == 0)
                {
                    sequencer.Commit(sequencer.ToBatch(1));
                    stored.AddRange(accepted);
                    accepted.Clear();
                }
                else if (end == 1)
                {
                    sequencer.Abandon();
                    accepted.Clear();
                }
            }

            Assert.Equal(Enumerable.Range(1, stored.Count).Select(i => (ulong)i), stored.Select(s => s.Index));
            Assert.Equal((ulong)stored.Count, sequencer.Index);
            foreach (var entity in stored.GroupBy(s => s.Id))
                Assert.Equal(Enumerable.Range(1, entity.Count()).Select(i => (long)i), entity.Select(s => s.Number));
        });

    [Fact]
    public void The_same_append_twice_in_one_row_is_written_once()
    {
        var sequencer = New();
        var first = sequencer.Stage(Append("x-1", 1, 2));
        var again = sequencer.Stage(Append("x-1", 1, 2));
        Assert.Equal(first.Index, again.Index);
        Assert.Equal(2, sequencer.Staged);
    }

    [Fact]
    public void The_same_number_with_other_bytes_is_a_conflict()
    {
        var sequencer = New();
        sequencer.Stage(Append("x-1", 1, 1));
        var other = sequencer.Stage(new AppendRequest(9, 0, [new SerializedEvent("x-1", 1, "m/1", [42])]));
        Assert.Equal((LogOutcome.Failed, RefusalKind.Conflict), (other.Outcome, other.Kind));
    }

    [Fact]
    public void Only_events_of_the_present_term_pass_the_fence()
    {
        var sequencer = new LogSequencer(new LogPosition(10, 4, []), () => RegionState.Empty, 10);
        foreach (var term in new[] { 3L, 5L })
        {
            var refused = sequencer.Stage(new AppendRequest(1, 0, [new SerializedEvent("x-1", 1, "plan-committed/1", [1], term)]));
            Assert.Equal((LogOutcome.Rejected, RefusalKind.Conflict), (refused.Outcome, refused.Kind));
        }

        Assert.Equal(11ul, sequencer.Stage(new AppendRequest(1, 0, [new SerializedEvent("x-1", 1, "plan-committed/1", [1], 4)])).Index);
    }

    [Fact]
    public void An_append_of_two_entities_is_refused()
    {
        var sequencer = New();
        var refused = sequencer.Stage(new AppendRequest(1, 0, [new SerializedEvent("x-1", 1, "m/1", []), new SerializedEvent("x-2", 2, "m/1", [])]));
        Assert.Equal((LogOutcome.Rejected, RefusalKind.Invalid), (refused.Outcome, refused.Kind));
        Assert.Equal(0, sequencer.Staged);
    }

    [Fact]
    public void What_the_replica_does_not_know_yet_is_never_forgotten()
    {
        var sequencer = New(remember: 1);
        for (var i = 1; i <= 5; i++)
        {
            sequencer.Stage(Append($"x-{i}", 1, 1));
            sequencer.Commit(sequencer.ToBatch(1));
        }

        sequencer.Forget(replicaIndex: 0);
        Assert.Equal((1L, 1ul), sequencer.PositionOf("x-1"));
        sequencer.Forget(replicaIndex: 5);
        Assert.Equal((0L, 0ul), sequencer.PositionOf("x-1"));
        Assert.Equal((1L, 5ul), sequencer.PositionOf("x-5"));
    }

    private static LogSequencer New(int remember = 1000) => new(LogPosition.Start, () => RegionState.Empty, remember);

    private AppendRequest Append(string id, long first, int count) =>
        new(++_id, 0, Enumerable.Range(0, count).Select(i => new SerializedEvent(id, first + i, "m/1", BitConverter.GetBytes(first + i))).ToArray());
}
