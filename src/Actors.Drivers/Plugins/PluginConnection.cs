using System.Net.Sockets;
using Actors.Contracts.Collections;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Actors.Drivers.Plugins;

/// <summary>A plugin that was started, told its configuration, and answers.</summary>
internal sealed class PluginConnection : IAsyncDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(2);
    private const int MaxMessageBytes = 64 * 1024 * 1024;

    private readonly PluginProcess _process;
    private readonly GrpcChannel _channel;

    private PluginConnection(PluginProcess process, GrpcChannel channel, PluginInfoResponse info, Spec taskSpec, PluginCapabilities capabilities)
    {
        (_process, _channel, Info, TaskSpec, Capabilities) = (process, channel, info, taskSpec, capabilities);
        Driver = new Driver.DriverClient(channel);
        _ = HearStdioAsync();
    }

    /// <summary>Who it says it is.</summary>
    public PluginInfoResponse Info { get; }

    /// <summary>How it describes a task's configuration.</summary>
    public Spec TaskSpec { get; }

    /// <summary>What it says it can do.</summary>
    public PluginCapabilities Capabilities { get; }

    /// <summary>Its calls.</summary>
    public Driver.DriverClient Driver { get; }

    /// <summary>Its process has ended.</summary>
    public bool HasEnded => _process.HasEnded;

    /// <summary>The last that it wrote of itself; "": nothing.</summary>
    public string LastWords => _process.LastWords;

    /// <summary>Attaches to the plugin that an earlier agent left, or starts one, shakes hands, and gives it its configuration.</summary>
    /// <param name="path">The plugin's program.</param>
    /// <param name="place">Where its process is remembered.</param>
    /// <param name="options">An operator's keys for a plugin by its name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="DriverException">It is not a driver plugin, or does not answer; says why.</exception>
    public static async Task<PluginConnection> StartAsync(string path, PluginPlace place, PluginKeys options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (PluginProcess.Attach(path, place, options.Fingerprint, time) is { } left)
        {
            try
            {
                return await ConnectAsync(path, left, options, cancellationToken).ConfigureAwait(false);
            }
            catch (DriverException)
            {
                // Ended with that: another takes its place.
                await PluginProcess.EndEarlierAsync(place.File).ConfigureAwait(false);
            }
        }

        try
        {
            return await ConnectAsync(path, await PluginProcess.StartAsync(path, place, options, time, cancellationToken).ConfigureAwait(false), options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new DriverException($"plugin {path}: {e.Message}", recoverable: false, e);
        }
    }

    /// <summary>Asks the process to end, and ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
        {
            await AskToEndAsync().ConfigureAwait(false);
            await Task.WhenAny(_process.Ended, Task.Delay(EndWithin)).ConfigureAwait(false);
        }

        _channel.Dispose();
        await _process.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Talks to a plugin's process; one that does not answer well is ended.</summary>
    private static async Task<PluginConnection> ConnectAsync(string path, PluginProcess process, PluginKeys options, CancellationToken cancellationToken)
    {
        var channel = Channel(process.Handshake);
        try
        {
            return await ConfigureAsync(process, channel, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FormatException or RpcException or OperationCanceledException)
        {
            channel.Dispose();
            await process.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new DriverException($"plugin {path}: {(e is RpcException rpc ? Why(rpc, process) : e.Message)}", recoverable: false, e);
        }
    }

    private static string Why(RpcException e, PluginProcess process) => e.StatusCode switch
    {
        StatusCode.DeadlineExceeded => $"no answer within {AnswerWithin.TotalSeconds:0} s{process.LastWords}",
        StatusCode.Unavailable => $"no answer at {process.Handshake.Network} {process.Handshake.Address}: {e.Status.Detail}{process.LastWords}",
        _ => e.Status.Detail + process.LastWords,
    };

    private static async Task<PluginConnection> ConfigureAsync(
        PluginProcess process, GrpcChannel channel, PluginKeys options, CancellationToken cancellationToken)
    {
        var plugin = new BasePlugin.BasePluginClient(channel);
        var call = new CallOptions(deadline: DateTime.UtcNow + AnswerWithin, cancellationToken: cancellationToken);
        var info = await plugin.PluginInfoAsync(new PluginInfoRequest(), call).ConfigureAwait(false);
        if (info.Type != PluginType.Driver) throw new FormatException($"expected a driver plugin, found one of kind {info.Type}");
        if (info.Name.Length == 0) throw new FormatException("expected a plugin with a name, found one without");
        if (!info.PluginApiVersions.Contains(Handshake.ApiVersion))
            throw new FormatException($"expected a plugin of API version {Handshake.ApiVersion}, found {(info.PluginApiVersions.Count == 0 ? "none" : string.Join(", ", info.PluginApiVersions))}");

        if (!process.IsAttached) await TellAsync(plugin, info.Name, options, call).ConfigureAwait(false);
        var driver = new Driver.DriverClient(channel);
        var taskSpec = (await driver.TaskConfigSchemaAsync(new TaskConfigSchemaRequest(), call).ConfigureAwait(false)).Spec ?? new Spec();
        // A description that can't be read is the plugin's fault, and not that of the first job that needs it.
        _ = PluginSchema.Shape(taskSpec, EquatableMap<ConfigValue>.Empty);
        var capabilities = await driver.CapabilitiesAsync(new CapabilitiesRequest(), call).ConfigureAwait(false);
        return new PluginConnection(process, channel, info, taskSpec, capabilities.Capabilities ?? new PluginCapabilities());
    }

    /// <summary>Checks its configuration with its own schema, and hands it over.</summary>
    private static async Task TellAsync(BasePlugin.BasePluginClient plugin, string name, PluginKeys options, CallOptions call)
    {
        var schema = await plugin.ConfigSchemaAsync(new ConfigSchemaRequest(), call).ConfigureAwait(false);
        var keys = options.Of(name);
        var problem = PluginSchema.Read(schema.Spec).Validate(keys, name).FirstOrDefault(p => !p.IsWarning);
        if (problem is not null) throw new FormatException(problem.ToString());
        await plugin.SetConfigAsync(
            new SetConfigRequest
            {
                MsgpackConfig = ByteString.CopyFrom(MessagePackFormat.Write(PluginSchema.Shape(schema.Spec, keys))),
                NomadConfig = new NomadConfig { Driver = new NomadDriverConfig { ClientMinPort = Handshake.MinPort, ClientMaxPort = Handshake.MaxPort } },
                PluginApiVersion = Handshake.ApiVersion,
            }, call).ConfigureAwait(false);
    }

    private static GrpcChannel Channel(Handshake handshake) => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MaxMessageBytes,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = handshake.EndPoint is UnixDomainSocketEndPoint
                    ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                    : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(handshake.EndPoint, cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        },
    });

    private async Task AskToEndAsync()
    {
        try
        {
            await new GRPCController.GRPCControllerClient(_channel).ShutdownAsync(new Protocol.Empty(), deadline: DateTime.UtcNow + EndWithin).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // It may end before it answers.
            return;
        }
    }

    /// <summary>A plugin of go-plugin's waits until somebody has taken what it writes to its stdout and stderr.</summary>
    private async Task HearStdioAsync()
    {
        try
        {
            using var written = new GRPCStdio.GRPCStdioClient(_channel).StreamStdio(new Google.Protobuf.WellKnownTypes.Empty());
            await foreach (var piece in written.ResponseStream.ReadAllAsync().ConfigureAwait(false))
            {
                if (piece.Channel == StdioData.Types.Channel.Stderr) _process.Hear(piece.Data.ToStringUtf8());
            }
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException or IOException)
        {
            // It ended, has no such stream, or its log can't be written.
            return;
        }
    }
}
