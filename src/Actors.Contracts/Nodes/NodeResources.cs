using Actors.Contracts.Collections;

namespace Actors.Contracts.Nodes;

/// <summary>What a node has in all.</summary>
public sealed record NodeResources
{
    /// <summary>Cores × frequency, in MHz.</summary>
    public required int CpuMhz { get; init; }

    /// <summary>The number of cores that may be reserved whole.</summary>
    public int CpuCores { get; init; }

    /// <summary>Memory, in MiB.</summary>
    public required int MemoryMb { get; init; }

    /// <summary>Disk free for allocations, in MiB.</summary>
    public required int DiskMb { get; init; }

    /// <summary>The host's networks; the first is the default.</summary>
    public IReadOnlyList<NodeNetwork> Networks { get; init; } = [];

    /// <summary>The lowest dynamic port (Nomad: 20000).</summary>
    public int MinDynamicPort { get; init; } = 20000;

    /// <summary>The highest dynamic port (Nomad: 32000).</summary>
    public int MaxDynamicPort { get; init; } = 32000;

    /// <summary>Devices that tasks may ask for, by kind; null: none.</summary>
    public EquatableList<NodeDevice>? Devices { get; init; }
}

/// <summary>One of a host's networks.</summary>
/// <param name="Mode"><c>host</c>, <c>bridge</c> or <c>cni/…</c>.</param>
/// <param name="Device">The interface, such as <c>eth0</c>.</param>
/// <param name="Ip">The address that ports are bound to.</param>
/// <param name="Cidr">The address with its prefix length.</param>
/// <param name="MBits">The link's speed.</param>
/// <param name="Alias">The <c>host_network</c> it serves; <c>default</c> for the first.</param>
public sealed record NodeNetwork(string Mode, string Device, string Ip, string Cidr, int MBits, string Alias = "default");

/// <summary>What of a node is kept from allocations.</summary>
public sealed record NodeReservedResources
{
    /// <summary>In MHz.</summary>
    public int CpuMhz { get; init; }

    /// <summary>In MiB.</summary>
    public int MemoryMb { get; init; }

    /// <summary>In MiB.</summary>
    public int DiskMb { get; init; }

    /// <summary>Ports and ranges, such as <c>22,80,8500-8600</c>.</summary>
    public string Ports { get; init; } = "";

    /// <summary>Numbers and ranges of cores that are not reserved for tasks, such as <c>0-1,7</c>; null: none.</summary>
    public string? Cores { get; init; }
}
