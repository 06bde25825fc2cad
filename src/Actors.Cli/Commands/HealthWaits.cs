using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>Says in words what a deployment waits for while its allocations run and are not healthy.</summary>
internal static class HealthWaits
{
    /// <summary>So long after its last change an allocation that runs is worth a word.</summary>
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(5);

    /// <summary>A line for each group of which something runs that is not healthy yet.</summary>
    /// <param name="job">The job.</param>
    /// <param name="deployment">Its deployment.</param>
    /// <param name="allocations">The deployment's allocations.</param>
    /// <param name="clock">The time.</param>
    public static IEnumerable<string> Lines(JsonElement job, JsonElement deployment, IEnumerable<JsonElement> allocations, TimeProvider clock)
    {
        foreach (var group in allocations.Where(allocation => IsWaiting(allocation, clock)).GroupBy(allocation => allocation.Text("TaskGroup")).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var definition = job.Items("TaskGroups").FirstOrDefault(candidate => candidate.Text("Name") == group.Key);
            if (definition.ValueKind != JsonValueKind.Object)
                continue;
            var deadline = deployment.Members("TaskGroups").Where(entry => entry.Name == group.Key).Select(entry => entry.Value.Time("RequireProgressBy")).FirstOrDefault();
            var until = deadline is { Year: > 1 } at ? $"; it fails at {Times.Show(at, clock)}" : "";
            yield return $"Group \"{group.Key}\": {Count(group.Count())} not healthy yet: waiting for {What(definition)}{until}";
        }
    }

    /// <summary>Whether an allocation runs without being healthy for longer than a start takes.</summary>
    public static bool IsWaiting(JsonElement allocation, TimeProvider clock) =>
        allocation.Text("ClientStatus") == "running"
        && allocation.Text("DesiredStatus") == "run"
        && allocation.Child("DeploymentStatus")?.Child("Healthy") is not { ValueKind: JsonValueKind.True or JsonValueKind.False }
        && allocation.Time("CreateTime") is { } created
        && clock.GetUtcNow() - created > WorthAWord;

    private static string Count(int count) => count == 1 ? "1 running allocation is" : $"{count} running allocations are";

    private static string What(JsonElement group)
    {
        var update = group.Child("Update");
        var checks = group.Items("Services").Concat(group.Items("Tasks").SelectMany(task => task.Items("Services"))).SelectMany(service => service.Items("Checks").Select(check => Check(check, service))).ToList();
        var stays = $" (for {GoDuration.Format(TimeSpan.FromMicroseconds((update?.Number("MinHealthyTime") ?? 0) / 1000))})";
        return update?.Text("HealthCheck") switch
        {
            "manual" => "someone to say that they are",
            "checks" when checks.Count > 0 => $"{string.Join(", ", checks)} to pass{stays}",
            _ => $"their tasks to keep running{stays}",
        };
    }

    private static string Check(JsonElement check, JsonElement service)
    {
        var port = check.Text("PortLabel") is { Length: > 0 } own ? own : service.Text("PortLabel");
        var path = check.Text("Path") is { Length: > 0 } given ? " " + given : "";
        return $"check \"{check.Text("Name")}\" ({check.Text("Type")}{(port.Length > 0 ? $", port {port}" : "")}{path})";
    }
}
