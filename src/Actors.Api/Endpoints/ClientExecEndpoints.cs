using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Actors.Api.Http;
using Actors.Contracts.Link;
using Actors.Server;
using Microsoft.AspNetCore.Http;

namespace Actors.Api.Endpoints;

/// <summary>
/// <c>/v1/client/allocation/:id/exec</c>: a command inside a task, over a WebSocket with Nomad's frames. Its caller must be
/// heard of now and then (Nomad's tools send <c>{}</c> every 10 s), else the command is ended.
/// </summary>
internal static class ClientExecEndpoints
{
    private const int LongestReason = 120;
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Client";
        routes.Socket("/v1/client/allocation/{id}/exec", "Runs a command inside a task, over a WebSocket", ExecAsync);
    }

    private static async Task ExecAsync(ApiRequest request)
    {
        var arguments = Arguments(request);
        var allocation = AllocationEndpoints.Find(request.Region.State, request.Id);
        if (!request.Http.WebSockets.IsWebSocketRequest)
            throw ApiException.BadRequest("expected a WebSocket request");

        using var socket = await request.Http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = request.Options.StreamHeartbeat });
        // Ended only after the socket's close was sent: a receive that is given up takes the socket with it.
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        var (status, reason, heard) = (WebSocketCloseStatus.NormalClosure, "", Task.CompletedTask);
        try
        {
            await using var call = await request.Region.CallClientAsync(allocation.NodeId, StreamMethods.Exec, arguments, request.Aborted);
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
            silence.CancelAfter(request.Options.ExecSilence);
            heard = ReceiveAsync(request, call, socket, () => silence.CancelAfter(request.Options.ExecSilence), receiving.Token);
            await TalkAsync(request, call, socket, heard, silence.Token);
        }
        catch (Exception e) when (e is ClientCallException or ClientUnreachableException or RegionUnavailableException or ApiException or WebSocketException or FormatException)
        {
            (status, reason) = (StatusOf(e), e.Message);
        }
        catch (OperationCanceledException) when (!request.Aborted.IsCancellationRequested)
        {
            (status, reason) = (WebSocketCloseStatus.PolicyViolation, $"nothing was heard of the caller for {request.Options.ExecSilence.TotalSeconds:0} s");
        }

        await CloseAsync(request, socket, status, reason);
        await Task.WhenAny(heard, Task.Delay(CloseWithin, request.Time));
        await receiving.CancelAsync();
        await heard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task TalkAsync(ApiRequest request, IClientCall call, WebSocket socket, Task heard, CancellationToken silence)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        var sending = SendAsync(call, socket, over.Token);
        try
        {
            // A caller that closes has lost its interest; so has one that says nothing.
            await await Task.WhenAny(sending, heard, Task.Delay(Timeout.InfiniteTimeSpan, silence));
        }
        finally
        {
            await over.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task CloseAsync(ApiRequest request, WebSocket socket, WebSocketCloseStatus status, string reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var patience = new CancellationTokenSource(CloseWithin);
        try
        {
            await socket.CloseOutputAsync(status, Short(reason), patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The caller is gone already: there is nobody to take leave of.
            request.Http.Abort();
        }
    }

    /// <summary>One message for each line that the client sends.</summary>
    private static async Task SendAsync(IClientCall call, WebSocket socket, CancellationToken cancellationToken)
    {
        var lines = new LineSplitter(ExecArguments.MaxLine);
        await foreach (var piece in call.ReadAllAsync(cancellationToken))
        {
            foreach (var line in lines.Add(piece))
                await socket.SendAsync(line, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
    }

    /// <summary>One line for each message that the caller sends.</summary>
    private static async Task ReceiveAsync(ApiRequest request, IClientCall call, WebSocket socket, Action alive, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        var message = new MemoryStream();
        var greeted = !request.Flag("ws_handshake");
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
                return;
            alive();
            message.Write(buffer, 0, received.Count);
            if (message.Length >= ExecArguments.MaxLine)
                throw new ApiException(400, $"a message is larger than {ExecArguments.MaxLine} bytes");
            if (!received.EndOfMessage)
                continue;
            if (greeted)
                await call.WriteAsync(OneLine(message.ToArray()), cancellationToken);
            else
                greeted = Greeting(message.ToArray());
            message.SetLength(0);
        }
    }

    // JSON has no line breaks but between its parts, where a space is as good.
    private static byte[] OneLine(byte[] json) => [.. json.Select(b => b is (byte)'\n' or (byte)'\r' ? (byte)' ' : b), (byte)'\n'];

    /// <summary>The first message of a caller that can't send headers (a browser): the protocol's version and its token.</summary>
    private static bool Greeting(byte[] message)
    {
        try
        {
            using var greeting = JsonDocument.Parse(message);
            return greeting.RootElement.TryGetProperty("version", out var version) && version.TryGetInt32(out var number) && number == 1
                ? true
                : throw ApiException.BadRequest("handshake: expected version 1");
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest($"handshake: {e.Message}");
        }
    }

    private static byte[] Arguments(ApiRequest request)
    {
        var allocation = AllocationEndpoints.Find(request.Region.State, request.Id);
        var task = request.Parameter("task");
        if (task.Length == 0)
            throw ApiException.BadRequest("task must be given: the name of the allocation's task to run the command in");

        return JsonSerializer.SerializeToUtf8Bytes(
            new ExecArguments { AllocationId = allocation.Id, Task = task, Command = Command(request.Parameter("command")), Tty = request.Flag("tty") },
            StreamJson.Default.ExecArguments);
    }

    private static List<string> Command(string json)
    {
        if (json.Length == 0)
            throw ApiException.BadRequest("command must be given: a JSON array of the program and its arguments");
        try
        {
            using var command = JsonDocument.Parse(json);
            var words = command.RootElement.EnumerateArray().Select(w => w.GetString() ?? throw new InvalidOperationException("found null")).ToList();
            return words.Count > 0 ? words : throw new InvalidOperationException("found an empty one");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"command must be a JSON array of texts, such as [\"/bin/sh\"]: {e.Message}");
        }
    }

    // Codes of HTTP have no place among a WebSocket's: 4000 and more are free for applications.
    private static WebSocketCloseStatus StatusOf(Exception error) => error switch
    {
        ClientCallException { Status: >= 400 and < 500 and var status } => (WebSocketCloseStatus)(4000 + status - 400),
        ApiException or FormatException => WebSocketCloseStatus.InvalidPayloadData,
        _ => WebSocketCloseStatus.InternalServerError,
    };

    // The reason must fit into a control frame: 123 bytes.
    private static string Short(string reason)
    {
        while (Encoding.UTF8.GetByteCount(reason) > LongestReason)
            reason = reason[..^1];
        return reason;
    }
}
