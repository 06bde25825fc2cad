using Actors.Api.Models;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.JobSpec;
using Actors.Scheduling.Reconciliation;
using Actors.State;

namespace Actors.Api.Explaining;

/// <summary>Why one allocation took the place of another: a change of the job, a failure, a move.</summary>
internal static class Replacements
{
    /// <summary>Named changes of one update at most.</summary>
    private const int ShownChanges = 12;

    /// <summary>What an allocation replaces and why; null when it replaces nothing that is still known.</summary>
    public static ReplacedExplanation? Of(RegionState state, Allocation allocation)
    {
        if (allocation.PreviousAllocation is not { } id || state.FindAllocation(id) is not { } previous) return null;
        var before = state.FindJobVersion(previous.JobId, previous.JobVersion);
        var after = state.FindJobVersion(allocation.JobId, allocation.JobVersion);
        var updated = previous.JobVersion != allocation.JobVersion && before is not null && after is not null && after.TaskGroups.Any(g => g.Name == allocation.TaskGroup)
            ? TasksUpdated.Reason(before, after, allocation.TaskGroup)
            : null;
        return new ReplacedExplanation
        {
            AllocId = previous.Id.ToString(),
            JobVersion = previous.JobVersion,
            Reason = Reason(allocation, previous, updated),
            Changes = updated is null ? [] : Changes(before!, after!, allocation.TaskGroup),
        };
    }

    /// <summary>What differs in a group between two versions of a job, a line each.</summary>
    public static IReadOnlyList<string> Changes(Job before, Job after, string group)
    {
        var diff = JobDiffer.Diff(before, after);
        if (diff.TaskGroups.FirstOrDefault(g => g.Name == group) is not { } changed) return [];
        List<string> lines = [.. Lines("", changed.Fields, changed.Objects)];
        foreach (var task in changed.Tasks)
        {
            if (task.Type == DiffTypes.Edited) lines.AddRange(Lines($"task {task.Name}: ", task.Fields, task.Objects));
            else lines.Add($"task {task.Name}: {task.Type.ToLowerInvariant()}");
        }

        return lines.Count <= ShownChanges ? lines : [.. lines.Take(ShownChanges), $"and {lines.Count - ShownChanges} more"];
    }

    private static string Reason(Allocation allocation, Allocation previous, string? updated)
    {
        if (updated is not null) return $"the update to version {allocation.JobVersion} could not be taken in place, because {updated}";
        if (allocation.Reschedules.Count > 0 && allocation.Reschedules[^1] is var attempt && attempt.PreviousAllocation == previous.Id)
        {
            var times = allocation.Reschedules.Count == 1 ? "for the first time" : $"for the {allocation.Reschedules.Count}. time";
            return $"that had failed on {previous.NodeName}, and was placed again {times}{(attempt.Delay > TimeSpan.Zero ? $" after {GoDuration.Format(attempt.Delay)}" : "")}";
        }

        return previous.DesiredDescription.Length > 0 ? previous.DesiredDescription : $"that is {Mapping.Wire.Word(previous.ClientStatus)}";
    }

    private static IEnumerable<string> Lines(string where, IEnumerable<FieldDiff> fields, IEnumerable<ObjectDiff> objects)
    {
        foreach (var field in fields)
        {
            if (field.Type == DiffTypes.None) continue;
            yield return field.Type switch
            {
                DiffTypes.Added => $"{where}{field.Name} added: \"{Short(field.New)}\"",
                DiffTypes.Deleted => $"{where}{field.Name} removed: \"{Short(field.Old)}\"",
                _ => $"{where}{field.Name}: \"{Short(field.Old)}\" → \"{Short(field.New)}\"",
            };
        }

        foreach (var line in objects.SelectMany(item => Lines($"{where}{item.Name}.", item.Fields, item.Objects))) yield return line;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
