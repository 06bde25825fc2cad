using System.Collections.Immutable;
using System.Text.Json;
using Actors.Client.Link;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using Akka.Actor;
using Akka.Event;
using Google.Protobuf;

namespace Actors.Client.Agent;

/// <summary>Something to tell the servers.</summary>
/// <param name="Report">The report.</param>
internal sealed record TellServers(AllocationReport Report);

/// <summary>There is nothing more to tell of an allocation.</summary>
/// <param name="Allocation">The allocation.</param>
internal sealed record ForgetReports(AllocationId Allocation);

/// <summary>There is, or isn't any more, a server to tell.</summary>
/// <param name="Connected">Which of the two.</param>
internal sealed record ServersReachable(bool Connected);

/// <summary>To the agent: the servers have these reports.</summary>
/// <param name="Reports">The reports.</param>
internal sealed record ReportsDelivered(ImmutableList<AllocationReport> Reports);

/// <summary>Sends reports in batches, one at a time, until each is acknowledged.</summary>
internal sealed class ReportActor : ReceiveActor, IWithTimers
{
    // What happens together is told together; nobody waits longer for it than this.
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

    // A batch that was refused is sent again after this.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    // Busy servers take reports in turns with other clients'. A batch is lost only with its stream, and is sent again on the next one; this is for what nobody thought of.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(2);

    private readonly IActorRef _link;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ReportOutbox _outbox = ReportOutbox.Empty;
    private bool _connected;

    public ReportActor(IActorRef link)
    {
        _link = link;
        Receive<TellServers>(tell =>
        {
            _outbox = _outbox.Add(tell.Report);
            if (!Timers.IsTimerActive(nameof(Soon))) Timers.StartSingleTimer(nameof(Soon), new FlushReports(Again: false), Soon);
        });
        Receive<ForgetReports>(forget => _outbox = _outbox.Forget(forget.Allocation));
        Receive<ServersReachable>(reachable =>
        {
            _connected = reachable.Connected;
            Flush(again: true);
        });
        Receive<FlushReports>(flush => Flush(flush.Again));
        Receive<ReportsAck>(OnAcknowledged);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Flush(bool again)
    {
        if (!_connected) return;
        (_outbox, var batch) = _outbox.Take(Guid.NewGuid().ToString(), again);
        if (batch is null) return;
        var json = JsonSerializer.SerializeToUtf8Bytes(_outbox.News(batch), ContractsJson.Default.IReadOnlyListAllocationReport);
        var reports = new Reports { BatchId = batch.Id, ReportsJson = UnsafeByteOperations.UnsafeWrap(json), Urgent = batch.Reports.Any(r => r.IsUrgent) };
        _link.Tell(new SendFrame(new ClientFrame { Reports = reports }));
        Timers.StartSingleTimer(nameof(Again), new FlushReports(Again: true), AnswerWithin);
    }

    private void OnAcknowledged(ReportsAck ack)
    {
        if (ack.Error.Length > 0)
        {
            _log.Warning("Reports were not accepted: {0}", ack.Error);
            Timers.StartSingleTimer(nameof(Again), new FlushReports(Again: true), Again);
            return;
        }

        (_outbox, var delivered) = _outbox.Acknowledge(ack.BatchId);
        if (delivered.Count > 0) Context.Parent.Tell(new ReportsDelivered(delivered));
        if (_outbox.InFlight is null) Timers.Cancel(nameof(Again));
        Flush(again: false);
    }
}
