using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Actors.Contracts.Nodes;

namespace Actors.Client.Simulation;

/// <summary>Makes up the nodes of a fleet. The same options make the same nodes: a fleet that is started again is the old one come back.</summary>
internal static class SimulatedFacts
{
    /// <summary>One node.</summary>
    /// <param name="options">The fleet.</param>
    /// <param name="number">Which, from 0.</param>
    public static Node Of(FleetOptions options, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{options.NamePrefix}-{number}");
        return new Node
        {
            Id = NodeId.From(Derived(name)),
            SecretId = Derived(name + " secret").ToString(),
            Name = name,
            Datacenter = options.Datacenters[number % options.Datacenters.Count],
            NodePool = options.NodePool,
            NodeClass = options.NodeClass,
            HttpAddress = "127.0.0.1:0",
            Attributes = Attributes(options, name),
            Meta = Meta(options, number),
            Drivers = options.Drivers.ToDictionary(
                driver => driver,
                driver => new DriverInfo(true, true, "Healthy", new Dictionary<string, string> { [$"driver.{driver}"] = "1" }, DateTimeOffset.UnixEpoch)),
            Resources = new NodeResources
            {
                CpuMhz = options.CpuMhz,
                CpuCores = options.Cores,
                MemoryMb = options.MemoryMb,
                DiskMb = options.DiskMb,
                Devices = options.Devices.Count > 0 ? options.Devices : null,
                Networks = [new NodeNetwork("host", "sim0", "127.0.0.1", "127.0.0.1/32", 1000)],
            },
        };
    }

    private static Dictionary<string, string> Attributes(FleetOptions options, string name)
    {
        var attributes = new Dictionary<string, string>
        {
            ["kernel.name"] = "linux",
            ["arch"] = "amd64",
            ["cpu.arch"] = "amd64",
            ["cpu.numcores"] = options.Cores.ToString(CultureInfo.InvariantCulture),
            ["cpu.totalcompute"] = options.CpuMhz.ToString(CultureInfo.InvariantCulture),
            ["memory.totalbytes"] = (options.MemoryMb * 1024L * 1024).ToString(CultureInfo.InvariantCulture),
            ["simulated"] = "true",
            ["unique.hostname"] = name,
        };
        foreach (var driver in options.Drivers) attributes[$"driver.{driver}"] = "1";
        return attributes;
    }

    private static Dictionary<string, string> Meta(FleetOptions options, int number)
    {
        var meta = new Dictionary<string, string>(options.Meta);
        if (options.Racks > 0) meta["rack"] = string.Create(CultureInfo.InvariantCulture, $"r{(number % options.Racks) + 1}");
        return meta;
    }

    private static Guid Derived(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
