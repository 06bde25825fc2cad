using Actors.Contracts;
using Actors.Server.Hosting;
using Actors.Server.Liveness;
using CsCheck;
using Xunit;

namespace Actors.Server.Tests.Liveness;

public sealed class LivenessRulesSpecs
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ServerOptions Options = new() { DataDir = "unused" };
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_node_that_was_heard_is_dead_after_its_time_and_the_grace_and_not_before()
    {
        var rules = new LivenessRules(Options, Begin);
        var node = NewNode();
        rules.Heard(node, Ttl, Begin);

        Assert.Empty(SweepUntil(rules, Begin, Begin + Ttl + Options.HeartbeatGrace - Second));
        Assert.Equal([node], SweepUntil(rules, Begin + Ttl + Options.HeartbeatGrace - Second, Begin + Ttl + Options.HeartbeatGrace));
    }

    [Fact]
    public void A_new_leader_gives_the_nodes_it_finds_alive_the_time_of_a_failover()
    {
        var rules = new LivenessRules(Options, Begin);
        var node = NewNode();
        rules.Watch(node, Begin, afterFailover: true);

        Assert.Empty(SweepUntil(rules, Begin, Begin + Options.FailoverHeartbeatTtl - Second));
        Assert.Equal([node], SweepUntil(rules, Begin + Options.FailoverHeartbeatTtl - Second, Begin + Options.FailoverHeartbeatTtl));
    }

    [Fact]
    public void The_first_heartbeat_after_a_failover_ends_its_grace()
    {
        var rules = new LivenessRules(Options, Begin);
        var node = NewNode();
        rules.Watch(node, Begin, afterFailover: true);
        rules.Heard(node, Ttl, Begin + Second);

        Assert.Equal([node], SweepUntil(rules, Begin, Begin + Second + Ttl + Options.HeartbeatGrace));
    }

    [Fact]
    public void A_server_that_stood_still_itself_judges_nobody_before_the_lost_time_has_passed_again()
    {
        var rules = new LivenessRules(Options, Begin);
        var node = NewNode();
        rules.Heard(node, Ttl, Begin);
        SweepUntil(rules, Begin, Begin + Second);
        var awake = Begin + TimeSpan.FromMinutes(2);

        Assert.Empty(rules.Sweep(awake, Second));
        Assert.Empty(SweepUntil(rules, awake, awake + Ttl));
        Assert.Equal([node], SweepUntil(rules, awake + Ttl, awake + Ttl + Options.HeartbeatGrace));
    }

    [Fact]
    public void Many_deaths_at_once_must_be_confirmed_by_another_grace_of_silence()
    {
        var rules = new LivenessRules(Options, Begin);
        var nodes = Enumerable.Range(0, 20).Select(_ => NewNode()).ToList();
        foreach (var node in nodes)
            rules.Heard(node, Ttl, Begin);
        var due = Begin + Ttl + Options.HeartbeatGrace;

        Assert.Empty(SweepUntil(rules, Begin, due));
        foreach (var back in nodes.Take(15))
            rules.Heard(back, Ttl, due + Second);
        Assert.Equal(nodes.Skip(15).Order(), SweepUntil(rules, due, due + Options.HeartbeatGrace).Order());
    }

    [Fact]
    public void A_node_that_is_heard_in_time_never_dies_and_one_that_stays_silent_always_does()
    {
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 39], Gen.Int[1, 30]).Sample((count, silent, minutes) =>
        {
            var rules = new LivenessRules(Options, Begin);
            var nodes = Enumerable.Range(0, count).Select(_ => NewNode()).ToList();
            var quiet = nodes.Take(Math.Min(silent, count)).ToHashSet();
            foreach (var node in nodes)
                rules.Heard(node, Ttl, Begin);
            var dead = new HashSet<NodeId>();
            for (var now = Begin + Second; now < Begin + TimeSpan.FromMinutes(minutes); now += Second)
            {
                if ((now - Begin).TotalSeconds % 8 == 0)
                {
                    foreach (var node in nodes.Where(n => !quiet.Contains(n)))
                        rules.Heard(node, Ttl, now);
                }

                foreach (var node in rules.Sweep(now, Second))
                {
                    dead.Add(node);
                    rules.Forget(node);
                }
            }

            return dead.SetEquals(quiet);
        });
    }

    [Fact]
    public void The_time_for_the_next_heartbeat_grows_with_the_number_of_clients()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), HeartbeatTtl.For(3, Options, 0));
        Assert.Equal(TimeSpan.FromSeconds(15), HeartbeatTtl.For(3, Options, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(200), HeartbeatTtl.For(10_000, Options, 0));
    }

    private static List<NodeId> SweepUntil(LivenessRules rules, DateTimeOffset from, DateTimeOffset to)
    {
        var dead = new List<NodeId>();
        for (var now = from + Second; now <= to; now += Second)
            dead.AddRange(rules.Sweep(now, Second));
        return [.. dead.Distinct()];
    }

    private static NodeId NewNode() => new(Guid.NewGuid());
}
