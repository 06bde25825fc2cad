using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Devices;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>What few allocations hold: whole cores, devices, and host volumes that nobody else may write to meanwhile.</summary>
internal sealed record SlotExtras(int[] Cores, DeviceKey[] Devices, string[] SoleVolumes)
{
    /// <summary>Those of an allocation; null: it holds none.</summary>
    /// <param name="resources">What it holds.</param>
    /// <param name="soleVolumes">The volumes that it alone may write to.</param>
    public static SlotExtras? Of(IReadOnlyDictionary<string, AllocatedTaskResources>? resources, string[] soleVolumes)
    {
        List<int>? cores = null;
        List<DeviceKey>? devices = null;
        foreach (var (_, task) in resources ?? Nothing)
        {
            if (task.Cores is { Count: > 0 } own) (cores ??= []).AddRange(own);
            foreach (var device in task.Devices ?? [])
            {
                foreach (var id in device.Ids) (devices ??= []).Add(new DeviceKey(device.Vendor, device.Type, device.Name, id));
            }
        }

        return cores is null && devices is null && soleVolumes.Length == 0 ? null : new SlotExtras([.. cores ?? []], [.. devices ?? []], soleVolumes);
    }

    /// <summary>The volumes of a group's allocation that nobody else may write to.</summary>
    public static string[] SoleVolumesOf(TaskGroup group, int nameIndex)
    {
        if (group.Volumes.Count == 0) return [];
        return [.. group.Volumes.Values.Where(VolumeAsk.IsSole).Select(v => v.SourceFor(nameIndex)).Order(StringComparer.Ordinal)];
    }

    private static readonly IReadOnlyDictionary<string, AllocatedTaskResources> Nothing = new Dictionary<string, AllocatedTaskResources>();
}
