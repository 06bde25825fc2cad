using System.Globalization;
using Actors.Contracts.Evaluations;

namespace Actors.Scheduling.Explaining;

/// <summary>Says what nodes lack, and what would make a group fit on them.</summary>
public static class Shortfalls
{
    /// <summary>How many nodes fail a check and how near the nearest comes: "12 nodes lack memory 300 MiB; the nearest is n17 with 212 MiB free".</summary>
    public static string Describe(NodeVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var (one, many) = verdict.Check switch
        {
            "cpu" or "cores" or "memory" or "disk" or "devices" or "host_volume" => ("lacks", "lack"),
            _ => ("fails", "fail"),
        };
        var nodes = verdict.Count == 1 ? $"1 node {one}" : $"{verdict.Count} nodes {many}";
        var what = one == "lacks" ? verdict.Needed : $"{verdict.Check}: {verdict.Needed} is needed";
        if (verdict.Nearest.Count == 0) return $"{nodes} {what}";
        var nearest = verdict.Nearest[0];
        return $"{nodes} {what}; {(verdict.Count == 1 ? "it is" : "the nearest is")} {nearest.NodeName} with {(nearest.Had.Length > 0 ? nearest.Had : "none")}";
    }

    /// <summary>What would make the group fit on the nearest of the nodes that fail a check; null where nobody can say.</summary>
    public static string? Remedy(NodeVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var nearest = verdict.Nearest.Count > 0 ? verdict.Nearest[0] : null;
        var name = nearest?.NodeName ?? "one of them";
        return verdict.Check switch
        {
            "cpu" or "cores" or "memory" or "disk" when nearest is not null => Amount(verdict.Needed, nearest),
            "constraint" => $"change the constraint {verdict.Needed}, or add a node that fulfils it",
            "driver" => $"make the driver healthy on {name}, or add a node that has it",
            "datacenter" => nearest is null ? null : $"name the datacenter of these nodes in the job ({nearest.Had}), or add nodes to the one that it names",
            "node_pool" => nearest is null ? null : $"name the node pool of these nodes in the job ({nearest.Had}), or add nodes to the one that it names",
            "status" => $"bring {name} back",
            "drain" => $"end the drain: pbm node drain -disable {nearest?.NodeId.Short ?? "<node>"}",
            "eligibility" => $"let allocations come to it: pbm node eligibility -enable {nearest?.NodeId.Short ?? "<node>"}",
            "port" => "let the port be dynamic, or stop what holds it",
            "distinct_hosts" => "add nodes, or lower the count",
            "distinct_property" => "add nodes with other values, allow more per value, or lower the count",
            "device" => $"ask for devices that a node has, or add a node that has {verdict.Needed}",
            "devices" => "ask for fewer devices, or free some",
            "host_volume" => $"define the volume on {name}, or free it",
            _ => null,
        };
    }

    // "memory 300 MiB" and "212 MiB free", or "cores 4" and "3 cores free": ask for less, or free the difference.
    private static string? Amount(string needed, NodeShortfall nearest)
    {
        var words = needed.Split(' ');
        if (words.Length < 2 || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)) return null;
        if (!long.TryParse(nearest.Had.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var free) || free >= wanted) return null;
        var (unit, what) = words.Length > 2 ? (words[2], $"{words[2]} of {words[0]}") : (words[0], words[0]);
        var rest = string.Create(CultureInfo.InvariantCulture, $"free {wanted - free} {unit} on {nearest.NodeName}, or add a node");
        return free > 0 ? string.Create(CultureInfo.InvariantCulture, $"ask for {free} {what} or less, {rest}") : rest;
    }
}
