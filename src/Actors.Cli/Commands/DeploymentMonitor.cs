using System.Globalization;
using System.Net;
using System.Text.Json;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>Follows a deployment to its end: its groups, and its allocations with the latest that each task tells.</summary>
internal sealed class DeploymentMonitor(ApiClient api, CliContext cli, bool wholeIds)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);
    private static readonly string[] Spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
    private readonly LiveBlock _block = new(cli);
    private int _turns;
    private JsonElement? _job;

    /// <summary>Follows a deployment.</summary>
    /// <returns>How it ended: successful, failed, cancelled, or blocked.</returns>
    public async Task<string> FollowAsync(string deploymentId, CancellationToken cancellation)
    {
        ulong index = 0;
        while (true)
        {
            // On a terminal the allocations under the deployment should move too, so the wait is short there.
            var answer = await api.GetAfterAsync($"/v1/deployment/{deploymentId}", index, cli.IsTerminal ? TimeSpan.FromMilliseconds(400) : Wait, cancellation).ConfigureAwait(false);
            index = Math.Max(answer.Index, 1);
            var deployment = answer.Body;
            var allocations = await AllocationsAsync(deploymentId, cancellation).ConfigureAwait(false);
            var status = deployment.Text("Status");
            var ended = status is "successful" or "failed" or "cancelled" or "blocked";
            Show(deployment, allocations, ended, ended ? [] : await WaitsAsync(deployment, allocations, cancellation).ConfigureAwait(false));
            if (ended)
                return status;
        }
    }

    private async Task<IReadOnlyList<JsonElement>> AllocationsAsync(string deploymentId, CancellationToken cancellation)
    {
        try
        {
            var answer = await api.GetAsync($"/v1/deployment/allocations/{deploymentId}", cancellation).ConfigureAwait(false);
            return answer.Body.ValueKind == JsonValueKind.Array ? [.. answer.Body.EnumerateArray().OrderBy(allocation => allocation.Number("CreateIndex")).ThenBy(allocation => allocation.Text("Name"), StringComparer.Ordinal)] : [];
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    // The job says what makes an allocation healthy: asked for once, when something keeps the deployment waiting.
    private async Task<IReadOnlyList<string>> WaitsAsync(JsonElement deployment, IReadOnlyList<JsonElement> allocations, CancellationToken cancellation)
    {
        if (!allocations.Any(allocation => HealthWaits.IsWaiting(allocation, cli.Time)))
            return [];
        try
        {
            _job ??= (await api.GetAsync($"/v1/job/{Uri.EscapeDataString(deployment.Text("JobID"))}", cancellation, ("namespace", deployment.Text("Namespace"))).ConfigureAwait(false)).Body;
            return [.. HealthWaits.Lines(_job.Value, deployment, allocations, cli.Time)];
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    private void Show(JsonElement deployment, IReadOnlyList<JsonElement> allocations, bool ended, IReadOnlyList<string> waits)
    {
        var id = Output.Id(deployment.Text("ID"), wholeIds);
        var status = deployment.Text("Status");
        var head = ended
            ? status switch
            {
                "successful" => $"  {cli.Paint(Paint.Green, "✓")} Deployment \"{id}\" successful",
                "failed" => $"  {cli.Paint(Paint.Red, "!")} Deployment \"{id}\" failed",
                _ => $"  - Deployment \"{id}\" {status}",
            }
            : $"  {(cli.IsTerminal ? cli.Paint(Paint.Cyan, Spinner[_turns++ % Spinner.Length]) : "*")} Deployment \"{id}\" in progress...";
        var lines = new List<string> { head, "", $"    {Times.Show(cli.Time.GetUtcNow(), cli.Time)}" };
        var body = new List<string>();
        body.AddRange(DeploymentView.Lines(deployment, wholeIds, cli.Time).Select(line => line.Length == 0 ? "" : "    " + line));
        var shown = Progress(allocations);
        if (shown.Count > 0)
        {
            body.Add("");
            body.Add("    Allocations");
            body.AddRange(Columns.Table(shown).Split('\n').Select(line => "    " + line));
        }

        if (waits.Count > 0)
        {
            body.Add("");
            body.AddRange(waits.Select(wait => "    " + wait));
        }

        lines.AddRange(body);
        _block.Show(lines, head + string.Join('\n', body));
    }

    private List<IReadOnlyList<string>> Progress(IReadOnlyList<JsonElement> allocations)
    {
        // A thousand rows would scroll away: the unfinished ones matter, and the rest is in the table above.
        var open = allocations.Where(allocation => allocation.Child("DeploymentStatus")?.Child("Healthy") is not { ValueKind: JsonValueKind.True }).Take(10).ToList();
        if (open.Count == 0)
            open = [.. allocations.Take(10)];
        List<IReadOnlyList<string>> rows = [];
        foreach (var allocation in open)
            rows.Add([Output.Id(allocation.Text("ID"), wholeIds), allocation.Text("NodeName"), allocation.Text("TaskGroup"), allocation.Text("ClientStatus"), LatestEvent(allocation)]);
        if (rows.Count > 0)
            rows.Insert(0, ["ID", "Node", "Task Group", "Status", "Latest"]);
        if (allocations.Count > open.Count && rows.Count > 0)
            rows.Add([string.Create(CultureInfo.InvariantCulture, $"+{allocations.Count - open.Count} more")]);
        return rows;
    }

    private static string LatestEvent(JsonElement allocation)
    {
        var latest = allocation.Members("TaskStates")
            .SelectMany(task => task.Value.Items("Events").Select(happened => (Task: task.Name, Event: happened)))
            .OrderByDescending(entry => entry.Event.Number("Time"))
            .FirstOrDefault();
        if (latest.Task is null)
            return "waiting for the client";
        var message = latest.Event.Text("DisplayMessage");
        var text = message.Length == 0 ? latest.Event.Text("Type") : $"{latest.Event.Text("Type")}: {message}";
        return $"{latest.Task}: {(text.Length > 80 ? text[..79] + "…" : text)}".ReplaceLineEndings(" ");
    }
}
