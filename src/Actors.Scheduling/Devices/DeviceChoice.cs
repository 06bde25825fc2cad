using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Devices;

/// <summary>One device of a node.</summary>
internal readonly record struct DeviceKey(string Vendor, string Type, string Name, string Id);

/// <summary>Chooses devices of a node for all that a group's tasks ask for.</summary>
internal static class DeviceChoice
{
    /// <summary>
    /// For each ask the kind that its affinities like best among those with enough free ones (the first that the node names, if several are
    /// liked alike), and of it the first free ones.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="asks">What is asked for.</param>
    /// <param name="inUse">Whether somebody holds a device.</param>
    /// <returns>By task, and Σ of the weights of the affinities that are fulfilled; null: there are not enough.</returns>
    public static (Dictionary<string, List<AllocatedDevice>> ByTask, int Liked)? Choose(Node node, IReadOnlyList<DeviceAsk> asks, Func<DeviceKey, bool> inUse)
    {
        var taken = new HashSet<DeviceKey>();
        var byTask = new Dictionary<string, List<AllocatedDevice>>(StringComparer.Ordinal);
        var liked = 0;
        foreach (var ask in asks)
        {
            if (ask.Count == 0) continue;
            (NodeDevice Device, List<string> Ids, int Liking)? best = null;
            foreach (var device in node.Resources.Devices ?? [])
            {
                if (!ask.Means(device)) continue;
                var liking = ask.Liking(device);
                if (best is { } known && liking <= known.Liking) continue;
                if (Free(device, ask, taken, inUse) is { } ids) best = (device, ids, liking);
            }

            if (best is not var (chosen, chosenIds, weight)) return null;
            foreach (var id in chosenIds) taken.Add(new DeviceKey(chosen.Vendor, chosen.Type, chosen.Name, id));
            if (!byTask.TryGetValue(ask.Task, out var own)) byTask[ask.Task] = own = [];
            own.Add(new AllocatedDevice(chosen.Vendor, chosen.Type, chosen.Name, chosenIds));
            liked += weight;
        }

        return (byTask, liked);
    }

    private static List<string>? Free(NodeDevice device, DeviceAsk ask, HashSet<DeviceKey> taken, Func<DeviceKey, bool> inUse)
    {
        var ids = new List<string>(Math.Min(ask.Count, device.Instances.Count));
        foreach (var instance in device.Instances)
        {
            var key = new DeviceKey(device.Vendor, device.Type, device.Name, instance.Id);
            if (!ask.Means(instance) || taken.Contains(key) || inUse(key)) continue;
            ids.Add(instance.Id);
            if (ids.Count == ask.Count) return ids;
        }

        return null;
    }
}
