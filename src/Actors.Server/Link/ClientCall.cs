using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Actors.Server.Link;

/// <summary>A request under way to a client, as its caller holds it.</summary>
internal sealed class ClientCall(string callId, IActorRef call, CallState state) : IClientCall
{
    /// <summary>The largest piece that goes over the client link.</summary>
    private const int MaxPiece = 64 * 1024;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in state.Pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return piece;
            call.Tell(new CallActor.Taken(piece.Length));
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        for (var at = 0; at < data.Length; at += MaxPiece)
        {
            var piece = data.Slice(at, Math.Min(MaxPiece, data.Length - at)).ToArray();
            // However long the client takes: a command that doesn't read its input holds its caller up, and no one else.
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, state.Over);
            try
            {
                await call.Ask<CallInputTaken>(new CallInput(callId, piece), Timeout.InfiniteTimeSpan, ended.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (state.Over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new ClientCallException(409, "the request is over: nothing can be sent into it any more");
            }
        }
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken cancellationToken)
    {
        call.Tell(new CallActor.AllSent());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        call.Tell(new CallActor.Abandoned());
        return ValueTask.CompletedTask;
    }
}
