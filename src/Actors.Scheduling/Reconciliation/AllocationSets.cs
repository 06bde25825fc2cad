using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Reconciliation;

/// <summary>A group's allocations, sorted by what must be done about them.</summary>
internal sealed class AllocationSets
{
    private readonly IEnumerable<Allocation> _all;

    private AllocationSets(IEnumerable<Allocation> all) => _all = all;

    /// <summary>Fill a place in the group: they run (or wait to), succeeded (batch), or failed for good.</summary>
    public List<Allocation> Keep { get; } = [];

    /// <summary>Must leave their node.</summary>
    public List<Allocation> Migrate { get; } = [];

    /// <summary>Their node is down or gone; with the reason.</summary>
    public List<(Allocation Allocation, string Reason)> Lost { get; } = [];

    /// <summary>Their node was cut off a moment ago, and may come back.</summary>
    public List<Allocation> Disconnecting { get; } = [];

    /// <summary>Their node is cut off, which is known already; something else fills their place.</summary>
    public List<Allocation> Unknown { get; } = [];

    /// <summary>Lost, and not replaced before a time: their client, cut off, goes on with them until then. They fill their place.</summary>
    public List<(Allocation Allocation, DateTimeOffset Until)> Waiting { get; } = [];

    /// <summary>Failed, and are placed again now.</summary>
    public List<Allocation> RescheduleNow { get; } = [];

    /// <summary>Failed, and are placed again at a time. They fill their place until then.</summary>
    public List<(Allocation Allocation, DateTimeOffset At)> RescheduleLater { get; } = [];

    /// <summary>There are canaries among them.</summary>
    public bool HasCanaries { get; private set; }

    /// <summary>There are some of other versions than the job's.</summary>
    public bool HasOtherVersions { get; private set; }

    /// <summary>Those whose node was cut off: until when they may come back.</summary>
    public DateTimeOffset? FirstTimeout { get; private set; }

    /// <summary>Sorts a group's allocations.</summary>
    /// <param name="input">What is looked at.</param>
    /// <param name="job">The job as it is.</param>
    /// <param name="group">The group.</param>
    /// <param name="allocations">The group's allocations.</param>
    public static AllocationSets Of(ReconcileInput input, Job job, TaskGroup group, IReadOnlyList<Allocation> allocations)
    {
        var sets = new AllocationSets(allocations);
        var batch = job.Type is JobTypes.Batch or JobTypes.SysBatch;
        var policy = RescheduleRules.PolicyOf(job, group);
        sets.Keep.EnsureCapacity(allocations.Count);
        if (allocations is Allocation[] all)
        {
            foreach (var allocation in all) sets.Sort(input, job, group, policy, batch, allocation);
            return sets;
        }

        foreach (var allocation in allocations) sets.Sort(input, job, group, policy, batch, allocation);
        return sets;
    }

    /// <summary>One that is over and fills no place.</summary>
    public Allocation? FindEnded(AllocationId id) => _all.FirstOrDefault(a => a.Id == id);

    /// <summary>All tasks ended, and well; not because the servers stopped them.</summary>
    public static bool Succeeded(Allocation allocation) =>
        allocation is { ClientStatus: AllocationClientStatus.Complete, TaskStates.Count: > 0 }
        && allocation.TaskStates.Values.All(t => t.Successful && !(allocation.ServerTerminal && t.Events.Any(e => e.Type == TaskEventTypes.Killed)));

    private void Sort(ReconcileInput input, Job job, TaskGroup group, ReschedulePolicy? policy, bool batch, Allocation allocation)
    {
        HasCanaries |= allocation.Canary;
        HasOtherVersions |= allocation.JobVersion != job.Version;
        if (batch)
        {
            // A new version of a batch job runs again what an older one has done.
            if (allocation.Terminal && allocation.JobVersion < job.Version) return;
            // Nor does one fill a place whose work another one took over.
            if (allocation is { Terminal: true, NextAllocation: not null }) return;
            if (Succeeded(allocation))
            {
                Keep.Add(allocation);
                return;
            }
        }

        if (allocation.ClientStatus == AllocationClientStatus.Lost) SortLost(input, group, allocation);
        if (allocation.ServerTerminal || allocation.ClientStatus is AllocationClientStatus.Complete or AllocationClientStatus.Lost) return;
        if (allocation.ClientStatus == AllocationClientStatus.Failed)
        {
            SortFailed(input, policy, allocation);
            return;
        }

        var node = input.FindNode(allocation.NodeId);
        if (node is null) Lost.Add((allocation, StopReasons.NodeGone));
        else if (node.Status == NodeStatus.Down) SortDown(input, group, node, allocation);
        else if (node.Status == NodeStatus.Disconnected) SortDisconnected(input, group, node, allocation);
        else if (allocation.ClientStatus == AllocationClientStatus.Unknown) Unknown.Add(allocation);
        else if (allocation.Migrate || DrainsNow(node, input.Now)) Migrate.Add(allocation);
        else Keep.Add(allocation);
    }

