using Actors.Server.Link;
using CsCheck;
using Xunit;

namespace Actors.Server.Tests.Link;

/// <summary>Whose reports are handled, and how many at a time.</summary>
public sealed class ReportTurnsSpecs
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    [Fact]
    public void Sessions_get_their_turns_in_the_order_in_which_they_asked()
    {
        var turns = new ReportTurns<string>(least: 1, most: 1);
        turns.Ask("a", urgent: false);
        turns.Ask("b", urgent: false);
        turns.Ask("a", urgent: false);

        Assert.Equal(["a"], Take(turns));
        turns.Done("a", Usual);
        Assert.Equal(["b"], Take(turns));
        turns.Done("b", Usual);
        Assert.Empty(Take(turns));
    }

    [Fact]
    public void What_has_ended_is_told_before_what_only_confirms()
    {
        var turns = new ReportTurns<string>(least: 1, most: 1);
        turns.Ask("running", urgent: false);
        turns.Ask("failed", urgent: true);

        Assert.Equal(["failed"], Take(turns));
    }

    [Fact]
    public void What_became_urgent_while_it_waited_goes_first_and_gets_one_turn()
    {
        var turns = new ReportTurns<string>(least: 1, most: 1);
        turns.Ask("a", urgent: false);
        turns.Ask("b", urgent: false);
        turns.Ask("b", urgent: true);
        turns.Ask("b", urgent: false);

        Assert.Equal(["b"], Take(turns));
        turns.Done("b", Usual);
        Assert.Equal(["a"], Take(turns));
        turns.Done("a", Usual);
        Assert.Empty(Take(turns));
    }

    [Fact]
    public void Tasks_that_fail_without_end_do_not_keep_the_others_from_being_heard()
    {
        var turns = new ReportTurns<string>(least: 1, most: 1);
        turns.Ask("running", urgent: false);
        turns.Ask("alone", urgent: false);
        var heard = new List<string>();
        while (heard.Count < 9)
        {
            turns.Ask("failing 1", urgent: true);
            turns.Ask("failing 2", urgent: true);
            Assert.True(turns.TryTake(out var session));
            turns.Done(session!, Usual);
            heard.Add(session!.Split(' ')[0]);
        }

        Assert.Equal(["failing", "failing", "failing", "running", "failing", "failing", "failing", "alone", "failing"], heard);
    }

    [Fact]
    public void Places_that_are_of_no_use_any_more_do_not_pile_up()
    {
        var turns = new ReportTurns<int>(least: 1, most: 1);
        turns.Ask(-1, urgent: true);
        Assert.True(turns.TryTake(out _));
        turns.Ask(-2, urgent: false);
        for (var session = 0; session < 10_000; session++)
        {
            turns.Ask(session, urgent: false);
            turns.Ask(session, urgent: true);
            turns.Leave(session);
        }

        Assert.Equal(1, turns.Waiting);
        Assert.InRange(turns.Places, 1, 200);
        turns.Done(-1, Usual);
        Assert.True(turns.TryTake(out var next));
        Assert.Equal(-2, next);
    }

    [Fact]
    public void Servers_that_become_slow_are_asked_less_at_a_time_down_to_the_least()
    {
        var turns = new ReportTurns<int>(least: 2, most: 100);
        var before = turns.Limit;
        Report(turns, 20, Usual);

        Report(turns, 60, Slow);

        Assert.True(before > 2);
        Assert.Equal(2, turns.Limit);
    }

    [Fact]
    public void Servers_that_are_quick_are_asked_more_at_a_time_while_somebody_waits()
    {
        var turns = new ReportTurns<int>(least: 2, most: 16);
        Report(turns, 20, Usual);
        Report(turns, 60, Slow);

        Report(turns, 400, Usual);

        Assert.Equal(16, turns.Limit);
    }

    [Fact]
    public void Servers_that_have_always_been_slow_are_not_taken_for_busy()
    {
        var turns = new ReportTurns<int>(least: 2, most: 16);

        Report(turns, 200, Slow);

        Assert.Equal(16, turns.Limit);
    }

    [Fact]
    public void A_session_that_is_gone_leaves_its_turn_to_the_others()
    {
        var turns = new ReportTurns<string>(least: 1, most: 1);
        turns.Ask("a", urgent: false);
        turns.Ask("b", urgent: false);
        turns.Ask("c", urgent: false);
        Assert.Equal(["a"], Take(turns));

        turns.Leave("b");
        turns.Leave("a");

        Assert.Equal(["c"], Take(turns));
        Assert.Equal(0, turns.Waiting);
    }

    [Fact]
    public void Whatever_happens_nobody_has_two_turns_and_all_who_wait_get_theirs() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 200]).Array[1, 300].Sample(steps =>
        {
            var turns = new ReportTurns<int>(least: 2, most: 5);
            var (waiting, held) = (new HashSet<int>(), new HashSet<int>());
            foreach (var (session, step, took) in steps)
            {
                switch (step)
                {
                    case 0 or 1:
                        turns.Ask(session, urgent: step == 1);
                        if (!held.Contains(session)) waiting.Add(session);
                        break;
                    case 2:
                        turns.Done(session, TimeSpan.FromMilliseconds(took));
                        held.Remove(session);
                        break;
                    default:
                        turns.Leave(session);
                        waiting.Remove(session);
                        held.Remove(session);
                        break;
                }

                foreach (var taken in Take(turns))
                {
                    Assert.True(waiting.Remove(taken));
                    Assert.True(held.Add(taken));
                }

                Assert.InRange(turns.Limit, 2, 5);
                Assert.Equal(waiting.Count, turns.Waiting);
                Assert.True(waiting.Count == 0 || held.Count >= turns.Limit);
            }
        });

    private static List<TSession> Take<TSession>(ReportTurns<TSession> turns)
        where TSession : notnull
    {
        var taken = new List<TSession>();
        while (turns.TryTake(out var session))
            taken.Add(session!);
        return taken;
    }

    /// <summary>So many reports, more than are handled at a time.</summary>
    private static void Report(ReportTurns<int> turns, int count, TimeSpan took)
    {
        for (var i = 0; i < count; i++)
        {
            for (var session = 0; session < 200; session++)
                turns.Ask(session, urgent: false);
            turns.TryTake(out var first);
            turns.Done(first, took);
        }
    }
}
