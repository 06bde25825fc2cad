using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Testing;
using Akka.Cluster;
using Xunit;

namespace Actors.Server.Tests.RegionLog;

/// <summary>Several servers of a region, in one process: one writes, all have the state.</summary>
public sealed class RegionLogClusterSpec(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Hocon = """
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
        akka.cluster {
          roles = [server]
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          singleton { min-number-of-hand-over-retries = 5, hand-over-retry-interval = 200ms }
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly List<LogServer> _servers = [];

    public async Task InitializeAsync()
    {
        var storage = new StorageOptions { Kind = StorageKind.PostgreSql, ConnectionString = await postgres.Server.CreateDatabaseAsync($"cluster{Guid.NewGuid():N}") };
        for (var i = 0; i < 3; i++)
        {
            var server = await LogServer.StartAsync(storage, _folder.Path, LogServer.Options($"server-{i}"), hocon: Hocon);
            _servers.Add(server);
            await Cluster.Get(server.System).JoinAsync(Cluster.Get(_servers[0].System).SelfAddress);
        }

        await Eventually.IsSoAsync(() => Task.FromResult(_servers.All(s => Cluster.Get(s.System).State.Members.Count(m => m.Status == MemberStatus.Up) == 3)), "three servers are up");
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Entities_on_every_server_write_to_one_log_and_every_replica_follows_it()
    {
        var indexes = await Task.WhenAll(_servers.SelectMany((server, s) => Enumerable.Range(1, 30).Select(async i =>
        {
            var node = server.Node(s * 100 + i);
            await node.RegisterAsync();
            return (await node.WriteAsync(node.Status("x"))).Index;
        })));

        foreach (var server in _servers)
        {
            var state = await server.Replica.WaitForIndexAsync(indexes.Max()).WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(90, state.Nodes.Count);
            Assert.Equal(indexes.Max(), (await server.Replica.ReadConsistentAsync()).Index);
        }

        Assert.Single(_servers, s => s.Log.IsLeader);
    }

    [Fact]
    public async Task An_event_larger_than_a_message_passes_between_servers_and_one_beyond_the_limit_is_refused()
    {
        var follower = _servers.First(s => !s.Log.IsLeader);
        var node = follower.Node(1);
        await node.RegisterAsync();

        var large = await node.WriteAsync(node.Status(new string('x', 10 << 20)));
        Assert.True(large.Index > 0, large.Error?.Message);
        foreach (var server in _servers)
            Assert.Equal(10 << 20, (await server.Replica.WaitForIndexAsync(large.Index).WaitAsync(TimeSpan.FromSeconds(20))).FindNode(node.Id)!.StatusDescription.Length);

        var larger = await node.WriteAsync(node.Status(new string('x', 33 << 20)));
        Assert.Equal((RefusalKind.Invalid, false), (Assert.IsType<RegionLogException>(larger.Error).Kind, larger.Stopped));
        Assert.Contains("at most", larger.Error.Message, StringComparison.Ordinal);
        Assert.True((await node.WriteAsync(node.Status("small again"))).Index > large.Index);
    }

    [Fact]
    public async Task When_the_leader_leaves_another_leads_in_a_new_term_and_nothing_is_lost()
    {
        var leader = await Eventually.BecomesAsync(() => Task.FromResult(_servers.FirstOrDefault(s => s.Log.IsLeader)), s => s is not null, "there is a leader");
        var follower = _servers.First(s => s != leader);
        var node = follower.Node(1);
        var written = new List<ulong> { await node.RegisterAsync() };
        var leaving = Cluster.Get(leader!.System).LeaveAsync();
        for (var i = 0; i < 200 || !leaving.IsCompleted; i++)
        {
            var result = await node.WriteAsync(node.Status($"{i}"));
            Assert.True(result.Index > 0, result.Error?.ToString());
            written.Add(result.Index);
        }

        await leaving;
        var next = await Eventually.BecomesAsync(() => Task.FromResult(_servers.FirstOrDefault(s => s != leader && s.Log.IsLeader)), s => s is not null, "another leads");
        Assert.Equal(2, next!.Log.LocalTerm);
        written.Add((await node.WriteAsync(node.Status("last"))).Index);
        Assert.Equal(written.Order(), written);
        var state = await next.Replica.ReadConsistentAsync();
        Assert.Equal((written.Count, written[^1]), ((int)state.PositionOf(node.PersistenceId).SequenceNr, state.PositionOf(node.PersistenceId).Index));
        Assert.Equal(NodeStatus.Ready, state.FindNode(node.Id)!.Status);
    }
}
