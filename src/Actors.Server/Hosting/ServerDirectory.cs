using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;

namespace Actors.Server.Hosting;

/// <summary>The servers of the region as this one knows them: written by <see cref="ServerDirectoryActor"/>, read by anyone.</summary>
internal sealed class ServerDirectory
{
    private volatile IReadOnlyList<ServerMember> _members = [];

    /// <summary>All servers known, by name.</summary>
    public IReadOnlyList<ServerMember> Members
    {
        get => _members;
        set => _members = value;
    }

    /// <summary>The Akka addresses of all other servers that were met and did not leave in order: where to look for the cluster after having been removed from it.</summary>
    public ConcurrentDictionary<Address, string> Peers { get; } = [];

    /// <summary>The one that leads.</summary>
    public ServerMember? Leader => _members.FirstOrDefault(m => m.IsLeader);

    /// <summary>The client links of the servers that are alive.</summary>
    public IReadOnlyList<string> RpcAddresses => [.. _members.Where(m => m.Status == "alive").Select(m => m.RpcAddress)];
}

/// <summary>Learns of every server where it answers: gossip tells the Akka address only, so each is asked for the rest.</summary>
internal sealed class ServerDirectoryActor : UntypedActor, IWithTimers
{
    /// <summary>Its name below <c>/user</c>, the same on every server.</summary>
    public const string ActorName = "servers";

    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(1);

    private readonly Func<ServerInfo> _self;
    private readonly ServerDirectory _directory;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Dictionary<Address, Member> _members = [];
    private readonly HashSet<Address> _unreachable = [];
    private readonly Dictionary<Address, ServerInfo> _infos = [];
    private readonly Dictionary<string, ServerMember> _failed = [];
    private readonly int _expected;
    private bool _formed;

    /// <param name="self">What this server tells of itself.</param>
    /// <param name="directory">Where the result goes.</param>
    /// <param name="expected">Before so many servers are members, none leads.</param>
    public ServerDirectoryActor(Func<ServerInfo> self, ServerDirectory directory, int expected)
    {
        _self = self;
        _directory = directory;
        _expected = expected;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Timers.StartPeriodicTimer("ask", AskUnknown.Instance, AskInterval);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WhoAreYou:
                Sender.Tell(_self());
                break;
            case ServerInfo info:
                _infos[Address.Parse(info.ClusterAddress)] = info;
                _directory.Peers[Address.Parse(info.ClusterAddress)] = info.Name;
                _failed.Remove(info.Name);
                Publish();
                break;
            case ClusterEvent.MemberRemoved removed:
                Forget(removed);
                Publish();
                break;
            case ClusterEvent.IMemberEvent changed when changed.Member.HasRole(ServerConfig.Role):
                _members[changed.Member.Address] = changed.Member;
                AskThoseUnknown();
                Publish();
                break;
            case ClusterEvent.IMemberEvent:
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _unreachable.Add(unreachable.Member.Address);
                Publish();
                break;
            case ClusterEvent.ReachableMember reachable:
                _unreachable.Remove(reachable.Member.Address);
                Publish();
                break;
            case AskUnknown:
                AskThoseUnknown();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void AskThoseUnknown()
    {
        _infos[_cluster.SelfAddress] = _self();
        foreach (var address in _members.Keys.Where(a => !_infos.ContainsKey(a)))
            Context.ActorSelection(new RootActorPath(address) / "user" / ActorName).Tell(new WhoAreYou());
    }

    /// <summary>A server that was downed is still listed, as failed, until it comes back: people want to see it. One that left is not.</summary>
    private void Forget(ClusterEvent.MemberRemoved removed)
    {
        _members.Remove(removed.Member.Address);
        _unreachable.Remove(removed.Member.Address);
        if (removed.PreviousStatus == MemberStatus.Exiting)
            _directory.Peers.TryRemove(removed.Member.Address, out _);
        if (_infos.Remove(removed.Member.Address, out var info) && removed.PreviousStatus == MemberStatus.Down)
            _failed[info.Name] = new ServerMember(info.Name, info.HttpAddress, info.RpcAddress, info.ClusterAddress, "failed", IsLeader: false);
    }

    private void Publish()
    {
        _infos[_cluster.SelfAddress] = _self();
        _formed |= _members.Values.Count(m => m.Status == MemberStatus.Up) >= _expected;
        var leader = _formed
            ? _members.Values.Where(m => m.Status is MemberStatus.Up or MemberStatus.Leaving).OrderBy(m => m, Member.AgeOrdering).FirstOrDefault()
            : null;
        var alive = from member in _members.Values
                    where member.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp) && _infos.ContainsKey(member.Address)
                    let info = _infos[member.Address]
                    let gone = _unreachable.Contains(member.Address)
                    select new ServerMember(
                        info.Name, info.HttpAddress, info.RpcAddress, info.ClusterAddress,
                        gone ? "failed" : member.Status is MemberStatus.Leaving or MemberStatus.Exiting ? "leaving" : "alive",
                        IsLeader: !gone && member.Equals(leader));
        var members = alive.ToList();
        _directory.Members = [.. members.Concat(_failed.Values.Where(f => members.All(m => m.Name != f.Name))).OrderBy(m => m.Name, StringComparer.Ordinal)];
    }

    private sealed record AskUnknown : INoSerializationVerificationNeeded
    {
        public static AskUnknown Instance { get; } = new();
    }
}
