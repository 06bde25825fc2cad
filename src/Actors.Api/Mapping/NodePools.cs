using Actors.Api.Http;
using Actors.Contracts.Operators;
using Actors.State;

namespace Actors.Api.Mapping;

/// <summary>The node pools of a region: those that were made, and those that a node says it is in.</summary>
internal static class NodePools
{
    /// <summary>All of them, by name.</summary>
    public static IEnumerable<NodePool> All(RegionState state)
    {
        var made = state.Operator.AllNodePools.ToList();
        return state.Nodes.Select(n => n.NodePool).Distinct().Except(made.Select(p => p.Name))
            .Select(name => new NodePool { Name = name })
            .Concat(made)
            .OrderBy(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>Refuses the name of a pool that is not there.</summary>
    /// <exception cref="ApiException">400, with the pools that are.</exception>
    public static void Require(RegionState state, string name)
    {
        if (state.Operator.AllNodePools.Any(p => p.Name == name) || state.Nodes.Any(n => n.NodePool == name)) return;
        throw ApiException.BadRequest($"nonexistent node pool \"{name}\": there is {string.Join(", ", All(state).Select(p => $"\"{p.Name}\""))}");
    }
}
