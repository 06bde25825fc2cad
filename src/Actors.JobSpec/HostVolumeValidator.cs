using System.Globalization;
using Actors.Contracts.Volumes;
using Actors.JobSpec.Validation;

namespace Actors.JobSpec;

/// <summary>Checks a host volume against all rules that need no knowledge of the cluster.</summary>
public static class HostVolumeValidator
{
    private const int MaxName = 128;

    /// <summary>All violations at once, each with its path in the volume's JSON.</summary>
    /// <param name="volume">The volume, as someone wants it.</param>
    /// <param name="registers">It is there already, and only made known.</param>
    /// <param name="locate">Finds the place of a path in the source: <see cref="HostVolumeFileResult.Locate"/>.</param>
    public static IReadOnlyList<Diagnostic> Validate(HostVolume volume, bool registers, Func<string, SourceSpan?>? locate = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var found = new Findings(locate);
        if (volume.Id.Length > 0) Uuid(volume.Id, "ID", "the volume's id", found);
        if (volume.NodeId.Length > 0) Uuid(volume.NodeId, "NodeID", "node_id", found);
        else if (registers) found.Error(DiagnosticCodes.Required, "NodeID", "a volume that is registered needs the node_id of its node");
        Name(volume.Name, found);
        if (volume.PluginId is not ("" or HostVolume.Mkdir or "default"))
            found.Error(DiagnosticCodes.NotSupported, "PluginID", $"plugin_id: the only plugin is \"{HostVolume.Mkdir}\"; found \"{volume.PluginId}\"");
        if (registers && !volume.HostPath.StartsWith('/'))
            found.Error(DiagnosticCodes.Required, "HostPath", $"a volume that is registered needs the absolute path of its directory as host_path; found \"{volume.HostPath}\"");
        if (!registers && volume.HostPath.Length > 0)
            found.Error(DiagnosticCodes.NotAllowed, "HostPath", "host_path is for a volume that is registered; the node chooses where it makes one");
        found.AtLeast(volume.RequestedCapacityMinBytes, 0, "RequestedCapacityMinBytes", "capacity_min");
        if (volume.RequestedCapacityMaxBytes > 0 && volume.RequestedCapacityMaxBytes < volume.RequestedCapacityMinBytes)
            found.Error(DiagnosticCodes.RangeRule, "RequestedCapacityMaxBytes", string.Create(CultureInfo.InvariantCulture, $"capacity_max ({volume.RequestedCapacityMaxBytes}) must not be less than capacity_min ({volume.RequestedCapacityMinBytes})"));
        foreach (var (i, capability) in volume.RequestedCapabilities.Index())
        {
            found.OneOf(capability.AttachmentMode ?? "", [.. VolumeModes.Attachment], $"RequestedCapabilities[{i}].AttachmentMode", "capability: attachment_mode");
            found.OneOf(capability.AccessMode ?? "", [.. VolumeModes.Access], $"RequestedCapabilities[{i}].AccessMode", "capability: access_mode");
        }

        PlacementRules.Constraints(volume.Constraints, "", allowDistinct: false, found);
        if (!MkdirParameters.TryRead(volume.Parameters, out _, out var problem)) found.Error(DiagnosticCodes.NotAllowed, "Parameters", problem);
        return found.Items;
    }

    private static void Uuid(string text, string path, string what, Findings found)
    {
        if (!Guid.TryParseExact(text, "D", out _)) found.Error(DiagnosticCodes.InvalidName, path, $"{what} must be a whole UUID; found \"{text}\"");
    }

    private static void Name(string name, Findings found)
    {
        if (name.Length == 0) found.Error(DiagnosticCodes.Required, "Name", "the volume needs a name");
        else if (name.Length > MaxName || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            found.Error(DiagnosticCodes.InvalidName, "Name", $"the volume's name has at most {MaxName} characters, none of them a blank; found \"{name}\"");
    }
}
