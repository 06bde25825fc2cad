using System.Runtime.InteropServices;
using Actors.Scheduling.Devices;

namespace Actors.Scheduling.Nodes;

/// <summary>
/// The cores, devices and sole volumes in use on one node. Each is counted: for a moment what a plan stops and what it places may hold the
/// same.
/// </summary>
internal sealed class NodeExtras
{
    private readonly Dictionary<int, int> _cores = [];
    private readonly Dictionary<DeviceKey, int> _devices = [];
    private readonly Dictionary<string, int> _soleVolumes = new(StringComparer.Ordinal);

    /// <summary>Counts what an allocation holds in, or out.</summary>
    public void Use(SlotExtras extras, int sign)
    {
        foreach (var core in extras.Cores) CollectionsMarshal.GetValueRefOrAddDefault(_cores, core, out _) += sign;
        foreach (var device in extras.Devices) CollectionsMarshal.GetValueRefOrAddDefault(_devices, device, out _) += sign;
        foreach (var volume in extras.SoleVolumes) CollectionsMarshal.GetValueRefOrAddDefault(_soleVolumes, volume, out _) += sign;
    }

    /// <summary>Whether somebody holds a core.</summary>
    public bool HasCore(int core) => _cores.GetValueOrDefault(core) > 0;

    /// <summary>Whether somebody holds a device.</summary>
    public bool HasDevice(DeviceKey device) => _devices.GetValueOrDefault(device) > 0;

    /// <summary>Whether somebody has a volume for itself.</summary>
    public bool HasVolume(string source) => _soleVolumes.GetValueOrDefault(source) > 0;
}
