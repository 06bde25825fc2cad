using Actors.Contracts.Jobs;

namespace Actors.Client.Tasks;

/// <summary>A restart policy with nothing left unset.</summary>
/// <param name="Attempts">Restarts within the interval.</param>
/// <param name="Interval">The span in which they are counted, from the first of them.</param>
/// <param name="Delay">The wait before a restart; up to a quarter of it is added at random.</param>
/// <param name="DelayMode">After the last attempt: wait for the interval's end (mode "delay") instead of failing.</param>
internal sealed record RestartRules(int Attempts, TimeSpan Interval, TimeSpan Delay, bool DelayMode)
{
    /// <summary>The rules of a task: its own, then its group's, then the defaults of the job's type.</summary>
    public static RestartRules For(Job job, TaskGroup group, JobTask task)
    {
        var batch = job.Type is JobTypes.Batch or JobTypes.SysBatch;
        var (own, shared) = (task.RestartPolicy, group.RestartPolicy);
        return new RestartRules(
            own?.Attempts ?? shared?.Attempts ?? (batch ? 3 : 2),
            own?.Interval ?? shared?.Interval ?? (batch ? TimeSpan.FromHours(24) : TimeSpan.FromMinutes(30)),
            own?.Delay ?? shared?.Delay ?? TimeSpan.FromSeconds(15),
            (own?.Mode is { Length: > 0 } mode ? mode : shared?.Mode) == "delay");
    }
}

/// <summary>What to do with a task whose run is over.</summary>
internal abstract record RestartDecision
{
    /// <summary>Start it again after a wait.</summary>
    /// <param name="Delay">The wait.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Restart(TimeSpan Delay, string Reason) : RestartDecision;

    /// <summary>It is over.</summary>
    /// <param name="Failed">And it failed.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Stay(bool Failed, string Reason) : RestartDecision;
}

/// <summary>How often a task was started again, and since when that is counted.</summary>
/// <param name="Count">Restarts counted in the current interval.</param>
/// <param name="Since">When that interval began, or null.</param>
internal sealed record RestartTracker(int Count, DateTimeOffset? Since)
{
    /// <summary>Nothing counted yet.</summary>
    public static RestartTracker Fresh { get; } = new(0, null);

    /// <summary>Decides after a run, and counts it.</summary>
    /// <param name="rules">The policy.</param>
    /// <param name="succeeded">The run ended well.</param>
    /// <param name="restartOnSuccess">A run that ended well is started again too: tasks that should run for ever.</param>
    /// <param name="recoverable">Another attempt may help.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">0 to 1: how much of the random quarter is added.</param>
    public (RestartTracker Next, RestartDecision Decision) Decide(
        RestartRules rules, bool succeeded, bool restartOnSuccess, bool recoverable, DateTimeOffset now, double jitter)
    {
        if (succeeded && !restartOnSuccess) return (this, new RestartDecision.Stay(false, "Task completed successfully"));
        if (!recoverable) return (this, new RestartDecision.Stay(true, "Error was unrecoverable"));
        if (rules.Attempts == 0) return (this, new RestartDecision.Stay(!succeeded, "Policy allows no restarts"));

        var fresh = Since is not { } since || now - since > rules.Interval;
        var start = fresh ? now : Since!.Value;
        var next = new RestartTracker(fresh ? 1 : Count + 1, start);
        if (next.Count <= rules.Attempts)
            return (next, new RestartDecision.Restart(rules.Delay + (rules.Delay * (0.25 * jitter)), "Restart within policy"));

        if (!rules.DelayMode)
            return (next, new RestartDecision.Stay(true, $"Exceeded allowed attempts {rules.Attempts} in interval {GoDuration.Format(rules.Interval)} and mode is \"fail\""));

        var rest = start + rules.Interval - now;
        return (next, new RestartDecision.Restart(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, "Exceeded allowed attempts, applying a delay"));
    }
}
