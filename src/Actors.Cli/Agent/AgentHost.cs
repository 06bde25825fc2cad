using System.Net;
using Actors.Api.Hosting;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands;
using Actors.Cli.Terminal;
using Actors.Client.Hosting;
using Actors.Server;
using Actors.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Cli.Agent;

/// <summary>A running agent: one web host that has the server's, the client's and the API's parts, on the HTTP and the RPC port.</summary>
internal sealed class AgentHost : IAsyncDisposable
{
    /// <summary>A heap of so many bytes is packed well within the time for which the other servers wait for one that is silent.</summary>
    private const long PackedBesideOthers = 1L << 30;

    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);
    private readonly WebApplication _app;
    private readonly DataFolder _folder;

    private AgentHost(WebApplication app, DataFolder folder, AgentSettings settings, string advertised)
    {
        _app = app;
        _folder = folder;
        Settings = settings;
        Advertised = advertised;
    }

    /// <summary>The settings, with the ports and the folder that it really has.</summary>
    public AgentSettings Settings { get; }

    /// <summary>The host under which others reach it.</summary>
    public string Advertised { get; }

    /// <summary>Its HTTP API as this machine reaches it.</summary>
    public string LocalUrl => $"http://{(Settings.BindAddress is "0.0.0.0" or "::" ? "127.0.0.1" : Bracketed(Settings.BindAddress))}:{Settings.HttpPort}";

    /// <summary>Runs an agent until it is asked to stop, telling how it is set up and when it is ready.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="CommandFailedException">It can't start; the message says why.</exception>
    public static async Task<int> RunAsync(AgentSettings settings, IReadOnlyList<string> files, CliContext cli, CancellationToken stop)
    {
        foreach (var file in files)
            await cli.Out.WriteLineAsync($"==> Loaded configuration from {file}").ConfigureAwait(false);
        await cli.Out.WriteLineAsync("==> Starting Actors agent...").ConfigureAwait(false);
        using var logs = new LineLoggerProvider(cli.Out, cli.Time);
        await using var agent = Create(settings, logs, cli.Time);
        await cli.Out.WriteLineAsync("==> Actors agent configuration:\n\n" + agent.Describe() + "\n").ConfigureAwait(false);
        await cli.Out.FlushAsync(stop).ConfigureAwait(false);
        try
        {
            await agent.StartAsync(stop).ConfigureAwait(false);
            await agent.WaitUntilReadyAsync(stop).ConfigureAwait(false);
            await cli.Out.WriteLineAsync("==> Actors agent started! Log data will stream in below:\n").ConfigureAwait(false);
            await cli.Out.FlushAsync(stop).ConfigureAwait(false);
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var givingBack = IdleMemory.KeepAsync(settings.Server is { BootstrapExpect: 1, Seeds.Count: <= 1 } ? long.MaxValue : PackedBesideOthers, cli.Time, stopping.Token);
            await agent.WaitUntilStoppedAsync(stop).ConfigureAwait(false);
            await stopping.CancelAsync().ConfigureAwait(false);
            await givingBack.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop before it was ready.
        }

        await cli.Out.WriteLineAsync("==> Stopping Actors agent...").ConfigureAwait(false);
        await agent.StopAsync().ConfigureAwait(false);
        await cli.Out.WriteLineAsync("==> Actors agent stopped").ConfigureAwait(false);
        return 0;
    }

    /// <summary>Makes an agent: takes its folder, finds its ports, and puts its parts together.</summary>
    /// <param name="settings">How.</param>
    /// <param name="logs">Where it logs to.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CommandFailedException">It can't be; the message says why.</exception>
    public static AgentHost Create(AgentSettings settings, ILoggerProvider logs, TimeProvider time)
    {
        var bind = AgentAddresses.Bind(settings.BindAddress);
        settings = settings with
        {
            HttpPort = AgentAddresses.Port(settings.HttpPort, bind),
            RpcPort = AgentAddresses.Port(settings.RpcPort, bind),
            ClusterPort = AgentAddresses.Port(settings.ClusterPort, bind),
        };
        (string Flag, int Port)[] ports = settings.ServerEnabled
            ? [("-http-port", settings.HttpPort), ("-rpc-port", settings.RpcPort), ("-cluster-port", settings.ClusterPort)]
            : [("-http-port", settings.HttpPort)];

        // The folder first: who starts an agent a second time wants to hear that, not that its ports are taken.
        var folder = DataFolder.Hold(settings.DataDir);
        try
        {
            foreach (var (flag, port) in ports)
            {
                if (!AgentAddresses.IsFree(port, bind))
                    throw new CommandFailedException($"port {port} on {bind} is taken by another process; {flag} names another one");
            }

            var advertised = AgentAddresses.Advertise(settings.AdvertiseAddress, bind);
            settings = settings with { DataDir = folder.Path };
            return new AgentHost(Build(settings, bind, advertised, logs, time, folder.IsTemporary), folder, settings, advertised);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts it; it may not be ready yet when this returns.</summary>
    /// <exception cref="CommandFailedException">It can't start; the message says why.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await _app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CommandFailedException($"a port is taken by another process: {e.Message}", 1, e);
        }
    }

    /// <summary>Waits until the server has a leader and the client has registered.</summary>
    /// <exception cref="CommandFailedException">It can't become so.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        try
        {
            if (_app.Services.GetService<IServerReadiness>() is { } server)
                await server.WaitUntilReadyAsync(cancellation).ConfigureAwait(false);

            // A client alone is ready when it runs: its servers may come later, and its tasks go on without them.
            if (Settings is { ClientEnabled: true, ServerEnabled: true })
                await _app.Services.GetRequiredService<ClientStatus>().Ready.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (RegionUnavailableException e)
        {
            throw new CommandFailedException(e.Message, 1, e);
        }
    }

    /// <summary>Waits until it is asked to stop, or stops by itself.</summary>
    public async Task WaitUntilStoppedAsync(CancellationToken stop)
    {
        var stopping = _app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, stopping);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Stops it gracefully: it leaves its region, and lets its tasks run unless told otherwise.</summary>
    /// <remarks>
    /// First the client, whose last words need the server; then the ports, whose streams would go on for ever; then the rest.
    /// </remarks>
    public async Task StopAsync()
    {
        var log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<AgentHost>();
        using var limit = new CancellationTokenSource(ShutdownLimit);
        try
        {
            foreach (var client in _app.Services.GetServices<IHostedService>().Where(service => service.GetType().Assembly == typeof(ClientStatus).Assembly))
                await client.StopAsync(limit.Token).ConfigureAwait(false);
            using var drain = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            drain.CancelAfter(DrainLimit);
            await _app.Services.GetRequiredService<IServer>().StopAsync(drain.Token).ConfigureAwait(false);
            await _app.StopAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            log.LogWarning(e, "The agent did not stop in order within {Limit}", ShutdownLimit);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    /// <summary>How it is set up, for people.</summary>
    public string Describe()
    {
        List<(string Name, string Value)> lines =
        [
            ("Advertise Addrs", $"HTTP: {Advertised}:{Settings.HttpPort}" + (Settings.ServerEnabled ? $"; RPC: {Advertised}:{Settings.RpcPort}; Cluster: {Advertised}:{Settings.ClusterPort}" : "")),
            ("Bind Addrs", $"HTTP: {Bracketed(Settings.BindAddress)}:{Settings.HttpPort}" + (Settings.ServerEnabled ? $"; RPC: {Bracketed(Settings.BindAddress)}:{Settings.RpcPort}; Cluster: {Bracketed(Settings.BindAddress)}:{Settings.ClusterPort}" : "")),
            ("Client", Settings.ClientEnabled ? "true" : "false"),
            ("Data Dir", Settings.DataDir! + (_folder.IsTemporary ? " (removed at the end)" : "")),
            ("Log Level", ConfigSchema.LogLevels.First(level => level.Value == Settings.LogLevel).Key),
            ("Name", Settings.Name),
            ("Region", $"{Settings.Region} (DC: {Settings.Datacenter})"),
            ("Server", Settings.ServerEnabled ? "true" : "false"),
        ];
        if (Settings.ServerEnabled)
            lines.Add(("Storage", Settings.Server.Storage.Kind == StorageKind.Sqlite ? $"SQLite, synchronous {Settings.Server.Storage.Synchronous}" : "PostgreSQL"));
        lines.Add(("Version", VersionCommand.Current));
        var width = lines.Max(line => line.Name.Length) + 4;
        return string.Join('\n', lines.Select(line => $"{line.Name.PadLeft(width)}: {line.Value}"));
    }

    private static WebApplication Build(AgentSettings settings, IPAddress bind, string advertised, ILoggerProvider logs, TimeProvider time, bool isTemporary)
    {
        // The empty builder reads no files and no environment of its own: all that an agent is told comes from its settings.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "pbm", ContentRootPath = settings.DataDir, EnvironmentName = "Production" });
        builder.Logging.AddProvider(logs).SetMinimumLevel(settings.LogLevel);
        if (settings.LogLevel >= LogLevel.Information)
        {
            // What the libraries tell of themselves is for whoever looks for a fault in them.
            foreach (var library in (string[])["Microsoft", "Grpc", "System", "Akka"])
                builder.Logging.AddFilter(library, LogLevel.Warning);

            // It warns of every singleton that isn't there yet when it starts, with a time that hasn't passed.
            builder.Logging.AddFilter("Akka.Cluster.Tools.Singleton.ClusterSingletonProxy", LogLevel.Error);
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(bind, settings.HttpPort, endpoint => endpoint.Protocols = HttpProtocols.Http1);

            // Without TLS there is nothing that would negotiate: a port speaks HTTP/1 or HTTP/2.
            if (settings.ServerEnabled)
                kestrel.Listen(bind, settings.RpcPort, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton(time).AddRouting();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownLimit);
        if (settings.ServerEnabled)
            builder.Services.AddActorsServer(AgentParts.Server(settings, advertised));
        if (settings.ClientEnabled)
            builder.Services.AddActorsClient(AgentParts.Client(settings, advertised, isTemporary));
        WebApplication? app = null;
        builder.Services.AddActorsApi(AgentParts.Api(settings, advertised, () => app?.Services));
        app = builder.Build();
        app.UseRouting();
        if (settings.ServerEnabled)
            app.MapActorsClientLink();
        app.MapActorsApi();
        return app;
    }

    private static string Bracketed(string address) => address.Contains(':') ? $"[{address}]" : address;
}
