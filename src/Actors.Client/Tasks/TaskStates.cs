using Actors.Contracts.Allocations;

namespace Actors.Client.Tasks;

/// <summary>How a task's state changes with what happens to it.</summary>
internal static class TaskStates
{
    /// <summary>Why an allocation that used up its <c>max_run_duration</c> is complete.</summary>
    public const string OutOfTime = "allocation exceeded max_run_duration";

    /// <summary>The state with one more event; the oldest events go.</summary>
    public static TaskState With(this TaskState state, TaskEvent happened) => state with
    {
        Events = [.. state.Events.Append(happened).TakeLast(TaskEvent.MaxPerTask)],
        Failed = state.Failed || happened.FailsTask,
    };

    /// <summary>It runs.</summary>
    public static TaskState Started(this TaskState state, TaskEvent happened) => state.With(happened) with
    {
        State = TaskRunState.Running,
        StartedAt = state.StartedAt ?? happened.At,
    };

    /// <summary>It will be started again.</summary>
    public static TaskState Restarting(this TaskState state, TaskEvent happened) => state.With(happened) with
    {
        State = TaskRunState.Pending,
        Restarts = state.Restarts + 1,
        LastRestart = happened.At,
    };

    /// <summary>It ended, and begins anew.</summary>
    public static TaskState Revived(this TaskState state, TaskEvent happened) => state.With(happened) with
    {
        State = TaskRunState.Pending,
        Failed = false,
        Restarts = state.Restarts + 1,
        LastRestart = happened.At,
        StartedAt = null,
        FinishedAt = null,
    };

    /// <summary>It ended for good.</summary>
    public static TaskState Ended(this TaskState state, bool failed, DateTimeOffset at) => state with
    {
        State = TaskRunState.Dead,
        Failed = state.Failed || failed,
        FinishedAt = at,
    };

    /// <summary>What an allocation is when its tasks are in these states: Nomad's rule (one that failed decides, then one that runs, then one that waits).</summary>
    public static AllocationClientStatus ClientStatus(IReadOnlyCollection<TaskState> states)
    {
        if (states.Any(s => s is { State: TaskRunState.Dead, Failed: true })) return AllocationClientStatus.Failed;
        if (states.Any(s => s.State == TaskRunState.Running)) return AllocationClientStatus.Running;
        return states.Count == 0 || states.Any(s => s.State == TaskRunState.Pending) ? AllocationClientStatus.Pending : AllocationClientStatus.Complete;
    }

    /// <summary>Why an allocation is what it is, for people.</summary>
    public static string Describe(AllocationClientStatus status) => status switch
    {
        AllocationClientStatus.Failed => "Failed tasks",
        AllocationClientStatus.Running => "Tasks are running",
        AllocationClientStatus.Pending => "No tasks have started",
        _ => "All tasks have completed",
    };
}
