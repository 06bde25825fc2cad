using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.Contracts.Volumes;
using Actors.Scheduling.Feasibility;
using Actors.State;
using Actors.State.Volumes;

namespace Actors.Scheduling.Volumes;

/// <summary>Chooses the node of a host volume that someone wants.</summary>
public static class HostVolumePlacement
{
    /// <summary>The node that the volume names, if it will do; else the one that will do and has the fewest volumes.</summary>
    /// <param name="region">The region's state.</param>
    /// <param name="wanted">The volume, without an id.</param>
    /// <returns>The node; or null and, for people, why none will do.</returns>
    public static (Node? Node, string Why) Choose(RegionState region, HostVolume wanted)
    {
        IReadOnlyList<Comparison> constraints = [.. wanted.Constraints.Select(c => new Comparison(c.LeftTarget, c.Operand, c.RightTarget))];
        if (wanted.NodeId.Length > 0)
        {
            if (region.NodeOf(wanted) is not { } named) return (null, $"node \"{wanted.NodeId}\" does not exist");
            return Obstacle(named) is { } why ? (null, $"node {named.Id} ({named.Name}) {why}") : (named, "");
        }

        var judged = region.Nodes.Select(node => (Node: node, Obstacle: Obstacle(node))).ToList();
        var best = judged.Where(j => j.Obstacle is null).Select(j => j.Node).OrderBy(n => n.HostVolumes.Count).ThenBy(n => n.Id).FirstOrDefault();
        if (best is not null) return (best, "");
        if (judged.Count == 0) return (null, "there are no nodes");
        var reasons = judged.GroupBy(j => j.Obstacle!, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal);
        return (null, $"none of {judged.Count} node{(judged.Count == 1 ? "" : "s")} will do: {string.Join("; ", reasons.Select(g => $"{g.Count()} {g.Key}"))}");

        string? Obstacle(Node node)
        {
            if (wanted.NodePool is not ("" or NodePool.All) && wanted.NodePool != node.NodePool) return $"not in pool \"{wanted.NodePool}\"";
            if (!node.AcceptsAllocations) return node.Status == NodeStatus.Ready ? "not eligible, or draining" : "not ready";
            if (!node.Attributes.ContainsKey(HostVolume.MkdirAttribute)) return $"without the volume plugin {HostVolume.Mkdir}";
            if (node.HostVolumes.ContainsKey(wanted.Name) || region.Operator.HostVolumes.Values.Any(v => v.Name == wanted.Name && v.NodeId == node.Id.ToString()))
                return $"with a volume \"{wanted.Name}\" already";
            return constraints.FirstOrDefault(c => !c.Holds(c.Left.Resolve(node), c.Right.Resolve(node))) is { } failed ? $"not fulfilling {failed.Text}" : null;
        }
    }
}
