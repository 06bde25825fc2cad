using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>When an allocation of a deployment (or a migration) counts as healthy.</summary>
/// <param name="MinHealthyTime">All tasks must run (and checks pass) for so long without a break.</param>
/// <param name="Deadline">By then, or it is unhealthy.</param>
/// <param name="UseChecks">Checks count too.</param>
internal sealed record HealthRules(TimeSpan MinHealthyTime, TimeSpan Deadline, bool UseChecks)
{
    private const string Checks = "checks";

    /// <summary>The rules of a group: what its update block says of deployments, and its migrate block of the rest; null when nobody asks for health (batch jobs, or a manual check).</summary>
    /// <param name="job">The job.</param>
    /// <param name="group">The group.</param>
    /// <param name="inDeployment">The allocation is part of a deployment.</param>
    public static HealthRules? For(Job job, TaskGroup group, bool inDeployment)
    {
        if (job.Type is JobTypes.Batch or JobTypes.SysBatch) return null;
        if (inDeployment && (group.Update ?? job.Update) is { } update)
            return update.HealthCheck == "manual" ? null : Of(update.MinHealthyTime, update.HealthyDeadline, update.HealthCheck);
        var migrate = group.Migrate ?? job.Migrate;
        return Of(migrate?.MinHealthyTime, migrate?.HealthyDeadline, migrate?.HealthCheck);
    }

    private static HealthRules Of(TimeSpan? minHealthyTime, TimeSpan? healthyDeadline, string? check) =>
        new(minHealthyTime ?? TimeSpan.FromSeconds(10), healthyDeadline ?? TimeSpan.FromMinutes(5), (check is { Length: > 0 } said ? said : Checks) == Checks);
}

/// <summary>What is known of an allocation's health so far.</summary>
/// <param name="Since">When it began to be watched: the deadline counts from here.</param>
/// <param name="WellSince">Since when all is well without a break, or null.</param>
internal sealed record HealthTracker(DateTimeOffset Since, DateTimeOffset? WellSince)
{
    /// <summary>Judges the states at a time.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="group">The group.</param>
    /// <param name="states">Its tasks' states.</param>
    /// <param name="checksPass">Whether all checks pass now (true when there are none or they don't count).</param>
    /// <param name="now">The time.</param>
    /// <returns>What is known now; the verdict, or null; when to look again at the latest.</returns>
    public (HealthTracker Next, bool? Healthy, DateTimeOffset LookAgain) Judge(
        HealthRules rules, TaskGroup group, IReadOnlyDictionary<string, TaskState> states, bool checksPass, DateTimeOffset now)
    {
        var deadline = Since + rules.Deadline;
        if (states.Values.Any(s => s is { State: TaskRunState.Dead, Failed: true })) return (this, false, deadline);

        var lastStart = states.Values.Select(s => s.LastRestart ?? s.StartedAt).Max();
        var well = checksPass && group.Tasks.All(t => IsWell(t, states[t.Name]));
        var next = this with { WellSince = well ? Later(WellSince ?? now, lastStart) : null };
        if (next.WellSince is { } since && now - since >= rules.MinHealthyTime) return (next, true, deadline);
        if (now >= deadline) return (next, false, deadline);
        return (next, null, next.WellSince is { } start && start + rules.MinHealthyTime < deadline ? start + rules.MinHealthyTime : deadline);
    }

    private static bool IsWell(JobTask task, TaskState state) => task.Lifecycle?.Hook switch
    {
        TaskCoordinator.Poststop => true,
        TaskCoordinator.Prestart or TaskCoordinator.Poststart when !task.Lifecycle.Sidecar => state.Successful || state.State == TaskRunState.Running,
        _ => state.State == TaskRunState.Running,
    };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b is { } other && other > a ? other : a;
}
