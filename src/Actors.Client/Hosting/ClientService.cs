using Actors.Client.Agent;
using Actors.Client.Allocations;
using Actors.Client.Fingerprints;
using Actors.Client.Networks;
using Actors.Client.State;
using Actors.Client.Streams;
using Actors.Client.Tasks;
using Actors.Client.Volumes;
using Actors.Contracts;
using Actors.Drivers;
using Actors.Drivers.Plugins;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Client.Hosting;

/// <summary>The client as part of a host. Its actors live in an actor system of their own, which talks to nobody: servers are reached over the link.</summary>
/// <param name="options">How it is set up.</param>
/// <param name="status">Told how it is.</param>
/// <param name="drivers">The drivers that it has itself; disposed with it, as its plugins are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where its words go.</param>
internal sealed class ClientService(
    ClientOptions options, ClientStatus status, IReadOnlyList<ITaskDriver> drivers, TimeProvider time, ILogger<ClientService> logger) : IHostedService, IAsyncDisposable
{
    private const string NodeFact = "node_id";
    private const string SecretFact = "node_secret";

    private ActorSystem? _system;
    private ClientStore? _store;
    private IReadOnlyList<PluginDriver> _plugins = [];
    private IActorRef _agent = ActorRefs.Nobody;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(options.DataDir);
        _store = ClientStore.Open(Path.Combine(data, "client", "state.db"));
        var remembered = _store.ReadAllocations();
        status.NodeId = NodeId.From(Guid.Parse(await RememberAsync(_store, NodeFact).ConfigureAwait(false)));
        var secret = await RememberAsync(_store, SecretFact).ConfigureAwait(false);

        _plugins = await DriverPlugins.LoadAsync(options, time, logger, cancellationToken).ConfigureAwait(false);
        var offered = DriverPlugins.Offered(options, drivers, _plugins);
        var registry = new AllocationRegistry();
        var volumes = new NodeVolumes(options, options.HostVolumesDir.Length > 0 ? Path.GetFullPath(options.HostVolumesDir) : Path.Combine(data, "host_volumes"), _store, registry);
        volumes.RemoveUnremembered();
        var context = new ClientContext
        {
            Options = options,
            Drivers = offered.ToDictionary(d => d.Name),
            Store = _store,
            Directories = new AllocationDirectory(Path.Combine(data, "alloc")),
            KeptLogs = new KeptLogs(Path.Combine(data, "logs"), options.KeepLogsFor, options.KeepLogsBytes, time),
            Registry = registry,
            Networks = new NetworkManager(options.Networks, status.NodeId.Value, [.. offered]),
            Volumes = volumes,
            Time = time,
            HostEnvironment = HostEnvironment(),
        };
        var host = new HostStatistics(data);
        var streams = new StreamService(context, host);
        _system = ActorSystem.Create("client", ConfigurationFactory.ParseString("""
            akka.loglevel = INFO
            akka.stdout-loglevel = OFF
            akka.log-dead-letters = off
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            akka.coordinated-shutdown.exit-clr = off
            akka.loggers = []
            """));
        _system.ActorOf(Props.Create(() => new LogForwarder(logger)), "log");
        _agent = _system.ActorOf(Props.Create(() => new AgentActor(context, status, secret, streams, host, remembered)), "agent");
        logger.LogInformation("Client {NodeId} ({NodeName}) starts with {Count} allocations from {DataDir}", status.NodeId, options.NodeName, remembered.Count, data);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_system is null) return;
        if (options.StopTasksOnShutdown)
        {
            try
            {
                await _agent.Ask<Done>(new RemoveEverything(), options.ShutdownTimeout, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is AskTimeoutException or OperationCanceledException)
            {
                logger.LogWarning("Not all tasks were stopped within {Timeout}; they run on until this client starts again", options.ShutdownTimeout);
            }
        }

        await _system.Terminate().ConfigureAwait(false);
        _system = null;
        if (_store is { } store) await store.DisposeAsync().ConfigureAwait(false);
        status.ConnectedServer = "";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var driver in (IEnumerable<ITaskDriver>)[.. drivers, .. _plugins]) await driver.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The agent's own environment, without what hosting .NET left in it.</summary>
    private static Dictionary<string, string> HostEnvironment() => System.Environment.GetEnvironmentVariables()
        .Cast<System.Collections.DictionaryEntry>()
        .Select(e => ((string)e.Key, (string?)e.Value ?? ""))
        .Where(e => !e.Item1.StartsWith("DOTNET_", StringComparison.Ordinal) && !e.Item1.StartsWith("ASPNETCORE_", StringComparison.Ordinal) && !e.Item1.StartsWith("MSBuild", StringComparison.Ordinal))
        .ToDictionary(e => e.Item1, e => e.Item2, StringComparer.Ordinal);

    private static async Task<string> RememberAsync(ClientStore store, string fact)
    {
        if (store.ReadFact(fact) is { } known) return known;
        var made = Guid.NewGuid().ToString();
        await store.SaveFactAsync(fact, made).ConfigureAwait(false);
        return made;
    }
}
