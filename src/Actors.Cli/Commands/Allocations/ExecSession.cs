using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary>The caller's end of a command inside a task: Nomad's frames over a WebSocket.</summary>
/// <param name="socket">The connection.</param>
/// <param name="cli">Where the caller reads and writes.</param>
/// <param name="escape">Finds what ends the session.</param>
internal sealed class ExecSession(WebSocket socket, CliContext cli, EscapeReader escape) : IDisposable
{
    private const int MaxMessage = 1024 * 1024;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Runs the session until the command has ended.</summary>
    /// <param name="input">Standard input goes to the command.</param>
    /// <param name="tty">The command has a terminal.</param>
    /// <param name="cancellation">Someone pressed Ctrl-C.</param>
    /// <returns>The command's exit code.</returns>
    public async Task<int> RunAsync(bool input, bool tty, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var resized = tty && !OperatingSystem.IsWindows() ? PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context => _ = SendSizeAsync(over.Token)) : null;
        if (tty)
            await SendSizeAsync(over.Token).ConfigureAwait(false);
        var beating = BeatAsync(over.Token);
        // Not awaited at the end: a read of a terminal can't be given up.
        var typing = input ? TypeAsync(over) : SendAsync(CloseInput, over.Token);
        try
        {
            return await ShowAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (typing.IsCompletedSuccessfully && !cancellation.IsCancellationRequested)
        {
            // The caller typed the escape: the command is ended by the close.
            return 0;
        }
        catch (WebSocketException e)
        {
            throw new CommandFailedException($"the connection to the agent broke: {e.Message}", 1, e);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CloseAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sending.Dispose();

    private async Task<int> ShowAsync(CancellationToken cancellation)
    {
        await using var output = cli.OpenOutput();
        await using var error = cli.OpenError();
        var buffer = new byte[16 * 1024];
        var message = new MemoryStream();
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new CommandFailedException(socket.CloseStatusDescription is { Length: > 0 } reason ? reason : "the agent ended the session without the command's exit code");
            message.Write(buffer, 0, received.Count);
            if (message.Length > MaxMessage)
                throw new CommandFailedException($"the agent sent a message of more than {MaxMessage} bytes");
            if (!received.EndOfMessage)
                continue;
            using var frame = JsonDocument.Parse(message.ToArray());
            message.SetLength(0);
            await CopyAsync(frame.RootElement, "stdout", output, cancellation).ConfigureAwait(false);
            await CopyAsync(frame.RootElement, "stderr", error, cancellation).ConfigureAwait(false);
            if (frame.RootElement.Flag("exited") && frame.RootElement.Child("result") is { } result)
                return (int)result.Number("exit_code");
        }
    }

    private static async Task CopyAsync(JsonElement frame, string name, Stream to, CancellationToken cancellation)
    {
        if (frame.Child(name) is not { } stream || !stream.TryGetProperty("data", out var data) || !data.TryGetBytesFromBase64(out var bytes))
            return;
        await to.WriteAsync(bytes, cancellation).ConfigureAwait(false);
        await to.FlushAsync(cancellation).ConfigureAwait(false);
    }

    private async Task TypeAsync(CancellationTokenSource over)
    {
        await Task.Yield();
        await using var input = cli.OpenInput();
        var buffer = new byte[8 * 1024];
        while (await input.ReadAsync(buffer, over.Token).ConfigureAwait(false) is var read and > 0)
        {
            var (passed, ends) = escape.Read(buffer.AsSpan(0, read));
            if (passed.Length > 0)
                await SendAsync(json => WriteData(json, passed), over.Token).ConfigureAwait(false);
            if (!ends)
                continue;
            await over.CancelAsync().ConfigureAwait(false);
            return;
        }

        await SendAsync(CloseInput, over.Token).ConfigureAwait(false);
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Heartbeat, cli.Time, cancellation).ConfigureAwait(false);
            await SendAsync(_ => { }, cancellation).ConfigureAwait(false);
        }
    }

    private Task SendSizeAsync(CancellationToken cancellation) => SendAsync(
        json =>
        {
            json.WriteStartObject("tty_size");
            json.WriteNumber("height", Console.WindowHeight);
            json.WriteNumber("width", Console.WindowWidth);
            json.WriteEndObject();
        },
        cancellation);

    private async Task SendAsync(Action<Utf8JsonWriter> members, CancellationToken cancellation)
    {
        var message = JsonText.Write(json =>
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        });

        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task CloseAsync()
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return;
        using var patience = new CancellationTokenSource(CloseWithin);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The agent is gone, and with it the session.
            socket.Abort();
        }
    }

    private static void WriteData(Utf8JsonWriter json, byte[] data)
    {
        json.WriteStartObject("stdin");
        json.WriteBase64String("data", data);
        json.WriteEndObject();
    }

    private static void CloseInput(Utf8JsonWriter json)
    {
        json.WriteStartObject("stdin");
        json.WriteBoolean("close", true);
        json.WriteEndObject();
    }
}
