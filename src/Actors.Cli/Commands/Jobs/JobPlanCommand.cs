using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;
using Actors.Templates;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job plan</c>.</summary>
internal static class JobPlanCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job plan",
        "<path>",
        """
        Shows what running a job file would change, and where the scheduler would place it, and
        changes nothing. Ends with 0 when no allocation would be created or destroyed, with 1 when some
        would be, with 255 when the plan can't be made.
        """,
        [
            .. JobSource.Flags,
            Flag.Switch("diff", "Show the difference to the job as it runs (it is shown unless -diff=false)."),
            Flag.Switch("policy-override", "Override soft mandatory policies."),
            Flag.Switch("json-output", "Show the API's answer as JSON."),
            Output.Template,
            Output.Verbose,
        ],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var loaded = await JobSource.LoadAsync(invocation, invocation.Arguments[0]).ConfigureAwait(false);
        using var api = new ApiClient(invocation);
        var withDiff = invocation.Flags.Choice("diff") ?? true;
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("Job");
            loaded.WriteJob(writer);
            writer.WriteBoolean("Diff", withDiff);
            writer.WriteBoolean("PolicyOverride", invocation.Flags.IsOn("policy-override"));
            writer.WriteEndObject();
        }

        var plan = (await api.PutAsync($"/v1/job/{Uri.EscapeDataString(loaded.Job.Id)}/plan", Body, invocation.Cancellation, loaded.Place(invocation)).ConfigureAwait(false)).Body;
        var changes = plan.Child("Annotations") is { } annotations && annotations.Members("DesiredTGUpdates").Any(HasChange) ? 1 : 0;
        if (invocation.Flags.IsOn("json-output"))
            await invocation.Cli.Out.WriteLineAsync(plan.Indented()).ConfigureAwait(false);
        else if (invocation.Flags.Text("t") is { } template)
            await invocation.Cli.Out.WriteLineAsync(GoTemplate.Parse(template).Render(plan)).ConfigureAwait(false);
        else
            Show(invocation, plan, withDiff, loaded);
        return changes;
    }

    private static bool HasChange(JsonProperty group) =>
        group.Value.Number("Place") + group.Value.Number("Stop") + group.Value.Number("Migrate") + group.Value.Number("DestructiveUpdate") + group.Value.Number("Canary") + group.Value.Number("Preemptions") > 0;

    private static void Show(Invocation invocation, JsonElement plan, bool withDiff, LoadedJob loaded)
    {
        var (cli, output) = (invocation.Cli, invocation.Cli.Out);
        if (withDiff && plan.Child("Diff") is { } diff)
            output.WriteLine(string.Join('\n', JobDiffView.Lines(diff, cli, invocation.Flags.IsOn("verbose"))) + "\n");
        output.WriteLine(cli.Paint(Paint.Bold, "Scheduler dry-run:"));
        var failures = PlacementFailures.Describe(plan, plan.Members("Failed").ToDictionary(group => group.Name, group => group.Value, StringComparer.Ordinal)).ToList();
        if (failures.Count == 0)
        {
            output.WriteLine(cli.Paint(Paint.Green, "- All tasks successfully allocated."));
        }
        else
        {
            output.WriteLine(cli.Paint(Paint.Yellow, "- WARNING: Failed to place all allocations."));
            foreach (var line in failures)
                output.WriteLine("  " + line);
        }

        if (plan.Time("NextPeriodicLaunch") is { } launch)
            output.WriteLine($"- If submitted now, next periodic launch would be at {Times.Show(launch, cli.Time)} ({Times.Ago(launch, cli.Time)}).");
        if (plan.Child("Annotations")?.Items("PreemptedAllocs").ToList() is { Count: > 0 } preempted)
        {
            output.WriteLine("\n" + cli.Paint(Paint.Bold, "Preemptions:"));
            output.WriteLine(Columns.Table([["Alloc ID", "Job ID", "Task Group"], .. preempted.Select(allocation => Output.Row(Output.Id(allocation.Text("ID"), invocation.Flags.IsOn("verbose")), allocation.Text("JobID"), allocation.Text("TaskGroup")))]));
        }

        if (plan.Text("Warnings") is { Length: > 0 } warnings)
            output.WriteLine($"\n{cli.Paint(Paint.Yellow, "Job Warnings:")}\n{warnings.Trim()}");
        var index = plan.Number("JobModifyIndex");
        output.WriteLine($"\nJob Modify Index: {index}");
        output.WriteLine($"""
            To run exactly this plan:

            pbm job run -check-index {index} {string.Join(' ', loaded.RepeatFlags(invocation).Append(invocation.Arguments[0]))}

            It is refused if someone changes the job before: then plan again.
            """);
    }
}
