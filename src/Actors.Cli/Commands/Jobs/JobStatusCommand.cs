using System.Net;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Http;
using Actors.Cli.Terminal;
using Actors.Contracts.Periodic;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job status</c>.</summary>
internal static class JobStatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job status",
        "[job]",
        "Without a job: lists the jobs. With one (the beginning of its id will do): shows its groups,\nits latest deployment and its allocations, and why something of it finds no room.",
        [
            Output.Verbose,
            Output.Json,
            Output.Template,
            Flag.Switch("short", "Only the job's own facts."),
            Flag.Switch("evals", "The job's evaluations too."),
            Flag.Switch("all-allocs", "Also the allocations of an earlier job with the same id."),
        ],
        0,
        1,
        RunAsync);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        if (invocation.Arguments.Count == 0)
            return await ListAsync(invocation, api).ConfigureAwait(false);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var path = "/v1/job/" + Uri.EscapeDataString(id);
        var job = (await api.GetAsync(path, invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, job))
            return 0;
        var output = invocation.Cli.Out;
        await output.WriteLineAsync(Facts(job, ns, invocation.Cli.Time)).ConfigureAwait(false);
        if (invocation.Flags.IsOn("short"))
            return 0;
        if (job.Child("Periodic") is not null || (job.Child("ParameterizedJob") is not null && !job.Flag("Dispatched")))
            await ShowChildrenAsync(invocation, api, job, path, ns).ConfigureAwait(false);
        else
            await ShowAllAsync(invocation, api, path, ns).ConfigureAwait(false);
        return 0;
    }

    // A parent has no allocations of its own: what it launched takes their place.
    private static async Task ShowChildrenAsync(Invocation invocation, ApiClient api, JsonElement job, string path, string ns)
    {
        var (output, id) = (invocation.Cli.Out, job.Text("ID"));
        if (job.Child("ParameterizedJob") is { } takes)
        {
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Parameterized Job")}\n{Columns.Pairs([
                ("Payload", takes.Text("Payload")),
                ("Required Metadata", Listed(takes.Items("MetaRequired"))),
                ("Optional Metadata", Listed(takes.Items("MetaOptional"))),
            ])}").ConfigureAwait(false);
        }

        var summary = (await api.GetAsync($"{path}/summary", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        await output.WriteLineAsync($"\n{Output.Heading(invocation, "Children Job Summary")}\n{Columns.Table([["Pending", "Running", "Dead"], [Count(summary, "Pending"), Count(summary, "Running"), Count(summary, "Dead")]])}").ConfigureAwait(false);

        var children = (await api.GetAsync("/v1/jobs", invocation.Cancellation, ("namespace", ns), ("prefix", id + "/")).ConfigureAwait(false)).Body;
        var launched = children.ValueKind == JsonValueKind.Array ? children.EnumerateArray().Where(child => child.Text("ParentID") == id).ToList() : [];
        var heading = job.Child("Periodic") is null ? "Dispatched Jobs" : "Previously Launched Jobs";
        await output.WriteLineAsync(launched.Count == 0
            ? $"\nNo {(job.Child("Periodic") is null ? "dispatched instances" : "previously launched jobs")} of the job found"
            : $"\n{Output.Heading(invocation, heading)}\n{Columns.Table([["ID", "Status"], .. launched.Select(child => Output.Row(child.Text("ID"), child.Text("Status")))])}").ConfigureAwait(false);
    }

    private static string Count(JsonElement summary, string name) => summary.Child("Children") is { } children ? children.Text(name) : "0";

    private static string Listed(IEnumerable<JsonElement> keys) => string.Join(", ", keys.Select(key => key.Show())) is { Length: > 0 } list ? list : "<none>";

    private static async Task<int> ListAsync(Invocation invocation, ApiClient api)
    {
        var jobs = (await api.GetAsync("/v1/jobs", invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, jobs))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(jobs.ValueKind != JsonValueKind.Array || jobs.GetArrayLength() == 0
            ? "No running jobs"
            : List(jobs, invocation.Setting("namespace") == "*", invocation.Cli.Time)).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The list of jobs.</summary>
    public static string List(JsonElement jobs, bool withNamespace, TimeProvider clock) => Columns.Table([
        withNamespace ? ["ID", "Namespace", "Type", "Priority", "Status", "Submit Date"] : ["ID", "Type", "Priority", "Status", "Submit Date"],
        .. jobs.EnumerateArray().Select(job =>
        {
            var type = job.Text("Type") + (job.Flag("Periodic") ? "/periodic" : "") + (job.Flag("ParameterizedJob") ? "/parameterized" : "");
            var status = job.Text("Status") + (job.Flag("Stop") ? " (stopped)" : "");
            string[] rest = [type, job.Text("Priority"), status, Times.Show(job.Time("SubmitTime"), clock)];
            return withNamespace ? Output.Row([job.Text("ID"), job.Text("Namespace"), .. rest]) : Output.Row([job.Text("ID"), .. rest]);
        })]);

    /// <summary>The job's own facts.</summary>
    public static string Facts(JsonElement job, string ns, TimeProvider clock) => Columns.Pairs([
        ("ID", job.Text("ID")),
        ("Name", job.Text("Name")),
        ("Submit Date", Times.Show(job.Time("SubmitTime"), clock)),
        ("Type", job.Text("Type")),
        ("Priority", job.Text("Priority")),
        ("Datacenters", string.Join(",", job.Items("Datacenters").Select(name => name.Show()))),
        ("Namespace", job.Text("Namespace") is { Length: > 0 } own ? own : ns),
        ("Node Pool", job.Text("NodePool")),
        ("Status", job.Text("Status") + (job.Flag("Stop") ? " (stopped)" : "")),
        ("Periodic", job.Child("Periodic") is null ? "false" : "true"),
        ("Parameterized", job.Child("ParameterizedJob") is null || job.Flag("Dispatched") ? "false" : "true"),
        .. NextLaunch(job, clock),
    ]);

    private static IEnumerable<(string, string)> NextLaunch(JsonElement job, TimeProvider clock) =>
        job.Child("Periodic") is not { } periodic || job.Flag("Stop") ? [] : [("Next Periodic Launch", NextLaunch(periodic.Deserialize(Contracts.Jobs.JobJson.Default.PeriodicConfig), clock))];

    /// <summary>When a periodic job launches next.</summary>
    public static string NextLaunch(Contracts.Jobs.PeriodicConfig? periodic, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return periodic is null || PeriodicSchedule.Of(periodic)?.Next(now) is not { } next
            ? "none (not enabled, or no time of its schedule is left)"
            : $"{Times.Show(next, clock)} ({GoDuration.Format(TimeSpan.FromSeconds(Math.Ceiling((next - now).TotalSeconds)))} from now)";
    }

    /// <summary>The summary of a job's groups.</summary>
    public static string Summary(JsonElement summary)
    {
        string[] counts = ["Queued", "Starting", "Running", "Failed", "Complete", "Lost", "Unknown"];
        return Columns.Table([
            ["Task Group", .. counts],
            .. summary.Members("Summary").Select(group => Output.Row([group.Name, .. counts.Select(name => group.Value.Text(name) is { Length: > 0 } count ? count : "0")]))]);
    }

    /// <summary>Allocations, newest first.</summary>
    public static string Allocations(IEnumerable<JsonElement> allocations, bool whole, TimeProvider clock) => Columns.Table([
        whole
            ? ["ID", "Eval ID", "Node ID", "Node Name", "Task Group", "Version", "Desired", "Status", "Created", "Modified"]
            : ["ID", "Node ID", "Task Group", "Version", "Desired", "Status", "Created", "Modified"],
        .. allocations.OrderByDescending(allocation => allocation.Number("CreateIndex")).ThenBy(allocation => allocation.Text("Name"), StringComparer.Ordinal).Select(allocation =>
        {
            string[] tail = [allocation.Text("TaskGroup"), allocation.Text("JobVersion") is { Length: > 0 } version ? version : "0", allocation.Text("DesiredStatus"), allocation.Text("ClientStatus"), Times.Ago(allocation.Time("CreateTime"), clock), Times.Ago(allocation.Time("ModifyTime"), clock)];
            return whole
                ? Output.Row([allocation.Text("ID"), allocation.Text("EvalID"), allocation.Text("NodeID"), allocation.Text("NodeName"), .. tail])
                : Output.Row([Output.Id(allocation.Text("ID"), false), Output.Id(allocation.Text("NodeID"), false), .. tail]);
        })]);

    private static async Task ShowAllAsync(Invocation invocation, ApiClient api, string path, string ns)
    {
        var (output, clock, whole) = (invocation.Cli.Out, invocation.Cli.Time, invocation.Flags.IsOn("verbose"));
        async Task<JsonElement> Get(string part, params (string, string?)[] query)
        {
            try
            {
                return (await api.GetAsync($"{path}/{part}", invocation.Cancellation, [("namespace", ns), .. query]).ConfigureAwait(false)).Body;
            }
            catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
            {
                return default;
            }
        }

        var summary = await Get("summary").ConfigureAwait(false);
        if (summary.ValueKind == JsonValueKind.Object)
        {
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Summary")}\n{Summary(summary)}").ConfigureAwait(false);
            if (summary.Child("Children") is { } children && children.Number("Pending") + children.Number("Running") + children.Number("Dead") > 0)
                await output.WriteLineAsync($"\n{Output.Heading(invocation, "Children Job Summary")}\n{Columns.Table([["Pending", "Running", "Dead"], [children.Text("Pending"), children.Text("Running"), children.Text("Dead")]])}").ConfigureAwait(false);
        }

        var evaluations = await Get("evaluations").ConfigureAwait(false);
        var list = evaluations.ValueKind == JsonValueKind.Array ? evaluations.EnumerateArray().OrderByDescending(evaluation => evaluation.Number("CreateIndex")).ToList() : [];
        if (invocation.Flags.IsOn("evals") || whole)
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Evaluations")}\n{Evaluations(list, whole)}").ConfigureAwait(false);
        await ShowFailuresAsync(invocation, api, list).ConfigureAwait(false);
        var deployment = await Get("deployment").ConfigureAwait(false);
        if (deployment.ValueKind == JsonValueKind.Object)
        {
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Latest Deployment")}\n{Columns.Pairs([("ID", Output.Id(deployment.Text("ID"), whole)), ("Status", deployment.Text("Status")), ("Description", deployment.Text("StatusDescription"))])}").ConfigureAwait(false);
            await output.WriteLineAsync($"\n{Output.Heading(invocation, "Deployed")}\n{DeploymentView.Groups(deployment, clock)}").ConfigureAwait(false);
        }

        var allocations = await Get("allocations", ("all", invocation.Flags.IsOn("all-allocs") ? "true" : null)).ConfigureAwait(false);
        await output.WriteLineAsync($"\n{Output.Heading(invocation, "Allocations")}").ConfigureAwait(false);
        await output.WriteLineAsync(allocations.ValueKind != JsonValueKind.Array || allocations.GetArrayLength() == 0
            ? "No allocations placed"
            : Allocations(allocations.EnumerateArray(), whole, clock)).ConfigureAwait(false);
    }

    // What is still waiting for room, and why: the latest evaluation that blocks, told by what its forerunner saw.
    private static async Task ShowFailuresAsync(Invocation invocation, ApiClient api, List<JsonElement> evaluations)
    {
        var blocked = evaluations.Find(evaluation => evaluation.Text("Status") == "blocked");
        if (blocked.ValueKind != JsonValueKind.Object)
            return;
        var failed = evaluations.Find(evaluation => evaluation.Text("BlockedEval") == blocked.Text("ID") && evaluation.Members("FailedTGAllocs").Count > 0);
        if (failed.ValueKind != JsonValueKind.Object)
            failed = blocked.Members("FailedTGAllocs").Count > 0 ? blocked : evaluations.Find(evaluation => evaluation.Members("FailedTGAllocs").Count > 0);
        if (failed.ValueKind != JsonValueKind.Object)
            return;
        var explanations = await PlacementFailures.ExplainAsync(api, failed, invocation.Cancellation).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"\n{Output.Heading(invocation, "Placement Failure")}\n{string.Join('\n', PlacementFailures.Describe(failed, explanations))}").ConfigureAwait(false);
    }

    private static string Evaluations(IEnumerable<JsonElement> evaluations, bool whole) => Columns.Table([
        ["ID", "Priority", "Triggered By", "Status", "Placement Failures"],
        .. evaluations.Select(evaluation => Output.Row(
            Output.Id(evaluation.Text("ID"), whole),
            evaluation.Text("Priority"),
            evaluation.Text("TriggeredBy"),
            evaluation.Text("Status"),
            evaluation.Text("Status") == "blocked" ? "N/A - In Progress" : evaluation.Members("FailedTGAllocs").Count > 0 ? "true" : "false"))]);
}
