using Actors.Contracts;
using Actors.Server.Entities;
using Actors.Server.Hosting;
using Actors.Server.Liveness;
using Actors.Server.Replica;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Link;

/// <summary>
/// All clients of this server: one session below it for each stream. It watches the replica once for all of them, tells the sweeper of
/// all heartbeats in one message a second, says whose reports are handled now, and answers other servers that look for a client's session.
/// </summary>
internal sealed class ClientLinkActor : UntypedActor, IWithTimers
{
    /// <summary>Its name below <c>/user</c>, the same on every server.</summary>
    public const string ActorName = "client-link";

    // Each core has something to do while others wait for the log.
    private static readonly int LeastReports = Math.Max(8, 4 * Environment.ProcessorCount);
    private const int MostReports = 1024;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    private readonly LinkContext _link;
    private readonly IActorRef _leader;
    private readonly Func<IReadOnlyList<ActorSelection>> _otherLinks;
    private readonly Dictionary<NodeId, (IActorRef Session, ulong RegisteredAt)> _sessions = [];
    private readonly Dictionary<NodeId, NodeBeat> _heard = [];
    private readonly ReportTurns<IActorRef> _turns = new(LeastReports, MostReports);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IDisposable? _subscription;
    private long _opened;
    private int _countedWaiting;

    /// <param name="link">What the sessions share.</param>
    /// <param name="leader">The way to the leader.</param>
    /// <param name="otherLinks">This actor's counterparts on the other servers.</param>
    public ClientLinkActor(LinkContext link, IActorRef leader, Func<IReadOnlyList<ActorSelection>> otherLinks)
    {
        _link = link;
        _leader = leader;
        _otherLinks = otherLinks;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _subscription = _link.Replica.Subscribe(Self);
        Timers.StartPeriodicTimer("beats", TellBeats.Instance, BeatInterval);
    }

    protected override void PostStop()
    {
        _subscription?.Dispose();
        CountWaiting(0);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case OpenSession open:
                var id = $"{_link.Options.Name}-{_link.Time.GetUtcNow().ToUnixTimeMilliseconds():x}-{++_opened}";
                var session = Props.Create(() => new ClientSessionActor(_link, open.Outgoing, id)).WithDispatcher(ServerConfig.ClientLinkDispatcher);
                Sender.Tell(Context.ActorOf(session, $"session-{_opened}"));
                break;
            case SessionRegistered registered:
                OnRegistered(registered, Sender);
                break;
            case SessionOpened opened:
                CloseOlder(opened.NodeId, opened.RegisteredAt);
                break;
            case AskReportTurn ask:
                Context.Watch(Sender);
                _turns.Ask(Sender, ask.Urgent);
                TakeTurns();
                break;
            case ReportTurnOver over:
                _turns.Done(Sender, over.Took);
                TakeTurns();
                break;
            case ClientHeard heard:
                _heard[heard.NodeId] = new NodeBeat(heard.NodeId, (long)heard.Ttl.TotalMilliseconds);
                break;
            case TellBeats when _heard.Count > 0:
                _leader.Tell(new NodeBeats(_link.Options.Name, [.. _heard.Values]));
                _heard.Clear();
                break;
            case TellBeats:
                break;
            case LocateSession locate when _sessions.TryGetValue(locate.NodeId, out var held):
                held.Session.Forward(locate);
                break;
            case LocateSession locate:
                Sender.Tell(new SessionUnknown(locate.NodeId));
                break;
            case ReplicaUpdate advanced:
                OnAdvanced(advanced);
                break;
            case Terminated terminated:
                _turns.Leave(terminated.ActorRef);
                TakeTurns();
                foreach (var node in _sessions.Where(s => s.Value.Session.Equals(terminated.ActorRef)).Select(s => s.Key).ToList())
                    _sessions.Remove(node);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>A session that fails is closed, not restarted: its stream's state is gone, and the client comes back by itself.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        _log.Error(e, "A client's session failed: it is closed");
        return Directive.Stop;
    });

    private void TakeTurns()
    {
        while (_turns.TryTake(out var session))
            session!.Tell(ReportTurn.Instance);
        CountWaiting(_turns.Waiting);
    }

    private void CountWaiting(int waiting)
    {
        if (waiting == _countedWaiting)
            return;

        Traced.ReportsWaiting.Add(waiting - _countedWaiting);
        _countedWaiting = waiting;
    }

    private void OnRegistered(SessionRegistered registered, IActorRef session)
    {
        CloseOlder(registered.NodeId, registered.RegisteredAt, session);
        _sessions[registered.NodeId] = (session, registered.RegisteredAt);
        Context.Watch(session);
        foreach (var other in _otherLinks())
            other.Tell(new SessionOpened(registered.NodeId, registered.RegisteredAt));
    }

    private void CloseOlder(NodeId node, ulong registeredAt, IActorRef? keep = null)
    {
        if (!_sessions.TryGetValue(node, out var held) || held.RegisteredAt > registeredAt || held.Session.Equals(keep))
            return;

        _sessions.Remove(node);
        held.Session.Tell(new ClientSessionActor.Replaced());
    }

    private void OnAdvanced(ReplicaUpdate advanced)
    {
        if (advanced.Changes is null)
        {
            foreach (var (session, _) in _sessions.Values)
                session.Tell(new NodeTouched(advanced.State, null));
            return;
        }

        foreach (var changed in advanced.Changes.AllocationsToTell)
        {
            if (_sessions.TryGetValue(changed.Key, out var held))
                held.Session.Tell(new NodeTouched(advanced.State, [.. changed]));
        }
    }

    private sealed record TellBeats : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static TellBeats Instance { get; } = new();
    }
}
