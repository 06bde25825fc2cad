using System.Buffers;
using Actors.Server;

namespace Actors.Api.Http;

/// <summary>Passes on what a client answers.</summary>
internal static class ClientReply
{
    /// <summary>The largest answer that is gathered before it is passed on.</summary>
    private const int MaxWhole = 16 * 1024 * 1024;

    /// <summary>Passes on an answer as a whole.</summary>
    /// <exception cref="ClientCallException">The client refused: nothing was written yet.</exception>
    /// <exception cref="ApiException">The answer is too large: 502.</exception>
    public static async Task WriteWholeAsync(ApiRequest request, IClientCall call, string contentType)
    {
        var body = await ReadWholeAsync(request, call);
        await request.WriteBytesAsync(body.IsEmpty ? "{}"u8.ToArray() : body, contentType);
    }

    /// <summary>Gathers an answer as a whole.</summary>
    /// <exception cref="ClientCallException">The client refused.</exception>
    /// <exception cref="ApiException">The answer is too large: 502.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadWholeAsync(ApiRequest request, IClientCall call)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        patience.CancelAfter(request.Options.ReadTimeout);
        await call.CompleteAsync(patience.Token);
        var body = new ArrayBufferWriter<byte>();
        await foreach (var piece in call.ReadAllAsync(patience.Token))
        {
            if (body.WrittenCount + piece.Length > MaxWhole)
                throw new ApiException(502, $"the client's answer is larger than {MaxWhole} bytes");
            body.Write(piece.Span);
        }

        return body.WrittenMemory;
    }

    /// <summary>Passes on an answer piece by piece, each at once. Between frames, when nothing comes, an empty frame shows that the stream lives.</summary>
    /// <param name="request">The request.</param>
    /// <param name="call">The call.</param>
    /// <param name="plain">The pieces are bytes, not frames.</param>
    /// <exception cref="ClientCallException">The client refused before anything was written.</exception>
    public static async Task StreamAsync(ApiRequest request, IClientCall call, bool plain)
    {
        await call.CompleteAsync(request.Aborted);
        var response = request.Http.Response;
        await using var pieces = call.ReadAllAsync(request.Aborted).GetAsyncEnumerator(request.Aborted);
        var boundary = new FrameBoundary();
        var next = pieces.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
                if (await Task.WhenAny(next, Task.Delay(request.Options.StreamHeartbeat, request.Time, heartbeat.Token)) != next)
                {
                    request.Aborted.ThrowIfCancellationRequested();
                    await BeginAsync(response, plain);
                    if (!plain && boundary.BetweenFrames)
                        await response.Body.WriteAsync("{}"u8.ToArray(), request.Aborted);
                    await response.Body.FlushAsync(request.Aborted);
                    continue;
                }

                await heartbeat.CancelAsync();
                if (!await next)
                    break;
                await BeginAsync(response, plain);
                if (!plain)
                    boundary.Advance(pieces.Current.Span);
                await response.Body.WriteAsync(pieces.Current, request.Aborted);
                await response.Body.FlushAsync(request.Aborted);
                next = pieces.MoveNextAsync().AsTask();
            }

            await BeginAsync(response, plain);
        }
        catch (Exception e) when (response.HasStarted && e is ClientCallException or ClientUnreachableException or RegionUnavailableException)
        {
            // Too late for a status: a broken connection tells the caller that the end is missing.
            request.Http.Abort();
        }
    }

    private static Task BeginAsync(Microsoft.AspNetCore.Http.HttpResponse response, bool plain)
    {
        if (response.HasStarted)
            return Task.CompletedTask;
        response.ContentType = plain ? "text/plain; charset=utf-8" : "application/json";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        return response.StartAsync();
    }

    /// <summary>Follows JSON objects that are written one after another, to know when none is half written.</summary>
    private struct FrameBoundary
    {
        private int _depth;
        private bool _inText;
        private bool _escaped;

        public readonly bool BetweenFrames => _depth == 0 && !_inText;

        public void Advance(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
            {
                if (_escaped)
                    _escaped = false;
                else if (_inText)
                    (_inText, _escaped) = (b != (byte)'"', b == (byte)'\\');
                else if (b == (byte)'"')
                    _inText = true;
                else if (b == (byte)'{')
                    _depth++;
                else if (b == (byte)'}')
                    _depth--;
            }
        }
    }
}
