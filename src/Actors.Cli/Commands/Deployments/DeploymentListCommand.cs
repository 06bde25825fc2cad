using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Deployments;

/// <summary><c>pbm deployment list</c>.</summary>
internal static class DeploymentListCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new("deployment list", "", "Lists the deployments, newest first.", [Output.Verbose, Output.Json, Output.Template], 0, 0, RunAsync);

    /// <summary>The rows of a list of deployments.</summary>
    public static string Table(JsonElement deployments, bool wholeIds) => Columns.Table([
        ["ID", "Job ID", "Job Version", "Status", "Description"],
        .. deployments.EnumerateArray().Select(deployment => Output.Row(
            Output.Id(deployment.Text("ID"), wholeIds),
            deployment.Text("JobID"),
            deployment.Text("JobVersion"),
            deployment.Text("Status"),
            deployment.Text("StatusDescription")))]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var answer = await api.GetAsync("/v1/deployments", invocation.Cancellation, ("reverse", "true")).ConfigureAwait(false);
        if (Output.TryRaw(invocation, answer.Body))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(answer.Body.GetArrayLength() == 0 ? "No deployments found" : Table(answer.Body, invocation.Flags.IsOn("verbose"))).ConfigureAwait(false);
        return 0;
    }
}
