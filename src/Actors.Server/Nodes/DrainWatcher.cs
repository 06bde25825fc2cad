using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.Server.Entities;
using Actors.Server.Replica;
using Actors.State;
using Actors.State.Nodes;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Nodes;

/// <summary>Brings drains on: has a draining node take its next step when its allocations (or their replacements elsewhere) changed, and at its deadline. Runs on the leader.</summary>
internal sealed class DrainWatcher : UntypedActor, IWithTimers
{
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(30);

    /// <summary>Changes come in bursts: one look at a node is enough for all within this time.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private readonly IReplicaView _replica;
    private readonly CommandRouter _commands;
    private readonly TimeProvider _time;
    private readonly HashSet<NodeId> _draining = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IDisposable? _subscription;
    private RegionState _state = RegionState.Empty;

    /// <param name="replica">The nodes and their allocations.</param>
    /// <param name="commands">The way to the nodes.</param>
    /// <param name="time">The clock of the deadlines.</param>
    public DrainWatcher(IReplicaView replica, CommandRouter commands, TimeProvider time)
    {
        _replica = replica;
        _commands = commands;
        _time = time;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _subscription = _replica.Subscribe(Self);

    protected override void PostStop() => _subscription?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ReplicaUpdate update:
                Follow(update);
                break;
            case Look look when _draining.Contains(look.Node):
                Continue(look.Node);
                break;
            case Look:
                break;
            case Continued { Reply: CommandRefused refused } continued:
                _log.Warning("The drain of node {0} could not go on: {1}", continued.Node, refused.Message);
                LookAt(continued.Node, LookAgainAfter);
                break;
            case Continued:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Follow(ReplicaUpdate update)
    {
        _state = update.State;
        foreach (var id in update.Changes?.Nodes ?? _state.Nodes.Select(n => n.Id))
        {
            if (_state.FindNode(id)?.Drain is null)
                _draining.Remove(id);
            else
                _draining.Add(id);
        }

        if (_draining.Count == 0)
            return;

        // A replacement that became healthy anywhere lets the next one of its group go.
        var jobs = update.Changes?.Allocations.Select(a => a.JobId).ToHashSet();
        foreach (var node in _draining.Where(n => jobs is null || update.Changes!.Nodes.Contains(n) || _state.AllocationsOfNode(n).Any(a => jobs.Contains(a.JobId))))
            LookAt(node, Gather);
    }

    private void LookAt(NodeId node, TimeSpan after)
    {
        if (!Timers.IsTimerActive($"look-{node}"))
            Timers.StartSingleTimer($"look-{node}", new Look(node), after);
    }

    private void Continue(NodeId node)
    {
        var drain = _state.FindNode(node)!.Drain!;
        var now = _time.GetUtcNow();
        if (DrainRules.Deadline(drain) is { } deadline && deadline > now)
            Timers.StartSingleTimer($"deadline-{node}", new Look(node), deadline - now);

        var step = DrainRules.Next(_state, node, drain, now);
        if (step is { Complete: false, Migrating.Count: 0 })
            return;

        _commands.SendAsync(new ContinueDrain(_commands.ContextFor($"drain-{node}-{_state.Index}", CommandWithin), node), CancellationToken.None).PipeTo(
            Self,
            success: reply => new Continued(node, reply),
            failure: e => new Continued(node, new CommandRefused(RefusalKind.Unavailable, e.Message)));
    }

    private sealed record Look(NodeId Node) : INoSerializationVerificationNeeded;

    private sealed record Continued(NodeId Node, ICommandReply Reply) : INoSerializationVerificationNeeded;
}
