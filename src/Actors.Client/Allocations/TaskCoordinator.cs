using Actors.Client.State;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>
/// In which order the tasks of an allocation start and end: prestart tasks (those that end must end well, sidecars must
/// run), then the main tasks, then poststart; poststop when all others are over.
/// </summary>
internal static class TaskCoordinator
{
    /// <summary>The hooks of Nomad's <c>lifecycle</c>.</summary>
    public const string Prestart = "prestart";

    /// <summary>After the main tasks run.</summary>
    public const string Poststart = "poststart";

    /// <summary>After all others ended.</summary>
    public const string Poststop = "poststop";

    /// <summary>The tasks that may start now, when the states are these.</summary>
    /// <param name="group">The group.</param>
    /// <param name="states">The states by task.</param>
    /// <param name="stopping">The allocation is being stopped: only poststop tasks may start.</param>
    public static IReadOnlyList<string> MayStart(TaskGroup group, IReadOnlyDictionary<string, TaskState> states, bool stopping)
    {
        var others = group.Tasks.Where(t => t.Lifecycle?.Hook != Poststop).ToList();
        var over = others.All(t => State(t) == TaskRunState.Dead);
        if (stopping || over) return over ? Names(group.Tasks.Where(t => t.Lifecycle?.Hook == Poststop)) : [];

        var prestart = group.Tasks.Where(t => t.Lifecycle?.Hook == Prestart).ToList();
        var ready = Names(prestart).ToList();
        if (!prestart.All(t => t.Lifecycle!.Sidecar ? State(t) == TaskRunState.Running : states[t.Name].Successful)) return ready;

        var main = group.Tasks.Where(IsMain).ToList();
        ready.AddRange(Names(main));
        if (main.All(t => State(t) == TaskRunState.Running || (State(t) == TaskRunState.Dead && states[t.Name].StartedAt is not null)))
            ready.AddRange(Names(group.Tasks.Where(t => t.Lifecycle?.Hook == Poststart)));
        return ready;

        TaskRunState State(JobTask task) => states[task.Name].State;
    }

    /// <summary>Why the tasks that still run must be stopped, when the states are these; null: they needn't.</summary>
    /// <returns>The kind of the event that the others get, and its text.</returns>
    public static (string EventType, string Message)? MustStop(TaskGroup group, IReadOnlyDictionary<string, TaskState> states)
    {
        var failed = group.Tasks.FirstOrDefault(t => t.Lifecycle?.Hook != Poststop && states[t.Name] is { State: TaskRunState.Dead, Failed: true });
        if (failed is not null) return (TaskEventTypes.SiblingFailed, $"Task's sibling \"{failed.Name}\" failed");

        var leader = group.Tasks.FirstOrDefault(t => t.Leader);
        if (leader is not null && states[leader.Name].State == TaskRunState.Dead)
            return (TaskEventTypes.LeaderDead, $"Leader Task in Group dead");

        // Sidecars live for the main tasks only.
        var main = group.Tasks.Where(IsMain).ToList();
        return main.Count > 0 && main.All(t => states[t.Name].State == TaskRunState.Dead)
            ? (TaskEventTypes.MainDead, "Main tasks in the group died")
            : null;
    }

    /// <summary>The order in which running tasks are stopped, in waves: the leader, then the others, then sidecars. Poststop tasks are not stopped: they run afterwards.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> StopOrder(TaskGroup group)
    {
        var stoppable = group.Tasks.Where(t => t.Lifecycle?.Hook != Poststop).ToList();
        return [.. new[]
        {
            Names(stoppable.Where(t => t.Leader)),
            Names(stoppable.Where(t => !t.Leader && t.Lifecycle?.Sidecar != true)),
            Names(stoppable.Where(t => !t.Leader && t.Lifecycle?.Sidecar == true)),
        }.Where(wave => wave.Count > 0)];
    }

    /// <summary>Whether a task that ended well is started again: those that should run for ever.</summary>
    public static bool RestartsOnSuccess(Job job, JobTask task) => task.Lifecycle is { } lifecycle && lifecycle.Hook.Length > 0
        ? lifecycle.Sidecar
        : job.Type is not (JobTypes.Batch or JobTypes.SysBatch);

    /// <summary>
    /// Whether a task that ended well before the main tasks is carried out again after the machine was started anew: what
    /// the others, which start again, need of it may be gone.
    /// </summary>
    public static bool RunsAgainAfterReboot(TaskGroup group, JobTask task, IReadOnlyDictionary<string, TaskRecord> remembered) =>
        task.Lifecycle?.Hook is Prestart or Poststart && !task.Lifecycle.Sidecar
        && remembered.TryGetValue(task.Name, out var own) && own.State.Successful
        && group.Tasks.Any(t => IsMain(t) && remembered.TryGetValue(t.Name, out var main) && main.State.State != TaskRunState.Dead);

    private static bool IsMain(JobTask task) => task.Lifecycle is null || task.Lifecycle.Hook.Length == 0;

    private static List<string> Names(IEnumerable<JobTask> tasks) => [.. tasks.Select(t => t.Name)];
}
