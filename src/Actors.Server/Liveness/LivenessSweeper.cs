using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Actors.Server.Replica;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Liveness;

/// <summary>Marks the nodes down that are not heard any more. Runs on the leader, all the time: a node's own actor can't notice that nothing comes.</summary>
internal sealed class LivenessSweeper : UntypedActor, IWithTimers
{
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(10);

    private readonly LivenessRules _rules;
    private readonly IReplicaView _replica;
    private readonly CommandRouter _commands;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly HashSet<NodeId> _marking = [];
    private IDisposable? _subscription;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="options">Graces and shares.</param>
    /// <param name="replica">The nodes.</param>
    /// <param name="commands">The way to the nodes.</param>
    /// <param name="time">The clock.</param>
    public LivenessSweeper(ServerOptions options, IReplicaView replica, CommandRouter commands, TimeProvider time)
    {
        _replica = replica;
        _commands = commands;
        _time = time;
        _rules = new LivenessRules(options, time.GetUtcNow());
        _interval = TimeSpan.FromMilliseconds(Math.Clamp(options.HeartbeatTtl.TotalMilliseconds / 4, 50, 1000));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _subscription = _replica.Subscribe(Self);
        Timers.StartPeriodicTimer("sweep", Sweep.Instance, _interval);
    }

    protected override void PostStop() => _subscription?.Dispose();

    protected override void OnReceive(object message)
    {
        var now = _time.GetUtcNow();
        switch (message)
        {
            case NodeBeats beats:
                foreach (var beat in beats.Beats)
                    _rules.Heard(beat.NodeId, TimeSpan.FromMilliseconds(beat.TtlMs), now);
                break;
            case ReplicaUpdate { Changes: null } whole:
                foreach (var node in whole.State.Nodes)
                    Consider(node, node.Id, now, afterFailover: true);
                Rescue(whole);
                break;
            case ReplicaUpdate advanced:
                foreach (var id in advanced.Changes!.Nodes)
                    Consider(advanced.State.FindNode(id), id, now, afterFailover: false);
                Rescue(advanced);
                break;
            case Sweep:
                foreach (var node in _rules.Sweep(now, _interval))
                    MarkDown(node);
                break;
            case Marked marked:
                _marking.Remove(marked.Node);
                if (marked.Problem is { } problem)
                    _log.Warning("Node {0} is not heard any more, but that could not be written: {1}", marked.Node, problem);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Consider(Node? node, NodeId id, DateTimeOffset now, bool afterFailover)
    {
        if (node is { Status: NodeStatus.Ready or NodeStatus.Initializing })
            _rules.Watch(id, now, afterFailover);
        else
            _rules.Forget(id);
    }

    private void Rescue(ReplicaUpdate update)
    {
        foreach (var node in StrandedAllocations.Find(update))
        {
            var context = _commands.ContextFor($"stranded-{node}-{update.State.Index}", CommandWithin);
            _commands.SendAsync(new EvaluateNode(context, node), CancellationToken.None).PipeTo(
                Self,
                success: reply => new Marked(node, (reply as CommandRefused)?.Message),
                failure: e => new Marked(node, e.Message));
        }
    }

    private void MarkDown(NodeId node)
    {
        if (!_marking.Add(node))
            return;

        var status = SilentNodes.StatusOf(_replica.State, node);
        _log.Warning("Node {0} is not heard any more: it is held for {1}", node, status);
        var context = _commands.ContextFor($"down-{node}-{_time.GetUtcNow().ToUnixTimeMilliseconds()}", CommandWithin);
        _commands.SendAsync(new UpdateNodeStatus(context, node, status, "the client's heartbeats stopped"), CancellationToken.None).PipeTo(
            Self,
            success: reply => new Marked(node, (reply as CommandRefused)?.Message),
            failure: e => new Marked(node, e.Message));
    }

    private sealed record Sweep : INoSerializationVerificationNeeded
    {
        public static Sweep Instance { get; } = new();
    }

    private sealed record Marked(NodeId Node, string? Problem) : INoSerializationVerificationNeeded;
}
