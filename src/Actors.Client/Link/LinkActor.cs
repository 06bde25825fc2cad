using System.Diagnostics;
using Actors.Client.Hosting;
using Actors.Client.Streams;
using Actors.Contracts.Link;
using Akka.Actor;
using Akka.Event;

namespace Actors.Client.Link;

/// <summary>Keeps one connection to any server: finds another when it ends, beats within the time that the servers give, answers their questions about allocations.</summary>
internal sealed class LinkActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan StartTogether = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WelcomeDeadline = TimeSpan.FromSeconds(20);

    // Sent after this share of the time that the servers give: early enough for a slow network, and hardly more often than they ask.
    private const double HeartbeatShare = 0.7;

    private readonly ClientOptions _options;
    private readonly StreamService _streams;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly List<string> _learned = [];
    private LinkBackoff _backoff = LinkBackoff.Fresh;
    private LinkConnection? _connection;
    private StreamHub? _hub;
    private TimeSpan _ttl = TimeSpan.FromSeconds(10);
    private long _heartbeats;
    private int _turn;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private string? _lastProblem;
    private bool _everWelcomed;

    public LinkActor(ClientOptions options, StreamService streams)
    {
        (_options, _streams) = (options, streams);
        Receive<ConnectLink>(_ => Connect());
        Receive<SendFrame>(send => _connection?.Send(send.Frame));
        Receive<FrameReceived>(received => { if (received.Connection == _connection) Received(received.Frame); });
        Receive<ConnectionLost>(lost => { if (lost.Connection == _connection) Lost(lost.Reason); });
        Receive<LinkSilent>(silent => { if (silent.Connection == _connection) Lost($"{silent.Connection.Server} sent no {silent.Expected} in time"); });
        Receive<HeartbeatDue>(_ => Beat());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => Close();

    private void Connect()
    {
        if (_connection is not null) return;
        var servers = (_options.ServerSource?.Invoke() ?? []).Concat(_options.Servers).Concat(_learned).Distinct().ToList();
        if (servers.Count == 0)
        {
            Retry("no server is known yet");
            return;
        }

        var connection = new LinkConnection(servers[_turn++ % servers.Count]);
        _connection = connection;
        var self = Self;
        _hub = new StreamHub(_streams, connection.Send, connection.Ended);
        connection.Run(
            frame => self.Tell(new FrameReceived(connection, frame)),
            reason => self.Tell(new ConnectionLost(connection, reason)));
        Timers.StartSingleTimer(nameof(LinkSilent), new LinkSilent(connection, "welcome"), WelcomeDeadline);
        Context.Parent.Tell(new LinkUp());
    }

    private void Received(ServerFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ServerFrame.BodyOneofCase.Welcome:
                Welcomed(frame.Welcome);
                Context.Parent.Tell(new LinkFrame(frame));
                break;
            case ServerFrame.BodyOneofCase.HeartbeatAck:
                Timers.Cancel(nameof(LinkSilent));
                Learn(frame.HeartbeatAck.Servers);
                ScheduleHeartbeat(frame.HeartbeatAck.TtlMs);
                break;
            case ServerFrame.BodyOneofCase.Rejected:
                Lost($"{_connection!.Server} refused this node: {frame.Rejected.Reason}");
                break;
            case ServerFrame.BodyOneofCase.StreamOpen or ServerFrame.BodyOneofCase.StreamData
                or ServerFrame.BodyOneofCase.StreamEnd or ServerFrame.BodyOneofCase.StreamCredit:
                _hub!.Handle(frame);
                break;
            default:
                Context.Parent.Tell(new LinkFrame(frame));
                break;
        }
    }

    private void Welcomed(Welcome welcome)
    {
        Timers.Cancel(nameof(LinkSilent));
        if (_lastProblem is not null || _backoff.Failures > 0) _log.Info("Connected to server {0} at {1}", welcome.ServerName, _connection!.Server);
        (_backoff, _lastProblem, _everWelcomed) = (LinkBackoff.Fresh, null, true);
        Learn(welcome.Servers);
        ScheduleHeartbeat(welcome.TtlMs);
    }

    private void ScheduleHeartbeat(long ttlMs)
    {
        if (ttlMs > 0) _ttl = TimeSpan.FromMilliseconds(ttlMs);
        Timers.StartSingleTimer(nameof(HeartbeatDue), new HeartbeatDue(), _ttl * HeartbeatShare);
    }

    private void Beat()
    {
        if (_connection is null) return;
        _connection.Send(new ClientFrame { Heartbeat = new Heartbeat { Sequence = ++_heartbeats } });
        Timers.StartSingleTimer(nameof(LinkSilent), new LinkSilent(_connection, "answer to a heartbeat"), _ttl);
    }

    private void Learn(IEnumerable<string> servers)
    {
        var known = servers.Where(s => s.Length > 0).ToList();
        if (known.Count == 0) return;
        _learned.Clear();
        _learned.AddRange(known);
    }

    private void Lost(string reason)
    {
        Close();
        Context.Parent.Tell(new LinkDown(reason));
        Retry(reason);
    }

    private void Retry(string reason)
    {
        (_backoff, var wait) = _backoff.Fail(Random.Shared.NextDouble());
        // Said once, not at every attempt; and not while a server that starts together with this client gets ready.
        if (_everWelcomed || Stopwatch.GetElapsedTime(_begun) >= StartTogether)
        {
            if (reason != _lastProblem) _log.Warning("No connection to a server: {0}; trying again", reason);
            _lastProblem = reason;
        }

        Timers.StartSingleTimer(nameof(ConnectLink), new ConnectLink(), wait);
    }

    private void Close()
    {
        Timers.Cancel(nameof(LinkSilent));
        Timers.Cancel(nameof(HeartbeatDue));
        _hub?.Dispose();
        if (_connection is { } connection) _ = connection.DisposeAsync().AsTask();
        (_connection, _hub) = (null, null);
    }
}
