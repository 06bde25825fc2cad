using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>A node in a list.</summary>
internal sealed record NodeListStub
{
    public required string Address { get; init; }

    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public required string Datacenter { get; init; }

    public required string Name { get; init; }

    public required string NodePool { get; init; }

    public required string NodeClass { get; init; }

    public required string Version { get; init; }

    public required bool Drain { get; init; }

    public required string SchedulingEligibility { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public required IReadOnlyDictionary<string, DriverInfoModel> Drivers { get; init; }

    public required IReadOnlyDictionary<string, HostVolumeModel>? HostVolumes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodeResourcesModel? NodeResources { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NodeReservedModel? ReservedResources { get; init; }

    public required DrainMetadataModel? LastDrain { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }
}

/// <summary>A node, whole.</summary>
internal sealed record NodeModel
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>Never shown: always "".</summary>
    [JsonPropertyName("SecretID")]
    public string SecretId { get; init; } = "";

    public required string Datacenter { get; init; }

    public required string Name { get; init; }

    [JsonPropertyName("HTTPAddr")]
    public required string HttpAddr { get; init; }

    [JsonPropertyName("TLSEnabled")]
    public bool TlsEnabled { get; init; }

    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public required NodeResourcesModel NodeResources { get; init; }

    public required NodeReservedModel ReservedResources { get; init; }

    /// <summary>The older form of <see cref="NodeResources"/>.</summary>
    public required ResourcesModel Resources { get; init; }

    /// <summary>The older form of <see cref="ReservedResources"/>.</summary>
    public required ResourcesModel Reserved { get; init; }

    public required IReadOnlyDictionary<string, string> Links { get; init; }

    public required IReadOnlyDictionary<string, string> Meta { get; init; }

    public string CgroupParent { get; init; } = "";

    public required string NodePool { get; init; }

    public required string NodeClass { get; init; }

    public required string ComputedClass { get; init; }

    public required DrainStrategyModel? DrainStrategy { get; init; }

    public required bool Drain { get; init; }

    public required string SchedulingEligibility { get; init; }

    public required string Status { get; init; }

    public required string StatusDescription { get; init; }

    public required long StatusUpdatedAt { get; init; }

    public required IReadOnlyList<NodeEventModel> Events { get; init; }

    public required IReadOnlyDictionary<string, DriverInfoModel> Drivers { get; init; }

    [JsonPropertyName("CSIControllerPlugins")]
    public IReadOnlyDictionary<string, string>? CsiControllerPlugins { get; init; }

    [JsonPropertyName("CSINodePlugins")]
    public IReadOnlyDictionary<string, string>? CsiNodePlugins { get; init; }

    public required DrainMetadataModel? LastDrain { get; init; }

    public required IReadOnlyDictionary<string, HostVolumeModel>? HostVolumes { get; init; }

    public required IReadOnlyDictionary<string, HostNetworkModel>? HostNetworks { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }
}

/// <summary>A driver as a node has it.</summary>
internal sealed record DriverInfoModel
{
    public required IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public required bool Detected { get; init; }

    public required bool Healthy { get; init; }

    public required string HealthDescription { get; init; }

    public required DateTimeOffset? UpdateTime { get; init; }
}

/// <summary>A directory of a node that jobs may mount.</summary>
internal sealed record HostVolumeModel
{
    public required string Name { get; init; }

    public required string Path { get; init; }

    public required bool ReadOnly { get; init; }

    [JsonPropertyName("ID")]
    public string Id { get; init; } = "";
}

/// <summary>A named network of a node.</summary>
internal sealed record HostNetworkModel
{
    public required string Name { get; init; }

    [JsonPropertyName("CIDR")]
    public required string Cidr { get; init; }

    public required string Interface { get; init; }

    public string ReservedPorts { get; init; } = "";
}

/// <summary>How a node is emptied.</summary>
internal sealed record DrainStrategyModel
{
    /// <summary>Nanoseconds; −1: at once; 0: no deadline.</summary>
    public required long Deadline { get; init; }

    public required bool IgnoreSystemJobs { get; init; }

    public required DateTimeOffset? ForceDeadline { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }
}

/// <summary>The last drain of a node.</summary>
internal sealed record DrainMetadataModel
{
    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? UpdatedAt { get; init; }

    public required string Status { get; init; }

    [JsonPropertyName("AccessorID")]
    public string AccessorId { get; init; } = "";

