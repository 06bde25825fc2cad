using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;

namespace Actors.Scheduling.Feasibility;

/// <summary>Which host volumes fit what a group asks for.</summary>
internal static class VolumeAsk
{
    /// <summary>Only one allocation of those that ask so may have it at a time.</summary>
    public static bool IsSole(VolumeRequest request) => request.IsHost() && request.AccessMode == VolumeModes.SingleWriter;

    /// <summary>Whether a node has the volume, and it can be used as asked.</summary>
    public static bool Fits(VolumeRequest request, string source, string ns, Node node) =>
        node.HostVolumes.TryGetValue(source, out var volume) && Misfit(request, volume, ns) is null;

    /// <summary>Why a volume can't be used as asked; null: it can.</summary>
    public static string? Misfit(VolumeRequest request, HostVolumeInfo volume, string ns)
    {
        var reads = request.ReadOnly || request.AccessMode == VolumeModes.Reader;
        if (volume.ReadOnly && !reads) return "read only";
        if (volume.Namespace is { } home && home != ns) return $"of namespace {home}";

        var access = request.AccessMode.Length > 0 ? request.AccessMode : reads ? VolumeModes.Reader : VolumeModes.Writer;
        var attachment = request.AttachmentMode.Length > 0 ? request.AttachmentMode : VolumeModes.FileSystem;
        return volume.Capabilities is { } able && !able.Any(c => c.AccessMode == access && c.AttachmentMode == attachment)
            ? $"not for {access} as {attachment}, but for {string.Join(", ", able.Select(c => $"{c.AccessMode} as {c.AttachmentMode}"))}"
            : null;
    }
}
