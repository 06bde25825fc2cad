using System.Text.Json.Serialization;
using Actors.Contracts.Jobs;

namespace Actors.Api.Models;

/// <summary>An allocation in a list.</summary>
internal sealed record AllocListStub
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    public required string JobType { get; init; }

    public required ulong JobVersion { get; init; }

    public required string TaskGroup { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AllocatedResourcesModel? AllocatedResources { get; init; }

    public required string DesiredStatus { get; init; }

    public required string DesiredDescription { get; init; }

    public required string ClientStatus { get; init; }

    public required string ClientDescription { get; init; }

    public required DesiredTransitionModel DesiredTransition { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyDictionary<string, TaskStateModel>? TaskStates { get; init; }

    public required AllocDeploymentStatusModel? DeploymentStatus { get; init; }

    [JsonPropertyName("FollowupEvalID")]
    public required string FollowupEvalId { get; init; }

    public required string NextAllocation { get; init; }

    public required RescheduleTrackerModel? RescheduleTracker { get; init; }

    public IReadOnlyList<string>? PreemptedAllocations { get; init; }

    public string PreemptedByAllocation { get; init; } = "";

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required long CreateTime { get; init; }

    public required long ModifyTime { get; init; }
}

/// <summary>An allocation, whole.</summary>
internal sealed record AllocModel
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }

    public required string Name { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string NodeName { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    /// <summary>The version of the job that it runs; null when that version is no longer kept.</summary>
    [JsonConverter(typeof(JobConverter))]
    public required Job? Job { get; init; }

    public required string TaskGroup { get; init; }

    /// <summary>The older form of <see cref="AllocatedResources"/>: the sum.</summary>
    public required ResourcesModel Resources { get; init; }

    /// <summary>The older form: what its tasks share.</summary>
    public required ResourcesModel SharedResources { get; init; }

    /// <summary>The older form: by task.</summary>
    public required IReadOnlyDictionary<string, ResourcesModel> TaskResources { get; init; }

    public required AllocatedResourcesModel AllocatedResources { get; init; }

    public required AllocMetricModel? Metrics { get; init; }

    public required string DesiredStatus { get; init; }

    public required string DesiredDescription { get; init; }

    public required DesiredTransitionModel DesiredTransition { get; init; }

    public required string ClientStatus { get; init; }

    public required string ClientDescription { get; init; }

    public required IReadOnlyDictionary<string, TaskStateModel>? TaskStates { get; init; }

    public required string PreviousAllocation { get; init; }

    public required string NextAllocation { get; init; }

    [JsonPropertyName("DeploymentID")]
    public required string DeploymentId { get; init; }

    public required AllocDeploymentStatusModel? DeploymentStatus { get; init; }

    public required RescheduleTrackerModel? RescheduleTracker { get; init; }

    [JsonPropertyName("FollowupEvalID")]
    public required string FollowupEvalId { get; init; }

    /// <summary>The network that its client made for it; null when it has none of its own.</summary>
    public NetworkStatusModel? NetworkStatus { get; init; }

    public IReadOnlyList<string>? PreemptedAllocations { get; init; }

    public string PreemptedByAllocation { get; init; } = "";

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }

    public required ulong AllocModifyIndex { get; init; }

    public required long CreateTime { get; init; }

    public required long ModifyTime { get; init; }
}

/// <summary>What the servers ask of an allocation beside its desired status; null: nothing.</summary>
internal sealed record DesiredTransitionModel
{
    public bool? Migrate { get; init; }

    public bool? Reschedule { get; init; }

    public bool? ForceReschedule { get; init; }

    public bool? NoShutdownDelay { get; init; }
}

/// <summary>An allocation's part in its deployment.</summary>
internal sealed record AllocDeploymentStatusModel
{
    public required bool? Healthy { get; init; }

    public required DateTimeOffset? Timestamp { get; init; }

    public required bool Canary { get; init; }

    public required ulong ModifyIndex { get; init; }
}

/// <summary>When an allocation's forerunners were placed again.</summary>
internal sealed record RescheduleTrackerModel(IReadOnlyList<RescheduleEventModel> Events);

/// <summary>One time that a forerunner was placed again.</summary>
internal sealed record RescheduleEventModel
{
    public required long RescheduleTime { get; init; }

    [JsonPropertyName("PrevAllocID")]
    public required string PrevAllocId { get; init; }

    [JsonPropertyName("PrevNodeID")]
    public required string PrevNodeId { get; init; }

    public required long Delay { get; init; }
}

/// <summary>One task of an allocation.</summary>
internal sealed record TaskStateModel
{
    public required string State { get; init; }

    public required bool Failed { get; init; }

    public required int Restarts { get; init; }

    public required DateTimeOffset? LastRestart { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required IReadOnlyList<TaskEventModel> Events { get; init; }
}

/// <summary>Something that happened to a task.</summary>
internal sealed record TaskEventModel
{
    public required string Type { get; init; }

    public required long Time { get; init; }

    public required string Message { get; init; }

    public required string DisplayMessage { get; init; }

    public required IReadOnlyDictionary<string, string> Details { get; init; }

    public required bool FailsTask { get; init; }

    public required string RestartReason { get; init; }

    public required string SetupError { get; init; }

    public required string DriverError { get; init; }

    public required string DriverMessage { get; init; }

    public required int ExitCode { get; init; }

    public required int Signal { get; init; }

