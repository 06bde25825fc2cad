using Actors.Contracts.Collections;
using Actors.Contracts.Nodes;

namespace Actors.Client.Simulation;

/// <summary>What a simulated fleet is like: every node of it the same but for its name, datacenter and rack.</summary>
public sealed record FleetOptions
{
    /// <summary>How many clients.</summary>
    public required int Count { get; init; }

    /// <summary>The servers' links, <c>host:port</c>: the clients are spread over them.</summary>
    public required IReadOnlyList<string> Servers { get; init; }

    /// <summary>The nodes' names: this, a dash and a number.</summary>
    public string NamePrefix { get; init; } = "sim";

    /// <summary>The datacenters that the nodes are in, in turn.</summary>
    public IReadOnlyList<string> Datacenters { get; init; } = ["dc1"];

    /// <summary>How many racks (<c>meta.rack</c>: r1, r2 …) the nodes are in, in turn; 0: none.</summary>
    public int Racks { get; init; }

    /// <summary>The nodes' pool.</summary>
    public string NodePool { get; init; } = "default";

    /// <summary>The nodes' class, or "".</summary>
    public string NodeClass { get; init; } = "";

    /// <summary>Each node's processing power.</summary>
    public int CpuMhz { get; init; } = 16_000;

    /// <summary>Each node's cores.</summary>
    public int Cores { get; init; } = 8;

    /// <summary>Each node's memory.</summary>
    public int MemoryMb { get; init; } = 32_768;

    /// <summary>Each node's disk.</summary>
    public int DiskMb { get; init; } = 200_000;

    /// <summary>The drivers that each node says it has.</summary>
    public IReadOnlyList<string> Drivers { get; init; } = ["mock_driver"];

    /// <summary>The devices that each node says it has, by kind.</summary>
    public EquatableList<NodeDevice> Devices { get; init; } = [];

    /// <summary>Further meta of each node.</summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    /// <summary>How long tasks take from their arrival until they are said to run.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>The start of an allocation takes up to so much longer, each another time.</summary>
    public TimeSpan StartJitter { get; init; }

    /// <summary>How long tasks run whose job doesn't say (as mock_driver's <c>run_for</c>); null: until they are stopped.</summary>
    public TimeSpan? RunFor { get; init; }

    /// <summary>An allocation whose job doesn't say how long it runs goes on for up to so much longer, each another time.</summary>
    public TimeSpan RunJitter { get; init; }

    /// <summary>So many clients more come each second; 0: all at once.</summary>
    public int ConnectsPerSecond { get; init; } = 500;
}
