using System.Net;
using System.Net.WebSockets;
using Actors.Api.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;

namespace Actors.Api.Forwarding;

/// <summary>Passes a WebSocket on to a server: message by message, both ways, until either side closes.</summary>
/// <param name="options">How the agent serves.</param>
internal sealed class SocketForwarding(ApiOptions options)
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);

    /// <summary>Passes a request on to the first server that can be reached.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        var servers = options.ForwardTo?.Invoke() ?? [];
        var problem = $"No known servers: the agent {options.Name} is no server, and not connected to any";
        foreach (var server in servers)
        {
            using var upstream = New();
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
                patience.CancelAfter(ConnectWithin);
                using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = ConnectWithin });
                await upstream.ConnectAsync(Target(server, context), invoker, patience.Token);
                await JoinAsync(context, upstream);
                return;
            }
            catch (WebSocketException e) when (upstream.HttpStatusCode is not 0 and not HttpStatusCode.SwitchingProtocols and not HttpStatusCode.OK)
            {
                await RefuseAsync(context, (int)upstream.HttpStatusCode, $"the server {server.Authority} refused: {e.Message}");
                return;
            }
            catch (Exception e) when (!context.Response.HasStarted && e is WebSocketException or OperationCanceledException)
            {
                problem = $"no server could be reached: {server.Authority}: {e.Message}";
            }
        }

        await RefuseAsync(context, servers.Count == 0 ? 500 : 502, problem);
    }

    private ClientWebSocket New()
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (!options.ForwardWithHttp2)
            return socket;
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return socket;
    }

    private static Uri Target(Uri server, HttpContext context)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return new Uri($"ws://{server.Authority}{(raw is ['/', ..] ? raw : context.Request.GetEncodedPathAndQuery())}");
    }

    private static async Task JoinAsync(HttpContext context, ClientWebSocket upstream)
    {
        using var downstream = await context.WebSockets.AcceptWebSocketAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var up = PumpAsync(downstream, upstream, over.Token);
        var down = PumpAsync(upstream, downstream, over.Token);
        await Task.WhenAny(up, down);
        // The other direction still has what was sent before the close.
        await Task.WhenAny(Task.WhenAll(up, down), Task.Delay(CloseWithin, context.RequestAborted));
        await over.CancelAsync();
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task PumpAsync(WebSocket from, WebSocket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await from.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await to.CloseOutputAsync(from.CloseStatus ?? WebSocketCloseStatus.NormalClosure, from.CloseStatusDescription, cancellationToken);
                return;
            }

            await to.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellationToken);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message, context.RequestAborted);
    }
}
