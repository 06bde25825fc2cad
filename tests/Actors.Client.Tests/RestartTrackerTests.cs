using Actors.Client.Tasks;
using CsCheck;
using Xunit;

namespace Actors.Client.Tests;

public sealed class RestartTrackerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RestartRules Rules = new(2, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(15), DelayMode: false);

    [Fact]
    public void A_failed_run_is_followed_by_another_after_the_delay()
    {
        var (next, decision) = Decide(RestartTracker.Fresh, Rules);

        Assert.Equal(new RestartTracker(1, Now), next);
        Assert.Equal(TimeSpan.FromSeconds(15), Assert.IsType<RestartDecision.Restart>(decision).Delay);
    }

    [Fact]
    public void After_its_attempts_a_task_fails_in_mode_fail()
    {
        var (_, decision) = Decide(new RestartTracker(2, Now.AddMinutes(-1)), Rules);

        Assert.True(Assert.IsType<RestartDecision.Stay>(decision).Failed);
    }

    [Fact]
    public void After_its_attempts_a_task_waits_for_the_intervals_end_in_mode_delay()
    {
        var (_, decision) = Decide(new RestartTracker(2, Now.AddMinutes(-4)), Rules with { DelayMode = true });

        Assert.Equal(TimeSpan.FromMinutes(6), Assert.IsType<RestartDecision.Restart>(decision).Delay);
    }

    [Fact]
    public void When_the_interval_is_over_attempts_are_counted_anew()
    {
        var (next, decision) = Decide(new RestartTracker(2, Now.AddMinutes(-11)), Rules);

        Assert.Equal(new RestartTracker(1, Now), next);
        Assert.IsType<RestartDecision.Restart>(decision);
    }

    [Fact]
    public void A_run_that_succeeded_is_final_unless_the_task_should_run_for_ever()
    {
        var batch = RestartTracker.Fresh.Decide(Rules, succeeded: true, restartOnSuccess: false, recoverable: true, Now, 0).Decision;
        var service = RestartTracker.Fresh.Decide(Rules, succeeded: true, restartOnSuccess: true, recoverable: true, Now, 0).Decision;

        Assert.False(Assert.IsType<RestartDecision.Stay>(batch).Failed);
        Assert.IsType<RestartDecision.Restart>(service);
    }

    [Fact]
    public void What_can_not_be_recovered_is_not_tried_again()
    {
        var (_, decision) = RestartTracker.Fresh.Decide(Rules, succeeded: false, restartOnSuccess: true, recoverable: false, Now, 0);

        Assert.True(Assert.IsType<RestartDecision.Stay>(decision).Failed);
    }

    [Fact]
    public void Jitter_adds_a_quarter_of_the_delay_at_most() => Gen.Double[0, 1].Sample(jitter =>
    {
        var (_, decision) = RestartTracker.Fresh.Decide(Rules, false, true, true, Now, jitter);
        return ((RestartDecision.Restart)decision).Delay is var delay && delay >= TimeSpan.FromSeconds(15) && delay <= TimeSpan.FromSeconds(18.75);
    });

    [Fact]
    public void No_interval_ever_sees_more_restarts_than_attempts() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[5, 100], Gen.Int[0, 40].Array[1, 60]).Sample((attempts, interval, gaps) =>
        {
            var rules = new RestartRules(attempts, TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(1), DelayMode: false);
            var (tracker, now, restarts) = (RestartTracker.Fresh, Now, new List<DateTimeOffset>());
            foreach (var gap in gaps)
            {
                now = now.AddSeconds(gap);
                (tracker, var decision) = tracker.Decide(rules, false, true, true, now, 0);
                if (decision is not RestartDecision.Restart) break;
                restarts.Add(now);
            }

            // Counted from the first restart of each interval, as the policy says: twice the attempts within any window of that length at most.
            return restarts.All(r => restarts.Count(o => o >= r && o - r <= TimeSpan.FromSeconds(interval)) <= Math.Max(1, 2 * attempts));
        });

    private static (RestartTracker Next, RestartDecision Decision) Decide(RestartTracker tracker, RestartRules rules) =>
        tracker.Decide(rules, succeeded: false, restartOnSuccess: true, recoverable: true, Now, jitter: 0);
}
