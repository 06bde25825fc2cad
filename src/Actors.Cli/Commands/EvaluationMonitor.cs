using System.Net;
using System.Text.Json;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>Follows an evaluation to its end, and then the deployment that it began, telling what happens as it happens.</summary>
internal sealed class EvaluationMonitor(ApiClient api, CliContext cli, bool wholeIds)
{
    /// <summary>The exit code for a job of which something found no room, as Nomad has it.</summary>
    public const int PlacementFailed = 2;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, string> _allocations = [];

    /// <summary>Follows an evaluation and what comes of it.</summary>
    /// <param name="evaluationId">The evaluation.</param>
    /// <param name="cancellation">Nobody watches any more.</param>
    /// <returns>0; 1 when it or its deployment failed; 2 when something found no room.</returns>
    public async Task<int> FollowAsync(string evaluationId, CancellationToken cancellation)
    {
        Say($"Monitoring evaluation \"{Output.Id(evaluationId, wholeIds)}\"", heading: true);
        var evaluation = await WatchAsync(evaluationId, cancellation).ConfigureAwait(false);
        var status = evaluation.Text("Status");
        Say($"Evaluation \"{Output.Id(evaluationId, wholeIds)}\" finished with status \"{status}\"", heading: true);
        if (status != "complete")
        {
            if (evaluation.Text("StatusDescription") is { Length: > 0 } why)
                cli.Out.WriteLine("    " + why);
            return status == "cancelled" || status == "canceled" ? 0 : 1;
        }

        var failed = evaluation.Members("FailedTGAllocs").Count > 0;
        if (failed)
        {
            Say(cli.Paint(Paint.Yellow, "Failed to place all allocations") + ":", heading: true);
            var explanations = await PlacementFailures.ExplainAsync(api, evaluation, cancellation).ConfigureAwait(false);
            foreach (var line in PlacementFailures.Describe(evaluation, explanations))
                cli.Out.WriteLine("    " + line);
            if (evaluation.Text("BlockedEval") is { Length: > 0 } blocked)
                cli.Out.WriteLine($"    Evaluation \"{Output.Id(blocked, wholeIds)}\" waiting for additional capacity to place remainder");
            return PlacementFailed;
        }

        if (await DeploymentAsync(evaluation, cancellation).ConfigureAwait(false) is not { } deployment)
            return 0;
        Say($"Monitoring deployment \"{Output.Id(deployment, wholeIds)}\"", heading: true);
        var ended = await new DeploymentMonitor(api, cli, wholeIds).FollowAsync(deployment, cancellation).ConfigureAwait(false);
        return ended == "failed" ? 1 : 0;
    }

    // Not every evaluation names its deployment; then it is the one of its job that is under way.
    private async Task<string?> DeploymentAsync(JsonElement evaluation, CancellationToken cancellation)
    {
        if (evaluation.Text("DeploymentID") is { Length: > 0 } named)
            return named;
        if (evaluation.Text("Type") != "service" || evaluation.Text("JobID") is not { Length: > 0 } job)
            return null;
        try
        {
            var latest = (await api.GetAsync($"/v1/job/{Uri.EscapeDataString(job)}/deployment", cancellation, ("namespace", evaluation.Text("Namespace"))).ConfigureAwait(false)).Body;
            return latest.ValueKind == JsonValueKind.Object && latest.Text("Status") is "running" or "pending" or "initializing" ? latest.Text("ID") : null;
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<JsonElement> WatchAsync(string evaluationId, CancellationToken cancellation)
    {
        var path = $"/v1/evaluation/{evaluationId}";
        ulong index = 0;
        var status = "";
        var deployment = "";
        var missing = 0;
        while (true)
        {
            Answer answer;
            try
            {
                answer = await api.GetAfterAsync(path, index, Wait, cancellation).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.Status == HttpStatusCode.NotFound && missing++ < 50)
            {
                // Another server than the one that took the job may be a moment behind.
                await Task.Delay(TimeSpan.FromMilliseconds(100), cli.Time, cancellation).ConfigureAwait(false);
                continue;
            }

            index = Math.Max(answer.Index, 1);
            var evaluation = answer.Body;
            if (status.Length == 0)
                Say(Trigger(evaluation));
            if (evaluation.Text("DeploymentID") is { Length: > 0 } current && current != deployment)
            {
                deployment = current;
                Say($"Evaluation within deployment: \"{Output.Id(deployment, wholeIds)}\"");
            }

            await TellAllocationsAsync(evaluationId, cancellation).ConfigureAwait(false);
            var now = evaluation.Text("Status");
            if (status.Length > 0 && now != status)
                Say($"Evaluation status changed: \"{status}\" -> \"{now}\"");
            status = now;
            if (status is "complete" or "failed" or "canceled" or "cancelled")
                return evaluation;
        }
    }

    private string Trigger(JsonElement evaluation) => evaluation.Text("TriggeredBy") switch
    {
        "node-update" or "node-drain" => $"Evaluation triggered by node \"{Output.Id(evaluation.Text("NodeID"), wholeIds)}\"",
        _ => $"Evaluation triggered by job \"{evaluation.Text("JobID")}\"",
    };

    private async Task TellAllocationsAsync(string evaluationId, CancellationToken cancellation)
    {
        var answer = await api.GetAsync($"/v1/evaluation/{evaluationId}/allocations", cancellation).ConfigureAwait(false);
        if (answer.Body.ValueKind != JsonValueKind.Array)
            return;
        foreach (var allocation in answer.Body.EnumerateArray().OrderBy(allocation => allocation.Text("Name"), StringComparer.Ordinal))
        {
            var id = allocation.Text("ID");
            var status = allocation.Text("ClientStatus");
            var shown = Output.Id(id, wholeIds);
            if (!_allocations.TryGetValue(id, out var before))
            {
                var group = $"group \"{allocation.Text("TaskGroup")}\"";
                var node = $"node \"{(allocation.Text("NodeName") is { Length: > 0 } name ? name : Output.Id(allocation.Text("NodeID"), wholeIds))}\"";
                Say(allocation.Text("DesiredStatus") == "run"
                    ? allocation.Text("PreviousAllocation") is { Length: > 0 } previous ? $"Allocation \"{shown}\" created: {node}, {group}, replaces \"{Output.Id(previous, wholeIds)}\"" : $"Allocation \"{shown}\" created: {node}, {group}"
                    : $"Allocation \"{shown}\" modified: {node}, {group}");
            }
            else if (before != status)
            {
                Say($"Allocation \"{shown}\" status changed: \"{before}\" -> \"{status}\"{(allocation.Text("ClientDescription") is { Length: > 0 } why ? $" ({why})" : "")}");
            }

            _allocations[id] = status;
        }
    }

    private void Say(string message, bool heading = false)
    {
        var time = Times.Show(cli.Time.GetUtcNow(), cli.Time);
        cli.Out.WriteLine(heading ? $"{cli.Paint(Paint.Bold, "==>")} {time}: {message}" : $"    {time}: {message}");
        cli.Out.Flush();
    }
}
