using Actors.Drivers.Plugins;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Plugins;

/// <summary>Runs a driver as a plugin: the whole of a plugin's main program.</summary>
public static class PluginServer
{
    private const int MaxMessageBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan EndWithin = TimeSpan.FromMilliseconds(20);

    /// <summary>Answers the agent that started this process, until it asks to end.</summary>
    /// <param name="definition">The plugin.</param>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(PluginDefinition definition)
    {
        if (Environment.GetEnvironmentVariable(Handshake.CookieName) != Handshake.CookieValue)
        {
            await Console.Error.WriteLineAsync(
                $"This is the driver plugin \"{definition.Name}\", version {definition.Version}. It is not run by hand: put it into an agent's plugin directory.").ConfigureAwait(false);
            return 1;
        }

        // A directory that nobody else can look into: the agent's, or one of its own.
        var given = Environment.GetEnvironmentVariable(Handshake.SocketDirectoryName);
        var directory = string.IsNullOrEmpty(given) ? Directory.CreateTempSubdirectory("plugin-").FullName : given;
        var socket = Path.Combine(directory, $"{Environment.ProcessId}.sock");
        try
        {
            await using var web = Build(definition, socket);
            await web.StartAsync().ConfigureAwait(false);
            await Console.Out.WriteLineAsync(new Handshake("unix", socket).ToString()).ConfigureAwait(false);
            await Console.Out.FlushAsync().ConfigureAwait(false);
            await web.WaitForShutdownAsync().ConfigureAwait(false);
            return 0;
        }
        finally
        {
            File.Delete(socket);
            if (directory != given) Directory.Delete(directory);
        }
    }

    /// <summary>The plugin's end of the socket, not started yet.</summary>
    internal static WebApplication Build(PluginDefinition definition, string socket)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // Stdout is the handshake's alone; stderr is read by the agent.
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxMessageBytes;
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxMessageBytes;
            // The agent is the only one who calls, and tells its operator why something failed.
            grpc.EnableDetailedErrors = true;
        });
        // The agent's calls that still wait are no reason to: it has asked for the end.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = EndWithin);
        builder.Services.AddSingleton(definition);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ServedDriver>();
        var web = builder.Build();
        web.MapGrpcService<BaseService>();
        web.MapGrpcService<DriverService>();
        web.MapGrpcService<ControlService>();
        web.MapGrpcService<HealthService>();
        return web;
    }
}
