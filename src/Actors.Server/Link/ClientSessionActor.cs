using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Contracts.Serialization;
using Actors.Server.Entities;
using Actors.Server.Liveness;
using Actors.State;
using Actors.State.Volumes;
using Akka.Actor;
using Akka.Event;

namespace Actors.Server.Link;

/// <summary>The server's end of one client's stream: registers the node, tells it what should be on it, takes its reports, hears its heartbeats, carries calls to it.</summary>
internal sealed class ClientSessionActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan HelloWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CommandWithin = TimeSpan.FromSeconds(30);

    // A client has one on its way at a time.
    private const int MostReports = 4;

    private readonly LinkContext _link;
    private readonly OutgoingFrames _outgoing;
    private readonly SessionCalls _calls;
    private readonly string _session;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<Reports> _reports = new();
    private DesiredSet? _desired;
    private NodeId _node;
    private Node? _facts;
    private ulong _registeredAt;
    private bool _desiredUnderWay;
    private string? _reporting;
    private long _turnAt;
    private long _hellos;

    public ClientSessionActor(LinkContext link, OutgoingFrames outgoing, string session)
    {
        _link = link;
        _outgoing = outgoing;
        _session = session;
        _calls = new SessionCalls(frame => Send(frame), message => _outgoing.TryWrite(message.Frame, message.Written), Context.Watch, r => Context.Unwatch(r));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartSingleTimer("silence", new StreamClosed($"no hello within {HelloWithin.TotalSeconds} s"), HelloWithin);

    protected override void PostStop()
    {
        _calls.EndAll(503, "the client's stream ended");
        _outgoing.Complete();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FrameReceived { Frame: var frame }:
                var reader = Sender;
                OnFrame(frame);
                reader.Tell(FrameTaken.Instance);
                break;
            case NodeTouched touched:
                _desired?.Changed(touched.Allocations);
                SendDesired(touched.State);
                break;
            case DesiredWritten:
                _desiredUnderWay = false;
                SendDesired(_link.Replica.State);
                break;
            case Registered registered:
                OnRegistered(registered);
                break;
            case ReportTurn:
                OnTurn();
                break;
            case Reported reported:
                OnReported(reported);
                break;
            case LocateSession locate:
                Sender.Tell(_registeredAt > 0 ? new SessionHeld(_node, _registeredAt) : new SessionUnknown(locate.NodeId));
                break;
            case OpenCall or CallInput or CallCredit or CallEnd or Terminated or CallInputWritten:
                _calls.OnCallerMessage(message, Sender);
                break;
            case Replaced:
                Reject("a newer stream of this client took its place", retry: true);
                break;
            case StreamClosed closed:
                _log.Info("Client {0} ({1}): stream ended: {2}", _facts?.Name ?? "unknown", _session, closed.Reason);
                Context.Stop(Self);
                break;
            case Status.Failure failure:
                Reject(failure.Cause.Message, retry: true);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnFrame(ClientFrame frame)
    {
        switch (frame.BodyCase)
        {
            case ClientFrame.BodyOneofCase.Hello:
                OnHello(frame.Hello);
                break;
            case not ClientFrame.BodyOneofCase.None when _facts is null:
                Reject($"expected a hello first, found {frame.BodyCase}", retry: false);
                break;
            case ClientFrame.BodyOneofCase.Heartbeat when _registeredAt > 0:
                OnHeartbeat(frame.Heartbeat);
                break;
            case ClientFrame.BodyOneofCase.Heartbeat:
                break;
            case ClientFrame.BodyOneofCase.Reports:
                OnReports(frame.Reports);
                break;
            case ClientFrame.BodyOneofCase.StreamData or ClientFrame.BodyOneofCase.StreamEnd or ClientFrame.BodyOneofCase.StreamCredit:
                _calls.OnClientFrame(frame);
                break;
            default:
                Reject("found a frame without a body, or of a newer version", retry: false);
                break;
        }
    }

    private void OnHello(Hello hello)
    {
        ReadHello read;
        try
        {
            read = ReadHello.From(hello);
        }
        catch (JsonException e)
        {
            Reject($"the hello can't be read: {e.Message}", retry: false);
            return;
        }

        if (_facts is not null && read.Node.Id != _node)
        {
            Reject($"this stream belongs to node {_node}, found a hello of node {read.Node.Id}", retry: false);
            return;
        }

        (_node, _facts) = (read.Node.Id, read.Node);
        Register(_desired is null ? read.Known : null);
    }

    /// <param name="known">What the client has, when it is told everything anew; null: it goes on as it was.</param>
    private void Register(IReadOnlyDictionary<AllocationId, ulong>? known) =>
        Registration.RunAsync(_link, _facts!, $"{_session}-{++_hellos}", CommandWithin).PipeTo(Self, success: reply => new Registered(reply, known));

    private void OnRegistered(Registered registered)
    {
        if (registered.Reply is CommandRefused refused)
        {
            Reject(refused.Message, retry: refused.Kind is not (RefusalKind.Invalid or RefusalKind.Forbidden));
            return;
        }

        var index = Replies.IndexOf(registered.Reply);
        var ttl = Heard();
        var welcome = new Welcome { NodeId = _node.ToString(), TtlMs = (long)ttl.TotalMilliseconds, Index = index, ServerName = _link.Options.Name, Region = _link.Options.Region };
        welcome.Servers.Add(_link.RpcAddresses());
        welcome.DeletedVolumes.Add(_link.Replica.State.LeftVolumesOf(_facts!));
        Send(new ServerFrame { Welcome = welcome });
        if (registered.Known is not { } known)
            return;

        _registeredAt = index;
        _desired = new DesiredSet(_node, _link.Jobs);
        _desired.Reset(known);
        Context.Parent.Tell(new SessionRegistered(_node, index));
        SendDesired(_link.Replica.State);
    }

    private void OnHeartbeat(Heartbeat heartbeat)
    {
        var node = _link.Replica.State.FindNode(_node);
        if (node is null)
        {
            Reject("the node is not registered any more", retry: true);
            return;
        }

        if (node.Status != NodeStatus.Ready)
            Register(known: null);

        var ack = new HeartbeatAck { Sequence = heartbeat.Sequence, TtlMs = (long)Heard().TotalMilliseconds };
        ack.Servers.Add(_link.RpcAddresses());
        Send(new ServerFrame { HeartbeatAck = ack });
    }

    /// <summary>The client lives: says so to the sweeper, and ends the session itself if it isn't heard again (its stream may be dead without a word).</summary>
    private TimeSpan Heard()
    {
        var ttl = HeartbeatTtl.For(_link.Replica.State.Nodes.Count, _link.Options, Random.Shared.NextDouble());
        Context.Parent.Tell(new ClientHeard(_node, ttl));
        var silence = ttl + _link.Options.HeartbeatGrace;
        Timers.StartSingleTimer("silence", new StreamClosed($"no heartbeat within {silence.TotalSeconds:0} s"), silence);
        return ttl;
    }

    /// <summary>Reports are taken in turns with other clients'; until then they are kept as they came.</summary>
    private void OnReports(Reports reports)
    {
        // The answer to it comes when it is there.
        if (reports.BatchId == _reporting || _reports.Any(waiting => waiting.BatchId == reports.BatchId))
            return;

        if (_reports.Count == MostReports)
        {
            Reject($"more than {MostReports} batches of reports wait for their answers", retry: true);
            return;
        }

        _reports.Enqueue(reports);
        AskForTurn();
    }

    private void AskForTurn()
    {
        if (_reporting is null && _reports.Count > 0)
            Context.Parent.Tell(new AskReportTurn(_reports.Any(reports => reports.Urgent)));
    }

    private void OnTurn()
    {
        if (!_reports.TryDequeue(out var reports))
        {
            Context.Parent.Tell(new ReportTurnOver(null));
            return;
        }

        try
        {
            var read = JsonSerializer.Deserialize(reports.ReportsJson.Span, ContractsJson.Default.IReadOnlyListAllocationReport) ?? [];
            var command = new ReportAllocations(_link.Commands.ContextFor(reports.BatchId, CommandWithin), _node, read);
            (_reporting, _turnAt) = (reports.BatchId, _link.Time.GetTimestamp());
            _link.Commands.SendAsync(command, CancellationToken.None).PipeTo(Self, success: reply => new Reported(reports.BatchId, reply));
        }
        catch (JsonException e)
        {
            Send(new ServerFrame { ReportsAck = new ReportsAck { BatchId = reports.BatchId, Error = $"the reports can't be read: {JsonPlace.Of(e)}: {e.Message}" } });
            Context.Parent.Tell(new ReportTurnOver(null));
            AskForTurn();
        }
    }

    private void OnReported(Reported reported)
    {
        _reporting = null;
        Context.Parent.Tell(new ReportTurnOver(_link.Time.GetElapsedTime(_turnAt)));
        var problem = reported.Reply is CommandRefused refused ? refused.Message : "";
        Send(new ServerFrame { ReportsAck = new ReportsAck { BatchId = reported.BatchId, Index = Replies.IndexOf(reported.Reply), Error = problem } });
        AskForTurn();
    }

    /// <summary>One frame with desired allocations at a time: while the client is slow, changes pile up in the replica, which costs nothing, and the next frame has them all.</summary>
    private void SendDesired(RegionState state)
    {
        if (_desiredUnderWay || _desired?.Next(state) is not { } frame)
            return;

        _desiredUnderWay = true;
        if (!_outgoing.TryWrite(new ServerFrame { Desired = frame }, DesiredWritten.Instance))
            Self.Tell(new StreamClosed("the client doesn't read"));
    }

    private void Send(ServerFrame frame)
    {
        if (!_outgoing.TryWrite(frame))
            Self.Tell(new StreamClosed("the client doesn't read"));
    }

    private void Reject(string reason, bool retry)
    {
        _log.Warning("Client {0} ({1}) is sent away: {2}", _facts?.Name ?? "unknown", _session, reason);
        _outgoing.TryWrite(new ServerFrame { Rejected = new Rejected { Reason = reason, Retry = retry } });
        Context.Stop(Self);
    }

    private sealed record Registered(ICommandReply Reply, IReadOnlyDictionary<AllocationId, ulong>? Known) : INoSerializationVerificationNeeded;

    private sealed record Reported(string BatchId, ICommandReply Reply) : INoSerializationVerificationNeeded;

    /// <summary>A newer session of the same client is there.</summary>
    internal sealed record Replaced : INoSerializationVerificationNeeded;
}
