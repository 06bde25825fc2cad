using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;

namespace Actors.State.Volumes;

/// <summary>What follows from the region's state for a host volume: how it is, and who uses it.</summary>
public static class HostVolumes
{
    /// <summary>Its node does not show it (yet).</summary>
    public const string Pending = "pending";

    /// <summary>Its node shows it.</summary>
    public const string Ready = "ready";

    /// <summary>Its node is down, or gone.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>How a volume is: one of Nomad's words.</summary>
    public static string StatusOf(this RegionState region, HostVolume volume) => NodeOf(region, volume) switch
    {
        null or { Status: NodeStatus.Down or NodeStatus.Disconnected } => Unavailable,
        var node when node.HostVolumes.TryGetValue(volume.Name, out var shown) && shown.Id == volume.Id => Ready,
        _ => Pending,
    };

    /// <summary>The allocations that use a volume, or may still.</summary>
    public static IEnumerable<Allocation> ClaimsOf(this RegionState region, HostVolume volume) => NodeId.TryParse(volume.NodeId, out var node)
        ? region.AllocationsOfNode(node).Where(a => !a.ClientTerminal && a.JobId.Namespace == volume.Namespace && Uses(region, a, volume.Name))
        : [];

    /// <summary>A volume's node, or null when there is none any more.</summary>
    public static Node? NodeOf(this RegionState region, HostVolume volume) => NodeId.TryParse(volume.NodeId, out var node) ? region.FindNode(node) : null;

    /// <summary>The ids of volumes that a node shows, and that were deleted without it.</summary>
    /// <param name="region">The region.</param>
    /// <param name="node">The node, as it says it is.</param>
    public static IEnumerable<string> LeftVolumesOf(this RegionState region, Node node) =>
        node.HostVolumes.Values.Select(v => v.Id).OfType<string>().Where(region.Operator.LeftVolumes.Contains);

    private static bool Uses(RegionState region, Allocation allocation, string volume) =>
        region.FindJobVersion(allocation.JobId, allocation.JobVersion)?.TaskGroups.FirstOrDefault(g => g.Name == allocation.TaskGroup) is { } group
        && group.Volumes.Values.Any(v => v.IsHost() && v.SourceFor(allocation.NameIndex) == volume);
}
