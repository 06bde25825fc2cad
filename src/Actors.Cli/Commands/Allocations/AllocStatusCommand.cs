using System.Globalization;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Nodes;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc status</c>.</summary>
internal static class AllocStatusCommand
{
    private const int LatestEvents = 10;

    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc status",
        "<allocation>",
        "Shows an allocation: where it is, its addresses, and for each task its state and what happened to it.\nThe beginning of its id will do.",
        [
            Output.Verbose,
            Output.Json,
            Output.Template,
            Flag.Switch("short", "Only the allocation's own facts, and one line a task."),
            Flag.Switch("stats", "Also what its tasks use now."),
        ],
        1,
        1,
        RunAsync);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await Lookup.IdAsync(api, ThingKind.Allocation, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var allocation = (await api.GetAsync("/v1/allocation/" + id, invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, allocation))
            return 0;
        var (output, clock, verbose) = (invocation.Cli.Out, invocation.Cli.Time, invocation.Flags.IsOn("verbose"));
        await output.WriteLineAsync(Facts(allocation, verbose, clock)).ConfigureAwait(false);
        if (Addresses(allocation) is { } addresses)
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Allocation Addresses:")}\n{addresses}").ConfigureAwait(false);
        if (invocation.Flags.IsOn("short"))
        {
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Tasks")}\n{TaskLines(allocation, clock)}").ConfigureAwait(false);
            return 0;
        }

        if (invocation.Flags.IsOn("stats"))
        {
            var usage = await UsageView.OfAllocationAsync(api, id, invocation.Cancellation).ConfigureAwait(false);
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Resource Usage")}\n{UsageView.Tasks(usage)}").ConfigureAwait(false);
        }

        foreach (var task in allocation.Members("TaskStates"))
            await output.WriteLineAsync(TaskView(invocation, allocation, task, verbose)).ConfigureAwait(false);
        if (allocation.Child("Metrics") is { } metrics)
        {
            var placement = verbose ? Placement(metrics) : string.Join('\n', PlacementFailures.Counters(metrics).Where(_ => metrics.Number("NodesEvaluated") > 0).Select(line => "  * " + line));
            if (placement.Length > 0)
                await output.WriteLineAsync($"\n{Output.Heading(invocation, "Placement Metrics")}\n{placement}").ConfigureAwait(false);
        }

        return 0;
    }

    /// <summary>The allocation's own facts.</summary>
    public static string Facts(JsonElement allocation, bool whole, TimeProvider clock)
    {
        List<(string, string)> pairs =
        [
            ("ID", allocation.Text("ID")),
            ("Eval ID", Output.Id(allocation.Text("EvalID"), whole)),
            ("Name", allocation.Text("Name")),
            ("Node ID", Output.Id(allocation.Text("NodeID"), whole)),
            ("Node Name", allocation.Text("NodeName")),
            ("Job ID", allocation.Text("JobID")),
            ("Job Version", allocation.Child("Job")?.Text("Version") ?? allocation.Text("JobVersion")),
            ("Client Status", allocation.Text("ClientStatus")),
            ("Client Description", allocation.Text("ClientDescription")),
            ("Desired Status", allocation.Text("DesiredStatus")),
            ("Desired Description", allocation.Text("DesiredDescription")),
            ("Created", whole ? Times.Show(allocation.Time("CreateTime"), clock) : Times.Ago(allocation.Time("CreateTime"), clock)),
            ("Modified", whole ? Times.Show(allocation.Time("ModifyTime"), clock) : Times.Ago(allocation.Time("ModifyTime"), clock)),
        ];
        if (allocation.Text("DeploymentID") is { Length: > 0 } deployment)
        {
            pairs.Add(("Deployment ID", Output.Id(deployment, whole)));
            var status = allocation.Child("DeploymentStatus");
            pairs.Add(("Deployment Health", status?.Child("Healthy") is { } healthy ? healthy.ValueKind == JsonValueKind.True ? "healthy" : "unhealthy" : "unset"));
            if (status?.Flag("Canary") == true)
                pairs.Add(("Canary", "true"));
        }

        if (allocation.Text("PreviousAllocation") is { Length: > 0 } previous)
            pairs.Add(("Replaces Alloc ID", Output.Id(previous, whole)));
        if (allocation.Text("NextAllocation") is { Length: > 0 } next)
            pairs.Add(("Replacement Alloc ID", Output.Id(next, whole)));
        if (allocation.Text("PreemptedByAllocation") is { Length: > 0 } preemptor)
            pairs.Add(("Preempted By", Output.Id(preemptor, whole)));
        if (allocation.Items("PreemptedAllocations").Select(id => Output.Id(id.GetString()!, whole)).ToList() is { Count: > 0 } preempted)
            pairs.Add(("Preempted", string.Join(", ", preempted)));
        if (allocation.Text("FollowupEvalID") is { Length: > 0 } followup)
            pairs.Add(("Followup Eval ID", Output.Id(followup, whole)));
        return Columns.Pairs(pairs);
    }

    // Under its limit a task may grow, where the region's operator lets it.
    private static string Memory(JsonElement resources)
    {
        var memory = resources.Child("Memory");
        var sure = NodeView.Size(memory?.Number("MemoryMB") ?? 0);
        return memory?.Number("MemoryMaxMB") switch
        {
            null or 0 => sure,
            < 0 => $"{sure} (max: no limit)",
            { } most => $"{sure} (max: {NodeView.Size(most)})",
        };
    }

    private static string? Addresses(JsonElement allocation)
    {
        var ports = allocation.Child("AllocatedResources")?.Child("Shared")?.Items("Ports").ToList() ?? [];
        return ports.Count == 0 ? null : Columns.Table([
            ["Label", "Dynamic", "Address"],
            .. ports.Select(port => Output.Row(
                "*" + port.Text("Label"),
                "yes",
                $"{port.Text("HostIP")}:{port.Text("Value")}{(port.Number("To") > 0 ? $" -> {port.Text("To")}" : "")}"))]);
    }

    private static string TaskLines(JsonElement allocation, TimeProvider clock) => Columns.Table([
        ["Name", "State", "Last Event", "Time", "Lifecycle"],
        .. allocation.Members("TaskStates").Select(task =>
        {
            var last = task.Value.Items("Events").LastOrDefault();
            return Output.Row(task.Name, task.Value.Text("State"), last.ValueKind == JsonValueKind.Object ? last.Text("Type") : "", last.ValueKind == JsonValueKind.Object ? Times.Show(last.Time("Time"), clock) : "", Lifecycle(allocation, task.Name));
        })]);

    private static string TaskView(Invocation invocation, JsonElement allocation, JsonProperty task, bool verbose)
    {
        var clock = invocation.Cli.Time;
        var state = task.Value;
        var word = state.Text("State");
        var paint = state.Flag("Failed") ? Paint.Red : word == "running" ? Paint.Green : Paint.Yellow;
        List<string> text =
        [
            "",
            Output.Heading(invocation, $"Task \"{task.Name}\"{(Lifecycle(allocation, task.Name) is { Length: > 0 } hook and not "main" ? $" ({hook})" : "")} is ") + invocation.Cli.Paint(paint, $"\"{word}\"{(state.Flag("Failed") ? " (failed)" : "")}"),
        ];
        if (allocation.Child("AllocatedResources")?.Child("Tasks")?.Child(task.Name) is { } resources)
        {
            text.Add("Task Resources:");
            text.Add(Columns.Table([
                ["CPU", "Memory", "Disk", "Addresses"],
                [
                    $"{resources.Child("Cpu")?.Number("CpuShares") ?? 0} MHz",
                    Memory(resources),
                    NodeView.Size(allocation.Child("AllocatedResources")?.Child("Shared")?.Number("DiskMB") ?? 0),
                    string.Join(", ", TaskAddresses(resources)),
                ]]));
            text.Add("");
        }

        text.Add("Task Events:");
        text.Add(Columns.Pairs([
            ("Started At", Times.Show(state.Time("StartedAt"), clock)),
            ("Finished At", Times.Show(state.Time("FinishedAt"), clock)),
            ("Total Restarts", state.Number("Restarts").ToString(CultureInfo.InvariantCulture)),
            ("Last Restart", Times.Show(state.Time("LastRestart"), clock)),
        ]));
        text.Add("");
        text.Add("Recent Events:");
        text.Add(Columns.Table([
            ["Time", "Type", "Description"],
            .. state.Items("Events").Reverse().Take(verbose ? int.MaxValue : LatestEvents).Select(happened => Output.Row(Times.Show(happened.Time("Time"), clock), happened.Text("Type"), happened.Text("DisplayMessage").ReplaceLineEndings(" ")))]));
        return string.Join('\n', text);
    }

    private static IEnumerable<string> TaskAddresses(JsonElement resources)
    {
        foreach (var network in resources.Items("Networks"))
        {
            foreach (var port in network.Items("ReservedPorts").Concat(network.Items("DynamicPorts")))
                yield return $"{port.Text("Label")}: {network.Text("IP")}:{port.Text("Value")}";
        }
    }

    private static string Lifecycle(JsonElement allocation, string task)
    {
        var group = allocation.Child("Job")?.Items("TaskGroups").FirstOrDefault(candidate => candidate.Text("Name") == allocation.Text("TaskGroup"));
        if (group is not { ValueKind: JsonValueKind.Object } found)
            return "";
        var spec = found.Items("Tasks").FirstOrDefault(candidate => candidate.Text("Name") == task);
        return spec.ValueKind == JsonValueKind.Object && spec.Child("Lifecycle") is { } lifecycle
            ? lifecycle.Text("Hook") + (lifecycle.Flag("Sidecar") ? "_sidecar" : "")
            : "main";
    }

    private static string Placement(JsonElement metrics)
    {
        var scores = metrics.Items("ScoreMetaData").ToList();
        var counters = string.Join('\n', PlacementFailures.Counters(metrics).Where(_ => metrics.Number("NodesEvaluated") > 0).Select(line => "  * " + line));
        if (scores.Count == 0)
            return counters;
        var names = scores.SelectMany(score => score.Members("Scores").Select(part => part.Name)).Distinct().Order(StringComparer.Ordinal).ToList();
        var table = Columns.Table([
            ["Node", .. names, "final score"],
            .. scores.Select(score => Output.Row([Output.Id(score.Text("NodeID"), true), .. names.Select(name => Round(score.Child("Scores")?.Real(name) ?? 0)), Round(score.Real("NormScore"))]))]);
        return counters.Length == 0 ? table : counters + "\n" + table;
    }

    private static string Round(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
