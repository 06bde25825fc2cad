using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Volumes;

/// <summary><c>pbm volume status</c>.</summary>
internal static class VolumeStatusCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "volume status",
        "[volume]",
        "Lists the volumes, or shows one: how it is, and which allocations use it.\nThe beginning of its id or name will do.",
        [
            VolumeTypes.Flag,
            Flag.Text("node", "id", "Only those of this node."),
            Flag.Text("node-pool", "name", "Only those of this node pool."),
            Output.Verbose,
            Output.Json,
            Output.Template,
        ],
        0,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        VolumeTypes.Check(invocation);
        using var api = new ApiClient(invocation);
        if (invocation.Arguments.Count == 0)
            return await ListAsync(invocation, api).ConfigureAwait(false);

        var found = await VolumeLookup.OneAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        var volume = (await api.GetAsync(VolumeLookup.Path(found), invocation.Cancellation, ("namespace", found.Text("Namespace"))).ConfigureAwait(false)).Body;
        if (!Output.TryRaw(invocation, volume))
            await invocation.Cli.Out.WriteLineAsync(VolumeView.Whole(invocation, volume)).ConfigureAwait(false);
        return 0;
    }

    private static async Task<int> ListAsync(Invocation invocation, ApiClient api)
    {
        var node = invocation.Flags.Text("node") is { } prefix ? await Lookup.IdAsync(api, ThingKind.Node, prefix, invocation.Cancellation).ConfigureAwait(false) : null;
        var answer = await api.GetAsync("/v1/volumes", invocation.Cancellation, ("type", VolumeTypes.Host), ("node_id", node), ("node_pool", invocation.Flags.Text("node-pool"))).ConfigureAwait(false);
        if (Output.TryRaw(invocation, answer.Body))
            return 0;
        var volumes = answer.Body.EnumerateArray().ToList();
        await invocation.Cli.Out.WriteLineAsync(volumes.Count == 0 ? "No dynamic host volumes" : VolumeView.Table(volumes, invocation.Flags.IsOn("verbose"))).ConfigureAwait(false);
        return 0;
    }
}
