using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>What a task needs of its node.</summary>
public sealed record Resources
{
    /// <summary>CPU share in MHz; default 100, or 0 when <see cref="Cores"/> is given.</summary>
    [JsonPropertyName("CPU")]
    public int? CpuMhz { get; init; }

    /// <summary>Whole cores reserved; default 0.</summary>
    public int? Cores { get; init; }

    /// <summary>Memory in MB (2^20 bytes), at least 10; default 300.</summary>
    [JsonPropertyName("MemoryMB")]
    public int? MemoryMb { get; init; }

    /// <summary>Memory the task may grow to where memory is oversubscribed; 0 is no more than <see cref="MemoryMb"/>, −1 no limit; default 0.</summary>
    [JsonPropertyName("MemoryMaxMB")]
    public int? MemoryMaxMb { get; init; }

    /// <summary>Deprecated: disk belongs to the group's <see cref="EphemeralDisk"/>.</summary>
    [JsonPropertyName("DiskMB")]
    public int? DiskMb { get; init; }

    /// <summary>Size of the secrets directory in MB, part of the memory; default 0 (the client's choice).</summary>
    [JsonPropertyName("SecretsMB")]
    public int? SecretsMb { get; init; }

    /// <summary>Deprecated: networks belong to the group. Ports given here are the task's own.</summary>
    public EquatableList<NetworkResource> Networks { get; init => field = value ?? []; } = [];

    /// <summary>Devices such as GPUs.</summary>
    public EquatableList<RequestedDevice> Devices { get; init => field = value ?? []; } = [];

    /// <summary>How reserved cores relate to NUMA nodes.</summary>
    [JsonPropertyName("NUMA")]
    public NumaResource? Numa { get; init; }

    /// <summary>Deprecated, without effect.</summary>
    [JsonPropertyName("IOPS")]
    public int? Iops { get; init; }
}

/// <summary>How reserved cores relate to NUMA nodes.</summary>
public sealed record NumaResource
{
    /// <summary>"none", "prefer" or "require".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Affinity { get; init => field = value ?? ""; } = "";

    /// <summary>Devices that must share the NUMA node.</summary>
    public EquatableList<string> Devices { get; init => field = value ?? []; } = [];
}

/// <summary>A network and its ports.</summary>
public sealed record NetworkResource
{
    /// <summary>"none", "host", "bridge" or "cni/name"; default "host".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Mode { get; init => field = value ?? ""; } = "";

    /// <summary>Device of the node; set by the server.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Device { get; init => field = value ?? ""; } = "";

    /// <summary>Address block; set by the server.</summary>
    [JsonPropertyName("CIDR"), JsonConverter(typeof(TextConverter))]
    public string Cidr { get; init => field = value ?? ""; } = "";

    /// <summary>Address; set by the server.</summary>
    [JsonPropertyName("IP"), JsonConverter(typeof(TextConverter))]
    public string Ip { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the host inside the allocation.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Hostname { get; init => field = value ?? ""; } = "";

    /// <summary>Deprecated: bandwidth in Mbit/s, not scheduled.</summary>
    [JsonPropertyName("MBits")]
    public int? MBits { get; init; }

    /// <summary>Name resolution inside the allocation.</summary>
    [JsonPropertyName("DNS")]
    public DnsConfig? Dns { get; init; }

    /// <summary>Ports whose number is given.</summary>
    public EquatableList<Port> ReservedPorts { get; init => field = value ?? []; } = [];

    /// <summary>Ports whose number the scheduler chooses.</summary>
    public EquatableList<Port> DynamicPorts { get; init => field = value ?? []; } = [];

    /// <summary>Arguments of a CNI network.</summary>
    [JsonPropertyName("CNI")]
    public CniConfig? Cni { get; init; }
}

/// <summary>A labelled port.</summary>
public sealed record Port
{
    /// <summary>Unique in the group.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Label { get; init => field = value ?? ""; } = "";

    /// <summary>Number on the node; 0 until the scheduler has chosen one.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int Value { get; init; }

    /// <summary>Number inside the allocation; 0 is unmapped, −1 the same as on the node.</summary>
    [JsonConverter(typeof(IntegerConverter))]
    public int To { get; init; }

    /// <summary>Network of the node; default "default".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string HostNetwork { get; init => field = value ?? ""; } = "";

    /// <summary>Whether several allocations may share the static port (host mode only).</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool IgnoreCollision { get; init; }
}

/// <summary>Name resolution inside an allocation.</summary>
public sealed record DnsConfig
{
    /// <summary>Addresses of name servers.</summary>
    public EquatableList<string> Servers { get; init => field = value ?? []; } = [];

    /// <summary>Search domains.</summary>
    public EquatableList<string> Searches { get; init => field = value ?? []; } = [];

    /// <summary>Resolver options.</summary>
    public EquatableList<string> Options { get; init => field = value ?? []; } = [];
}

/// <summary>Arguments of a CNI network.</summary>
public sealed record CniConfig
{
    /// <summary>Passed as CNI_ARGS; no ';' in keys or values.</summary>
    public EquatableMap<string> Args { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;
}

/// <summary>Devices that a task asks for.</summary>
public sealed record RequestedDevice
{
    /// <summary>"type", "vendor/type" or "vendor/type/name".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>How many; default 1.</summary>
    public ulong? Count { get; init; }

    /// <summary>What a device must fulfil.</summary>
    public EquatableList<Constraint> Constraints { get; init => field = value ?? []; } = [];

    /// <summary>What a device should fulfil.</summary>
    public EquatableList<Affinity> Affinities { get; init => field = value ?? []; } = [];
}