    private void SortFailed(ReconcileInput input, ReschedulePolicy? policy, Allocation allocation)
    {
        // A deployment that is paused or has failed gets no more chances; one that goes on has until its deadline.
        if (allocation.DeploymentId is { } id && input.Deployment is { } deployment && deployment.Id == id
            && deployment.Status is Contracts.Deployments.DeploymentStatus.Paused or Contracts.Deployments.DeploymentStatus.Failed)
        {
            Keep.Add(allocation);
            return;
        }

        if (allocation.Migrate || allocation.ForceReschedule)
        {
            RescheduleNow.Add(allocation);
            return;
        }

        if (RescheduleRules.NextTime(allocation, policy) is not { } at)
        {
            Keep.Add(allocation);
        }
        else if (at - input.Now <= RescheduleRules.Window || allocation.FollowupEvaluation == input.Evaluation.Id)
        {
            RescheduleNow.Add(allocation);
        }
        else
        {
            Keep.Add(allocation);
            if (allocation.FollowupEvaluation is null) RescheduleLater.Add((allocation, at));
        }
    }

    private void SortDown(ReconcileInput input, TaskGroup group, Node node, Allocation allocation)
    {
        if (StoppedAt(group, node) is { } until && until > input.Now) Waiting.Add((allocation, until));
        else Lost.Add((allocation, StopReasons.Lost));
    }

    // It was marked when its node went down; what fills its place is due when its client must have stopped it.
    private void SortLost(ReconcileInput input, TaskGroup group, Allocation allocation)
    {
        if (allocation is not { FollowupEvaluation: not null, NextAllocation: null } || group.Disconnect?.StopOnClientAfter is null) return;
        if (input.FindNode(allocation.NodeId) is { Status: NodeStatus.Down or NodeStatus.Disconnected } node && StoppedAt(group, node) is { } until && until > input.Now) Waiting.Add((allocation, until));
        else Lost.Add((allocation, StopReasons.Lost));
    }

    // When a client that is cut off has stopped what it runs.
    private static DateTimeOffset? StoppedAt(TaskGroup group, Node node) =>
        group.Disconnect?.StopOnClientAfter is { } after ? DateTimeOffset.FromUnixTimeSeconds(node.StatusUpdatedAt) + after : null;

    private void SortDisconnected(ReconcileInput input, TaskGroup group, Node node, Allocation allocation)
    {
        var lostAfter = group.Disconnect?.LostAfter ?? group.MaxClientDisconnect;
        // What had not started yet can't come back running.
        if (lostAfter is null || allocation.ClientStatus == AllocationClientStatus.Pending)
        {
            SortDown(input, group, node, allocation);
            return;
        }

        var until = DateTimeOffset.FromUnixTimeSeconds(node.StatusUpdatedAt) + lostAfter.Value;
        if (until <= input.Now)
        {
            Lost.Add((allocation, StopReasons.DisconnectedTooLong));
            return;
        }

        if (allocation.ClientStatus == AllocationClientStatus.Unknown)
        {
            Unknown.Add(allocation);
            return;
        }

        Disconnecting.Add(allocation);
        if (FirstTimeout is null || until < FirstTimeout) FirstTimeout = until;
    }

    /// <summary>The drain's own steps mark what moves; without a deadline to wait for (force), or after it, everything does.</summary>
    public static bool DrainsNow(Node? node, DateTimeOffset now) =>
        node?.Drain is { Deadline: { } deadline } drain && now >= drain.StartedAt + deadline;
}
