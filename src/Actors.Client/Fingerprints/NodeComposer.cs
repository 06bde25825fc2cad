using Actors.Client.Hosting;
using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.Drivers;

namespace Actors.Client.Fingerprints;

/// <summary>Puts together the node as it registers, from what was found and what was configured.</summary>
internal static class NodeComposer
{
    /// <summary>The node.</summary>
    /// <param name="id">Its identity.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="options">How it is set up.</param>
    /// <param name="host">What the machine is and has.</param>
    /// <param name="drivers">What was found of each driver, and when that last changed.</param>
    public static Node Compose(
        NodeId id, string secret, ClientOptions options, HostFacts host, IReadOnlyDictionary<string, (DriverFingerprint Found, DateTimeOffset At)> drivers)
    {
        var attributes = new Dictionary<string, string>(host.Attributes, StringComparer.Ordinal);
        foreach (var (found, _) in drivers.Values)
        {
            if (!found.Detected) continue;
            foreach (var (name, value) in found.Attributes) attributes[name] = value;
        }

        if (options.HttpAddress.Length > 0) attributes["unique.advertise.address"] = options.HttpAddress;
        return new Node
        {
            Id = id,
            SecretId = secret,
            Name = options.NodeName,
            Datacenter = options.Datacenter,
            NodeClass = options.NodeClass,
            NodePool = options.NodePool,
            HttpAddress = options.HttpAddress,
            Attributes = attributes,
            Meta = options.Meta,
            Drivers = drivers.ToDictionary(d => d.Key, d => Info(d.Value.Found, d.Value.At)),
            Resources = new NodeResources
            {
                CpuMhz = host.CpuMhz,
                CpuCores = host.Cores,
                MemoryMb = host.MemoryMb,
                DiskMb = host.DiskMb,
                Networks = host.Networks,
                MinDynamicPort = options.MinDynamicPort,
                MaxDynamicPort = options.MaxDynamicPort,
            },
            Reserved = new NodeReservedResources
            {
                CpuMhz = options.ReservedCpuMhz,
                MemoryMb = options.ReservedMemoryMb,
                DiskMb = options.ReservedDiskMb,
                Ports = options.ReservedPorts,
                Cores = options.ReservedCores.Length == 0 ? null : options.ReservedCores,
            },
        };
    }

    private static DriverInfo Info(DriverFingerprint found, DateTimeOffset at) =>
        new(found.Detected, found.Healthy, found.Description, found.Attributes, at) { TaskSchema = found.TaskSchema };
}
