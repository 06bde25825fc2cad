using Actors.Contracts.Log;
using Actors.Server.Hosting;
using Actors.Testing;
using Xunit;

namespace Actors.Server.Tests.RegionLog;

/// <summary>What a region's log promises, on whichever database.</summary>
public abstract class RegionLogSpec : IDisposable
{
    private readonly TemporaryFolder _folder = new("actors-log-");

    protected string DataDir => _folder.Path;

    /// <summary>A database that is new for each test.</summary>
    protected abstract Task<StorageOptions> StorageAsync();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_hundred_entities_that_write_at_once_get_dense_indexes_in_one_total_order()
    {
        await using var server = await LogServer.StartAsync(await StorageAsync(), DataDir);
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
        var state = await server.Replica.WaitForIndexAsync(1101).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1101ul, state.Index);
        Assert.Equal(Enumerable.Range(1, 1101).Select(i => (ulong)i), seen.Select(e => e.Index));
        Assert.Equal(100, state.Nodes.Count);
        Assert.All(Enumerable.Range(1, 100), n => Assert.Equal(11, state.PositionOf(server.Node(n).PersistenceId).SequenceNr));
    }
}
