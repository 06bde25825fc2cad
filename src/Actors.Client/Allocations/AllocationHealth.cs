using Actors.Client.Allocations.Hooks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>One allocation's way to a verdict on its health, for its deployment or for what it replaces.</summary>
/// <param name="group">The group.</param>
/// <param name="known">The verdict that the servers have already, or null.</param>
/// <param name="now">The time.</param>
internal sealed class AllocationHealth(TaskGroup group, DeploymentHealth? known, DateTimeOffset now)
{
    private HealthTracker _tracker = new(now, null);

    /// <summary>The verdict, once there is one.</summary>
    public DeploymentHealth? Verdict { get; private set; } = known;

    /// <summary>Whether all checks pass now.</summary>
    public bool ChecksPass { get; set; }

    /// <summary>Another deployment asks: begins anew.</summary>
    public void Restart(DateTimeOffset at) => (_tracker, Verdict) = (new HealthTracker(at, null), null);

    /// <summary>Judges; gives the time until it must be looked at again, or null when it needn't.</summary>
    public TimeSpan? Judge(AllocationScope scope, IReadOnlyDictionary<string, TaskState> states, DateTimeOffset at)
    {
        var allocation = scope.Allocation;
        if (Verdict is not null || states.Count == 0) return null;
        if (allocation.DeploymentId is null && allocation.PreviousAllocation is null) return null;
        if (HealthRules.For(scope.Job, group, allocation.DeploymentId is not null) is not { } rules) return null;
        var checks = !rules.UseChecks || !CheckMonitor.For(scope).Any(c => c.Counts) || ChecksPass;
        (_tracker, var healthy, var again) = _tracker.Judge(rules, group, states, checks, at);
        if (healthy is not { } verdict) return again > at ? again - at : TimeSpan.Zero;
        Verdict = new DeploymentHealth(verdict, at);
        return null;
    }
}
