using System.Globalization;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Feasibility;

/// <summary>Which host volumes fit what a group asks for.</summary>
internal static class VolumeAsk
{
    private const string SoleWriter = "single-node-single-writer";
    private const string ReaderOnly = "single-node-reader-only";

    /// <summary>It is a directory of the host.</summary>
    public static bool IsHost(VolumeRequest request) => request.Type is "" or "host";

    /// <summary>Only one allocation of those that ask so may have it at a time.</summary>
    public static bool IsSole(VolumeRequest request) => IsHost(request) && request.AccessMode == SoleWriter;

    /// <summary>The volume's name for one allocation: with <c>per_alloc</c> each has its own, named with its number.</summary>
    public static string SourceFor(VolumeRequest request, int nameIndex) =>
        request.PerAlloc ? string.Create(CultureInfo.InvariantCulture, $"{request.Source}[{nameIndex}]") : request.Source;

    /// <summary>Whether a node has the volume, and it can be used as asked.</summary>
    public static bool Fits(VolumeRequest request, string source, Node node) =>
        node.HostVolumes.TryGetValue(source, out var volume) && (request.ReadOnly || request.AccessMode == ReaderOnly || !volume.ReadOnly);
}
