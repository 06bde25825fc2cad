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

    /// <summary>Completes when its process ends.</summary>
    public Task Ended => _process.Ended;

    /// <summary>The last that it wrote of itself; "": nothing.</summary>
    public string LastWords => _process.LastWords;

    /// <summary>Starts a plugin, shakes hands, and gives it its configuration.</summary>
    /// <param name="path">The plugin's program.</param>
    /// <param name="file">Where its process is remembered.</param>
    /// <param name="options">An operator's keys for a plugin by its name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Give up.</param>
    /// <exception cref="DriverException">It is not a driver plugin, or does not answer; says why.</exception>
    public static async Task<PluginConnection> StartAsync(string path, string file, Func<string, EquatableMap<ConfigValue>> options, TimeProvider time, CancellationToken cancellationToken)
    {
        PluginProcess? process = null;
        GrpcChannel? channel = null;
        try
        {
            process = await PluginProcess.StartAsync(path, file, time, cancellationToken).ConfigureAwait(false);
            channel = Channel(process.Handshake);
            return await ConfigureAsync(process, channel, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FormatException or RpcException or IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception or OperationCanceledException)
        {
            channel?.Dispose();
            if (process is not null) await process.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new DriverException($"plugin {path}: {(e is RpcException rpc && process is not null ? Why(rpc, process) : e.Message)}", recoverable: false, e);
        }
    }

    /// <summary>Asks the process to end, and ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted)
        {
            try
            {
                await new GRPCController.GRPCControllerClient(_channel).ShutdownAsync(new Protocol.Empty(), deadline: DateTime.UtcNow + EndWithin).ConfigureAwait(false);
            }
            catch (RpcException e)
            {
                // It may end before it answers.
                _process.Hear(e.Status.Detail);
            }

            await Task.WhenAny(Ended, Task.Delay(EndWithin)).ConfigureAwait(false);
        }

        _channel.Dispose();
        await _process.DisposeAsync().ConfigureAwait(false);
    }

    private static string Why(RpcException e, PluginProcess process) => e.StatusCode switch
    {
        StatusCode.DeadlineExceeded => $"no answer within {AnswerWithin.TotalSeconds:0} s{process.LastWords}",
        StatusCode.Unavailable => $"no answer at {process.Handshake.Network} {process.Handshake.Address}: {e.Status.Detail}{process.LastWords}",
        _ => e.Status.Detail + process.LastWords,
    };

    private static async Task<PluginConnection> ConfigureAsync(
        PluginProcess process, GrpcChannel channel, Func<string, EquatableMap<ConfigValue>> options, CancellationToken cancellationToken)
    {
        var plugin = new BasePlugin.BasePluginClient(channel);
        var call = new CallOptions(deadline: DateTime.UtcNow + AnswerWithin, cancellationToken: cancellationToken);
        var info = await plugin.PluginInfoAsync(new PluginInfoRequest(), call).ConfigureAwait(false);
        if (info.Type != PluginType.Driver) throw new FormatException($"expected a driver plugin, found one of kind {info.Type}");
        if (info.Name.Length == 0) throw new FormatException("expected a plugin with a name, found one without");
        if (!info.PluginApiVersions.Contains(Handshake.ApiVersion))
            throw new FormatException($"expected a plugin of API version {Handshake.ApiVersion}, found {(info.PluginApiVersions.Count == 0 ? "none" : string.Join(", ", info.PluginApiVersions))}");

        var schema = await plugin.ConfigSchemaAsync(new ConfigSchemaRequest(), call).ConfigureAwait(false);
        var keys = options(info.Name);
        var problem = PluginSchema.Read(schema.Spec).Validate(keys, info.Name).FirstOrDefault(p => !p.IsWarning);
        if (problem is not null) throw new FormatException(problem.ToString());
        await plugin.SetConfigAsync(
            new SetConfigRequest
            {
                MsgpackConfig = ByteString.CopyFrom(MessagePackFormat.Write(PluginSchema.Shape(schema.Spec, keys))),
                NomadConfig = new NomadConfig { Driver = new NomadDriverConfig { ClientMinPort = Handshake.MinPort, ClientMaxPort = Handshake.MaxPort } },
                PluginApiVersion = Handshake.ApiVersion,
            }, call).ConfigureAwait(false);
        var driver = new Driver.DriverClient(channel);
        var taskSpec = (await driver.TaskConfigSchemaAsync(new TaskConfigSchemaRequest(), call).ConfigureAwait(false)).Spec ?? new Spec();
        // A description that can't be read is the plugin's fault, and not that of the first job that needs it.
        _ = PluginSchema.Shape(taskSpec, EquatableMap<ConfigValue>.Empty);
        var capabilities = await driver.CapabilitiesAsync(new CapabilitiesRequest(), call).ConfigureAwait(false);
        return new PluginConnection(process, channel, info, taskSpec, capabilities.Capabilities ?? new PluginCapabilities());
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
        catch (Exception e) when (e is RpcException or ObjectDisposedException)
        {
            // It ended, or has no such stream.
            return;
        }
    }
}
