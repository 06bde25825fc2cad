using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Evaluations;

/// <summary><c>pbm eval status</c>.</summary>
internal static class EvalStatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "eval status",
        "<evaluation>",
        "Shows an evaluation, and for what found no room, why: by Nomad's counters and by the nodes' names.\nThe beginning of its id will do.",
        [Output.Verbose, Output.Json, Output.Template, Flag.Switch("monitor", "Stay until it ends, and show what happens.")],
        1,
        1,
        RunAsync);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await Lookup.IdAsync(api, ThingKind.Evaluation, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var whole = invocation.Flags.IsOn("verbose");
        if (invocation.Flags.IsOn("monitor"))
            return await new EvaluationMonitor(api, invocation.Cli, whole).FollowAsync(id, invocation.Cancellation).ConfigureAwait(false);
        var evaluation = (await api.GetAsync("/v1/evaluation/" + id, invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, evaluation))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(Facts(evaluation, whole, invocation.Cli.Time)).ConfigureAwait(false);
        var explanations = await PlacementFailures.ExplainAsync(api, evaluation, invocation.Cancellation).ConfigureAwait(false);
        var failures = PlacementFailures.Describe(evaluation, explanations).ToList();
        if (failures.Count == 0)
            return 0;
        await invocation.Cli.Out.WriteLineAsync($"\n{Output.Heading(invocation, "Failed Placements")}\n{string.Join('\n', failures)}").ConfigureAwait(false);
        if (evaluation.Text("BlockedEval") is { Length: > 0 } blocked)
            await invocation.Cli.Out.WriteLineAsync($"\nEvaluation \"{Output.Id(blocked, whole)}\" waiting for additional capacity to place remainder").ConfigureAwait(false);
        return 0;
    }

    /// <summary>The evaluation's own facts.</summary>
    public static string Facts(JsonElement evaluation, bool whole, TimeProvider clock)
    {
        List<(string, string)> pairs =
        [
            ("ID", Output.Id(evaluation.Text("ID"), whole)),
            ("Create Time", whole ? Times.Show(evaluation.Time("CreateTime"), clock) : Times.Ago(evaluation.Time("CreateTime"), clock)),
            ("Modify Time", whole ? Times.Show(evaluation.Time("ModifyTime"), clock) : Times.Ago(evaluation.Time("ModifyTime"), clock)),
            ("Status", evaluation.Text("Status")),
            ("Status Description", evaluation.Text("StatusDescription") is { Length: > 0 } why ? why : evaluation.Text("Status")),
            ("Type", evaluation.Text("Type")),
            ("TriggeredBy", evaluation.Text("TriggeredBy")),
            ("Job ID", evaluation.Text("JobID")),
        ];
        if (evaluation.Text("NodeID") is { Length: > 0 } node)
            pairs.Add(("Node ID", Output.Id(node, whole)));
        if (evaluation.Text("DeploymentID") is { Length: > 0 } deployment)
            pairs.Add(("Deployment ID", Output.Id(deployment, whole)));
        if (evaluation.Time("WaitUntil") is { } until)
            pairs.Add(("Wait Until", Times.Show(until, clock)));
        pairs.Add(("Namespace", evaluation.Text("Namespace")));
        pairs.Add(("Priority", evaluation.Text("Priority")));
        pairs.Add(("Placement Failures", evaluation.Text("Status") == "blocked" ? "N/A - In Progress" : evaluation.Members("FailedTGAllocs").Count > 0 ? "true" : "false"));
        if (!whole)
            return Columns.Pairs(pairs);
        pairs.Add(("Previous Eval", evaluation.Text("PreviousEval")));
        pairs.Add(("Next Eval", evaluation.Text("NextEval")));
        pairs.Add(("Blocked Eval", evaluation.Text("BlockedEval")));
        return Columns.Pairs(pairs);
    }
}

/// <summary><c>pbm eval list</c>.</summary>
internal static class EvalListCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "eval list",
        "",
        "Lists evaluations, newest first.",
        [
            Output.Verbose,
            Output.Json,
            Output.Template,
            Flag.Text("job", "job", "Only those of this job."),
            Flag.Text("status", "status", "Only those with this status: pending, complete, blocked, failed, canceled."),
            Flag.Number("per-page", "count", "So many at once; the answer says where the next page begins."),
            Flag.Text("page-token", "token", "Begin here."),
        ],
        0,
        0,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var evaluations = (await api.GetAsync(
            "/v1/evaluations",
            invocation.Cancellation,
            ("job", invocation.Flags.Text("job")),
            ("status", invocation.Flags.Text("status")),
            ("per_page", invocation.Flags.Text("per-page")),
            ("next_token", invocation.Flags.Text("page-token")),
            ("reverse", "true")).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, evaluations))
            return 0;
        var whole = invocation.Flags.IsOn("verbose");
        await invocation.Cli.Out.WriteLineAsync(evaluations.GetArrayLength() == 0 ? "No evals found" : Columns.Table([
            ["ID", "Priority", "Triggered By", "Job ID", "Namespace", "Node ID", "Status", "Placement Failures"],
            .. evaluations.EnumerateArray().Select(evaluation => Output.Row(
                Output.Id(evaluation.Text("ID"), whole),
                evaluation.Text("Priority"),
                evaluation.Text("TriggeredBy"),
                evaluation.Text("JobID"),
                evaluation.Text("Namespace"),
                Output.Id(evaluation.Text("NodeID"), whole),
                evaluation.Text("Status"),
                evaluation.Text("Status") == "blocked" ? "N/A - In Progress" : evaluation.Members("FailedTGAllocs").Count > 0 ? "true" : "false"))])).ConfigureAwait(false);
        return 0;
    }
}
