using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary>The allocation and the task that a command is about.</summary>
internal static class AllocationArgument
{
    /// <summary>Take the latest allocation of a job.</summary>
    public static Flag ByJob { get; } = Flag.Switch("job", "The first argument is a job: take its latest allocation that runs.");

    /// <summary>The task.</summary>
    public static Flag Task { get; } = Flag.Text("task", "name", "The task; may be left out when the group has only one.");

    /// <summary>The id of the allocation named by the first argument.</summary>
    public static async Task<string> ResolveAsync(Invocation invocation, ApiClient api)
    {
        var written = invocation.Arguments[0];
        if (!invocation.Flags.IsOn("job"))
            return await Lookup.IdAsync(api, ThingKind.Allocation, written, invocation.Cancellation).ConfigureAwait(false);
        var (job, ns) = await Lookup.JobAsync(api, written, invocation.Cancellation).ConfigureAwait(false);
        var allocations = (await api.GetAsync($"/v1/job/{Uri.EscapeDataString(job)}/allocations", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        var latest = allocations.EnumerateArray().OrderByDescending(allocation => allocation.Text("ClientStatus") == "running").ThenByDescending(allocation => allocation.Number("CreateIndex")).FirstOrDefault();
        return latest.ValueKind == JsonValueKind.Object ? latest.Text("ID") : throw new CommandFailedException($"job \"{job}\" has no allocation");
    }

    /// <summary>The task: the one given, or the allocation's only one.</summary>
    /// <exception cref="CommandFailedException">There is none of that name, or there are several and none is given.</exception>
    public static async Task<string> TaskAsync(Invocation invocation, ApiClient api, string allocationId, string? given)
    {
        var allocation = (await api.GetAsync("/v1/allocation/" + allocationId, invocation.Cancellation).ConfigureAwait(false)).Body;
        var group = allocation.Child("Job")?.Items("TaskGroups").FirstOrDefault(candidate => candidate.Text("Name") == allocation.Text("TaskGroup"));
        var tasks = group is { ValueKind: JsonValueKind.Object } found
            ? found.Items("Tasks").Select(task => task.Text("Name")).ToList()
            : allocation.Members("TaskStates").Select(task => task.Name).ToList();
        return Choose(allocationId, tasks, given);
    }

    /// <summary>The task given, or the only one there is.</summary>
    /// <exception cref="CommandFailedException">There is none of that name, or there are several and none is given.</exception>
    public static string Choose(string allocationId, List<string> tasks, string? given)
    {
        if (given is null)
            return tasks.Count == 1 ? tasks[0] : throw new CommandFailedException($"allocation \"{Output.Id(allocationId, false)}\" has {tasks.Count} tasks, so name one of them: {string.Join(", ", tasks)}");
        if (tasks.Contains(given))
            return given;
        var nearest = NearestName.Find(given, tasks);
        throw new CommandFailedException($"allocation \"{Output.Id(allocationId, false)}\" has no task \"{given}\"{(nearest is null ? $"; there are: {string.Join(", ", tasks)}" : $"; did you mean \"{nearest}\"?")}");
    }
}
