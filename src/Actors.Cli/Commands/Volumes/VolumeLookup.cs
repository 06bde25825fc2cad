using System.Text.Json;
using Actors.Cli.CommandLine;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands.Volumes;

/// <summary>Finds the host volume that someone means by the beginning of its id, or by its name.</summary>
internal static class VolumeLookup
{
    /// <summary>The API's path of a volume.</summary>
    public static string Path(JsonElement volume) => $"/v1/volume/host/{Uri.EscapeDataString(volume.Text("ID"))}";

    /// <summary>The only volume whose id or name begins with what was written, or is just that.</summary>
    /// <exception cref="CommandFailedException">There is none, or there are several; the message names them.</exception>
    public static async Task<JsonElement> OneAsync(ApiClient api, string prefix, CancellationToken cancellation)
    {
        var found = (await api.GetAsync("/v1/volumes", cancellation, ("type", VolumeTypes.Host), ("prefix", prefix)).ConfigureAwait(false)).Body.EnumerateArray().ToList();
        var exact = found.Where(volume => volume.Text("ID") == prefix || volume.Text("Name") == prefix).ToList();
        return (exact.Count == 1 ? exact : found) switch
        {
            [] => throw new CommandFailedException($"No volumes with prefix or ID \"{prefix}\" found"),
            [var one] => one,
            var several => throw new CommandFailedException($"Prefix \"{prefix}\" matched multiple volumes\n\n{VolumeView.Table(several, whole: true)}"),
        };
    }
}
