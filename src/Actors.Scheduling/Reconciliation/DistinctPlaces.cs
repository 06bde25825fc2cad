using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Reconciliation;

/// <summary>
/// Whether allocations can take a new version where they are, as far as its distinct_hosts and distinct_property go: the first
/// on a node or with a value can, and what is too much beside it must be replaced.
/// </summary>
/// <param name="wanted">The group as the new version has it.</param>
/// <param name="findNode">Finds a node; null: it is gone.</param>
internal sealed class DistinctPlaces(GroupRequirements wanted, Func<NodeId, Node?> findNode)
{
    private readonly HashSet<NodeId> _hosts = [];
    private readonly Dictionary<(int Ask, string Value), int> _values = [];

    /// <summary>Counts an allocation of the job that stays where it is.</summary>
    public void Add(Allocation allocation)
    {
        var sameGroup = allocation.TaskGroup == wanted.Group.Name;
        if (sameGroup || wanted.DistinctHosts == DistinctHostsScope.Job) _hosts.Add(allocation.NodeId);
        if (findNode(allocation.NodeId) is not { } node) return;
        for (var i = 0; i < wanted.DistinctProperties.Count; i++)
        {
            var asked = wanted.DistinctProperties[i];
            if ((sameGroup || asked.WholeJob) && asked.Target.Resolve(node) is { } value) _values[(i, value)] = _values.GetValueOrDefault((i, value)) + 1;
        }
    }

    /// <summary>Why an allocation of the group can't stay beside those that were counted; null: it can.</summary>
    public string? Reason(Allocation allocation)
    {
        if (wanted.DistinctHosts != DistinctHostsScope.None && _hosts.Contains(allocation.NodeId))
            return $"its node has another allocation of the {(wanted.DistinctHosts == DistinctHostsScope.Job ? "job" : "group")}, and distinct_hosts is wanted";
        if (findNode(allocation.NodeId) is not { } node) return null;
        for (var i = 0; i < wanted.DistinctProperties.Count; i++)
        {
            var asked = wanted.DistinctProperties[i];
            if (asked.Target.Resolve(node) is not { } value) return $"its node has no {asked.Text}, and distinct_property is wanted of it";
            if (_values.GetValueOrDefault((i, value)) >= asked.Limit) return $"{asked.Limit} other allocation(s) have the {asked.Text} {value}, and distinct_property allows no more";
        }

        return null;
    }
}
