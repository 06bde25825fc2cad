using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Server.Tests.Hosting;
using Actors.Server.Tests.Link;
using Xunit;

namespace Actors.Server.Tests.Journeys;

public sealed class SchedulingJourney
{
    [Fact]
    public async Task What_finds_no_room_waits_and_is_placed_when_a_node_registers()
    {
        await using var server = await TestServer.StartAsync();
        var job = Samples.Id("waits");
        var changed = await server.SendAsync<JobChanged>(c => new RegisterJob(c, job, Samples.Service("waits")));

        await server.EventuallyAsync(s => s.FindEvaluation(changed.EvaluationId!.Value) is { Status: EvaluationStatus.Complete } e ? e : null, "the evaluation is complete");
        var blocked = await server.EventuallyAsync(s => s.EvaluationsOfJob(job).FirstOrDefault(e => e.Status == EvaluationStatus.Blocked), "an evaluation waits for room");
        Assert.NotEmpty(blocked.FailedGroups);

        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.RunningAsync(1, "waits");
        await server.EventuallyAsync(s => s.FindEvaluation(blocked.Id) is { Status: EvaluationStatus.Complete } e ? e : null, "the one that waited is complete");
    }

    [Fact]
    public async Task Room_that_an_ended_job_leaves_is_given_to_the_one_that_waits()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1", memory: 1000));
        await client.WelcomeAsync();
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("first"), Samples.Service("first", memory: 900)));
        var first = Assert.Single(await client.RunningAsync(1, "first"));
        await client.ReportAsync(AllocationId.Parse(first.Id), AllocationClientStatus.Running);
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("second"), Samples.Service("second", memory: 900)));
        await server.EventuallyAsync(s => s.EvaluationsOfJob(Samples.Id("second")).FirstOrDefault(e => e.Status == EvaluationStatus.Blocked), "the second waits");

        await server.SendAsync<JobChanged>(c => new DeregisterJob(c, Samples.Id("first"), Purge: false));
        await client.EventuallyAsync(() => client.Desired.Values.FirstOrDefault(a => a.JobId == "first" && a.DesiredStatus == "stop"), "the first is to stop");
        await client.ReportAsync(AllocationId.Parse(first.Id), AllocationClientStatus.Complete);

        await client.RunningAsync(1, "second");
    }

    [Fact]
    public async Task A_hundred_quick_updates_of_a_job_need_few_turns_and_end_with_the_last_version()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1", memory: 16_000));
        await client.WelcomeAsync();
        var job = Samples.Id("busy");
        var updates = Enumerable.Range(1, 100).Select(i => server.SendAsync<JobChanged>(c => new RegisterJob(c, job, Samples.Service("busy", memory: 100 + i) with { Meta = Actors.Contracts.Collections.EquatableMap<string>.Empty })));
        await Task.WhenAll(updates);

        await server.EventuallyAsync(s => s.EvaluationsOfJob(job).All(e => e.Terminal) ? "all" : null, "every evaluation has ended");
        var evaluations = server.Region.State.EvaluationsOfJob(job);
        Assert.Equal(100, evaluations.Count);
        var worked = evaluations.Count(e => e.Status == EvaluationStatus.Complete);
        Assert.InRange(worked, 1, 50);
        var running = await server.EventuallyAsync(s => s.AllocationsOfJob(job).Where(a => !a.Terminal).ToList() is [var one] ? one : null, "one allocation is left");
        Assert.Equal(server.Region.State.FindJob(job)!.Job.Version, running.JobVersion);
    }

    [Fact]
    public async Task Allocations_of_a_node_that_falls_silent_are_lost_and_placed_elsewhere()
    {
        await using var server = await TestServer.StartAsync();
        var doomed = await FakeClient.ConnectAsync(server.Link, Samples.Node("doomed"));
        await doomed.WelcomeAsync();
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("moves"), Samples.Service("moves", count: 2)));
        var before = await RunAllAsync(doomed, 2);
        await using var spare = await FakeClient.ConnectAsync(server.Link, Samples.Node("spare"));
        await spare.WelcomeAsync();

        await doomed.DisposeAsync();

        await server.EventuallyAsync(s => s.FindNode(doomed.Node.Id) is { Status: NodeStatus.Down } n ? n : null, "the node is down");
        await spare.RunningAsync(2, "moves");
        var lost = before.Select(id => server.Region.State.FindAllocation(AllocationId.Parse(id))!);
        Assert.All(lost, a => Assert.Equal(AllocationClientStatus.Lost, a.ClientStatus));
    }

    [Fact]
    public async Task A_node_that_comes_back_after_it_was_down_is_ready_again_and_stops_what_was_replaced()
    {
        await using var server = await TestServer.StartAsync();
        var node = Samples.Node("returns");
        var first = await FakeClient.ConnectAsync(server.Link, node);
        await first.WelcomeAsync();
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("web"), Samples.Service("web")));
        var old = AllocationId.Parse(Assert.Single(await first.RunningAsync(1)).Id);
        await first.ReportAsync(old, AllocationClientStatus.Running);
        await first.DisposeAsync();
        await server.EventuallyAsync(s => s.FindAllocation(old) is { ClientStatus: AllocationClientStatus.Lost } a ? a : null, "the allocation is lost");

        await using var again = await FakeClient.ConnectAsync(server.Link, node, known: new Dictionary<AllocationId, ulong> { [old] = 1 });
        await again.WelcomeAsync();

        await again.EventuallyAsync(() => again.Desired.GetValueOrDefault(old) is { DesiredStatus: "stop" } a ? a : null, "the lost one is to stop");
        await again.RunningAsync(1, "web");
        Assert.Equal(NodeStatus.Ready, server.Region.State.FindNode(node.Id)!.Status);
    }

    [Fact]
    public async Task A_drained_node_is_emptied_one_after_another_and_stays_ineligible()
    {
        await using var server = await TestServer.StartAsync();
        await using var old = await FakeClient.ConnectAsync(server.Link, Samples.Node("old"));
        await old.WelcomeAsync();
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("web"), Samples.Service("web", count: 2)));
        await RunAllAsync(old, 2);
        await using var fresh = await FakeClient.ConnectAsync(server.Link, Samples.Node("fresh"));
        await fresh.WelcomeAsync();

        await server.SendAsync<NodeEvaluationsCreated>(c => new SetNodeDrain(c, old.Node.Id, new DrainStrategy(TimeSpan.FromMinutes(10), IgnoreSystemJobs: false, DateTimeOffset.UtcNow), MarkEligible: false));

        await StopAllAsync(old, 1);
        await RunAllAsync(fresh, 1);
        await StopAllAsync(old, 2);
        await RunAllAsync(fresh, 2);
        var node = await server.EventuallyAsync(s => s.FindNode(old.Node.Id) is { Drain: null } n ? n : null, "the drain is over");
        Assert.Equal(NodeEligibility.Ineligible, node.Eligibility);
    }

    // One after another: a rollout goes on when what it placed before is healthy.
    private static async Task<IReadOnlyCollection<string>> RunAllAsync(FakeClient client, int count)
    {
        var running = new HashSet<string>();
        while (running.Count < count)
        {
            var next = await client.EventuallyAsync(
                () => client.Desired.Values.FirstOrDefault(a => a.DesiredStatus == "run" && !running.Contains(a.Id)), $"allocation {running.Count + 1} of {count} to run");
            await client.ReportAsync(AllocationId.Parse(next.Id), AllocationClientStatus.Running, healthy: true);
            running.Add(next.Id);
        }

        return running;
    }

    private static async Task StopAllAsync(FakeClient client, int count)
    {
        var stopping = await client.EventuallyAsync(() => client.Desired.Values.Where(a => a.DesiredStatus == "stop").ToList() is var s && s.Count >= count ? s : null, $"{count} are to stop");
        foreach (var allocation in stopping)
            await client.ReportAsync(AllocationId.Parse(allocation.Id), AllocationClientStatus.Complete);
    }
}
