using Actors.Contracts.Link;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Akka.Actor;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Actors.Server.Link;

/// <summary>The gRPC service of the client link: joins a stream and its session. All decisions are the session's.</summary>
internal sealed class ClientLinkService(ServerNode server, ILogger<ClientLinkService> log) : ClientLink.ClientLinkBase
{
    /// <summary>A client that doesn't take a frame for so long is gone, or as good as.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public override async Task Connect(IAsyncStreamReader<ClientFrame> requestStream, IServerStreamWriter<ServerFrame> responseStream, ServerCallContext context)
    {
        if (server.Current is not { ClientLink: { } link } current)
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "this server is not ready yet: try again, or another one"));

        var outgoing = new OutgoingFrames();
        var session = await link.Ask<IActorRef>(new OpenSession(outgoing, context.Peer), SessionTimeout, context.CancellationToken).ConfigureAwait(false);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, current.Ended);
        Traced.Sessions.Add(1);
        var writing = outgoing.PumpAsync(responseStream, session, WriteTimeout, ended.Token);
        var reading = ReadAsync(requestStream, session, ended.Token);
        var first = await Task.WhenAny(reading, writing).ConfigureAwait(false);

        // Whoever ends first ends the other; what is still queued for the client goes out when it is the client that has ended.
        session.Tell(new StreamClosed(first == reading ? Why(reading) : Why(writing)));
        outgoing.Complete();
        if (first == writing)
            await ended.CancelAsync().ConfigureAwait(false);
        await SettleAsync(writing).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        await SettleAsync(reading).ConfigureAwait(false);
        Traced.Sessions.Add(-1);
    }

    /// <summary>One frame at a time: the next is read when the session has taken the last, so that a fast client can't fill the session's mailbox.</summary>
    private static async Task ReadAsync(IAsyncStreamReader<ClientFrame> stream, IActorRef session, CancellationToken cancellationToken)
    {
        while (await stream.MoveNext(cancellationToken).ConfigureAwait(false))
            await session.Ask<FrameTaken>(new FrameReceived(stream.Current), SessionTimeout, cancellationToken).ConfigureAwait(false);
    }

    private static string Why(Task task) => task switch
    {
        { IsCanceled: true } => "the connection was cut",
        { Exception.InnerException: { } e } => e.Message,
        _ => "closed",
    };

    private async Task SettleAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException or InvalidOperationException or AskTimeoutException)
        {
            log.LogDebug(e, "A client's stream ended");
        }
    }
}
