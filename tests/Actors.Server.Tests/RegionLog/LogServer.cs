using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Replica;
using Actors.Server.Storage;
using Akka.Actor;
using Akka.Configuration;

namespace Actors.Server.Tests.RegionLog;

/// <summary>A server's log and replica alone, on a real database; in a cluster when its HOCON says so.</summary>
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

    public static async Task<LogServer> StartAsync(StorageOptions storage, string dataDir, RegionLogOptions? options = null, bool withLog = true, string hocon = "", Func<string>? pragmas = null)
    {
        var server = Create(storage, dataDir, options, withLog, hocon, pragmas);
        await server.Replica.Started.WaitAsync(TimeSpan.FromSeconds(30));
        return server;
    }

    public static LogServer Create(StorageOptions storage, string dataDir, RegionLogOptions? options = null, bool withLog = true, string hocon = "", Func<string>? pragmas = null)
    {
        var config = ConfigurationFactory.ParseString(hocon + "\nakka.loglevel = ERROR\nakka.log-dead-letters = off")
            .WithFallback(ActorsHocon.Persistence(storage))
            .WithFallback(ActorsHocon.Serialization())
            .WithFallback(ActorsHocon.Remote());
        var setup = StorageSetup.Prepare(storage, dataDir, pragmas ?? (() => ""));
        var system = ActorSystem.Create("region", BootstrapSetup.Create().WithConfig(config).And(setup));
        var log = RegionLogExtension.For(system);
        log.StartReplica(options ?? Options());
        if (withLog)
            log.StartRegionLog();
        return new LogServer(system, log);
    }

    public NodeWriter Node(int number) => new(this, number);

    public async ValueTask DisposeAsync() => await System.Terminate();
}
