using System.Diagnostics;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Server.Tests.Hosting;
using Actors.Server.Tests.Link;
using Actors.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Actors.Server.Tests.Journeys;

/// <summary>Three servers at once fill two cores: these run one after another, and not beside others.</summary>
[CollectionDefinition("clusters", DisableParallelization = true)]
public sealed class Clusters;

[Collection("clusters")]
public sealed class FailoverJourney(ITestOutputHelper output)
{
    [Fact]
    public async Task Any_server_takes_commands_and_clients_and_all_see_the_same()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        await using var client = await FakeClient.ConnectAsync(cluster.Servers[1].Link, Samples.Node("client-1"));
        await client.WelcomeAsync();

        await cluster.Servers[2].SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("web"), Samples.Service("web")));
        var id = AllocationId.Parse(Assert.Single(await client.RunningAsync(1)).Id);
        await client.ReportAsync(id, AllocationClientStatus.Running);

        foreach (var server in cluster.Servers)
        {
            var state = await server.Region.ReadConsistentAsync(CancellationToken.None);
            Assert.Equal(AllocationClientStatus.Running, state.FindAllocation(id)!.ClientStatus);
            Assert.Equal("server-1", server.Region.Leader!.Name);
            Assert.Equal(["server-1", "server-2", "server-3"], server.Region.Members.Select(m => m.Name));
        }

        // The client's stream is at the second server: a call from the third finds it.
        await using var call = await cluster.Servers[2].Region.CallClientAsync(client.Node.Id, "fs.ls", "{}"u8.ToArray(), CancellationToken.None);
        var open = await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamOpen is not null)?.StreamOpen, "the call");
        await client.SendAsync(new() { StreamData = new() { StreamId = open.StreamId, Data = Google.Protobuf.ByteString.CopyFromUtf8("[]") } });
        await client.SendAsync(new() { StreamEnd = new() { StreamId = open.StreamId, Status = 200 } });
        await foreach (var piece in call.ReadAllAsync(CancellationToken.None))
            Assert.Equal("[]"u8.ToArray(), piece.ToArray());

        // And when it comes back at another server, the second lets it go.
        await using var moved = await FakeClient.ConnectAsync(cluster.Servers[0].Link, client.Node);
        await moved.WelcomeAsync();
        await client.EventuallyAsync(() => client.Rejected, "the older stream is sent away");
    }

    [Fact]
    public async Task Periodic_launches_go_on_under_the_next_leader_and_none_is_doubled()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var (old, other) = (cluster.Servers[0], cluster.Servers[1]);
        await other.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("tick"), PeriodicJourney.Periodic("tick", "* * * * * * *")));
        await other.EventuallyAsync(s => s.SummaryOf(Samples.Id("tick")) is { Children.Pending: >= 2 } found ? found : null, "two launches under the first leader");

        await cluster.CutAsync(old);
        var cut = DateTimeOffset.UtcNow;
        var state = await other.EventuallyAsync(s => s.FindJob(Samples.Id("tick"))!.LaunchedUntil > cut.AddSeconds(5) && other.Region.Leader?.Name != "server-1" ? s : null, "launches under the next leader");

        foreach (var child in state.JobsOfNamespace("default", "tick/"))
        {
            Assert.Equal(0UL, child.Job.Version);
            Assert.Single(state.EvaluationsOfJob(child.Id), e => e.TriggeredBy == Actors.Contracts.Evaluations.EvaluationTriggers.PeriodicJob);
        }
    }

    [Fact]
    public async Task A_leader_that_is_cut_off_is_replaced_and_no_acknowledged_write_is_lost()
    {
        await using var cluster = await TestCluster.StartAsync(3);
        var old = cluster.Servers[0];
        var acknowledged = new List<string>();
        await using var client = await FakeClient.ConnectAsync(cluster.Servers[1].Link, Samples.Node("client-1", cpu: 100_000, memory: 100_000) with { Resources = new() { CpuMhz = 1_000_000, MemoryMb = 1_000_000, DiskMb = 10_000_000 } });
        await client.WelcomeAsync();
        await RegisterAsync(cluster.Servers[1], "before", acknowledged);
        using var enough = new CancellationTokenSource();
        var writers = cluster.Servers.Select(server => WriteUntilAsync(server, acknowledged, enough.Token)).ToList();
        await WaitForAsync(() => { lock (acknowledged) { return acknowledged.Count > 50; } });

        await cluster.CutAsync(old);
        var cut = Stopwatch.StartNew();
        while (!await RegisterAsync(cluster.Servers[1], $"after-{cut.ElapsedMilliseconds}", acknowledged, within: TimeSpan.FromSeconds(2)))
            Assert.True(cut.Elapsed < TimeSpan.FromSeconds(30), "no leader within 30 s");
        output.WriteLine($"written again after {cut.Elapsed.TotalSeconds:0.0} s");
        await RegisterAsync(cluster.Servers[2], "last", acknowledged);
        var placed = await client.RunningAsync(1, "last");
        output.WriteLine($"placed again after {cut.Elapsed.TotalSeconds:0.0} s");
        Assert.Single(placed);
        Assert.NotEqual("server-1", cluster.Servers[1].Region.Leader!.Name);
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        await cluster.HealAsync(old);
        await cluster.Servers[2].EventuallyAsync(s => acknowledged.All(j => s.FindJob(Samples.Id(j)) is not null) ? "all" : null, "everything acknowledged is there");
        await old.EventuallyAsync(s => acknowledged.All(j => s.FindJob(Samples.Id(j)) is not null) ? "all" : null, "the one that was cut off has it too, when it is back");
        output.WriteLine($"{acknowledged.Count} writes acknowledged; back after {cut.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task A_leader_that_stops_in_order_hands_over_at_once()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        await using var client = await FakeClient.ConnectAsync(cluster.Servers[1].Link, Samples.Node("client-1"));
        await client.WelcomeAsync();

        var stopping = Stopwatch.StartNew();
        var old = cluster.Servers[0];
        cluster.Servers.RemoveAt(0);
        var stop = old.StopAsync();
        var acknowledged = new List<string>();
        while (!await RegisterAsync(cluster.Servers[0], $"after-{stopping.ElapsedMilliseconds}", acknowledged, within: TimeSpan.FromSeconds(5)))
            Assert.True(stopping.Elapsed < TimeSpan.FromSeconds(30), "no leader within 30 s");
        output.WriteLine($"written again after {stopping.Elapsed.TotalSeconds:0.0} s");
        await client.RunningAsync(1, acknowledged[^1]);
        output.WriteLine($"placed again after {stopping.Elapsed.TotalSeconds:0.0} s");
        await stop;
        await cluster.Servers[0].EventuallyAsync(s => cluster.Servers[0].Region.Members.Count == 1 ? "one" : null, "the one that left is not listed");
    }

    [Fact]
    public async Task Servers_that_name_each_other_begin_together_and_none_leads_alone()
    {
        await using var cluster = new TestCluster();
        var ports = FreePorts.Take(3);
        await cluster.LaunchAsync("server-1", ports[0], ports);
        Assert.False(cluster.Servers[0].Node.Ready.IsCompleted);
        Assert.IsType<CommandRefused>(await cluster.Servers[0].Region.SendAsync(
            new RegisterJob(new CommandContext("early", DateTimeOffset.UtcNow.AddSeconds(1)), Samples.Id("early"), Samples.Service("early")), CancellationToken.None));

        await cluster.LaunchAsync("server-2", ports[1], ports);
        foreach (var server in cluster.Servers)
            await server.Node.Ready.WaitAsync(TestServer.Patience);

        await cluster.LaunchAsync("server-3", ports[2], ports);
        await cluster.Servers[2].Node.Ready.WaitAsync(TestServer.Patience);
        Assert.Single(cluster.Servers.Select(s => s.Region.Leader!.Name).Distinct());
    }

    [Fact]
    public async Task Whichever_of_three_servers_that_begin_together_leads_the_next_one_takes_over_when_it_is_gone()
    {
        await using var cluster = new TestCluster();
        var ports = FreePorts.Take(3);
        for (var i = 0; i < 3; i++)
            await cluster.LaunchAsync($"server-{i}", ports[i], ports);
        foreach (var server in cluster.Servers)
            await server.Node.Ready.WaitAsync(TestServer.Patience);
        var acknowledged = new List<string>();
        foreach (var server in cluster.Servers)
            Assert.True(await RegisterAsync(server, $"{server.Options.Name}-before", acknowledged));

        var leader = cluster.Leader;
        await TestCluster.KillAsync(leader);

        foreach (var server in cluster.Servers.Where(s => s != leader))
        {
            Assert.True(await RegisterAsync(server, $"{server.Options.Name}-after", acknowledged), $"{server.Options.Name} took nothing after {leader.Options.Name} was gone");
            Assert.NotEqual(leader.Options.Name, server.Region.Leader!.Name);
        }
    }

    [Fact]
    public async Task A_leader_whose_process_is_gone_is_replaced_without_the_pause_for_one_that_is_only_slow()
    {
        await using var cluster = new TestCluster();
        var ports = FreePorts.Take(3);
        for (var i = 0; i < 3; i++)
            await cluster.LaunchAsync($"server-{i}", ports[i], ports, "akka.cluster.split-brain-resolver.stable-after = 10 minutes");
        foreach (var server in cluster.Servers)
            await server.Node.Ready.WaitAsync(TestServer.Patience);
        var leader = cluster.Leader;
        var others = cluster.Servers.Where(s => s != leader).ToList();

        var gone = Stopwatch.StartNew();
        await TestCluster.KillAsync(leader);

        Assert.True(await RegisterAsync(others[0], "after", []));
        output.WriteLine($"written again after {gone.Elapsed.TotalSeconds:0.0} s");
        Assert.True(await RegisterAsync(others[1], "after-too", []));
        Assert.NotEqual(leader.Options.Name, others[1].Region.Leader!.Name);
    }

    [Fact]
    public async Task A_first_server_that_did_not_hear_the_others_and_began_alone_joins_them_when_it_does()
    {
        const string throttled = "akka.remote.dot-netty.tcp.applied-adapters = [trttl]";
        await using var cluster = new TestCluster();
        var ports = FreePorts.Take(3);
        for (var i = 0; i < 3; i++)
            await cluster.LaunchAsync($"server-{i}", ports[i], ports, throttled);
        foreach (var server in cluster.Servers)
            await server.Node.Ready.WaitAsync(TestServer.Patience);
        var first = cluster.Servers[0];
        var address = TestCluster.AddressOf(first);
        cluster.Servers.RemoveAt(0);
        await first.StopAsync();

        await cluster.BlockAsync(address, blocked: true);
        await cluster.LaunchAsync("server-0", ports[0], ports, throttled);
        var island = cluster.Servers[2].Node.Latest!;
        await WaitForAsync(() => Akka.Cluster.Cluster.Get(island.System).State.Members.Count == 1);
        Assert.False(cluster.Servers[2].Node.Ready.IsCompleted);
        Assert.Null(cluster.Servers[2].Region.Leader);
        await cluster.BlockAsync(address, blocked: false);

        await cluster.Servers[2].Node.Ready.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.NotSame(island, cluster.Servers[2].Node.Latest);
        // It is ready once it counts itself among them; the others hear of it with the next gossip.
        await WaitForAsync(() => cluster.Servers[1].Region.Members.Select(m => m.Name).SequenceEqual(["server-0", "server-1", "server-2"]));
        Assert.True(await RegisterAsync(cluster.Servers[2], "back", []));
    }

    /// <summary>Writes one after another, whatever becomes of each; what is acknowledged is kept.</summary>
    private static async Task WriteUntilAsync(TestServer server, List<string> acknowledged, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
            await RegisterAsync(server, $"{server.Options.Name}-{i}", acknowledged, within: TimeSpan.FromSeconds(1));
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TestServer.Patience);
        while (!condition())
            await Task.Delay(20, deadline.Token);
    }

    private static async Task<bool> RegisterAsync(TestServer server, string name, List<string> acknowledged, TimeSpan? within = null)
    {
        var context = new CommandContext(Guid.NewGuid().ToString(), DateTimeOffset.UtcNow + (within ?? TestServer.Patience));
        if (await server.Region.SendAsync(new RegisterJob(context, Samples.Id(name), Samples.Service(name, cpu: 1, memory: 1)), CancellationToken.None) is not JobChanged)
            return false;

        lock (acknowledged)
            acknowledged.Add(name);
        return true;
    }
}
