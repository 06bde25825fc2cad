using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Actors.Contracts;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Storage;
using Actors.Testing;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Actors.Server.Tests.RegionLog;

public sealed class SqliteRegionLogSpec : RegionLogSpec
{
    protected override Task<StorageOptions> StorageAsync() => Task.FromResult(new StorageOptions());

    protected override DbConnection Connect(StorageOptions storage) => new SqliteConnection($"Data Source={StorageSetup.SqliteFile(storage, DataDir)};Pooling=False");

    [Fact]
    public async Task Every_acknowledged_event_outlives_a_killed_process()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(SqliteRegionLogSpec).Assembly.Location, "write-until-killed", DataDir])
        {
            RedirectStandardOutput = true,
        })!;
        var acknowledged = new List<(int Node, int Event, ulong Index)>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (acknowledged.Count < 3000 && await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            acknowledged.Add(Read(line));
        process.Kill();
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            acknowledged.Add(Read(line));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(acknowledged.Count >= 3000);

        await using var server = await LogServer.StartAsync(new StorageOptions(), DataDir);
        var stored = (await RowsAsync(new StorageOptions()))
            .SelectMany(row => row.Events.Select((e, n) => (e.PersistenceId, e.SequenceNr, Index: row.FirstIndex + (ulong)n)))
            .ToHashSet();
        Assert.All(acknowledged, a => Assert.Contains((server.Node(a.Node).PersistenceId, a.Event + 2L, a.Index), stored));

        static (int, int, ulong) Read(string line)
        {
            var words = line.Split(' ').Select(w => ulong.Parse(w, CultureInfo.InvariantCulture)).ToArray();
            return ((int)words[0], (int)words[1], words[2]);
        }
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_clearly_loses_nothing_and_is_recovered_from()
    {
        var pages = 1_000_000;
        await using var server = await LogServer.StartAsync(new StorageOptions(), DataDir, pragmas: () => $"PRAGMA max_page_count={Volatile.Read(ref pages)}");
        var node = server.Node(1);
        await node.RegisterAsync();

        Volatile.Write(ref pages, 1); // The limit can't be lower than what is there: the disk is full from now on.
        var description = new string('x', 100_000);
        WriteResult refused;
        var acknowledged = 1;
        while ((refused = await node.WriteAsync(node.Status(description))).Index > 0)
            acknowledged++;

        Assert.Equal(RefusalKind.Unavailable, Assert.IsType<RegionLogException>(refused.Error).Kind);
        Assert.Contains("full", refused.Error.Message, StringComparison.Ordinal);
        var other = await Eventually.BecomesAsync(() => server.Node(2).WriteAsync(server.Node(2).Registered), r => r.Error is RegionLogException, "others are refused, too");
        Assert.Contains("full", other.Error!.Message, StringComparison.Ordinal);

        Volatile.Write(ref pages, 1_000_000);
        await Eventually.IsSoAsync(async () => (await server.Node(3).WriteAsync(server.Node(3).Registered)).Index > 0, "the log takes events again");
        Assert.Equal(acknowledged, (await node.RecoverAsync()).SequenceNr);
        Assert.True((await node.WriteAsync(node.Status("space again"))).Index > 0);
    }

    [Theory]
    [InlineData("FULL", 2)]
    [InlineData("normal", 1)]
    public async Task Writes_are_as_synchronous_to_the_disk_as_configured(string level, long expected)
    {
        await using var connection = new DataConnection(StorageSetup.Connection(new StorageOptions { Synchronous = level }, DataDir, () => ""));
        Assert.Equal(expected, connection.Execute<long>("PRAGMA synchronous"));
        Assert.Equal("wal", connection.Execute<string>("PRAGMA journal_mode"));
    }

    [Fact]
    public void A_wrong_storage_option_is_named()
    {
        Assert.Contains("FULL", Assert.Throws<StorageException>(() => StorageSetup.Prepare(new StorageOptions { Synchronous = "sometimes" }, DataDir)).Message, StringComparison.Ordinal);
        Assert.Contains("connection string", Assert.Throws<StorageException>(() => StorageSetup.Prepare(new StorageOptions { Kind = StorageKind.PostgreSql }, DataDir)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(DataDir, "server"), "a file where the folder should be");
        Assert.Contains("can't be opened", Assert.Throws<StorageException>(() => StorageSetup.Prepare(new StorageOptions(), DataDir)).Message, StringComparison.Ordinal);
    }
}
