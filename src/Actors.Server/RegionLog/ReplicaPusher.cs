using Actors.Contracts.Log;
using Akka.Actor;
using Akka.Cluster;

namespace Actors.Server.RegionLog;

/// <summary>
/// Gives every committed row to the replica of this server, and of every other server that is reachable. A row too large for a message is cut between events.
/// What doesn't get there (an event larger than a message, a server out of reach) is no loss: the replica sees the gap at the next row or beat, and reads the log.
/// </summary>
internal sealed class ReplicaPusher : UntypedActor
{
    private readonly IActorRef _local;
    private readonly RegionLogOptions _options;
    private readonly Cluster? _cluster;
    private readonly HashSet<Address> _members = [];
    private readonly HashSet<Address> _unreachable = [];

    /// <summary>A pusher beside the log's writer.</summary>
    public ReplicaPusher(IActorRef local, RegionLogOptions options)
    {
        _local = local;
        _options = options;
        if (((ExtendedActorSystem)Context.System).Provider is IClusterActorRefProvider)
            _cluster = Cluster.Get(Context.System);
    }

    /// <summary>How to make one.</summary>
    public static Props Props(IActorRef local, RegionLogOptions options) => Akka.Actor.Props.Create(() => new ReplicaPusher(local, options));

    protected override void PreStart() =>
        _cluster?.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster?.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LogPush push:
                Push(push);
                break;
            case LogBeat beat:
                _local.Tell(beat);
                Send(beat);
                break;
            case ClusterEvent.MemberRemoved removed:
                _members.Remove(removed.Member.Address);
                _unreachable.Remove(removed.Member.Address);
                break;
            case ClusterEvent.IMemberEvent { Member: var member }:
                if (member.HasRole(_options.Role) && member.Address != _cluster!.SelfAddress)
                    _members.Add(member.Address);
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _unreachable.Add(unreachable.Member.Address);
                break;
            case ClusterEvent.ReachableMember reachable:
                _unreachable.Remove(reachable.Member.Address);
                break;
        }
    }

    private void Push(LogPush push)
    {
        _local.Tell(push);
        if (_members.Count == 0)
            return;

        var events = push.Batch.Events;
        var from = 0;
        var bytes = 0;
        for (var i = 0; i < events.Count; i++)
        {
            var size = events[i].Payload.Length + 128;
            if (i > from && bytes + size > _options.MaxMessageBytes)
            {
                Send(Part(push, from, i));
                from = i;
                bytes = 0;
            }

            bytes += size;
        }

        Send(Part(push, from, events.Count));
    }

    private LogPush? Part(LogPush push, int from, int to)
    {
        var events = push.Batch.Events;
        if (to - from == 1 && events[from].Payload.Length > _options.MaxMessageBytes)
            return null;
        return to - from == events.Count
            ? push
            : new LogPush(push.RowNr, new LogBatch(push.Batch.FirstIndex + (ulong)from, push.Batch.Term, events.Skip(from).Take(to - from).ToArray()));
    }

    private void Send(ILogMessage? message)
    {
        if (message is null)
            return;
        foreach (var member in _members)
        {
            if (!_unreachable.Contains(member))
                Context.ActorSelection(new RootActorPath(member) / "user" / RegionLogExtension.ReplicaName).Tell(message);
        }
    }
}
