using System.Diagnostics;
using Actors.Server.Hosting;
using Actors.Server.Tests.RegionLog;
using Actors.State;
using Actors.Testing;
using Xunit;

namespace Actors.Server.Tests.Replica;

public sealed class RegionReplicaTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LogServer _server = null!;

    public async Task InitializeAsync() => _server = await LogServer.StartAsync(new StorageOptions(), _folder.Path);

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_consistent_read_shows_what_was_acknowledged_before()
    {
        for (var i = 1; i <= 50; i++)
        {
            await _server.Node(i).RegisterAsync();
            Assert.NotNull((await _server.Replica.ReadConsistentAsync()).FindNode(_server.Node(i).Id));
        }
    }

    [Fact]
    public async Task Who_waits_for_a_key_is_woken_by_its_change_and_by_no_other()
    {
        var first = _server.Node(1);
        var second = _server.Node(2);
        var index = Math.Max(await first.RegisterAsync(), await second.RegisterAsync());
        await _server.Replica.WaitForIndexAsync(index);
        var one = _server.Replica.WaitForChangeAsync(new WatchTarget(StateTable.Nodes, first.Id.ToString()), index, TimeSpan.FromSeconds(30));
        var table = _server.Replica.WaitForChangeAsync(new WatchTarget(StateTable.Nodes), index, TimeSpan.FromSeconds(30));
        var allocations = _server.Replica.WaitForChangeAsync(new WatchTarget(StateTable.Allocations, $"node:{first.Id}"), index, TimeSpan.FromSeconds(30));

        var changed = (await second.WriteAsync(second.Status("changed"))).Index;
        Assert.Equal(changed, (await table.WaitAsync(TimeSpan.FromSeconds(10))).Index);
        Assert.False(one.IsCompleted);

        changed = (await first.WriteAsync(first.Status("changed"))).Index;
        Assert.Equal(changed, (await one.WaitAsync(TimeSpan.FromSeconds(10))).Index);
        Assert.False(allocations.IsCompleted);
    }

    [Fact]
    public async Task Who_waits_too_long_gets_the_state_as_it_is()
    {
        var index = await _server.Node(1).RegisterAsync();
        await _server.Replica.WaitForIndexAsync(index);
        var watch = Stopwatch.StartNew();
        var state = await _server.Replica.WaitForChangeAsync(new WatchTarget(StateTable.Nodes), index, TimeSpan.FromMilliseconds(200));
        Assert.Equal(index, state.Index);
        Assert.True(watch.ElapsedMilliseconds >= 190);
        Assert.Equal(0, _server.Replica.Waiting);
    }

    [Fact]
    public async Task Who_is_gone_waits_no_more()
    {
        using var gone = new CancellationTokenSource();
        var index = _server.Node(1).RegisterAsync();
        await _server.Replica.WaitForIndexAsync(await index);
        var waiting = _server.Replica.WaitForChangeAsync(new WatchTarget(StateTable.Nodes), await index, TimeSpan.FromMinutes(1), gone.Token);
        var far = _server.Replica.WaitForIndexAsync(ulong.MaxValue, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => far);
        Assert.Equal(0, _server.Replica.Waiting);
    }

    [Fact]
    public async Task Ten_thousand_that_wait_do_not_slow_a_change_down()
    {
        var index = await _server.Node(1).RegisterAsync();
        await _server.Replica.WaitForIndexAsync(index);
        using var end = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 10_000)
            .Select(i => _server.Replica.WaitForChangeAsync(new WatchTarget(StateTable.Allocations, $"node:{new Guid(i, 1, 1, new byte[8])}"), index, TimeSpan.FromMinutes(5), end.Token))
            .ToList();
        Assert.Equal(10_000, _server.Replica.Waiting);

        for (var i = 2; i <= 100; i++)
            index = await _server.Node(i).RegisterAsync();
        Assert.Equal(index, (await _server.Replica.WaitForIndexAsync(index).WaitAsync(TimeSpan.FromSeconds(10))).Index);
        Assert.Equal(10_000, _server.Replica.Waiting);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task The_replica_beside_the_writer_takes_the_event_as_it_is_and_need_not_read_its_bytes()
    {
        var node = _server.Node(1);
        await node.RegisterAsync();
        var updates = new List<Actors.Server.Replica.ReplicaUpdate>();
        using var subscription = _server.Replica.Subscribe(updates.Add);

        var written = node.Status("as it was written");
        await _server.Replica.WaitForIndexAsync((await node.WriteAsync(written)).Index);

        Assert.Same(written, updates.SelectMany(update => update.Changes?.Entries ?? []).Last().Event);
    }

    [Fact]
    public async Task A_subscriber_gets_the_state_first_and_then_every_change_in_order()
    {
        var index = await _server.Node(1).RegisterAsync();
        await _server.Replica.WaitForIndexAsync(index);
        var updates = new List<Actors.Server.Replica.ReplicaUpdate>();
        using (_server.Replica.Subscribe(updates.Add))
        {
            Assert.Null(Assert.Single(updates).Changes);
            await Task.WhenAll(Enumerable.Range(2, 30).Select(i => _server.Node(i).RegisterAsync()));
            await _server.Replica.WaitForIndexAsync(index + 30);
        }

        var at = index;
        foreach (var update in updates.Skip(1))
        {
            Assert.Equal(at, update.Changes!.From);
            at = update.Changes.To;
            Assert.Equal(at, update.State.Index);
        }

        Assert.Equal(index + 30, at);
    }

    [Fact]
    public async Task Without_a_leader_a_consistent_read_says_so()
    {
        using var folder = new TemporaryFolder();
        var options = LogServer.Options() with { AppendTimeout = TimeSpan.FromMilliseconds(500) };
        await using (await LogServer.StartAsync(new StorageOptions(), folder.Path, options))
        {
            // Makes the tables.
        }

        const string clustered = "akka.actor.provider = cluster\nakka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }\nakka.cluster.roles = [server]";
        await using var alone = await LogServer.StartAsync(new StorageOptions(), folder.Path, options, hocon: clustered);
        var refused = await Assert.ThrowsAsync<RegionUnavailableException>(() => alone.Replica.ReadConsistentAsync());
        Assert.Contains("no leader", refused.Message, StringComparison.Ordinal);
    }
}
