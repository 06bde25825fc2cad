using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Contracts.Allocations;

namespace Actors.Client.Agent;

/// <summary>A batch of reports on its way. It keeps its id however often it is sent.</summary>
/// <param name="Id">The same for every retry.</param>
/// <param name="Reports">Each allocation once.</param>
internal sealed record ReportBatch(string Id, ImmutableList<AllocationReport> Reports);

/// <summary>
/// The reports that the servers don't have yet: the latest of each allocation. One batch is on its way at a time; what
/// changes meanwhile is the next one.
/// </summary>
/// <param name="Waiting">Not sent yet.</param>
/// <param name="InFlight">Sent, and not acknowledged, or null.</param>
/// <param name="Delivered">What the servers acknowledged last of each allocation.</param>
internal sealed record ReportOutbox(
    ImmutableDictionary<AllocationId, AllocationReport> Waiting,
    ReportBatch? InFlight,
    ImmutableDictionary<AllocationId, AllocationReport> Delivered)
{
    // What fits well into one frame: an allocation with ten events for each of its tasks is a few KiB.
    private const int BatchLimit = 256;

    private static readonly ImmutableDictionary<string, TaskState> AsTold = ImmutableDictionary<string, TaskState>.Empty;

    /// <summary>Nothing to tell.</summary>
    public static ReportOutbox Empty { get; } = new(ImmutableDictionary<AllocationId, AllocationReport>.Empty, null, ImmutableDictionary<AllocationId, AllocationReport>.Empty);

    /// <summary>Takes a report; an older one of the same allocation that waits is not needed any more.</summary>
    public ReportOutbox Add(AllocationReport report) => this with { Waiting = Waiting.SetItem(report.AllocationId, report) };

    /// <summary>Forgets an allocation that is gone.</summary>
    public ReportOutbox Forget(AllocationId allocation) => this with { Waiting = Waiting.Remove(allocation), Delivered = Delivered.Remove(allocation) };

    /// <summary>The batch to send now: the one on its way again, or a new one; null when there is nothing, or one is on its way and <paramref name="again"/> is false.</summary>
    public (ReportOutbox Next, ReportBatch? Batch) Take(string newId, bool again)
    {
        if (InFlight is not null) return (this, again ? InFlight : null);
        if (Waiting.IsEmpty) return (this, null);
        var batch = new ReportBatch(newId, [.. Waiting.Values.OrderBy(r => r.At).Take(BatchLimit)]);
        return (this with { Waiting = Waiting.RemoveRange(batch.Reports.Select(r => r.AllocationId)), InFlight = batch }, batch);
    }

    /// <summary>A batch as it is sent: without the tasks of which the servers have just that already.</summary>
    public IReadOnlyList<AllocationReport> News(ReportBatch batch) =>
        [.. batch.Reports.Select(report => Delivered.TryGetValue(report.AllocationId, out var known) && SameTasks(known, report) ? report with { TaskStates = AsTold } : report)];

    /// <summary>The servers have a batch. An answer to another batch changes nothing.</summary>
    public (ReportOutbox Next, ImmutableList<AllocationReport> Delivered) Acknowledge(string batchId) =>
        InFlight?.Id == batchId
            ? (this with { InFlight = null, Delivered = Delivered.SetItems(InFlight.Reports.Select(report => KeyValuePair.Create(report.AllocationId, report))) }, InFlight.Reports)
            : (this, []);

    /// <summary>Whether two reports tell the same, whenever they were made.</summary>
    public static bool Same(AllocationReport a, AllocationReport b) =>
        a.AllocationId == b.AllocationId && a.ClientStatus == b.ClientStatus && a.ClientDescription == b.ClientDescription
        && a.Health == b.Health && a.Network == b.Network && SameTasks(a, b);

    private static bool SameTasks(AllocationReport a, AllocationReport b) =>
        a.TaskStates.Count == b.TaskStates.Count && a.TaskStates.All(t => b.TaskStates.TryGetValue(t.Key, out var other) && Same(t.Value, other));

    private static bool Same(TaskState a, TaskState b) =>
        a.State == b.State && a.Failed == b.Failed && a.Restarts == b.Restarts && a.StartedAt == b.StartedAt
        && a.FinishedAt == b.FinishedAt && a.Events.Count == b.Events.Count
        && a.Events.Zip(b.Events).All(p => p.First.Type == p.Second.Type && p.First.At == p.Second.At && p.First.DisplayMessage == p.Second.DisplayMessage);
}
