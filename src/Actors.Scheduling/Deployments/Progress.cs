using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.State;

namespace Actors.Scheduling.Deployments;

/// <summary>How far a deployment is, counted from the allocations themselves.</summary>
internal sealed class Progress
{
    private readonly Dictionary<string, GroupProgress> _groups = new(StringComparer.Ordinal);

    /// <summary>The index at which something of it last became healthy; 0: nothing has.</summary>
    public ulong LatestHealthIndex { get; private set; }

    /// <summary>Allocations of older versions still run in its groups.</summary>
    private bool OlderRun { get; set; }

    public static Progress Of(RegionState state, Deployment deployment)
    {
        var progress = new Progress();
        foreach (var name in deployment.TaskGroups.Keys) progress._groups[name] = new GroupProgress();
        foreach (var allocation in state.AllocationsOfJob(deployment.JobId))
        {
            if (!progress._groups.TryGetValue(allocation.TaskGroup, out var group)) continue;
            if (allocation.DeploymentId == deployment.Id) progress.Count(group, allocation);
            else if (!allocation.Terminal && allocation.JobVersion < deployment.JobVersion) progress.OlderRun = true;
        }

        return progress;
    }

    /// <summary>Why it has failed; null: it has not.</summary>
    public string? Failure(Deployment deployment, DateTimeOffset now)
    {
        foreach (var (name, wanted) in deployment.TaskGroups)
        {
            var group = _groups[name];
            // Without a deadline the first unhealthy one is one too many; with one, what failed may be placed again until then.
            if (wanted.ProgressDeadline <= TimeSpan.Zero && group.Unhealthy is { } unhealthy)
            {
                return $"allocation {unhealthy.Short} of group {name} is unhealthy";
            }

            if (Waits(wanted, group) && Deadline(wanted, group) is { } deadline && deadline <= now)
            {
                return $"group {name} made no progress within {GoDuration.Format(wanted.ProgressDeadline)}";
            }
        }

        return null;
    }

    /// <summary>All that is wanted is there and healthy.</summary>
    public bool Complete(Deployment deployment)
    {
        foreach (var (name, wanted) in deployment.TaskGroups)
        {
            if (wanted is { DesiredCanaries: > 0, Promoted: false }) return false;
            if (_groups[name].Healthy < wanted.DesiredTotal) return false;
        }

        return true;
    }

    /// <summary>The groups whose canaries may be promoted now: all or none, when every group with canaries promotes by itself.</summary>
    public IReadOnlyList<string> Promotable(Deployment deployment)
    {
        var waiting = deployment.TaskGroups.Where(g => g.Value is { DesiredCanaries: > 0, Promoted: false }).ToList();
        var all = waiting.TrueForAll(g => g.Value.AutoPromote && _groups[g.Key].HealthyCanaries >= g.Value.DesiredCanaries);
        return all ? [.. waiting.Select(g => g.Key).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>There is something left to place or to replace that does not wait for a promotion.</summary>
    public bool HasMore(Deployment deployment) =>
        OlderRun && deployment.TaskGroups.Values.Any(g => g is not { DesiredCanaries: > 0, Promoted: false })
        || deployment.TaskGroups.Any(g => g.Value is not { DesiredCanaries: > 0, Promoted: false } && _groups[g.Key].Live < g.Value.DesiredTotal);

    /// <summary>The next deadline of a group that waits for health.</summary>
    public DateTimeOffset? NextDeadline(Deployment deployment)
    {
        DateTimeOffset? next = null;
        foreach (var (name, wanted) in deployment.TaskGroups)
        {
            if (Waits(wanted, _groups[name]) && Deadline(wanted, _groups[name]) is { } deadline && (next is null || deadline < next)) next = deadline;
        }

        return next;
    }

    /// <summary>What each group waits for.</summary>
    public IReadOnlyList<DeploymentWait> WaitsFor(Deployment deployment)
    {
        var waits = new List<DeploymentWait>();
        foreach (var (name, wanted) in deployment.TaskGroups.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var group = _groups[name];
            if (wanted is { DesiredCanaries: > 0, Promoted: false } && group.HealthyCanaries >= wanted.DesiredCanaries)
            {
                waits.Add(DeploymentWait.OfPromotion(name, wanted));
            }
            else if (wanted is { DesiredCanaries: > 0, Promoted: false })
            {
                waits.Add(DeploymentWait.OfHealth(name, $"{wanted.DesiredCanaries - group.HealthyCanaries} of {wanted.DesiredCanaries} canaries are not healthy yet"));
            }
            else if (group.Healthy < wanted.DesiredTotal)
            {
                var missing = wanted.DesiredTotal - group.Live;
                var placing = missing > 0 ? $", {missing} of them not placed yet" : "";
                waits.Add(DeploymentWait.OfHealth(name, $"{wanted.DesiredTotal - group.Healthy} of {wanted.DesiredTotal} are not healthy yet{placing}"));
            }
        }

        return waits;
    }

    private void Count(GroupProgress group, Allocation allocation)
    {
        if (!allocation.Terminal) group.Live++;
        if (allocation.Health is not { } health) return;
        if (!health.Healthy)
        {
            group.Unhealthy ??= allocation.Id;
            return;
        }

        LatestHealthIndex = Math.Max(LatestHealthIndex, health.ModifyIndex);
        if (group.HealthyAt is null || health.At > group.HealthyAt) group.HealthyAt = health.At;
        if (allocation.Terminal) return;
        group.Healthy++;
        if (allocation.Canary) group.HealthyCanaries++;
    }

    // Healthy canaries wait for their promotion without a deadline.
    private static bool Waits(DeploymentGroup wanted, GroupProgress group) => wanted is { DesiredCanaries: > 0, Promoted: false }
        ? group.HealthyCanaries < wanted.DesiredCanaries
        : group.Healthy < wanted.DesiredTotal;

    private static DateTimeOffset? Deadline(DeploymentGroup wanted, GroupProgress group)
    {
        if (wanted.ProgressDeadline <= TimeSpan.Zero || wanted.RequireProgressBy is not { } by) return null;
        return group.HealthyAt + wanted.ProgressDeadline is { } later && later > by ? later : by;
    }

    private sealed class GroupProgress
    {
        public int Live;
        public int Healthy;
        public int HealthyCanaries;
        public AllocationId? Unhealthy;
        public DateTimeOffset? HealthyAt;
    }
}
