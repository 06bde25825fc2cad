using System.Text;

namespace Actors.Cli.Commands.Allocations;

/// <summary>Passes bytes on as UTF-8 text, as they come, without splitting a character that arrives in two pieces.</summary>
internal sealed class PlainOutput(TextWriter output) : IAsyncDisposable
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>Passes everything on until the stream ends.</summary>
    public async Task CopyAsync(Stream stream, CancellationToken cancellation)
    {
        var bytes = new byte[32 * 1024];
        var characters = new char[bytes.Length + 1];
        while (await stream.ReadAsync(bytes, cancellation).ConfigureAwait(false) is var read and > 0)
        {
            var count = _decoder.GetChars(bytes.AsSpan(0, read), characters, flush: false);
            await output.WriteAsync(characters.AsMemory(0, count), cancellation).ConfigureAwait(false);
            await output.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await output.FlushAsync().ConfigureAwait(false);
}