    public IReadOnlyDictionary<string, string>? Meta { get; init; }
}

/// <summary>Something that happened to a node.</summary>
internal sealed record NodeEventModel
{
    public required string Message { get; init; }

    public required string Subsystem { get; init; }

    public required IReadOnlyDictionary<string, string>? Details { get; init; }

    public required DateTimeOffset? Timestamp { get; init; }

    public required ulong CreateIndex { get; init; }
}

/// <summary>What a node has.</summary>
internal sealed record NodeResourcesModel
{
    public required NodeCpuModel Cpu { get; init; }

    public required NodeMemoryModel Memory { get; init; }

    public required NodeDiskModel Disk { get; init; }

    public required IReadOnlyList<NetworkModel> Networks { get; init; }

    public required IReadOnlyList<NodeNetworkModel> NodeNetworks { get; init; }

    public IReadOnlyList<NodeDeviceModel>? Devices { get; init; }

    public required int MinDynamicPort { get; init; }

    public required int MaxDynamicPort { get; init; }
}

/// <summary>A node's processor.</summary>
internal sealed record NodeCpuModel(long CpuShares, int TotalCpuCores, IReadOnlyList<int> ReservableCpuCores);

/// <summary>Devices of one kind on a node.</summary>
internal sealed record NodeDeviceModel(string Vendor, string Type, string Name, IReadOnlyList<DeviceInstanceModel> Instances, IReadOnlyDictionary<string, DeviceAttributeModel> Attributes);

/// <summary>One device.</summary>
internal sealed record DeviceInstanceModel([property: JsonPropertyName("ID")] string Id, bool Healthy, string HealthDescription);

/// <summary>What a device says of itself, with its unit.</summary>
internal sealed record DeviceAttributeModel(string String);

/// <summary>A node's memory.</summary>
internal sealed record NodeMemoryModel([property: JsonPropertyName("MemoryMB")] long MemoryMb);

/// <summary>A node's disk.</summary>
internal sealed record NodeDiskModel([property: JsonPropertyName("DiskMB")] long DiskMb);

/// <summary>A network of a node, by interface.</summary>
internal sealed record NodeNetworkModel(string Mode, string Device, string MacAddress, int Speed, IReadOnlyList<NodeAddressModel> Addresses);

/// <summary>An address of an interface.</summary>
internal sealed record NodeAddressModel(string Family, string Alias, string Address, string ReservedPorts, string Gateway);

/// <summary>What of a node is kept from allocations.</summary>
internal sealed record NodeReservedModel
{
    public required NodeReservedCpuModel Cpu { get; init; }

    public required NodeMemoryModel Memory { get; init; }

    public required NodeDiskModel Disk { get; init; }

    public required NodeReservedNetworksModel Networks { get; init; }
}

/// <summary>Processor kept from allocations.</summary>
internal sealed record NodeReservedCpuModel(long CpuShares, IReadOnlyList<int>? ReservedCpuCores);

/// <summary>Ports kept from allocations.</summary>
internal sealed record NodeReservedNetworksModel(string ReservedHostPorts);

/// <summary>A request to empty a node, or to stop that.</summary>
internal sealed record NodeDrainRequest
{
    [JsonPropertyName("NodeID")]
    public string? NodeId { get; init; }

    public DrainSpecModel? DrainSpec { get; init; }

    public bool MarkEligible { get; init; }

    public IReadOnlyDictionary<string, string>? Meta { get; init; }
}

/// <summary>How a node is to be emptied.</summary>
internal sealed record DrainSpecModel
{
    /// <summary>Nanoseconds; below 0: at once; 0: no deadline.</summary>
    public long Deadline { get; init; }

    public bool IgnoreSystemJobs { get; init; }
}

/// <summary>A request to let allocations come to a node, or keep them away.</summary>
internal sealed record NodeEligibilityRequest
{
    [JsonPropertyName("NodeID")]
    public string? NodeId { get; init; }

    public string? Eligibility { get; init; }
}

/// <summary>A node changed.</summary>
internal sealed record NodeUpdateResponse : MetaModel
{
    public ulong NodeModifyIndex { get; init; }

    [JsonPropertyName("EvalIDs")]
    public required IReadOnlyList<string>? EvalIds { get; init; }

    public required ulong EvalCreateIndex { get; init; }
}

/// <summary>A pool of nodes.</summary>
internal sealed record NodePoolModel
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    public ulong CreateIndex { get; init; }

    public ulong ModifyIndex { get; init; }
}
