using Actors.Contracts;
using Actors.Server.Entities;
using Actors.Server.Evaluations;
using Actors.Server.Jobs;
using Actors.Server.Link;
using Actors.Server.Nodes;
using Actors.Server.RegionLog;
using Actors.Server.Scheduler;
using Actors.Server.Storage;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Tools.Singleton;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Server.Hosting;

/// <summary>A server of a region, as it runs in this process: starts its actor system, joins (or begins) the cluster, and leaves it in order.</summary>
internal sealed class ServerNode(ServerOptions options, TimeProvider time, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    /// <summary>How long a start may take before it is given up: seeds that don't answer, storage that can't be opened.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(2);

    private readonly ILogger _log = loggers.CreateLogger<ServerNode>();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private Task _starting = Task.CompletedTask;

    /// <summary>The options.</summary>
    public ServerOptions Options => options;

    /// <summary>The actor system; null before the start.</summary>
    public ActorSystem? System { get; private set; }

    /// <summary>The other servers.</summary>
    public ServerDirectory Directory { get; } = new();

    /// <summary>The region's log as this server sees it, and its replica; null before the start.</summary>
    public RegionLogExtension? Log { get; private set; }

    /// <summary>The way to the entities; null until this server is ready.</summary>
    public CommandRouter? Commands { get; private set; }

    /// <summary>The way to the leader (scheduler, sweeper); null until this server is ready.</summary>
    public IActorRef? Leader { get; private set; }

    /// <summary>The clients' sessions; null until this server is ready.</summary>
    public IActorRef? ClientLink { get; private set; }

    /// <summary>Cancelled when the server begins to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Done when this server can answer everything: it is in the cluster, there is a leader, its replica is there.</summary>
    public Task Ready => _ready.Task;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        global::System.IO.Directory.CreateDirectory(options.DataDir);
        var setup = BootstrapSetup.Create().WithConfig(ServerConfig.For(options));
        var storage = StorageSetup.Prepare(options.Storage, options.DataDir);
        System = ActorSystem.Create(ServerConfig.SystemName, ActorSystemSetup.Create(setup, storage, new LoggerFactorySetup(loggers)));

        // The host goes on meanwhile: HTTP answers "not ready" instead of nothing.
        _starting = RunAsync(System);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _ready.TrySetException(new RegionUnavailableException("the server is stopping"));
        if (System is { } system)
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(cancellationToken).ConfigureAwait(false);
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (System is { WhenTerminated.IsCompleted: false } system)
            await system.Terminate().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(ActorSystem system)
    {
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            timeout.CancelAfter(StartWithin);
            await StartActorsAsync(system, timeout.Token).ConfigureAwait(false);
            _ready.TrySetResult();
            _log.LogInformation("Server {Name} of region {Region} is ready at index {Index}", options.Name, options.Region, Log!.Replica.Current.Index);
        }
        catch (Exception e)
        {
            if (!_stopping.IsCancellationRequested)
                _log.LogError(e, "Server {Name} can't start", options.Name);
            _ready.TrySetException(e is RegionUnavailableException ? e : new RegionUnavailableException($"server {options.Name} can't start: {e.Message}", e));
        }
    }

    private async Task StartActorsAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        var cluster = Cluster.Get(system);
        var log = RegionLogExtension.For(system);
        log.StartReplica(new RegionLogOptions { Region = options.Region, Server = options.Name, Role = ServerConfig.Role, Time = time });
        Log = log;
        var replica = new ReplicaView(log);
        system.ActorOf(Props.Create(() => new ServerDirectoryActor(Describe, Directory)), ServerDirectoryActor.ActorName);
        log.StartRegionLog();
        Join(cluster);

        var leader = system.ActorOf(ClusterSingletonProxy.Props($"/user/{LeaderActor.ActorName}", ClusterSingletonProxySettings.Create(system)), $"{LeaderActor.ActorName}-proxy");
        var entity = new EntityContext(replica, time, Guid.NewGuid);
        var jobs = await Sharding.StartAsync(system, "jobs", id => JobActor.Props(id, entity), new JobExtractor()).ConfigureAwait(false);
        var nodes = await Sharding.StartAsync(system, "nodes", id => NodeActor.Props(id, entity), new NodeExtractor()).ConfigureAwait(false);
        var evaluations = await Sharding.StartAsync(system, "evaluations", id => EvaluationActor.Props(id, entity, leader), new EvaluationExtractor()).ConfigureAwait(false);
        var commands = new CommandRouter(jobs, nodes, evaluations, replica, time);
        system.ActorOf(
            ClusterSingletonManager.Props(LeaderActor.Props(options, log, replica, commands, time), ClusterSingletonManagerSettings.Create(system)),
            LeaderActor.ActorName);
        var link = new LinkContext(options, replica, commands, () => Directory.RpcAddresses, time);
        var clientLink = system.ActorOf(Props.Create(() => new ClientLinkActor(link, leader, () => LinksOf(cluster, includeSelf: false))), ClientLinkActor.ActorName);

        await log.Replica.WaitForIndexAsync(await LeaderIndexAsync(log, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        (Commands, Leader, ClientLink) = (commands, leader, clientLink);
    }

    /// <summary>Asks until there is a leader.</summary>
    private static async Task<ulong> LeaderIndexAsync(RegionLogExtension log, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await log.CommittedIndexAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RegionLogException e) when (e.Kind is RefusalKind.Unavailable or RefusalKind.Timeout)
            {
                // Not elected yet, or still reading its log: it says so itself after its own patience.
            }
        }
    }

    /// <summary>The actors that hold the clients' sessions, one on each server.</summary>
    public IReadOnlyList<ActorSelection> LinksOf(Cluster cluster, bool includeSelf = true) =>
    [
        .. cluster.State.Members
            .Where(m => m.HasRole(ServerConfig.Role) && (includeSelf || m.Address != cluster.SelfAddress))
            .Select(m => System!.ActorSelection(new RootActorPath(m.Address) / "user" / ClientLinkActor.ActorName)),
    ];

    private void Join(Cluster cluster)
    {
        var self = cluster.SelfAddress;
        var seeds = options.Seeds.Select(s => AddressOf(s, self)).ToList();
        if (seeds.Count == 0 || (seeds.Count == 1 && seeds[0] == self))
            cluster.Join(self);
        else
            cluster.JoinSeedNodes(seeds);
    }

    private static Address AddressOf(string seed, Address self)
    {
        var colon = seed.LastIndexOf(':');
        return colon > 0 && int.TryParse(seed.AsSpan(colon + 1), out var port) && port is > 0 and < 65536
            ? new Address(self.Protocol, self.System, seed[..colon], port)
            : throw new ArgumentException($"expected a seed as host:port, found \"{seed}\"");
    }

    private ServerInfo Describe() => new(
        options.Name,
        $"{options.AdvertisedHost}:{options.HttpPort}",
        $"{options.AdvertisedHost}:{options.RpcPort}",
        Cluster.Get(System!).SelfAddress.ToString());
}
