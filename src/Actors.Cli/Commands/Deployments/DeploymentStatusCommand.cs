using Actors.Cli.CommandLine;
using Actors.Cli.Http;

namespace Actors.Cli.Commands.Deployments;

/// <summary><c>pbm deployment status</c>.</summary>
internal static class DeploymentStatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "deployment status",
        "<deployment>",
        "Shows a deployment: how many allocations of each group are placed and healthy.\nThe beginning of its id will do.",
        [Output.Verbose, Output.Json, Output.Template, Flag.Switch("monitor", "Stay until the deployment ends, and show what happens.")],
        1,
        1,
        RunAsync);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await Lookup.IdAsync(api, ThingKind.Deployment, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var whole = invocation.Flags.IsOn("verbose");
        if (invocation.Flags.IsOn("monitor"))
            return await new DeploymentMonitor(api, invocation.Cli, whole).FollowAsync(id, invocation.Cancellation).ConfigureAwait(false) == "failed" ? 1 : 0;
        var answer = await api.GetAsync($"/v1/deployment/{id}", invocation.Cancellation).ConfigureAwait(false);
        if (Output.TryRaw(invocation, answer.Body))
            return 0;
        foreach (var line in DeploymentView.Lines(answer.Body, whole, invocation.Cli.Time))
            await invocation.Cli.Out.WriteLineAsync(line).ConfigureAwait(false);
        return 0;
    }
}
