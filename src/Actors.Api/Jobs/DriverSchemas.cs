using System.Collections.Concurrent;
using Actors.Contracts.Nodes;
using Actors.State;

namespace Actors.Api.Jobs;

/// <summary>
/// What the drivers of a region's nodes take, by driver. Thousands of nodes say the same, and every job asks: it is looked up
/// once for as long as the nodes are as they are. For any thread.
/// </summary>
internal sealed class DriverSchemas
{
    private Known _known = new(ulong.MaxValue);

    /// <summary>The schemas of a driver on the nodes where it is healthy (null: the agent's own); empty when nothing can be said of it.</summary>
    public IReadOnlyList<string?> Of(RegionState state, string driver)
    {
        var index = state.TableIndex(StateTable.Nodes);
        var known = Volatile.Read(ref _known);
        if (known.Index != index)
            Volatile.Write(ref _known, known = new Known(index));
        return known.Schemas.GetOrAdd(driver, static (name, nodes) => Look(nodes, name), state);
    }

    private static IReadOnlyList<string?> Look(RegionState state, string driver)
    {
        var healthy = state.Nodes.Select(n => n.Drivers.GetValueOrDefault(driver)).OfType<DriverInfo>().Where(d => d.Healthy).ToList();
        // What a plugin takes that did not tell, only it knows.
        return healthy.Exists(d => d.TaskSchema is null && d.Attributes.ContainsKey(DriverInfo.PluginAttribute(driver))) ? [] : [.. healthy.Select(d => d.TaskSchema).Distinct(StringComparer.Ordinal)];
    }

    private sealed record Known(ulong Index)
    {
        public ConcurrentDictionary<string, IReadOnlyList<string?>> Schemas { get; } = new(StringComparer.Ordinal);
    }
}
