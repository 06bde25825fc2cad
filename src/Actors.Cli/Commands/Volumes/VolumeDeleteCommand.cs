using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Volumes;

/// <summary><c>pbm volume delete</c>.</summary>
internal static class VolumeDeleteCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Make() => new(
        "volume delete",
        "<volume>",
        "Deletes a host volume that no allocation uses, with all that is in it; a directory that was only\nregistered is left as it is. The beginning of its id or name will do.",
        [VolumeTypes.Flag, Flag.Switch("force", "Forget the volume although its node can't be reached; what is there is removed when the node comes back.")],
        1,
        1,
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        VolumeTypes.Check(invocation);
        using var api = new ApiClient(invocation);
        var volume = await VolumeLookup.OneAsync(api, invocation.Arguments[0], invocation.Cancellation).ConfigureAwait(false);
        await api.DeleteAsync(
            VolumeLookup.Path(volume) + "/delete", invocation.Cancellation,
            ("namespace", volume.Text("Namespace")), ("force", invocation.Flags.IsOn("force") ? "true" : null)).ConfigureAwait(false);
        await invocation.Cli.Out.WriteLineAsync($"Successfully deleted volume \"{volume.Text("ID")}\"!").ConfigureAwait(false);
        return 0;
    }
}
