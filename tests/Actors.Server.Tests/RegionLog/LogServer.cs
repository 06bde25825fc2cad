using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Replica;
using Actors.Server.Storage;
using Akka.Actor;
using Akka.Configuration;

namespace Actors.Server.Tests.RegionLog;

/// <summary>A server's log and replica alone: an actor system without a cluster, on a real database.</summary>
internal sealed class LogServer : IAsyncDisposable
{
    private LogServer(ActorSystem system, RegionLogExtension log) => (System, Log) = (system, log);

    public ActorSystem System { get; }

    public RegionLogExtension Log { get; }

    public RegionReplica Replica => Log.Replica;

    public static RegionLogOptions Options(string server = "one") => new()
    {
        Region = "global",
        Server = server,
        AppendTimeout = TimeSpan.FromSeconds(10),
        MinRetryPause = TimeSpan.FromMilliseconds(50),
        MaxRetryPause = TimeSpan.FromMilliseconds(500),
        BeatInterval = TimeSpan.FromMilliseconds(100),
        DeposedPause = TimeSpan.FromSeconds(30),
    };

    public static async Task<LogServer> StartAsync(StorageOptions storage, string dataDir, RegionLogOptions? options = null, bool withLog = true, string? hocon = null)
    {
        var config = ConfigurationFactory.ParseString((hocon ?? "") + "\nakka.loglevel = WARNING\nakka.log-dead-letters = off")
            .WithFallback(ActorsHocon.Persistence(storage))
            .WithFallback(ActorsHocon.Serialization());
        var system = ActorSystem.Create("region", BootstrapSetup.Create().WithConfig(config).And(StorageSetup.Prepare(storage, dataDir)));
        var log = RegionLogExtension.For(system);
        log.StartReplica(options ?? Options());
        if (withLog)
            log.StartRegionLog();
        await log.Replica.Started.WaitAsync(TimeSpan.FromSeconds(30));
        return new LogServer(system, log);
    }

    public NodeWriter Node(int number) => new(this, number);

    public async ValueTask DisposeAsync() => await System.Terminate();
}
