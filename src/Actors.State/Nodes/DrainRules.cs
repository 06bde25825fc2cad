using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.State.Nodes;

/// <summary>In what order a draining node is emptied.</summary>
public static class DrainRules
{
    /// <summary>When a drain has to be looked at although nothing happens: at its deadline, from which on it waits for nobody; null: never.</summary>
    public static DateTimeOffset? Deadline(DrainStrategy drain) => drain.StartedAt + drain.Deadline;

    /// <summary>The next step of a drain.</summary>
    /// <remarks>
    /// Nomad's order: allocations of services move as many at a time as their group's <c>migrate.max_parallel</c> lets, counted on what of the
    /// group has its verdict anywhere (what has moved must show for <c>migrate.min_healthy_time</c> that it is well, or fail to until <c>migrate.healthy_deadline</c>); batch allocations may go on until the deadline; system jobs go last. At the deadline all go.
    /// </remarks>
    public static DrainStep Next(RegionState region, NodeId node, DrainStrategy drain, DateTimeOffset now)
    {
        var remaining = region.AllocationsOfNode(node).Where(a => !a.ClientTerminal).Select(a => (Allocation: a, Job: region.FindJobVersion(a.JobId, a.JobVersion))).ToList();
        if (drain.IgnoreSystemJobs) remaining.RemoveAll(r => IsSystem(r.Job));
        if (remaining.Count == 0) return new DrainStep([], Complete: true);

        var movable = remaining.Where(r => r.Allocation is { Terminal: false, Migrate: false }).ToList();
        if (Deadline(drain) <= now) return new DrainStep([.. movable.Select(m => m.Allocation)], Complete: false);
        if (remaining.TrueForAll(r => IsSystem(r.Job))) return new DrainStep([.. movable.Select(m => m.Allocation)], Complete: false);

        var migrating = movable
            .Where(m => m.Job?.Type == JobTypes.Service)
            .GroupBy(m => (m.Allocation.JobId, m.Allocation.TaskGroup))
            .SelectMany(group => group.Take(MayMove(region, group.Key.JobId, group.Key.TaskGroup)).Select(m => m.Allocation));
        return new DrainStep([.. migrating], Complete: false);
    }

    private static bool IsSystem(Job? job) => job?.Type is JobTypes.System or JobTypes.SysBatch;

    private static int MayMove(RegionState region, JobId jobId, string groupName)
    {
        // A group that its job no longer has will be stopped anyway.
        if (region.FindJob(jobId)?.Job is not { Stop: not true } job || job.TaskGroups.FirstOrDefault(g => g.Name == groupName) is not { } group) return int.MaxValue;

        var needed = (group.Count ?? 1) - (group.Migrate?.MaxParallel ?? job.Migrate?.MaxParallel ?? 1);
        var settled = region.AllocationsOfJob(jobId).Count(a => a.TaskGroup == groupName && a is { Terminal: false, Migrate: false } && IsSettled(a));
        return Math.Max(0, settled - needed);
    }

    // Of what neither a deployment placed nor took another's place nobody decides the health: that it runs must do. One that is unhealthy
    // for good is not waited for, or it would hold the drain until its deadline.
    private static bool IsSettled(Allocation allocation) =>
        allocation.Health is not null || allocation is { DeploymentId: null, PreviousAllocation: null, ClientStatus: AllocationClientStatus.Running };
}

/// <summary>What a drain does next.</summary>
/// <param name="Migrating">Allocations that are to be moved now.</param>
/// <param name="Complete">The node is empty: the drain is over.</param>
public sealed record DrainStep(IReadOnlyList<Allocation> Migrating, bool Complete);
