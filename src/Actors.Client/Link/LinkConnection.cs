using System.Threading.Channels;
using Actors.Contracts.Link;
using Grpc.Core;
using Grpc.Net.Client;

namespace Actors.Client.Link;

/// <summary>One duplex stream to one server: frames go out in order, what comes in is handed on.</summary>
internal sealed class LinkConnection : IAsyncDisposable
{
    private const int MaxFrame = 16 * 1024 * 1024;
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly Channel<ClientFrame> _out = Channel.CreateUnbounded<ClientFrame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly GrpcChannel _channel;

    /// <summary>Makes the connection; nothing happens before <see cref="Run"/>.</summary>
    /// <param name="server">The server's link, <c>host:port</c>.</param>
    public LinkConnection(string server)
    {
        Server = server;
        _channel = GrpcChannel.ForAddress($"http://{server}", new GrpcChannelOptions
        {
            MaxReceiveMessageSize = MaxFrame,
            MaxSendMessageSize = MaxFrame,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromSeconds(5),
                KeepAlivePingDelay = PingAfter,
                KeepAlivePingTimeout = PingTimeout,
                EnableMultipleHttp2Connections = true,
            },
            DisposeHttpClient = true,
        });
    }

    /// <summary>The server.</summary>
    public string Server { get; }

    /// <summary>Completes when the connection is ended from this side.</summary>
    public CancellationToken Ended => _end.Token;

    /// <summary>Connects, and hands on what comes until the end. The end is told once.</summary>
    public void Run(Action<ServerFrame> received, Action<string> lost) => _ = Task.Run(async () =>
    {
        try
        {
            using var call = new ClientLink.ClientLinkClient(_channel).Connect(cancellationToken: _end.Token);
            var writing = WriteAsync(call.RequestStream);
            await foreach (var frame in call.ResponseStream.ReadAllAsync(_end.Token).ConfigureAwait(false)) received(frame);
            await _end.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lost($"{Server} closed the stream");
        }
        catch (Exception e) when (e is RpcException or IOException or InvalidOperationException or OperationCanceledException)
        {
            lost(e is RpcException rpc ? $"{Server}: {rpc.Status.Detail}" : $"{Server}: {e.Message}");
        }
    });

    /// <summary>Sends a frame after those before it.</summary>
    public void Send(ClientFrame frame) => _out.Writer.TryWrite(frame);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _out.Writer.TryComplete();
        await _end.CancelAsync().ConfigureAwait(false);
        _channel.Dispose();
    }

    private async Task WriteAsync(IClientStreamWriter<ClientFrame> stream)
    {
        await foreach (var frame in _out.Reader.ReadAllAsync(_end.Token).ConfigureAwait(false))
            await stream.WriteAsync(frame, _end.Token).ConfigureAwait(false);
    }
}
