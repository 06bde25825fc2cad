using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Actors.Drivers.Docker;

/// <summary>One piece of a container's output.</summary>
/// <param name="IsError">It was written to stderr.</param>
/// <param name="At">The engine's time stamp: text of fixed width, so that it sorts.</param>
/// <param name="Data">What was written.</param>
internal readonly record struct EngineLogEntry(bool IsError, string At, ReadOnlyMemory<byte> Data);

/// <summary>
/// Reads a container's output with the engine's time stamps. Docker.DotNet's stream hides where an entry ends, and without
/// that the time stamps of pieces of long lines can't be told from what the container wrote: so this asks the engine itself.
/// </summary>
internal sealed class EngineLogStream : IDisposable
{
    private const int MaxEntry = 16 * 1024 * 1024;
    private readonly HttpClient _http;

    /// <summary>Prepares for an engine.</summary>
    /// <param name="endpoint">Its address: <c>unix://</c>, <c>tcp://</c> or <c>http://</c>.</param>
    public EngineLogStream(Uri endpoint)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), MaxConnectionsPerServer = int.MaxValue };
        if (endpoint.Scheme == "unix")
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.AbsolutePath), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        _http = new HttpClient(handler)
        {
            BaseAddress = endpoint.Scheme == "unix" ? new Uri("http://docker") : new UriBuilder(endpoint) { Scheme = "http" }.Uri,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The output from a time stamp on (that stamp's entries included), until the container ends.</summary>
    /// <exception cref="HttpRequestException">The engine does not answer, or refuses.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public async IAsyncEnumerable<EngineLogEntry> FollowAsync(string container, bool tty, string since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = since.Length > 0 ? $"&since={UnixTime(since)}" : "";
        using var response = await _http.GetAsync(
            $"/containers/{container}/logs?stdout=1&stderr=1&timestamps=1&follow=1{from}", HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await using var stream = new BufferedStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), 64 * 1024);
        await foreach (var entry in (tty ? LinesAsync(stream, cancellationToken) : FramesAsync(stream, cancellationToken)).ConfigureAwait(false)) yield return entry;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The frames of a container without a terminal: stream, three zeros, length (big-endian), then time stamp, space, data.</summary>
    internal static async IAsyncEnumerable<EngineLogEntry> FramesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var header = new byte[8];
        while (true)
        {
            var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0) yield break;
            if (read < header.Length) throw new IOException("the engine's log stream broke off within a header");
            var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
            if (length > MaxEntry) throw new IOException($"the engine sent a log entry of {length} bytes; {MaxEntry} are accepted");
            var payload = new byte[length];
            await stream.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
            yield return Parse(header[0] == 2, payload);
        }
    }

    private static async IAsyncEnumerable<EngineLogEntry> LinesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var line = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            for (var i = 0; i < read; i++)
            {
                line.WriteByte(buffer[i]);
                if (buffer[i] != '\n' && line.Length < MaxEntry) continue;
                yield return Parse(false, line.ToArray());
                line.SetLength(0);
            }
        }

        if (line.Length > 0) yield return Parse(false, line.ToArray());
    }

    private static EngineLogEntry Parse(bool isError, byte[] payload)
    {
        var space = Array.IndexOf(payload, (byte)' ');
        return space is > 0 and <= 40
            ? new EngineLogEntry(isError, System.Text.Encoding.ASCII.GetString(payload, 0, space), payload.AsMemory(space + 1))
            : new EngineLogEntry(isError, "", payload);
    }

    /// <summary>A time stamp as the engine takes it back: seconds and nanoseconds since 1970.</summary>
    private static string UnixTime(string stamp)
    {
        var dot = stamp.IndexOf('.', StringComparison.Ordinal);
        var seconds = DateTimeOffset.Parse(stamp[..19] + "Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        return dot > 0 ? $"{seconds}.{stamp[(dot + 1)..].TrimEnd('Z')}" : seconds.ToString(CultureInfo.InvariantCulture);
    }
}
