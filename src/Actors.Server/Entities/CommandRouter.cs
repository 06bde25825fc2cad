using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Akka.Actor;

namespace Actors.Server.Entities;

/// <summary>Sends a command to the entity that owns what it changes, again and again until it answers or the deadline has passed: messages between servers can get lost, and commands are idempotent.</summary>
/// <param name="jobs">The jobs' shard region.</param>
/// <param name="nodes">The nodes' shard region.</param>
/// <param name="evaluations">The evaluations' shard region.</param>
/// <param name="leader">The leader, which has the operators' actor.</param>
/// <param name="replica">This server's replica.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class CommandRouter(IActorRef jobs, IActorRef nodes, IActorRef evaluations, IActorRef leader, IReplicaView replica, TimeProvider time)
{
    /// <summary>After this long without an answer the message is held for lost.</summary>
    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(4);

    /// <summary>How long a leader's absence is waited out, at most: a new one takes over within seconds, and then the caller need not know.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The entity's answer, once this server's replica shows what it speaks of.</summary>
    public async Task<ICommandReply> SendAsync(IRegionCommand command, CancellationToken cancellationToken)
    {
        var region = RegionOf(command);
        var begun = time.GetUtcNow();
        var left = command.Context.Deadline - begun;
        if (left <= TimeSpan.Zero)
            return Expired("before it was sent");

        using var deadline = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var asked = new List<Task<ICommandReply>>();
        try
        {
            while (true)
            {
                // However often it is sent, any answer counts: a log without a leader takes longer to refuse a write than the command waits to be sent again.
                asked.Add(region.Ask<ICommandReply>(command, Timeout.InfiniteTimeSpan, either.Token));
                var reply = await FirstAsync(asked, either.Token).ConfigureAwait(false);
                switch (reply)
                {
                    case null:
                        continue;
                    case CommandRefused { Kind: RefusalKind.Unavailable } when time.GetUtcNow() - begun < Patience:
                        await Task.Delay(Pause, time, either.Token).ConfigureAwait(false);
                        continue;
                    case CommandRefused:
                        return reply;
                    default:
                        await replica.WaitForIndexAsync(Replies.IndexOf(reply), either.Token).ConfigureAwait(false);
                        return reply;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Expired($"after {left.TotalSeconds:0.#} s");
        }
        finally
        {
            // Whoever still waits for an answer waits no longer.
            if (asked.Count > 0)
                await either.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A fresh context for a command that a server sends of its own accord.</summary>
    public CommandContext ContextFor(string requestId, TimeSpan within) => new(requestId, time.GetUtcNow() + within, Traced.Traceparent);

    /// <summary>The first answer to what was asked, which is then no longer awaited; null when none came until it is time to send again.</summary>
    private async Task<ICommandReply?> FirstAsync(List<Task<ICommandReply>> asked, CancellationToken cancellationToken)
    {
        Task<ICommandReply> first;
        try
        {
            first = await Task.WhenAny(asked).WaitAsync(ResendAfter, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }

        asked.Remove(first);
        return await first.ConfigureAwait(false);
    }

    private IActorRef RegionOf(IRegionCommand command) => command switch
    {
        IJobCommand => jobs,
        INodeCommand => nodes,
        IEvaluationCommand => evaluations,
        IOperatorCommand => leader,
        _ => throw new ArgumentException($"no entity takes a {command.GetType().Name}", nameof(command)),
    };

    private static CommandRefused Expired(string when) => new(
        RefusalKind.Timeout,
        $"the deadline passed {when}, and it is not known whether the command was carried out: ask again with the same request id");
}
