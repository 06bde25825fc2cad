using System.Threading.Channels;
using Actors.Contracts.Link;
using Akka.Actor;
using Grpc.Core;

namespace Actors.Server.Link;

/// <summary>
/// The frames on their way to one client: a bounded queue between its session and the stream. A client that doesn't read
/// fills it, and then its session ends; it gets everything anew when it comes back.
/// </summary>
internal sealed class OutgoingFrames
{
    /// <summary>How many frames may wait. Large ones (desired sets, pieces of calls) are limited by their senders, so what waits here is small.</summary>
    private const int Capacity = 512;

    private readonly Channel<(ServerFrame Frame, object? Written)> _queue = Channel.CreateBounded<(ServerFrame, object?)>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = false });

    /// <summary>Queues a frame; false when the queue is full or closed.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="written">Told to the session when the frame is on the stream; null: nothing.</param>
    public bool TryWrite(ServerFrame frame, object? written = null) => _queue.Writer.TryWrite((frame, written));

    /// <summary>What is queued still goes out, then the stream ends.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Writes what is queued until the queue is completed, or a frame isn't taken in time.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="session">Is told what is written.</param>
    /// <param name="writeTimeout">How long one frame may take.</param>
    /// <param name="cancellationToken">The stream is gone.</param>
    /// <exception cref="OperationCanceledException">The stream is gone, or the client doesn't read.</exception>
    public async Task PumpAsync(IServerStreamWriter<ServerFrame> stream, IActorRef session, TimeSpan writeTimeout, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await foreach (var (frame, written) in _queue.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            timeout.CancelAfter(writeTimeout);
            await stream.WriteAsync(frame, timeout.Token).ConfigureAwait(false);
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            if (written is not null)
                session.Tell(written);
        }
    }
}
