using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Allocations;

/// <summary><c>pbm alloc checks</c>.</summary>
internal static class AllocChecksCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "alloc checks",
        "<allocation>",
        "Shows how the checks of an allocation's services last went, those that its client carries out (provider \"nomad\").",
        [Output.Verbose, Output.Json, Output.Template, AllocationArgument.ByJob],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var id = await AllocationArgument.ResolveAsync(invocation, api).ConfigureAwait(false);
        var checks = (await api.GetAsync($"/v1/client/allocation/{id}/checks", invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, checks))
            return 0;
        await invocation.Cli.Out.WriteLineAsync(Table(checks, invocation.Cli.Time)).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The results in a table.</summary>
    public static string Table(JsonElement checks, TimeProvider clock)
    {
        var results = checks.EnumerateObject().Select(check => check.Value).OrderBy(check => check.Text("Service"), StringComparer.Ordinal).ThenBy(check => check.Text("Check"), StringComparer.Ordinal).ToList();
        return results.Count == 0 ? "No checks" : Columns.Table([
            ["Service", "Task", "Check", "Mode", "Status", "Code", "Time", "Output"],
            .. results.Select(check => Output.Row(
                check.Text("Service"),
                check.Text("Task") is { Length: > 0 } task ? task : "(group)",
                check.Text("Check"),
                check.Text("Mode"),
                check.Text("Status"),
                check.Number("StatusCode") > 0 ? check.Text("StatusCode") : "",
                Times.Show(DateTimeOffset.FromUnixTimeSeconds(check.Number("Timestamp")), clock),
                check.Text("Output")))]);
    }
}
