using System.Globalization;
using System.Net;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary><c>pbm why</c>: why a job, an allocation, an evaluation or a deployment is as it is.</summary>
internal static class WhyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "why",
        "<id>",
        """
        Says why a job, allocation, evaluation or deployment is as it is: on which node and why not on the
        runner-up, what found no room and what would make it fit, what an update forced, what a deployment
        waits for. The beginning of the id will do.
        """,
        [
            Flag.Switch("nodes", "Also every node by name: its score, or the first check that it fails, as things stand now."),
            Output.Verbose,
            Output.Json,
            Output.Template,
        ],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        var explanation = await FindAsync(invocation, api, invocation.Arguments[0]).ConfigureAwait(false);
        if (Output.TryRaw(invocation, explanation))
            return 0;
        foreach (var line in explanation.Items("Text"))
            await invocation.Cli.Out.WriteLineAsync(line.GetString()).ConfigureAwait(false);
        return await NodesAsync(invocation, explanation).ConfigureAwait(false);
    }

    private static async Task<JsonElement> FindAsync(Invocation invocation, ApiClient api, string prefix)
    {
        (string, string?) nodes = ("nodes", invocation.Flags.IsOn("nodes") ? "true" : null);
        if (await Lookup.FindJobAsync(api, prefix, invocation.Cancellation).ConfigureAwait(false) is var (job, home))
            return await GetAsync(api, $"/v1/job/{Uri.EscapeDataString(job)}/explain", invocation.Cancellation, ("namespace", home), nodes).ConfigureAwait(false);
        foreach (var kind in (ThingKind[])[ThingKind.Allocation, ThingKind.Evaluation, ThingKind.Deployment])
        {
            if ((await Lookup.MatchesAsync(api, kind, prefix, invocation.Cancellation).ConfigureAwait(false)).Count == 0)
                continue;
            var id = await Lookup.IdAsync(api, kind, prefix, invocation.Cancellation).ConfigureAwait(false);
            return await GetAsync(api, $"/v1/{kind.Word()}/{id}/explain", invocation.Cancellation, nodes).ConfigureAwait(false);
        }

        throw new CommandFailedException($"nothing has an id that is or begins with \"{prefix}\": no job, allocation, evaluation or deployment");
    }

    private static async Task<JsonElement> GetAsync(ApiClient api, string path, CancellationToken cancellation, params (string, string?)[] query)
    {
        try
        {
            return (await api.GetAsync(path, cancellation, query).ConfigureAwait(false)).Body;
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound && e.Body.Contains("no such path", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandFailedException("this agent does not explain: it is older, or Nomad's own", 1, e);
        }
    }

    private static async Task<int> NodesAsync(Invocation invocation, JsonElement explanation)
    {
        foreach (var group in explanation.Members("Nodes"))
        {
            var rows = group.Value.EnumerateArray().Select(node => Row(node, invocation.Flags.IsOn("verbose"))).ToList();
            await invocation.Cli.Out.WriteLineAsync($"\n{Output.Heading(invocation, $"Nodes for another allocation of group {group.Name}, now")}").ConfigureAwait(false);
            await invocation.Cli.Out.WriteLineAsync(rows.Count == 0 ? "There are none." : Columns.Table([["ID", "Node", "Score", "Why"], .. rows])).ConfigureAwait(false);
        }

        return 0;
    }

    private static IReadOnlyList<string> Row(JsonElement node, bool whole)
    {
        var passes = node.Text("Check").Length == 0;
        var parts = node.Members("Scores").Where(part => part.Value.GetDouble() != 0).Select(part => $"{part.Name} {Number(part.Value)}");
        return Output.Row(
            Output.Id(node.Text("NodeID"), whole),
            node.Text("NodeName"),
            passes && node.Child("NormScore") is { } score ? Number(score) : "-",
            passes ? string.Join(", ", parts) : $"{node.Text("Check")}: needs {node.Text("Needed")}, has {(node.Text("Had") is { Length: > 0 } had ? had : "none")}");
    }

    private static string Number(JsonElement number) => number.GetDouble().ToString("0.###", CultureInfo.InvariantCulture);
}
