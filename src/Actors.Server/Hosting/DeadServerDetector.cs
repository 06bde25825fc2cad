using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Remote;

namespace Actors.Server.Hosting;

/// <summary>
/// Finds servers whose process is gone. A connection that ended is tried again at once: when nobody listens there any more, the machine
/// answers that the port is refused, which a slow or unreachable server never does. Such a server is downed without the split brain resolver's
/// pause, which only tells a slow server from a lost one, so it is removed as soon as its heartbeats are missed. Only a majority does so: a part
/// that is cut off by a firewall which refuses must not down the others. Should that happen to the majority's side, the log's terms keep the
/// server that was downed in error from deciding anything.
/// </summary>
internal sealed class DeadServerDetector : UntypedActor, IWithTimers
{
    /// <summary>Its name below <c>/user</c>.</summary>
    public const string ActorName = "dead-servers";

    /// <summary>So many refusals in a row are taken for the end of the process: one may fall between two sockets of a restart.</summary>
    private const int Refusals = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Dictionary<Address, int> _refusals = [];

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private sealed record Probe(Address Server) : INoSerializationVerificationNeeded;

    private sealed record Probed(Address Server, bool Refused) : INoSerializationVerificationNeeded;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            // One question at a time: the count is there from the first event until the answer is clear.
            case AssociationEvent ended when IsMember(ended.RemoteAddress) && _refusals.TryAdd(ended.RemoteAddress, 0):
                Ask(ended.RemoteAddress);
                break;
            case AssociationEvent:
                break;
            case Probe probe:
                Ask(probe.Server);
                break;
            case Probed { Refused: true } probed when IsMember(probed.Server):
                Refused(probed.Server);
                break;
            case Probed probed:
                _refusals.Remove(probed.Server);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Ask(Address server) => IsRefusedAsync(server).PipeTo(Self, success: refused => new Probed(server, refused), failure: _ => new Probed(server, Refused: false));

    private void Refused(Address server)
    {
        if (++_refusals[server] < Refusals)
        {
            Timers.StartSingleTimer(server, new Probe(server), Pause);
            return;
        }

        _refusals.Remove(server);
        var members = _cluster.UpServers().ToList();
        var seen = members.Count(m => m.Address != server && !_cluster.State.Unreachable.Contains(m));
        if (seen * 2 <= members.Count)
            return;

        _log.Warning("the process of the server at {0} is gone: its port is refused, and {1} of {2} servers are there without it", server, seen, members.Count);
        _cluster.Down(server);
    }

    private bool IsMember(Address server) => _cluster.UpServers().Any(m => m.Address == server);

    private static async Task<bool> IsRefusedAsync(Address server)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var timeout = new CancellationTokenSource(ConnectWithin);
        try
        {
            await socket.ConnectAsync(server.Host, server.Port!.Value, timeout.Token).ConfigureAwait(false);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }
}
