using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Scheduling.Reconciliation;

/// <summary>When a failed allocation is placed again, by its group's policy: Nomad's rules.</summary>
public static class RescheduleRules
{
    /// <summary>An allocation that is due within this time is placed again at once.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private static readonly ReschedulePolicy ServiceDefault = new()
    {
        Delay = TimeSpan.FromSeconds(30),
        DelayFunction = "exponential",
        MaxDelay = TimeSpan.FromHours(1),
        Unlimited = true,
        Attempts = 0,
        Interval = TimeSpan.Zero,
    };

    private static readonly ReschedulePolicy BatchDefault = new()
    {
        Delay = TimeSpan.FromSeconds(5),
        DelayFunction = "constant",
        Unlimited = false,
        Attempts = 1,
        Interval = TimeSpan.FromHours(24),
    };

    /// <summary>The policy of a group, with the defaults of the job's type for what it leaves unset; null for system jobs, which need none.</summary>
    /// <param name="job">The job.</param>
    /// <param name="group">The group.</param>
    public static ReschedulePolicy? PolicyOf(Job job, TaskGroup group)
    {
        if (job.Type is JobTypes.System or JobTypes.SysBatch) return null;
        var standard = job.Type == JobTypes.Batch ? BatchDefault : ServiceDefault;
        if (group.ReschedulePolicy is not { } own) return standard;
        return new ReschedulePolicy
        {
            Attempts = own.Attempts ?? standard.Attempts,
            Interval = own.Interval ?? standard.Interval,
            Delay = own.Delay ?? standard.Delay,
            DelayFunction = own.DelayFunction.Length == 0 ? standard.DelayFunction : own.DelayFunction,
            MaxDelay = own.MaxDelay ?? standard.MaxDelay,
            Unlimited = own.Unlimited ?? standard.Unlimited,
        };
    }

    /// <summary>When a failed allocation ended: the last end of its tasks, or else its last change.</summary>
    public static DateTimeOffset FailedAt(Allocation allocation)
    {
        DateTimeOffset? last = null;
        foreach (var (_, task) in allocation.TaskStates)
        {
            if (task.FinishedAt is { } finished && (last is null || finished > last)) last = finished;
        }

        return last ?? allocation.ModifyTime;
    }

    /// <summary>How long a failed allocation waits until it is placed again.</summary>
    /// <param name="allocation">The failed allocation, with the history of its chain.</param>
    /// <param name="policy">Its group's policy.</param>
    public static TimeSpan NextDelay(Allocation allocation, ReschedulePolicy policy)
    {
        var first = policy.Delay ?? TimeSpan.Zero;
        var history = allocation.Reschedules;
        if (history.Count == 0) return first;

        var last = history[^1].Delay;
        var delay = policy.DelayFunction switch
        {
            "exponential" => last * 2,
            "fibonacci" when history.Count >= 2 => Fibonacci(history[^2].Delay, last, policy),
            _ => first,
        };
        if (policy.MaxDelay is not { } max || max <= TimeSpan.Zero || delay <= max) return delay;

        // What ran well for longer than the longest delay starts anew.
        return FailedAt(allocation) - history[^1].At > max ? first : max;
    }

    /// <summary>When a failed allocation is to be placed again; null: never, its attempts are used up.</summary>
    /// <param name="allocation">The failed allocation.</param>
    /// <param name="policy">Its group's policy, or null.</param>
    public static DateTimeOffset? NextTime(Allocation allocation, ReschedulePolicy? policy)
    {
        if (policy is null || allocation.ServerTerminal || allocation.ClientStatus != AllocationClientStatus.Failed) return null;

        var failedAt = FailedAt(allocation);
        var delay = NextDelay(allocation, policy);
        if (policy.Unlimited == true) return failedAt + delay;

        var attempts = policy.Attempts ?? 0;
        var interval = policy.Interval ?? TimeSpan.Zero;
        if (attempts == 0) return null;
        var used = allocation.Reschedules.Count(r => failedAt - r.At < interval);
        return used < attempts && (allocation.Reschedules.Count == 0 || delay < interval) ? failedAt + delay : null;
    }

    private static TimeSpan Fibonacci(TimeSpan beforeLast, TimeSpan last, ReschedulePolicy policy) =>
        // The series was reset: it starts anew.
        beforeLast == policy.MaxDelay && last == policy.Delay ? last : beforeLast + last;
}
