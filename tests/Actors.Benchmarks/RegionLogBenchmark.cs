using System.Diagnostics;
using Actors.Contracts;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Storage;
using Actors.Testing;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Npgsql;

namespace Actors.Benchmarks;

/// <summary>
/// How many events a second 1, 100 and 1,000 entities get durably written, each persisting its next event when the last one is acknowledged:
/// through the region's log (replica included, which applies every event), and, in the same run, through the plain Akka.Persistence.Sql journal.
/// </summary>
internal sealed class RegionLogBenchmark(bool postgres) : IBenchmark
{
    private static readonly int[] Writers = [1, 100, 1_000];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Measure = TimeSpan.FromSeconds(6);

    public string Name => postgres ? "region-log-postgres" : "region-log";

    public string What => $"durable commits a second by 1, 100 and 1,000 entities on {(postgres ? "PostgreSQL" : "SQLite")} (fsync on), beside the plain journal";

    private double Bar => postgres ? 20_000 : 30_000;

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title($"{Name}: {What}");
        using var folder = new TemporaryFolder("actors-bench-");
        await using var server = postgres ? await PostgresServer.StartAsync() : null;
        foreach (var writers in Writers)
        {
            var plain = await MeasureAsync(await StorageAsync($"plain{writers}"), folder.At($"plain{writers}"), writers, plainJournal: true, cancellationToken);
            var log = await MeasureAsync(await StorageAsync($"log{writers}"), folder.At($"log{writers}"), writers, plainJournal: false, cancellationToken);
            report.AtLeast($"{writers} entities", log.PerSecond, "commits/s", writers == 1_000 ? Bar : null, ("plain journal", plain.PerSecond));
            report.AtMost($"{writers} entities: commit, p50", log.Latency.Median, "ms", null, ("plain journal", plain.Latency.Median));
            report.AtMost($"{writers} entities: commit, p99", log.Latency.Percentile(0.99), "ms", null, ("plain journal", plain.Latency.Percentile(0.99)));
        }

        async Task<StorageOptions> StorageAsync(string name) => server is null
            ? new StorageOptions()
            : new StorageOptions { Kind = StorageKind.PostgreSql, ConnectionString = await server.CreateDatabaseAsync(name) };
    }

    private static async Task<(double PerSecond, Samples Latency)> MeasureAsync(StorageOptions storage, string dataDir, int writers, bool plainJournal, CancellationToken cancellationToken)
    {
        // Entities of the plain journal recover from the database: with Akka's own limit, or PostgreSQL runs out of connections.
        var recoveries = plainJournal ? "akka.persistence.max-concurrent-recoveries = 50" : "";
        var config = ConfigurationFactory.ParseString($"akka.loglevel = WARNING\nakka.log-dead-letters = off\n{recoveries}")
            .WithFallback(ActorsHocon.Persistence(storage))
            .WithFallback(ActorsHocon.Serialization());
        var system = ActorSystem.Create("bench", BootstrapSetup.Create().WithConfig(config).And(StorageSetup.Prepare(storage, dataDir)));
        try
        {
            if (!plainJournal)
            {
                var log = RegionLogExtension.For(system);
                await log.StartReplica(new RegionLogOptions { Region = "bench", Server = "bench" }).Started;
                log.StartRegionLog();
            }

            var run = new Run();
            for (var i = 1; i <= writers; i++)
            {
                var id = new NodeId(new Guid(i, 0, 0, new byte[8]));
                system.ActorOf(Props.Create(() => new Writer(id, plainJournal, run))).Tell(Writer.Go.Instance);
            }

            await Task.Delay(WarmUp, cancellationToken);
            run.Begin();
            await Task.Delay(Measure, cancellationToken);
            return run.End();
        }
        finally
        {
            await system.Terminate();

            // The idle connections of one run's database must not take PostgreSQL's few from the next one's.
            NpgsqlConnection.ClearAllPools();
        }
    }

    /// <summary>What the writers of one run have done.</summary>
    private sealed class Run
    {
        private readonly Lock _lock = new();
        private readonly Samples _latency = new();
        private readonly Stopwatch _watch = new();
        private long _commits;
        private int _seen;
        private volatile bool _measuring;

        public void Begin()
        {
            _watch.Start();
            _measuring = true;
        }

        public (double, Samples) End()
        {
            _measuring = false;
            _watch.Stop();
            lock (_lock)
                return (_commits / _watch.Elapsed.TotalSeconds, _latency);
        }

        public void Committed(TimeSpan took)
        {
            if (!_measuring)
                return;
            Interlocked.Increment(ref _commits);

            // Every 8th is enough for percentiles, and keeps the measuring cheap.
            if ((Interlocked.Increment(ref _seen) & 7) != 0 && _commits > 50_000)
                return;
            lock (_lock)
                _latency.Add(took.TotalMilliseconds);
        }
    }

    /// <summary>An entity that persists one event after the other, about 300 bytes each.</summary>
    private sealed class Writer : UntypedPersistentActor
    {
        private static readonly string Text = new('x', 180);

        private readonly NodeId _id;
        private readonly Run _run;
        private long _asked;

        public Writer(NodeId id, bool plainJournal, Run run)
        {
            _id = id;
            _run = run;
            PersistenceId = PersistenceIds.Of(id);
            if (!plainJournal)
                return;
            JournalPluginId = ActorsHocon.JournalPlugin;
            SnapshotPluginId = "akka.persistence.no-snapshot-store";
        }

        public sealed class Go : INoSerializationVerificationNeeded
        {
            public static readonly Go Instance = new();
        }

        public override string PersistenceId { get; }

        protected override void OnRecover(object message)
        {
        }

        protected override void OnCommand(object message)
        {
            _asked = Stopwatch.GetTimestamp();
            IRegionEvent next = LastSequenceNr == 0
                ? new NodeRegistered(new Node { Id = _id, Name = "bench", Resources = new NodeResources { CpuMhz = 1000, MemoryMb = 1000, DiskMb = 1000 } }, [], DateTimeOffset.UnixEpoch)
                : new NodeStatusChanged(_id, NodeStatus.Ready, Text, [], DateTimeOffset.UnixEpoch);
            Persist(next, _ =>
            {
                _run.Committed(Stopwatch.GetElapsedTime(_asked));
                Self.Tell(Go.Instance);
            });
        }
    }
}
