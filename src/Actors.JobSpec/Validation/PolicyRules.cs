using Actors.Contracts.Jobs;
using static Actors.Contracts.Jobs.GoDuration;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of restart, reschedule, update, migrate, disconnect and scaling.</summary>
internal static class PolicyRules
{
    public static void Restart(RestartPolicy? restart, string path, string who, Findings found)
    {
        if (restart is null) return;
        found.OneOf(restart.Mode, ["fail", "delay"], $"{path}.Mode", $"{who}: restart mode");
        found.AtLeast(restart.Attempts, 0, $"{path}.Attempts", $"{who}: restart attempts");
        found.NotNegative(restart.Delay, $"{path}.Delay", $"{who}: restart delay");
        if (restart.Attempts == 0 && restart.Mode == "delay")
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: restart with 0 attempts needs mode \"fail\"");
        if (restart.Interval < TimeSpan.FromSeconds(5))
            found.Error(DiagnosticCodes.RangeRule, $"{path}.Interval", $"{who}: restart interval must be at least 5s; found {Format(restart.Interval.Value)}");
        if (restart is { Attempts: > 0, Delay: { } delay, Interval: { } interval } && (decimal)restart.Attempts.Value * delay.Ticks > interval.Ticks)
        {
            found.Error(
                DiagnosticCodes.InvalidPolicy,
                path,
                $"{who}: {restart.Attempts} restarts with a delay of {Format(delay)} do not fit in an interval of {Format(interval)}",
                "lengthen the interval, shorten the delay or allow fewer attempts");
        }
    }

    public static void Reschedule(Job job, ReschedulePolicy? policy, string path, string who, Findings found)
    {
        if (policy is null) return;
        if (job.Type is JobTypes.System or JobTypes.SysBatch)
        {
            found.Error(DiagnosticCodes.NotForThisJob, path, $"{who}: reschedule is not for {job.Type} jobs: they run on every node anyway");
            return;
        }

        found.AtLeast(policy.Attempts, 0, $"{path}.Attempts", $"{who}: reschedule attempts");
        if (policy is { Attempts: 0, Unlimited: false }) return;
        if (policy is { Attempts: > 0, Unlimited: true })
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: reschedule is either unlimited or has attempts, not both");
        if (policy.Delay < TimeSpan.FromSeconds(5))
            found.Error(DiagnosticCodes.RangeRule, $"{path}.Delay", $"{who}: reschedule delay must be at least 5s; found {Format(policy.Delay.Value)}");
        found.OneOf(policy.DelayFunction, ["constant", "exponential", "fibonacci"], $"{path}.DelayFunction", $"{who}: delay_function");
        if (policy.DelayFunction != "constant")
        {
            if (policy.MaxDelay < TimeSpan.FromSeconds(5)) found.Error(DiagnosticCodes.RangeRule, $"{path}.MaxDelay", $"{who}: max_delay must be at least 5s; found {Format(policy.MaxDelay.Value)}");
            else if (policy.MaxDelay < policy.Delay) found.Error(DiagnosticCodes.InvalidPolicy, $"{path}.MaxDelay", $"{who}: max_delay {Format(policy.MaxDelay!.Value)} is shorter than delay {Format(policy.Delay!.Value)}");
        }

        if (policy is not { Unlimited: false, Attempts: > 0 }) return;
        if (policy.Interval < TimeSpan.FromSeconds(15))
        {
            found.Error(DiagnosticCodes.RangeRule, $"{path}.Interval", $"{who}: reschedule interval must be at least 15s; found {Format(policy.Interval.Value)}");
        }
        else if (policy is { Interval: { } interval, Delay: { } delay } && Spent(policy, delay) > interval.Ticks)
        {
            found.Error(
                DiagnosticCodes.InvalidPolicy,
                path,
                $"{who}: {policy.Attempts} attempts with these delays take longer than the interval of {Format(interval)}",
                $"lengthen the interval, or allow fewer attempts");
        }
    }

    /// <summary>Ticks of all delays together. Once a delay has reached the longest, the rest is a product.</summary>
    private static decimal Spent(ReschedulePolicy policy, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero) return 0;
        decimal most = policy.MaxDelay is { } longest && longest > TimeSpan.Zero ? longest.Ticks : long.MaxValue;
        decimal attempts = policy.Attempts ?? 0;
        if (policy.DelayFunction == "constant") return attempts * delay.Ticks;
        decimal total = 0;
        decimal current = delay.Ticks;
        decimal next = delay.Ticks;
        for (; attempts > 0 && current < most; attempts--)
        {
            total += current;
            (current, next) = policy.DelayFunction == "fibonacci" ? (next, current + next) : (current * 2, next);
        }

        return total + (attempts * most);
    }

    public static void Update(Job job, TaskGroup group, string path, string who, Findings found)
    {
        if (group.Update is not { } update) return;
        if (update == job.Update) path = "Update";
        if (job.Type is JobTypes.Batch or JobTypes.SysBatch)
        {
            if (job.Update is null) found.Error(DiagnosticCodes.NotForThisJob, path, $"{who}: update is only for service and system jobs; this is a {job.Type} job");
            return;
        }

        found.OneOf(update.HealthCheck, ["checks", "task_states", "manual"], $"{path}.HealthCheck", $"{who}: update health_check");
        found.AtLeast(update.MaxParallel, 0, $"{path}.MaxParallel", $"{who}: max_parallel");
        found.AtLeast(update.Canary, 0, $"{path}.Canary", $"{who}: canary");
        if (job.Type == JobTypes.System && update.Canary > 100) found.Error(DiagnosticCodes.RangeRule, $"{path}.Canary", $"{who}: a system job's canary is a percentage; found {update.Canary}");
        if (update is { AutoPromote: true, Canary: 0 }) found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: auto_promote needs canaries", "set canary to at least 1");
        found.NotNegative(update.MinHealthyTime, $"{path}.MinHealthyTime", $"{who}: min_healthy_time");
        if (update.HealthyDeadline <= TimeSpan.Zero) found.Error(DiagnosticCodes.RangeRule, $"{path}.HealthyDeadline", $"{who}: healthy_deadline must be more than 0");
        found.NotNegative(update.ProgressDeadline, $"{path}.ProgressDeadline", $"{who}: progress_deadline");
        if (update.MinHealthyTime >= update.HealthyDeadline)
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: min_healthy_time {Format(update.MinHealthyTime!.Value)} must be less than healthy_deadline {Format(update.HealthyDeadline!.Value)}");
        if (update.ProgressDeadline > TimeSpan.Zero && update.HealthyDeadline >= update.ProgressDeadline)
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: healthy_deadline {Format(update.HealthyDeadline!.Value)} must be less than progress_deadline {Format(update.ProgressDeadline.Value)}");
        if (update.Stagger <= TimeSpan.Zero) found.Error(DiagnosticCodes.RangeRule, $"{path}.Stagger", $"{who}: stagger must be more than 0");
        if (job.Type == JobTypes.Service && group.Count > 0 && update.MaxParallel > group.Count)
            found.Warning(DiagnosticCodes.Doubtful, $"{path}.MaxParallel", $"{who}: max_parallel {update.MaxParallel} is more than the count {group.Count}: all are updated at once");
        for (var i = 0; update.ProgressDeadline > TimeSpan.Zero && i < group.Tasks.Count; i++)
        {
            if (group.Tasks[i].KillTimeout > update.ProgressDeadline)
                found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: task \"{group.Tasks[i].Name}\" may take {Format(group.Tasks[i].KillTimeout!.Value)} to stop (kill_timeout), longer than progress_deadline {Format(update.ProgressDeadline.Value)}");
        }
    }

    public static void Migrate(Job job, MigrateStrategy? migrate, string path, string who, Findings found)
    {
        if (migrate is null) return;
        if (job.Type != JobTypes.Service)
        {
            if (job.Migrate is null) found.Error(DiagnosticCodes.NotForThisJob, path, $"{who}: migrate is only for service jobs; this is a {job.Type} job");
            return;
        }

        found.AtLeast(migrate.MaxParallel, 0, $"{path}.MaxParallel", $"{who}: migrate max_parallel");
        found.OneOf(migrate.HealthCheck, ["checks", "task_states"], $"{path}.HealthCheck", $"{who}: migrate health_check");
        found.NotNegative(migrate.MinHealthyTime, $"{path}.MinHealthyTime", $"{who}: migrate min_healthy_time");
        found.NotNegative(migrate.HealthyDeadline, $"{path}.HealthyDeadline", $"{who}: migrate healthy_deadline");
        if (migrate.MinHealthyTime > migrate.HealthyDeadline)
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: migrate min_healthy_time {Format(migrate.MinHealthyTime.Value)} is longer than healthy_deadline {Format(migrate.HealthyDeadline.Value)}");
    }

    public static void Disconnect(Job job, DisconnectStrategy? disconnect, string path, string who, Findings found)
    {
        if (disconnect is null) return;
        found.NotNegative(disconnect.LostAfter, $"{path}.LostAfter", $"{who}: lost_after");
        found.NotNegative(disconnect.StopOnClientAfter, $"{path}.StopOnClientAfter", $"{who}: stop_on_client_after");
        if (disconnect.StopOnClientAfter is not null && job.Type is JobTypes.System or JobTypes.SysBatch)
            found.Error(DiagnosticCodes.NotForThisJob, path, $"{who}: stop_on_client_after is only for service and batch jobs");
        if (disconnect is { LostAfter: not null, StopOnClientAfter: not null })
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: disconnect has either lost_after or stop_on_client_after, not both");
        found.OneOf(disconnect.Reconcile, ["", "best_score", "longest_running", "keep_original", "keep_replacement"], $"{path}.Reconcile", $"{who}: reconcile");
    }

    public static void Scaling(TaskGroup group, string path, string who, Findings found)
    {
        if (group.Scaling is not { } scaling) return;
        found.OneOf(scaling.Type, ["", "horizontal"], $"{path}.Type", $"{who}: scaling type");
        if (scaling.Max is null) found.Error(DiagnosticCodes.Required, path, $"{who}: scaling needs max");
        found.AtLeast(scaling.Max, 0, $"{path}.Max", $"{who}: scaling max");
        found.AtLeast(scaling.Min, 0, $"{path}.Min", $"{who}: scaling min");
        if (scaling.Max < scaling.Min) found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: scaling max {scaling.Max} is less than min {scaling.Min}");
        if (group.Count < scaling.Min || group.Count > scaling.Max)
            found.Error(DiagnosticCodes.InvalidPolicy, path, $"{who}: count {group.Count} is outside of scaling's {scaling.Min} to {scaling.Max}");
    }
}
