using System.Net;
using Actors.Contracts;
using Actors.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actors.Server.Tests.Hosting;

/// <summary>A real server in this process, on real SQLite in a temporary folder, with its client link on a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, string dataDir, ServerOptions options)
    {
        _app = app;
        DataDir = dataDir;
        Options = options;
    }

    public static TimeSpan Patience => TimeSpan.FromSeconds(30);

    public string DataDir { get; }

    public ServerOptions Options { get; }

    public IRegion Region => _app.Services.GetRequiredService<IRegion>();

    public ServerNode Node => _app.Services.GetRequiredService<ServerNode>();

    public IClusterCommands Commands => _app.Services.GetRequiredService<IClusterCommands>();

    public IServerOperations Operations => _app.Services.GetRequiredService<IServerOperations>();

    public Uri Link => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The options of a server that is quick to judge, for tests.</summary>
    public static ServerOptions QuickOptions(string dataDir) => new()
    {
        DataDir = dataDir,
        Name = "server-1",
        ClusterPort = 0,
        HeartbeatTtl = TimeSpan.FromSeconds(2),
        HeartbeatGrace = TimeSpan.FromSeconds(1),
        FailoverHeartbeatTtl = TimeSpan.FromSeconds(10),
    };

    public static string NewFolder() => Directory.CreateTempSubdirectory("actors-server-").FullName;

    /// <summary>Starts a server, and waits until it is ready.</summary>
    public static async Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions>? change = null, string? dataDir = null)
    {
        var server = await LaunchAsync(change, dataDir);
        await server.Node.Ready.WaitAsync(Patience);
        return server;
    }

    /// <summary>Starts a server that may have to wait for others.</summary>
    public static async Task<TestServer> LaunchAsync(Func<ServerOptions, ServerOptions>? change = null, string? dataDir = null)
    {
        var folder = dataDir ?? NewFolder();
        var options = QuickOptions(folder);
        options = change?.Invoke(options) ?? options;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("ACTORS_TEST_LOG") is { } file)
            builder.Logging.AddProvider(new FileLoggerProvider(file, options.Name));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddActorsServer(options);
        var app = builder.Build();
        app.MapActorsClientLink();
        await app.StartAsync();
        return new TestServer(app, folder, options);
    }

    /// <summary>Sends a command as the API does.</summary>
    public async Task<TReply> SendAsync<TReply>(Func<CommandContext, IRegionCommand> command, string? requestId = null) where TReply : ICommandReply
    {
        var context = new CommandContext(requestId ?? Guid.NewGuid().ToString(), DateTimeOffset.UtcNow + Patience);
        var reply = await Region.SendAsync(command(context), CancellationToken.None);
        return reply is TReply expected ? expected : throw new InvalidOperationException($"expected a {typeof(TReply).Name}, found {reply}");
    }

    /// <summary>Waits until the region is as expected.</summary>
    public async Task<T> EventuallyAsync<T>(Func<Actors.State.RegionState, T?> find, string what) where T : class
    {
        var deadline = DateTimeOffset.UtcNow + Patience;
        while (DateTimeOffset.UtcNow < deadline)
        {
            var state = Region.State;
            if (find(state) is { } found)
                return found;

            using var step = new CancellationTokenSource(TimeSpan.FromMilliseconds(250));
            try
            {
                await Region.WaitForIndexAsync(state.Index + 1, step.Token);
            }
            catch (OperationCanceledException)
            {
                // Nothing happened for a while: the deadline decides.
            }
        }

        throw new TimeoutException($"not within {Patience.TotalSeconds} s: {what}");
    }

    /// <summary>Stops the server in order, keeping its folder.</summary>
    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(DataDir))
            Directory.Delete(DataDir, recursive: true);
    }
}
