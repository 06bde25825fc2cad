using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Actors.Server.Link;

/// <summary>A request under way to a client, as its caller holds it.</summary>
internal sealed class ClientCall(string callId, IActorRef call, CallState state) : IClientCall
{
    /// <summary>The largest piece that goes over the client link.</summary>
    private const int MaxPiece = 64 * 1024;

    private static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(30);

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
        if (state.Pieces.Reader.Completion.IsCompleted)
            throw new ClientCallException(409, "the request is over: nothing can be sent into it any more");

        for (var at = 0; at < data.Length; at += MaxPiece)
        {
            var piece = data.Slice(at, Math.Min(MaxPiece, data.Length - at)).ToArray();
            await call.Ask<CallInputTaken>(new CallInput(callId, piece), WriteWithin, cancellationToken).ConfigureAwait(false);
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
