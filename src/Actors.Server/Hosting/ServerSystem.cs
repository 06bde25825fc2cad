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
using Microsoft.Extensions.Logging;

namespace Actors.Server.Hosting;

/// <summary>One incarnation of a server: its actor system with everything in it. When the cluster removed it, a new one takes its place (see <see cref="ServerNode"/>).</summary>
internal sealed class ServerSystem
{
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ServerDirectory _directory;
    private readonly CancellationTokenSource _ended = new();
    private readonly Cluster _cluster;

    /// <summary>Creates the actor system, with nothing in it yet.</summary>
    /// <exception cref="StorageException">The storage is set up wrongly, or can't be opened.</exception>
    public ServerSystem(ServerOptions options, TimeProvider time, ILoggerFactory loggers, ServerDirectory directory)
    {
        (_options, _time, _directory) = (options, time, directory);
        var setup = BootstrapSetup.Create().WithConfig(ServerConfig.For(options));
        var storage = StorageSetup.Prepare(options.Storage, options.DataDir);
        System = ActorSystem.Create(ServerConfig.SystemName, ActorSystemSetup.Create(setup, storage, new LoggerFactorySetup(loggers)));
        _cluster = Cluster.Get(System);
        Log = RegionLogExtension.For(System);
        System.WhenTerminated.ContinueWith(_ => _ended.Cancel(), TaskScheduler.Default);
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The port that the other servers reach it on.</summary>
    public int Port => _cluster.SelfAddress.Port ?? 0;

    /// <summary>The region's log as this server sees it, and its replica.</summary>
    public RegionLogExtension Log { get; }

    /// <summary>The way to the entities; null until it is started.</summary>
    public CommandRouter? Commands { get; private set; }

    /// <summary>The way to the leader (scheduler, sweeper); null until it is started.</summary>
    public IActorRef? Leader { get; private set; }

    /// <summary>The clients' sessions; null until it is started.</summary>
    public IActorRef? ClientLink { get; private set; }

    /// <summary>Cancelled when the actor system has ended.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Starts everything, and waits until it is in the cluster, there is a leader, and the replica is there.</summary>
    /// <param name="onlyOthers">Join those that an earlier incarnation knew, and never begin a cluster: they may have gone on without this one.</param>
    /// <param name="cancellationToken">The start is given up.</param>
    public async Task StartAsync(bool onlyOthers, CancellationToken cancellationToken)
    {
        Log.StartReplica(new RegionLogOptions { Region = _options.Region, Server = _options.Name, Role = ServerConfig.Role, Time = _time });
        var replica = new ReplicaView(Log);
        var expected = ServerConfig.Expected(_options);
        System.ActorOf(Props.Create(() => new ServerDirectoryActor(Describe, _directory, expected)), ServerDirectoryActor.ActorName);
        System.ActorOf(Props.Create(() => new DeadServerDetector()), DeadServerDetector.ActorName);
        Log.StartClient();
        Join(onlyOthers);
        await FormedAsync(expected, cancellationToken).ConfigureAwait(false);
        Log.StartRegionLog();

        var leader = System.ActorOf(ClusterSingletonProxy.Props($"/user/{LeaderActor.ActorName}", ClusterSingletonProxySettings.Create(System)), $"{LeaderActor.ActorName}-proxy");
        var entity = new EntityContext(replica, _time, RandomIds.Next);
        var jobs = await Sharding.StartAsync(System, "jobs", id => JobActor.Props(id, entity), new JobExtractor()).ConfigureAwait(false);
        var nodes = await Sharding.StartAsync(System, "nodes", id => NodeActor.Props(id, entity), new NodeExtractor()).ConfigureAwait(false);
        var evaluations = await Sharding.StartAsync(System, "evaluations", id => EvaluationActor.Props(id, entity, leader), new EvaluationExtractor()).ConfigureAwait(false);
        var commands = new CommandRouter(jobs, nodes, evaluations, leader, replica, _time);
        System.ActorOf(
            ClusterSingletonManager.Props(LeaderActor.Props(_options, Log, replica, commands, _time), ClusterSingletonManagerSettings.Create(System)),
            LeaderActor.ActorName);
        var link = new LinkContext(_options, replica, commands, () => _directory.RpcAddresses, _time);
        var clientLink = System.ActorOf(Props.Create(() => new ClientLinkActor(link, leader, () => Links(false))), ClientLinkActor.ActorName);

        await Log.Replica.WaitForIndexAsync(await LeaderIndexAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        await KnowSelfAsync(cancellationToken).ConfigureAwait(false);
        (Commands, Leader, ClientLink) = (commands, leader, clientLink);
    }

    /// <summary>Whether one of the seeds is in a cluster that doesn't know this server, while this one is alone: it began one of its own because it did not hear the others.</summary>
    public async Task<bool> IsLeftBehindAsync()
    {
        var self = _cluster.SelfAddress;
        if (_cluster.State.Members.Any(m => m.Address != self))
            return false;

        var answers = await Task.WhenAll(_options.Seeds.Select(s => AddressOf(s, self)).Where(s => s != self).Select(AskAsync)).ConfigureAwait(false);
        return answers.Any(info => info?.Members is { Count: > 0 } members && !members.Contains(self.ToString()));
    }

    /// <summary>Leaves the cluster in order, then ends.</summary>
    public Task StopAsync() => CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ClrExitReason.Instance);

    /// <summary>The actors that hold the clients' sessions, one on each server.</summary>
    /// <param name="self">This server's own too.</param>
    public IReadOnlyList<ActorSelection> Links(bool self = true) =>
    [
        .. _cluster.State.Members
            .Where(m => m.HasRole(ServerConfig.Role) && (self || m.Address != _cluster.SelfAddress))
            .Select(m => System.ActorSelection(new RootActorPath(m.Address) / "user" / ClientLinkActor.ActorName)),
    ];

    /// <summary>A first server is a member at once, and alone: it waits for the majority before it decides anything.</summary>
    private Task FormedAsync(int expected, CancellationToken cancellationToken) =>
        UntilAsync(() => _cluster.SelfMember.Status == MemberStatus.Up && _cluster.UpServers().Count() >= expected, cancellationToken);

    private async Task<ServerInfo?> AskAsync(Address server)
    {
        try
        {
            return await System.ActorSelection(new RootActorPath(server) / "user" / ServerDirectoryActor.ActorName)
                .Ask<ServerInfo>(new WhoAreYou(), TimeSpan.FromSeconds(2), Ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AskTimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Clients are told where the servers are: this one must be among them.</summary>
    private Task KnowSelfAsync(CancellationToken cancellationToken) =>
        UntilAsync(() => _directory.Members.Any(m => m.ClusterAddress == _cluster.SelfAddress.ToString()), cancellationToken);

    private async Task UntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Ended);
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, either.Token).ConfigureAwait(false);
    }

    /// <summary>Asks until there is a leader.</summary>
    private async Task<ulong> LeaderIndexAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Ended);
            either.Token.ThrowIfCancellationRequested();
            try
            {
                return await Log.CommittedIndexAsync(either.Token).ConfigureAwait(false);
            }
            catch (RegionLogException e) when (e.Kind is RefusalKind.Unavailable or RefusalKind.Timeout)
            {
                // Not elected yet, or still reading its log: the answer came after the log's own patience.
            }
        }
    }

    private void Join(bool onlyOthers)
    {
        var self = _cluster.SelfAddress;
        var seeds = _options.Seeds.Select(s => AddressOf(s, self)).ToList();
        if (onlyOthers)
            seeds = [.. seeds.Concat(_directory.Peers.Keys).Distinct().Where(s => s != self)];
        if (seeds.All(s => s == self))
            _cluster.Join(self);
        else
            _cluster.JoinSeedNodes(seeds);
    }

    private static Address AddressOf(string seed, Address self)
    {
        var colon = seed.LastIndexOf(':');
        return colon > 0 && int.TryParse(seed.AsSpan(colon + 1), out var port) && port is > 0 and < 65536
            ? new Address(self.Protocol, self.System, seed[..colon], port)
            : throw new ArgumentException($"expected a seed as host:port, found \"{seed}\"");
    }

    private ServerInfo Describe() => new(
        _options.Name,
        $"{_options.AdvertisedHost}:{_options.HttpPort}",
        $"{_options.AdvertisedHost}:{_options.RpcPort}",
        _cluster.SelfAddress.ToString(),
        [.. _cluster.UpServers().Select(m => m.Address.ToString())]);
}
