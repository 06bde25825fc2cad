using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job periodic force</c>.</summary>
internal static class JobPeriodicForceCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job periodic force",
        "<job>",
        "Launches a child of a periodic job now, beside its schedule.",
        [DeploymentChange.Detach, Output.Verbose],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var answer = await api.PutAsync($"/v1/job/{Uri.EscapeDataString(id)}/periodic/force", default(ReadOnlyMemory<byte>), invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Job \"{id}\" launched").ConfigureAwait(false);
    }
}

/// <summary><c>pbm job tag apply</c>.</summary>
internal static class JobTagApplyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job tag apply",
        "<job>",
        "Gives a version of a job a name; a version with a name is kept.",
        [
            Flag.Text("name", "name", "The name."),
            Flag.Number("version", "version", "The version; without it, the current one."),
            Flag.Text("description", "text", "What for."),
        ],
        1,
        1,
        RunAsync);

    /// <summary>The name that a command was given.</summary>
    /// <exception cref="UsageException">None.</exception>
    public static string Name(Invocation invocation) => invocation.Flags.Text("name") is { Length: > 0 } name ? name : throw new UsageException("-name is missing: it says what the version is called");

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var name = Name(invocation);
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("Name", name);
            writer.WriteString("Description", invocation.Flags.Text("description") ?? "");
            if (invocation.Flags.Number("version") is { } version)
                writer.WriteNumber("Version", version);
            writer.WriteEndObject();
        }

        await api.PutAsync($"/v1/job/{Uri.EscapeDataString(id)}/versions/{Uri.EscapeDataString(name)}/tag", Body, invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        var which = invocation.Flags.Number("version") is { } asked ? $"version {asked}" : "the current version";
        await invocation.Cli.Out.WriteLineAsync($"Job \"{id}\": {which} is tagged \"{name}\"").ConfigureAwait(false);
        return 0;
    }
}

/// <summary><c>pbm job tag unset</c>.</summary>
internal static class JobTagUnsetCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job tag unset",
        "<job>",
        "Takes a name from the version of a job that has it.",
        [Flag.Text("name", "name", "The name.")],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var name = JobTagApplyCommand.Name(invocation);
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        await api.DeleteAsync($"/v1/job/{Uri.EscapeDataString(id)}/versions/{Uri.EscapeDataString(name)}/tag", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Job \"{id}\" has no tag \"{name}\" any more").ConfigureAwait(false);
        return 0;
    }
}

/// <summary><c>pbm job scaling-events</c>.</summary>
internal static class JobScalingEventsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new("job scaling-events", "<job>", "Shows how the groups of a job were scaled, newest first.", [Output.Verbose, Output.Json, Output.Template], 1, 1, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var answer = await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/scale", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        if (Output.TryRaw(invocation, answer.Body))
            return 0;
        var events = answer.Body.Members("TaskGroups").SelectMany(group => group.Value.Items("Events").Select(scaling => (Group: group.Name, Event: scaling))).OrderByDescending(e => e.Event.Number("Time")).ToList();
        await invocation.Cli.Out.WriteLineAsync(events.Count == 0
            ? "No events"
            : Columns.Table([
                ["Task Group", "Count", "PrevCount", "Error", "Message", "Eval ID", "Date"],
                .. events.Select(e => Output.Row(
                    e.Group,
                    e.Event.Text("Count"),
                    e.Event.Text("PreviousCount"),
                    e.Event.Flag("Error") ? "true" : "false",
                    e.Event.Text("Message"),
                    Output.Id(e.Event.Text("EvalID"), invocation.Flags.IsOn("verbose")),
                    Times.Show(e.Event.Time("Time"), invocation.Cli.Time)))])).ConfigureAwait(false);
        return 0;
    }
}

/// <summary><c>pbm job start</c>.</summary>
internal static class JobStartCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job start",
        "<job>",
        "Runs a stopped job again, as it was before it was stopped.",
        [DeploymentChange.Detach, Output.Verbose],
        1,
        int.MaxValue,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var code = 0;
        foreach (var argument in invocation.Arguments)
        {
            var ended = await StartAsync(invocation, api, argument).ConfigureAwait(false);
            code = code == 0 ? ended : code;
        }

        return code;
    }

    // The latest version that was not stopped: going back to it starts the job, and keeps its text.
    private static async Task<int> StartAsync(Invocation invocation, ApiClient api, string argument)
    {
        var (id, ns) = await Lookup.JobAsync(api, argument, invocation.Cancellation).ConfigureAwait(false);
        var path = "/v1/job/" + Uri.EscapeDataString(id);
        var versions = (await api.GetAsync(path + "/versions", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body.Items("Versions").ToList();
        if (versions.Count > 0 && !versions[0].Flag("Stop"))
            throw new CommandFailedException($"job \"{id}\" is not stopped: it is {versions[0].Text("Status")}");
        var earlier = versions.Find(version => !version.Flag("Stop"));
        if (earlier.ValueKind != JsonValueKind.Object)
            throw new CommandFailedException($"job \"{id}\" has no version that was not stopped: run its file again");
        var answer = await JobRevertCommand.SendAsync(api, id, ns, (ulong)earlier.Number("Version"), versions[0].Number("Version"), invocation.Cancellation).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Job \"{id}\" started").ConfigureAwait(false);
    }
}

/// <summary><c>pbm job promote</c>.</summary>
internal static class JobPromoteCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job promote",
        "<job>",
        "Promotes the canaries of a job's latest deployment.",
        [DeploymentChange.Detach, Output.Verbose, Flag.List("group", "group", "Only this group; may be given several times.")],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var deployment = (await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/deployment", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        if (deployment.ValueKind != JsonValueKind.Object)
            throw new CommandFailedException($"job \"{id}\" has no deployment to promote");
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            DeploymentPromoteCommand.WriteMembers(invocation, writer, deployment.Text("ID"));
            writer.WriteEndObject();
        }

        var answer = await api.PutAsync($"/v1/deployment/promote/{deployment.Text("ID")}", Body, invocation.Cancellation).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Deployment {deployment.Text("ID")} promoted").ConfigureAwait(false);
    }
}
