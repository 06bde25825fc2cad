using System.Buffers;
using System.Text.Json;
using Actors.Contracts.Link;
using Actors.Drivers;

namespace Actors.Client.Streams;

/// <summary>Joins a command inside a task and its caller, in Nomad's frames: a JSON object a line, either way.</summary>
internal static class ExecExchange
{
    // Base64 of this and what stands around it is one piece of the link.
    private const int MaxData = 32 * 1024;

    /// <summary>Passes on what either side sends until the command has ended, and tells its exit code.</summary>
    /// <exception cref="StreamException">The caller sent what is no frame.</exception>
    public static async Task RunAsync(IDriverExec exec, AnswerInput input, AnswerWriter write, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(exec, input, over.Token);
        var writing = WriteAsync(exec, write, over.Token);
        try
        {
            // Input ends before the command does, or not at all; only an error in it ends the exchange.
            if (await Task.WhenAny(reading, writing).ConfigureAwait(false) == reading) await reading.ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            var exitCode = await exec.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
            await write(Line(json =>
            {
                json.WriteBoolean("exited", true);
                json.WriteStartObject("result");
                json.WriteNumber("exit_code", exitCode);
                json.WriteEndObject();
            }), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReadAsync(IDriverExec exec, AnswerInput input, CancellationToken cancellationToken)
    {
        var lines = new LineSplitter(ExecArguments.MaxLine);
        await foreach (var piece in input.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var line in Split(piece)) await TakeAsync(exec, line, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<byte[]> Split(ReadOnlyMemory<byte> piece)
        {
            try
            {
                return lines.Add(piece);
            }
            catch (FormatException e)
            {
                throw new StreamException(400, $"exec: {e.Message}");
            }
        }
    }

    private static async Task TakeAsync(IDriverExec exec, ReadOnlyMemory<byte> line, CancellationToken cancellationToken)
    {
        ExecInputFrame frame;
        try
        {
            frame = JsonSerializer.Deserialize(line.Span, ExecJson.Default.ExecInputFrame) ?? throw new StreamException(400, "exec: expected a frame, found null");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new StreamException(400, $"exec: expected a frame such as {{\"stdin\":{{\"data\":…}}}}: {e.Message}");
        }

        if (frame.Stdin?.Data is { Length: > 0 } data) await exec.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        if (frame.Stdin?.Close == true) await exec.CloseInputAsync(cancellationToken).ConfigureAwait(false);
        if (frame.TtySize is { Width: > 0, Height: > 0 } size) await exec.ResizeAsync(size.Width, size.Height, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(IDriverExec exec, AnswerWriter write, CancellationToken cancellationToken)
    {
        await foreach (var output in exec.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (var at = 0; at < output.Data.Length; at += MaxData)
            {
                var data = output.Data.Slice(at, Math.Min(MaxData, output.Data.Length - at));
                await write(Line(json =>
                {
                    json.WriteStartObject(output.IsError ? "stderr" : "stdout");
                    json.WriteBase64String("data", data.Span);
                    json.WriteEndObject();
                }), cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var stream in (string[])["stdout", "stderr"])
        {
            await write(Line(json =>
            {
                json.WriteStartObject(stream);
                json.WriteBoolean("close", true);
                json.WriteEndObject();
            }), cancellationToken).ConfigureAwait(false);
        }
    }

    private static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