    public required long KillTimeout { get; init; }

    public required string KillError { get; init; }

    public required string KillReason { get; init; }

    public required long StartDelay { get; init; }

    public required string DownloadError { get; init; }

    public required string ValidationError { get; init; }

    public required string FailedSibling { get; init; }

    public required string TaskSignalReason { get; init; }

    public required string TaskSignal { get; init; }

    public string GenericSource { get; init; } = "";

    public long DiskLimit { get; init; }

    public string VaultError { get; init; } = "";
}

/// <summary>What an allocation holds.</summary>
internal sealed record AllocatedResourcesModel
{
    public required IReadOnlyDictionary<string, AllocatedTaskModel> Tasks { get; init; }

    public required AllocatedSharedModel Shared { get; init; }
}

/// <summary>What a task holds.</summary>
internal sealed record AllocatedTaskModel
{
    public required AllocatedCpuModel Cpu { get; init; }

    public required AllocatedMemoryModel Memory { get; init; }

    public required IReadOnlyList<NetworkModel>? Networks { get; init; }

    public IReadOnlyList<AllocatedDeviceModel>? Devices { get; init; }
}

/// <summary>Devices of one kind that a task holds.</summary>
internal sealed record AllocatedDeviceModel(string Vendor, string Type, string Name, [property: JsonPropertyName("DeviceIDs")] IReadOnlyList<string> DeviceIds);

/// <summary>Processor that a task holds.</summary>
internal sealed record AllocatedCpuModel(long CpuShares, IReadOnlyList<int>? ReservedCores);

/// <summary>Memory that a task holds.</summary>
internal sealed record AllocatedMemoryModel([property: JsonPropertyName("MemoryMB")] long MemoryMb, [property: JsonPropertyName("MemoryMaxMB")] long MemoryMaxMb);

/// <summary>What the tasks of an allocation share.</summary>
internal sealed record AllocatedSharedModel
{
    public required IReadOnlyList<NetworkModel>? Networks { get; init; }

    [JsonPropertyName("DiskMB")]
    public required long DiskMb { get; init; }

    public required IReadOnlyList<PortMappingModel>? Ports { get; init; }
}

/// <summary>A port that an allocation holds.</summary>
internal sealed record PortMappingModel(string Label, int Value, int To, [property: JsonPropertyName("HostIP")] string HostIp);

/// <summary>The older form of resources.</summary>
internal sealed record ResourcesModel
{
    [JsonPropertyName("CPU")]
    public required long Cpu { get; init; }

    public int Cores { get; init; }

    [JsonPropertyName("MemoryMB")]
    public required long MemoryMb { get; init; }

    [JsonPropertyName("MemoryMaxMB")]
    public long MemoryMaxMb { get; init; }

    [JsonPropertyName("DiskMB")]
    public required long DiskMb { get; init; }

    [JsonPropertyName("IOPS")]
    public int Iops { get; init; }

    public required IReadOnlyList<NetworkModel>? Networks { get; init; }

    public IReadOnlyList<string>? Devices { get; init; }
}

/// <summary>A network with the ports held on it.</summary>
internal sealed record NetworkModel
{
    public string Mode { get; init; } = "";

    public string Device { get; init; } = "";

    [JsonPropertyName("CIDR")]
    public string Cidr { get; init; } = "";

    [JsonPropertyName("IP")]
    public string Ip { get; init; } = "";

    public string Hostname { get; init; } = "";

    [JsonPropertyName("MBits")]
    public int MBits { get; init; }

    public IReadOnlyList<PortModel>? ReservedPorts { get; init; }

    public IReadOnlyList<PortModel>? DynamicPorts { get; init; }
}

/// <summary>A port on a network.</summary>
internal sealed record PortModel(string Label, int Value, int To, string HostNetwork);

/// <summary>A stop was asked for.</summary>
internal sealed record AllocStopResponse : MetaModel
{
    [JsonPropertyName("EvalID")]
    public required string EvalId { get; init; }
}

/// <summary>A request to restart a task.</summary>
internal sealed record AllocRestartRequest
{
    public string? TaskName { get; init; }

    public bool AllTasks { get; init; }
}

/// <summary>A request to signal a task.</summary>
internal sealed record AllocSignalRequest
{
    public string? Task { get; init; }

    public string? Signal { get; init; }
}

/// <summary>A service of an allocation, registered with the region itself.</summary>
internal sealed record ServiceRegistrationModel
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string ServiceName { get; init; }

    public required string Namespace { get; init; }

    [JsonPropertyName("NodeID")]
    public required string NodeId { get; init; }

    public required string Datacenter { get; init; }

    [JsonPropertyName("JobID")]
    public required string JobId { get; init; }

    [JsonPropertyName("AllocID")]
    public required string AllocId { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required ulong CreateIndex { get; init; }

    public required ulong ModifyIndex { get; init; }
}

/// <summary>An allocation's own network.</summary>
internal sealed record NetworkStatusModel(string InterfaceName, string Address, [property: JsonPropertyName("AddressIPv6")] string AddressIpv6, [property: JsonPropertyName("DNS")] NetworkDnsModel? Dns);

/// <summary>The name servers of an allocation's own network.</summary>
internal sealed record NetworkDnsModel(IReadOnlyList<string> Servers, IReadOnlyList<string>? Searches = null, IReadOnlyList<string>? Options = null);
