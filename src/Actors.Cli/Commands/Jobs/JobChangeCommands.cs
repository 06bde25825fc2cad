using System.Globalization;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Deployments;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Jobs;

/// <summary><c>pbm job revert</c>.</summary>
internal static class JobRevertCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job revert",
        "<job> <version|tag>",
        "Makes a job be as one of its earlier versions was, by number or by tag; job history lists them.",
        [DeploymentChange.Detach, Output.Verbose, Flag.Number("check-version", "version", "Only if this is the job's version now.")],
        2,
        2,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        if (!ulong.TryParse(invocation.Arguments[1], CultureInfo.InvariantCulture, out var version))
            version = await TaggedAsync(invocation, api, id, ns).ConfigureAwait(false);
        var answer = await SendAsync(api, id, ns, version, invocation.Flags.Number("check-version"), invocation.Cancellation).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Job \"{id}\" is as version {version} was").ConfigureAwait(false);
    }

    /// <summary>Asks for a job to be as an earlier version was; only if its version now is the one to check, where one is given.</summary>
    internal static Task<Answer> SendAsync(ApiClient api, string id, string ns, ulong version, long? check, CancellationToken cancellation)
    {
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("JobID", id);
            writer.WriteNumber("JobVersion", version);
            if (check is { } expected)
                writer.WriteNumber("EnforcePriorVersion", expected);
            writer.WriteEndObject();
        }

        return api.PutAsync($"/v1/job/{Uri.EscapeDataString(id)}/revert", Body, cancellation, ("namespace", ns));
    }

    private static async Task<ulong> TaggedAsync(Invocation invocation, ApiClient api, string id, string ns)
    {
        var tag = invocation.Arguments[1];
        var versions = (await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/versions", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body.Items("Versions").ToList();
        var found = versions.Find(version => version.Child("VersionTag")?.Text("Name") == tag);
        return found.ValueKind == JsonValueKind.Object
            ? (ulong)found.Number("Version")
            : throw new CommandFailedException($"job \"{id}\" has neither a version nor a tag \"{tag}\"; it has the versions {string.Join(", ", versions.Select(version => version.Child("VersionTag") is { } named ? $"{version.Number("Version")} ({named.Text("Name")})" : version.Text("Version")))}");
    }
}

/// <summary><c>pbm job scale</c>.</summary>
internal static class JobScaleCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job scale",
        "<job> [group] <count>",
        "Changes how many allocations a group of a job has. The group's name may be left out when\nthe job has only one.",
        [DeploymentChange.Detach, Output.Verbose],
        2,
        3,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        var written = invocation.Arguments[^1];
        if (!int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) || count < 0)
            throw new UsageException($"found count \"{written}\", expected a whole number, 0 or more");
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var path = "/v1/job/" + Uri.EscapeDataString(id);
        var group = invocation.Arguments.Count == 3 ? invocation.Arguments[1] : await OnlyGroupAsync(invocation, api, path, ns, id).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteNumber("Count", count);
            writer.WriteStartObject("Target");
            writer.WriteString("Job", id);
            writer.WriteString("Group", group);
            writer.WriteEndObject();
            writer.WriteString("Message", "submitted using the pbm CLI");
            writer.WriteEndObject();
        }

        var answer = await api.PutAsync(path + "/scale", Body, invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Group \"{group}\" of job \"{id}\" has count {count}").ConfigureAwait(false);
    }

    private static async Task<string> OnlyGroupAsync(Invocation invocation, ApiClient api, string path, string ns, string id)
    {
        var job = (await api.GetAsync(path, invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false)).Body;
        var groups = job.Items("TaskGroups").Select(group => group.Text("Name")).ToList();
        return groups.Count == 1
            ? groups[0]
            : throw new UsageException($"job \"{id}\" has {groups.Count} groups, so name one of them: {string.Join(", ", groups)}");
    }
}

/// <summary><c>pbm job eval</c>.</summary>
internal static class JobEvalCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job eval",
        "<job>",
        "Has the servers look at a job again, as if something about it had changed.",
        [DeploymentChange.Detach, Output.Verbose, Flag.Switch("force-reschedule", "Place failed allocations again at once, whatever their policy says.")],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            writer.WriteString("JobID", id);
            writer.WriteStartObject("EvalOptions");
            writer.WriteBoolean("ForceReschedule", invocation.Flags.IsOn("force-reschedule"));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        var answer = await api.PutAsync($"/v1/job/{Uri.EscapeDataString(id)}/evaluate", Body, invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Created eval for job \"{id}\"").ConfigureAwait(false);
    }
}

/// <summary><c>pbm job allocs</c>.</summary>
internal static class JobAllocsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "job allocs",
        "<job>",
        "Lists the allocations of a job.",
        [Output.Verbose, Output.Json, Output.Template, Flag.Switch("all", "Also those of an earlier job with the same id.")],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var answer = await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/allocations", invocation.Cancellation, ("namespace", ns), ("all", invocation.Flags.IsOn("all") ? "true" : null)).ConfigureAwait(false);
        if (!Output.TryRaw(invocation, answer.Body))
        {
            await invocation.Cli.Out.WriteLineAsync(answer.Body.GetArrayLength() == 0
                ? "No allocations placed"
                : JobStatusCommand.Allocations(answer.Body.EnumerateArray(), invocation.Flags.IsOn("verbose"), invocation.Cli.Time)).ConfigureAwait(false);
        }

        return 0;
    }
}

/// <summary><c>pbm job deployments</c>.</summary>
internal static class JobDeploymentsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new("job deployments", "<job>", "Lists the deployments of a job.", [Output.Verbose, Output.Json, Output.Template], 1, 1, RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var (id, ns) = await Lookup.JobAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var answer = await api.GetAsync($"/v1/job/{Uri.EscapeDataString(id)}/deployments", invocation.Cancellation, ("namespace", ns)).ConfigureAwait(false);
        if (!Output.TryRaw(invocation, answer.Body))
        {
            await invocation.Cli.Out.WriteLineAsync(answer.Body.GetArrayLength() == 0
                ? "No deployments found"
                : DeploymentListCommand.Table(answer.Body, invocation.Flags.IsOn("verbose"))).ConfigureAwait(false);
        }

        return 0;
    }
}
