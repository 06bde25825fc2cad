using System.Globalization;
using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Commands.Jobs;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Nodes;

/// <summary><c>pbm node status</c>.</summary>
internal static class NodeStatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "node status",
        "[node]",
        "Without a node: lists the nodes. With one (its name or the beginning of its id will do):\nshows its facts, its drivers, what of it is taken, and its allocations.",
        [
            Output.Verbose,
            Output.Json,
            Output.Template,
            Flag.Switch("self", "The node of the agent itself."),
            Flag.Switch("allocs", "In the list: how many allocations run on each."),
            Flag.Switch("short", "Of one node, only its own facts and its allocations."),
            Flag.Switch("stats", "Of one node, also what of the machine is in use now."),
        ],
        0,
        1,
        RunAsync);

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(Invocation invocation)
    {
        using var api = new ApiClient(invocation);
        if (invocation.Flags.Choice("self") == true)
            return await OneAsync(invocation, api, await SelfAsync(api, invocation.Cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        if (invocation.Arguments.Count == 1)
            return await OneAsync(invocation, api, await Lookup.IdAsync(api, ThingKind.Node, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        var nodes = (await api.GetAsync("/v1/nodes", invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, nodes))
            return 0;
        if (nodes.ValueKind != JsonValueKind.Array || nodes.GetArrayLength() == 0)
        {
            await invocation.Cli.Out.WriteLineAsync("No nodes registered").ConfigureAwait(false);
            return 0;
        }

        var counts = invocation.Flags.IsOn("allocs") ? await RunningAsync(api, invocation.Cancellation).ConfigureAwait(false) : null;
        await invocation.Cli.Out.WriteLineAsync(List(nodes, invocation.Flags.IsOn("verbose"), counts)).ConfigureAwait(false);
        return 0;
    }

    /// <summary>The id of the node that the agent is.</summary>
    /// <exception cref="CommandFailedException">The agent is no client.</exception>
    public static async Task<string> SelfAsync(ApiClient api, CancellationToken cancellation)
    {
        var self = (await api.GetAsync("/v1/agent/self", cancellation).ConfigureAwait(false)).Body;
        var id = self.Child("stats")?.Child("client")?.Text("node_id") ?? "";
        return id.Length > 0 ? id : throw new CommandFailedException($"the agent at {api.Address} is no client, so it has no node");
    }

    /// <summary>The list of nodes.</summary>
    public static string List(JsonElement nodes, bool whole, IReadOnlyDictionary<string, int>? running)
    {
        List<string> header = ["ID", "Node Pool", "DC", "Name", "Class"];
        if (whole)
            header.AddRange(["Address", "Version"]);
        header.AddRange(["Drain", "Eligibility", "Status"]);
        if (running is not null)
            header.Add("Running Allocs");
        List<IReadOnlyList<string>> rows = [header];
        foreach (var node in nodes.EnumerateArray())
        {
            List<string> row = [Output.Id(node.Text("ID"), whole), node.Text("NodePool"), node.Text("Datacenter"), node.Text("Name"), node.Text("NodeClass")];
            if (whole)
                row.AddRange([node.Text("Address"), node.Text("Version")]);
            row.AddRange([node.Flag("Drain") ? "true" : "false", node.Text("SchedulingEligibility"), node.Text("Status")]);
            if (running is not null)
                row.Add(running.GetValueOrDefault(node.Text("ID")).ToString(CultureInfo.InvariantCulture));
            rows.Add(row);
        }

        return Columns.Table(rows);
    }

    private static async Task<IReadOnlyDictionary<string, int>> RunningAsync(ApiClient api, CancellationToken cancellation)
    {
        var allocations = (await api.GetAsync("/v1/allocations", cancellation, ("namespace", "*")).ConfigureAwait(false)).Body;
        return allocations.EnumerateArray().Where(allocation => allocation.Text("ClientStatus") == "running").GroupBy(allocation => allocation.Text("NodeID")).ToDictionary(group => group.Key, group => group.Count());
    }

    private static async Task<int> OneAsync(Invocation invocation, ApiClient api, string id)
    {
        var node = (await api.GetAsync("/v1/node/" + id, invocation.Cancellation).ConfigureAwait(false)).Body;
        if (Output.TryRaw(invocation, node))
            return 0;
        var allocations = (await api.GetAsync($"/v1/node/{id}/allocations", invocation.Cancellation).ConfigureAwait(false)).Body;
        var list = allocations.ValueKind == JsonValueKind.Array ? allocations.EnumerateArray().ToList() : [];
        var (output, whole) = (invocation.Cli.Out, invocation.Flags.IsOn("verbose"));
        await output.WriteLineAsync(NodeView.Facts(node)).ConfigureAwait(false);
        if (!invocation.Flags.IsOn("short"))
        {
            foreach (var (heading, text) in NodeView.Sections(node, list, whole, invocation.Cli.Time))
                await output.WriteLineAsync($"\n{Output.Heading(invocation, heading)}\n{text}").ConfigureAwait(false);
        }

        if (invocation.Flags.IsOn("stats"))
        {
            var usage = (await api.GetAsync("/v1/client/stats", invocation.Cancellation, ("node_id", id)).ConfigureAwait(false)).Body;
            foreach (var (heading, text) in UsageView.Host(usage))
                await output.WriteLineAsync($"\n{Output.Heading(invocation, heading)}\n{text}").ConfigureAwait(false);
        }

        await output.WriteLineAsync($"\n{Output.Heading(invocation, "Allocations")}").ConfigureAwait(false);
        await output.WriteLineAsync(list.Count == 0 ? "No allocations placed" : JobStatusCommand.Allocations(list, whole, invocation.Cli.Time)).ConfigureAwait(false);
        return 0;
    }
}
