using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Actors.Client.Streams;

/// <summary>What a caller sends into its question. A caller may be a window ahead of the one who answers.</summary>
/// <param name="window">How many bytes.</param>
/// <param name="credit">Told that so many bytes more may come.</param>
internal sealed class AnswerInput(int window, Action<long> credit)
{
    private readonly Channel<ReadOnlyMemory<byte>> _pieces = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private long _waiting;

    /// <summary>Takes a piece; false when the caller is far beyond its window.</summary>
    public bool Take(ReadOnlyMemory<byte> piece)
    {
        if (Interlocked.Add(ref _waiting, piece.Length) > 2 * window) return false;
        _pieces.Writer.TryWrite(piece);
        return true;
    }

    /// <summary>The caller has sent all.</summary>
    public void End() => _pieces.Writer.TryComplete();

    /// <summary>The pieces as they come, until the caller has sent all. For one reader.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = 0L;
        await foreach (var piece in _pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return piece;
            Interlocked.Add(ref _waiting, -piece.Length);
            taken += piece.Length;
            if (taken < window / 4) continue;
            credit(taken);
            taken = 0;
        }
    }
}
