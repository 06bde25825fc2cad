using System.Data.Common;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Log;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Serialization;
using Actors.State;
using Actors.Testing;
using Akka.Actor;
using Akka.Persistence;
using Xunit;

namespace Actors.Server.Tests.RegionLog;

/// <summary>What a region's log promises, on whichever database.</summary>
public abstract class RegionLogSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new("actors-log-");

    protected string DataDir => _folder.Path;

    /// <summary>A database that is new for each test.</summary>
    protected abstract Task<StorageOptions> StorageAsync();

    /// <summary>The same database, past the log.</summary>
    protected abstract DbConnection Connect(StorageOptions storage);

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_hundred_entities_that_write_at_once_get_dense_indexes_in_one_total_order()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
        await Within(server.Replica.WaitForIndexAsync(1));
        var seen = new List<LogEntry>();
        using var subscription = server.Replica.Subscribe(update => seen.AddRange(update.Changes?.Entries ?? []));

        var indexes = await Task.WhenAll(Enumerable.Range(1, 100).Select(async n =>
        {
            var node = server.Node(n);
            var mine = new List<ulong> { await node.RegisterAsync() };
            for (var i = 0; i < 10; i++)
                mine.Add((await node.WriteAsync(node.Status($"{i}"))).Index);
            Assert.Equal(mine.Order(), mine);
            return mine;
        }));

        // Index 1 is the term's.
        Assert.Equal(Enumerable.Range(2, 1100).Select(i => (ulong)i), indexes.SelectMany(i => i).Order());
        var state = await Within(server.Replica.WaitForIndexAsync(1101));
        Assert.Equal(1101ul, state.Index);
        Assert.Equal(Enumerable.Range(2, 1100).Select(i => (ulong)i), seen.Select(e => e.Index));
        Assert.Equal(100, state.Nodes.Count);
        Assert.All(Enumerable.Range(1, 100), n => Assert.Equal(11, state.PositionOf(server.Node(n).PersistenceId).SequenceNr));
    }

    [Fact]
    public async Task An_event_is_in_the_database_when_its_entity_hears_of_it()
    {
        var storage = await StorageAsync();
        await using var server = await LogServer.StartAsync(storage, DataDir);
        var node = server.Node(1);
        await node.RegisterAsync();
        for (var i = 0; i < 20; i++)
        {
            var written = await node.WriteAsync(node.Status($"{i}"));
            var stored = (await RowsAsync(storage)).SelectMany(row => row.Events.Select((e, n) => (Index: row.FirstIndex + (ulong)n, e)));
            Assert.Contains(stored, s => s.Index == written.Index && s.e.PersistenceId == node.PersistenceId && s.e.SequenceNr == i + 2);
        }
    }

    [Fact]
    public async Task Events_that_are_persisted_together_stay_together()
    {
        var storage = await StorageAsync();
        await using var server = await LogServer.StartAsync(storage, DataDir);
        await Task.WhenAll(Enumerable.Range(1, 30).Select(async n =>
        {
            var node = server.Node(n);
            var written = await node.WriteAsync(node.Registered, node.Status("a"), node.Status("b"));
            var state = await Within(server.Replica.WaitForIndexAsync(written.Index));
            Assert.Equal((3, written.Index), state.PositionOf(node.PersistenceId));
        }));
        foreach (var row in await RowsAsync(storage))
        {
            foreach (var three in row.Events.Where(e => e.PersistenceId != TermStarted.LogPersistenceId).Chunk(3))
                Assert.Equal([(three[0].PersistenceId, 1L), (three[0].PersistenceId, 2L), (three[0].PersistenceId, 3L)], three.Select(e => (e.PersistenceId, e.SequenceNr)));
        }
    }

    [Fact]
    public async Task A_restarted_server_has_the_same_state_in_a_new_term()
    {
        var storage = await StorageAsync();
        RegionState before;
        await using (var server = await LogServer.StartAsync(storage, DataDir))
        {
            await WriteAsync(server, nodes: 20, each: 5);
            before = server.Replica.Current;
        }

        await using var again = await LogServer.StartAsync(storage, DataDir);
        var state = await Within(again.Replica.WaitForIndexAsync(before.Index + 1));
        AssertSame(before, state);
        Assert.Equal(before.Term + 1, state.Term);
        Assert.Equal(before.Index + 2, (await again.Node(1).WriteAsync(again.Node(1).Status("again"))).Index);
    }

    [Fact]
    public async Task An_entity_recovers_from_the_replica_and_goes_on_after_its_last_event()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
        var node = server.Node(7);
        await node.RegisterAsync();
        var written = await node.WriteAsync(node.Status("here I am"));

        var (sequenceNr, recovered) = await node.RecoverAsync();

        Assert.Equal(2, sequenceNr);
        Assert.Equal("here I am", recovered!.StatusDescription);
        Assert.Equal(written.Index + 1, (await node.WriteAsync(node.Status("and on"))).Index);
    }

    [Fact]
    public async Task A_repeated_append_is_acknowledged_again_and_not_written_again()
    {
        var storage = await StorageAsync();
        LogAnswer first;
        await using (var server = await LogServer.StartAsync(storage, DataDir))
        {
            var node = server.Node(1);
            var events = new[] { node.Serialized(1, node.Registered), node.Serialized(2, node.Status("x")) };
            first = await server.Log.Client.AppendAsync(events);
            var repeated = await server.Log.Client.AppendAsync(events);
            Assert.Equal((LogOutcome.Done, first.Index), (repeated.Outcome, repeated.Index));
        }

        // Also by the next writer, which has only read the log.
        await using var next = await LogServer.StartAsync(storage, DataDir);
        var same = next.Node(1);
        var later = await next.Log.Client.AppendAsync([same.Serialized(2, same.Status("x"))]);
        Assert.Equal((LogOutcome.Done, first.Index + 1), (later.Outcome, later.Index));
        Assert.Equal(1, (await RowsAsync(storage)).Sum(row => row.Events.Count(e => e.PersistenceId == same.PersistenceId && e.SequenceNr == 2)));
    }

    [Fact]
    public async Task An_append_of_an_entity_that_missed_its_own_events_fails()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
        var node = server.Node(1);
        await node.RegisterAsync();
        var elsewhere = await server.Log.Client.AppendAsync([node.Serialized(2, node.Status("from elsewhere"))]);
        Assert.Equal(LogOutcome.Done, elsewhere.Outcome);

        var stale = await node.WriteAsync(node.Status("from here"));

        Assert.True(stale.Stopped);
        Assert.Equal(RefusalKind.Conflict, Assert.IsType<RegionLogException>(stale.Error).Kind);
        var (sequenceNr, recovered) = await node.RecoverAsync();
        Assert.Equal((2, "from elsewhere"), (sequenceNr, recovered!.StatusDescription));
    }

    [Fact]
    public async Task A_plan_of_another_term_is_rejected_and_its_entity_goes_on()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
        var node = server.Node(1);
        await node.RegisterAsync();
        var plan = new PlanCommitted { EvaluationId = new EvaluationId(new Guid(1, 2, 3, new byte[8])), JobId = new JobId("default", "web"), JobVersion = 0, Term = 0, At = NodeWriter.Noon, SnapshotIndex = 1 };

        var refused = await node.WriteAsync(plan);

        Assert.False(refused.Stopped);
        Assert.Equal(RefusalKind.Conflict, Assert.IsType<RegionLogException>(refused.Error).Kind);
        Assert.Contains("term 0", refused.Error.Message, StringComparison.Ordinal);
        Assert.Equal(3ul, (await node.WriteAsync(node.Status("on"))).Index);
        Assert.Equal(4ul, (await node.WriteAsync(node.Status("and on"))).Index);
        Assert.Equal(3, (await Within(server.Replica.WaitForIndexAsync(4))).PositionOf(node.PersistenceId).SequenceNr);
        Assert.Equal(3, (await node.RecoverAsync()).SequenceNr);
        Assert.Equal(5ul, (await node.WriteAsync(node.Status("after recovery"))).Index);
    }

    [Fact]
    public async Task The_leader_writes_events_of_the_log_itself()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
        await server.Node(1).RegisterAsync();

        Assert.Equal(3ul, await server.Log.AppendOwnAsync(new StateCollected(1, [], [], [], NodeWriter.Noon)));
        var older = await Assert.ThrowsAsync<RegionLogException>(() => server.Log.AppendOwnAsync(new StateCollected(0, [], [], [], NodeWriter.Noon)));
        Assert.Equal(RefusalKind.Conflict, older.Kind);
    }

    [Fact]
    public async Task Of_two_writers_the_overtaken_one_stops_and_the_log_does_not_fork()
    {
        var storage = await StorageAsync();
        await using var one = await LogServer.StartAsync(storage, DataDir, LogServer.Options("one"));
        await one.Node(1).RegisterAsync();

        await using var two = await LogServer.StartAsync(storage, DataDir, LogServer.Options("two"));
        await two.Node(2).RegisterAsync();
        Assert.Equal(2, two.Replica.Current.Term);

        // The first one has not noticed yet: its write collides.
        var refused = await one.Node(3).WriteAsync(one.Node(3).Registered);
        Assert.True(refused.Stopped);
        var closed = await Eventually.BecomesAsync(
            async () => (await one.Log.Client.AppendAsync([one.Node(4).Serialized(1, one.Node(4).Registered)])).Message ?? "",
            message => message.Contains("begun term 2", StringComparison.Ordinal),
            "the first writer knows that it is overtaken");
        Assert.Contains("another server", closed, StringComparison.Ordinal);
        Assert.False(one.Log.IsLeader);

        await two.Node(5).RegisterAsync();
        var rows = await RowsAsync(storage);
        ulong next = 1;
        foreach (var row in rows)
        {
            Assert.Equal(next, row.FirstIndex);
            next = row.LastIndex + 1;
        }

        Assert.Equal([1L, 2L], rows.Select(r => r.Term).Distinct());
        Assert.DoesNotContain(rows.SelectMany(r => r.Events), e => e.PersistenceId == one.Node(3).PersistenceId || e.PersistenceId == one.Node(4).PersistenceId);
    }

    [Fact]
    public async Task An_overtaken_writer_begins_a_new_term_when_the_other_one_is_silent()
    {
        var storage = await StorageAsync();
        await using var one = await LogServer.StartAsync(storage, DataDir, LogServer.Options("one") with { DeposedPause = TimeSpan.FromMilliseconds(200) });
        await one.Node(1).RegisterAsync();
        await using (var two = await LogServer.StartAsync(storage, DataDir, LogServer.Options("two")))
            await two.Node(2).RegisterAsync();

        await one.Node(3).WriteAsync(one.Node(3).Registered);
        await Eventually.IsSoAsync(async () => (await one.Node(4).WriteAsync(one.Node(4).Registered)).Index > 0, "the first server leads again");

        Assert.Equal(3, one.Log.LocalTerm);
        Assert.Equal(3, (await one.Replica.ReadConsistentAsync()).Nodes.Count);
    }

    [Fact]
    public async Task A_replica_that_missed_rows_reads_them_from_the_log()
    {
        var storage = await StorageAsync();
        await using var leader = await LogServer.StartAsync(storage, DataDir);
        await using var follower = await LogServer.StartAsync(storage, DataDir, LogServer.Options("two"), withLog: false);
        Assert.True(follower.Replica.Current.Index <= 1);

        // No row was pushed to it; then one that is far ahead.
        await WriteAsync(leader, nodes: 10, each: 20);
        var index = leader.Replica.Current.Index;
        follower.Log.ReplicaActor.Tell(new LogBeat(1, index));
        AssertSame(leader.Replica.Current, await Within(follower.Replica.WaitForIndexAsync(index)));

        await WriteAsync(leader, nodes: 10, each: 5, from: 11);
        var last = (await RowsAsync(storage))[^1];
        follower.Log.ReplicaActor.Tell(new LogPush((await RowsAsync(storage)).Count, last));
        AssertSame(leader.Replica.Current, await Within(follower.Replica.WaitForIndexAsync(last.LastIndex)));
    }

    [Fact]
    public async Task Snapshots_shorten_the_log_and_a_restart_begins_with_one()
    {
        var storage = await StorageAsync();
        var options = LogServer.Options() with { SnapshotEveryEvents = 100, PositionEveryRows = 10, KeepRows = 5, MaxBatchEvents = 3 };
        RegionState before;
        await using (var server = await LogServer.StartAsync(storage, DataDir, options))
        {
            await WriteAsync(server, nodes: 30, each: 20);
            await Eventually.IsSoAsync(
                async () =>
                {
                    await server.Node(99).WriteAsync(server.Node(99).Registered);
                    return (await RowsAsync(storage)) is { Count: < 100 } rows && rows[0].FirstIndex > 300;
                },
                "most rows are deleted");
            before = (await server.Replica.ReadConsistentAsync());
        }

        await using var again = await LogServer.StartAsync(storage, DataDir, options);
        AssertSame(before, await Within(again.Replica.WaitForIndexAsync(before.Index)));
        Assert.True((await again.Node(1).WriteAsync(again.Node(1).Status("goes on"))).Index > before.Index);

        // What the first snapshots left is gone: two slots, and one manifest.
        Assert.InRange(await CountAsync(storage, "SELECT COUNT(DISTINCT persistence_id) FROM snapshot WHERE persistence_id LIKE 'region-state-global/%'"), 2, 20);
        await Eventually.IsSoAsync(async () => await CountAsync(storage, "SELECT COUNT(*) FROM snapshot WHERE persistence_id = 'region-state-global'") == 1, "a new manifest takes the place of the old one");
    }

    [Fact]
    public async Task A_replica_that_missed_deleted_rows_takes_the_snapshot_instead()
    {
        var storage = await StorageAsync();
        var options = LogServer.Options() with { SnapshotEveryEvents = 100, PositionEveryRows = 10, KeepRows = 2, MaxBatchEvents = 3 };
        await using var leader = await LogServer.StartAsync(storage, DataDir, options);
        await using var follower = await LogServer.StartAsync(storage, DataDir, options with { Server = "two" }, withLog: false);
        var updates = new List<Actors.Server.Replica.ReplicaUpdate>();
        using var subscription = follower.Replica.Subscribe(updates.Add);
        await WriteAsync(leader, nodes: 30, each: 20);
        await Eventually.IsSoAsync(async () => (await RowsAsync(storage))[0].FirstIndex > 100, "rows are deleted");

        follower.Log.ReplicaActor.Tell(new LogBeat(1, leader.Replica.Current.Index));

        AssertSame(leader.Replica.Current, await Within(follower.Replica.WaitForIndexAsync(leader.Replica.Current.Index)));
        Assert.Contains(updates, u => u.Changes is null && u.State.Index > 100);
    }

    [Fact]
    public async Task An_entity_cannot_save_a_snapshot_of_its_own()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
        var node = server.Node(1);
        await node.RegisterAsync();
        var failure = await node.Entity.Ask<SaveSnapshotFailure>("save", TimeSpan.FromSeconds(5));
        Assert.Contains("must not save", failure.Cause.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_of_a_newer_version_stops_the_server_with_a_clear_error()
    {
        var storage = await StorageAsync();
        await using (var server = await LogServer.StartAsync(storage, DataDir))
            await server.Node(1).RegisterAsync();
        await ExecuteAsync(storage, "UPDATE journal SET manifest = 'log-batch/2' WHERE sequence_number = 2");

        await using var again = LogServer.Create(storage, DataDir);
        await RefusesAsync(again, "newer version");
    }

    [Fact]
    public async Task A_damaged_row_stops_the_server_with_a_clear_error()
    {
        var storage = await StorageAsync();
        await using (var server = await LogServer.StartAsync(storage, DataDir))
            await server.Node(1).RegisterAsync();
        await ExecuteAsync(storage, "UPDATE journal SET message = (SELECT message FROM journal AS other WHERE other.sequence_number = 1) WHERE sequence_number = 2");

        await using var again = LogServer.Create(storage, DataDir);
        await RefusesAsync(again, "rows are missing or foreign");
    }

    private protected static async Task WriteAsync(LogServer server, int nodes, int each, int from = 1)
    {
        var last = await Task.WhenAll(Enumerable.Range(from, nodes).Select(async n =>
        {
            var node = server.Node(n);
            var index = await node.RegisterAsync();
            for (var i = 0; i < each; i++)
                index = (await node.WriteAsync(node.Status($"{i}"))).Index;
            return index;
        }));
        await Within(server.Replica.WaitForIndexAsync(last.Max()));
    }

    private protected static void AssertSame(RegionState expected, RegionState actual)
    {
        foreach (var node in expected.Nodes)
        {
            var other = actual.FindNode(node.Id);
            Assert.NotNull(other);
            Assert.Equal((node.Name, node.StatusDescription, node.CreateIndex, node.ModifyIndex), (other.Name, other.StatusDescription, other.CreateIndex, other.ModifyIndex));
            Assert.Equal(expected.PositionOf(PersistenceIds.Of(node.Id)), actual.PositionOf(PersistenceIds.Of(node.Id)));
        }

        Assert.Equal(expected.Nodes.Count, actual.Nodes.Count);
    }

    private protected static async Task RefusesAsync(LogServer server, string reason) => await Eventually.BecomesAsync(
        async () => (await Assert.ThrowsAsync<RegionLogException>(() => server.Log.Client.PositionAsync("node-x"))).Message,
        message => message.Contains(reason, StringComparison.Ordinal),
        $"the log is closed because of a row that {reason}");

    private protected async Task<List<LogBatch>> RowsAsync(StorageOptions storage)
    {
        await using var connection = Connect(storage);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT message FROM journal WHERE persistence_id = 'region-log-global' AND deleted = " + (storage.Kind == StorageKind.Sqlite ? "0" : "false") + " ORDER BY sequence_number";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<LogBatch>();
        while (await reader.ReadAsync())
            rows.Add(LogFormat.ReadBatch((byte[])reader[0]));
        return rows;
    }

    private protected async Task ExecuteAsync(StorageOptions storage, string sql)
    {
        await using var connection = Connect(storage);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    private async Task<long> CountAsync(StorageOptions storage, string sql)
    {
        await using var connection = Connect(storage);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private protected static Task<T> Within<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20));
}
