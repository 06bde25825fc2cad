using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Deployments;

/// <summary><c>pbm deployment promote</c>.</summary>
internal static class DeploymentPromoteCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "deployment promote",
        "<deployment>",
        "Promotes the canaries of a deployment: the rest of each group is replaced too.",
        [Output.Verbose, DeploymentChange.Detach, Flag.List("group", "name", "Only this group; may be given several times.")],
        1,
        1,
        invocation => DeploymentChange.RunAsync(invocation, "promote", (writer, id) => WriteMembers(invocation, writer, id)));

    /// <summary>Writes the members of the request: the groups that the flag <c>-group</c> names, or all.</summary>
    internal static void WriteMembers(Invocation invocation, Utf8JsonWriter writer, string id)
    {
        writer.WriteString("DeploymentID", id);
        var groups = invocation.Flags.List("group");
        writer.WriteBoolean("All", groups.Count == 0);
        writer.WriteStartArray("Groups");
        foreach (var group in groups)
            writer.WriteStringValue(group);
        writer.WriteEndArray();
    }
}

/// <summary><c>pbm deployment fail</c>.</summary>
internal static class DeploymentFailCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "deployment fail",
        "<deployment>",
        "Ends a deployment as failed. A job with auto_revert goes back to its latest stable version.",
        [Output.Verbose, DeploymentChange.Detach],
        1,
        1,
        invocation => DeploymentChange.RunAsync(invocation, "fail", (writer, id) => writer.WriteString("DeploymentID", id)));
}

/// <summary><c>pbm deployment pause</c>.</summary>
internal static class DeploymentPauseCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "deployment pause",
        "<deployment>",
        "Halts a deployment: nothing more is placed for it until it is resumed.",
        [Output.Verbose],
        1,
        1,
        invocation => DeploymentChange.RunAsync(invocation, "pause", (writer, id) =>
        {
            writer.WriteString("DeploymentID", id);
            writer.WriteBoolean("Pause", true);
        }));
}

/// <summary><c>pbm deployment resume</c>.</summary>
internal static class DeploymentResumeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "deployment resume",
        "<deployment>",
        "Goes on with a deployment that was paused.",
        [Output.Verbose, DeploymentChange.Detach],
        1,
        1,
        invocation => DeploymentChange.RunAsync(invocation, "pause", (writer, id) =>
        {
            writer.WriteString("DeploymentID", id);
            writer.WriteBoolean("Pause", false);
        }));
}

/// <summary>What the commands that change a deployment do alike.</summary>
internal static class DeploymentChange
{
    /// <summary>Don't follow the evaluation.</summary>
    public static Flag Detach { get; } = Flag.Switch("detach", "Return at once, and show the evaluation's id instead of following it.");

    /// <summary>Asks for the change and follows the evaluation that comes of it.</summary>
    /// <param name="invocation">The command's run.</param>
    /// <param name="action">The API's word for the change.</param>
    /// <param name="members">Writes the members of the request.</param>
    public static async Task<int> RunAsync(Invocation invocation, string action, Action<Utf8JsonWriter, string> members)
    {
        using var api = new ApiClient(invocation);
        var id = await Lookup.IdAsync(api, ThingKind.Deployment, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        void Body(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            members(writer, id);
            writer.WriteEndObject();
        }

        var answer = await api.PutAsync($"/v1/deployment/{action}/{id}", Body, invocation.Cancellation).ConfigureAwait(false);
        if (answer.Body.ValueKind == JsonValueKind.Object && answer.Body.Child("RevertedJobVersion") is { } reverted)
            await invocation.Cli.Out.WriteLineAsync($"The job went back to version {reverted.Show()}").ConfigureAwait(false);
        return await FollowUp.RunAsync(invocation, api, answer.Body, $"Deployment \"{Output.Id(id, invocation.Flags.IsOn("verbose"))}\": {invocation.Command.Name.Split(' ')[1]} accepted").ConfigureAwait(false);
    }
}
