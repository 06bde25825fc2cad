using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Diff;

namespace Actors.JobSpec;

/// <summary>Compares two versions of a job.</summary>
public static class JobDiffer
{
    private static readonly HashSet<string> ServerFields = new(
        ["ID", "Status", "StatusDescription", "Version", "Stable", "CreateIndex", "ModifyIndex", "JobModifyIndex", "SubmitTime",
        "NomadTokenID", "ConsulToken", "VaultToken", "VersionTag", "Update", "TaskGroups"],
        StringComparer.Ordinal);

    private static readonly HashSet<string> GroupFields = new(["Name", "Tasks"], StringComparer.Ordinal);

    private static readonly HashSet<string> TaskFields = new(["Name"], StringComparer.Ordinal);

    /// <summary>
    /// The differences between two canonical jobs, without what the server keeps. A missing <paramref name="before"/> makes
    /// everything added, a missing <paramref name="after"/> deleted. The job's own update block is left out: groups carry it.
    /// </summary>
    /// <param name="before">The earlier version.</param>
    /// <param name="after">The later version.</param>
    /// <param name="contextual">Whether changed blocks also show what is the same in them.</param>
    public static JobDiff Diff(Job? before, Job? after, bool contextual = false)
    {
        if (before is null && after is null) return new JobDiff { Type = DiffTypes.None, Id = "" };
        var comparison = new TreeComparison(contextual);
        var (fields, objects) = comparison.Members(Tree(before), Tree(after), ServerFields);
        var groups = Matched(before?.TaskGroups ?? [], after?.TaskGroups ?? [], group => group.Name)
            .Select(pair => Group(pair.Before, pair.After, comparison))
            .Where(diff => diff.Type != DiffTypes.None || contextual)
            .ToList();
        return new JobDiff
        {
            Type = TypeOf(before, after, fields.Any(TreeComparison.IsChange) || objects.Count > 0 || groups.Any(group => group.Type != DiffTypes.None)),
            Id = (after ?? before)!.Id,
            Fields = fields,
            Objects = objects,
            TaskGroups = groups,
        };
    }

    /// <summary>
    /// Adds what the changes mean: to counts and tasks whether they force creating, destroying or updating in place, and to
    /// groups what the scheduler would do.
    /// </summary>
    /// <param name="diff">The differences.</param>
    /// <param name="updates">By group, kinds of update ("create", "in-place update", …) and how many allocations.</param>
    public static JobDiff Annotate(JobDiff diff, IReadOnlyDictionary<string, IReadOnlyDictionary<string, ulong>> updates)
    {
        ArgumentNullException.ThrowIfNull(diff);
        ArgumentNullException.ThrowIfNull(updates);
        return diff with
        {
            TaskGroups = [.. diff.TaskGroups.Select(group => group with
            {
                Updates = updates.GetValueOrDefault(group.Name),
                Fields = [.. group.Fields.Select(field => Count(group, field))],
                Tasks = [.. group.Tasks.Select(task => Annotated(group, task))],
            })],
        };
    }

    private static TaskGroupDiff Group(TaskGroup? before, TaskGroup? after, TreeComparison comparison)
    {
        var (fields, objects) = comparison.Members(Tree(before), Tree(after), GroupFields);
        var tasks = Matched(before?.Tasks ?? [], after?.Tasks ?? [], task => task.Name)
            .Select(pair => Task(pair.Before, pair.After, comparison))
            .Where(diff => diff.Type != DiffTypes.None || comparison.Contextual)
            .ToList();
        return new TaskGroupDiff
        {
            Type = TypeOf(before, after, fields.Any(TreeComparison.IsChange) || objects.Count > 0 || tasks.Any(task => task.Type != DiffTypes.None)),
            Name = (after ?? before)!.Name,
            Fields = fields,
            Objects = objects,
            Tasks = tasks,
        };
    }

    private static TaskDiff Task(JobTask? before, JobTask? after, TreeComparison comparison)
    {
        var (fields, objects) = comparison.Members(Tree(before), Tree(after), TaskFields);
        return new TaskDiff
        {
            Type = TypeOf(before, after, fields.Any(TreeComparison.IsChange) || objects.Count > 0),
            Name = (after ?? before)!.Name,
            Fields = fields,
            Objects = objects,
        };
    }

    private static string TypeOf(object? before, object? after, bool changed) =>
        before is null ? DiffTypes.Added : after is null ? DiffTypes.Deleted : changed ? DiffTypes.Edited : DiffTypes.None;

    /// <summary>Pairs by name, in the order of names. Of two with one name the first counts.</summary>
    private static IEnumerable<(T? Before, T? After)> Matched<T>(IEnumerable<T> before, IEnumerable<T> after, Func<T, string> name)
        where T : class
    {
        var pairs = new SortedDictionary<string, (T? Before, T? After)>(StringComparer.Ordinal);
        foreach (var item in before) pairs.TryAdd(name(item), (item, null));
        foreach (var item in after)
        {
            if (!pairs.TryGetValue(name(item), out var pair)) pairs[name(item)] = (null, item);
            else if (pair.After is null) pairs[name(item)] = (pair.Before, item);
        }

        return pairs.Values;
    }

    private static JsonObject? Tree(Job? job) => job is null ? null : JsonSerializer.SerializeToNode(job with { TaskGroups = [] }, JobJson.Default.Job)!.AsObject();

    private static JsonObject? Tree(TaskGroup? group) => group is null ? null : JsonSerializer.SerializeToNode(group with { Tasks = [] }, JobJson.Default.TaskGroup)!.AsObject();

    private static JsonObject? Tree(JobTask? task) => task is null ? null : JsonSerializer.SerializeToNode(task, JobJson.Default.JobTask)!.AsObject();

    private static FieldDiff Count(TaskGroupDiff group, FieldDiff field)
    {
        if (field.Name != "Count" || group.Type == DiffTypes.None) return field;
        var before = Number(field.Old);
        var after = Number(field.New);
        return after == before ? field : field with { Annotations = [after > before ? "forces create" : "forces destroy"] };
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static TaskDiff Annotated(TaskGroupDiff group, TaskDiff task)
    {
        if (task.Type == DiffTypes.None) return task;
        if (group.Type is DiffTypes.Added or DiffTypes.Deleted)
        {
            if (task.Type == DiffTypes.Added) return task with { Annotations = ["forces create"] };
            if (task.Type == DiffTypes.Deleted) return task with { Annotations = ["forces destroy"] };
        }

        var destructive = task.Type != DiffTypes.Edited
            || task.Fields.Any(field => TreeComparison.IsChange(field) && field.Name != "KillTimeout")
            || task.Objects.Any(change => change.Name switch
            {
                "Service" or "Constraint" or "RestartPolicy" => false,
                "LogConfig" => change.Fields.Any(field => TreeComparison.IsChange(field) && field.Name == "Disabled"),
                _ => true,
            });
        return task with { Annotations = [destructive ? "forces create/destroy update" : "forces in-place update"] };
    }
}
