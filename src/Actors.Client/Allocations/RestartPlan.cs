using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>
/// A restart of a whole allocation under way: its tasks are stopped in the order in which a stop would stop them; when all
/// of them wait, they start in the order of their lifecycle, as at the beginning.
/// </summary>
/// <param name="Reason">Why, for people.</param>
/// <param name="All">Those that have ended begin anew too.</param>
/// <param name="Held">Those that are stopped and wait.</param>
internal sealed record RestartPlan(string Reason, bool All, IReadOnlySet<string> Held)
{
    /// <summary>The tasks to stop now; empty: all wait, and may start.</summary>
    public IReadOnlyList<string> NextWave(TaskGroup group, IReadOnlyDictionary<string, TaskState> states) =>
        TaskCoordinator.StopOrder(group)
            .Select(wave => wave.Where(task => states[task].State != TaskRunState.Dead && !Held.Contains(task)).ToList())
            .FirstOrDefault(wave => wave.Count > 0) ?? [];

    /// <summary>The ended tasks that begin anew; those that run after all others have not run yet.</summary>
    public IReadOnlyList<string> Revived(TaskGroup group, IReadOnlyDictionary<string, TaskState> states) => All
        ? [.. group.Tasks.Where(t => t.Lifecycle?.Hook != TaskCoordinator.Poststop && states[t.Name].State == TaskRunState.Dead).Select(t => t.Name)]
        : [];

    /// <summary>The plan with one more task that waits.</summary>
    public RestartPlan Hold(string task) => this with { Held = new HashSet<string>(Held, StringComparer.Ordinal) { task } };
}
