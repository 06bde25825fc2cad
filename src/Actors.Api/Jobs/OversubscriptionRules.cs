using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;
using Actors.JobSpec;

namespace Actors.Api.Jobs;

/// <summary>What of a job has no effect in a region whose operator lets no task grow beyond its <c>memory</c>.</summary>
internal static class OversubscriptionRules
{
    /// <summary>A warning for each task with a <c>memory_max</c>, unless the region lets tasks grow to it.</summary>
    public static IEnumerable<Diagnostic> Check(Job job, SchedulerConfiguration scheduler)
    {
        if (scheduler.MemoryOversubscription) yield break;
        foreach (var (g, group) in job.TaskGroups.Index())
        {
            foreach (var (t, task) in group.Tasks.Index())
            {
                if (task.Resources?.MemoryMaxMb is null or 0) continue;
                yield return new Diagnostic(
                    DiagnosticSeverity.Warning,
                    DiagnosticCodes.Ignored,
                    $"task \"{task.Name}\" of group \"{group.Name}\": memory_max is ignored, because memory oversubscription is not enabled (pbm operator scheduler set-config -memory-oversubscription=true)",
                    Path: $"TaskGroups[{g}].Tasks[{t}].Resources.MemoryMaxMB");
            }
        }
    }
}
