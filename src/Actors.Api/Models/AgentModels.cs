using System.Text.Json.Serialization;

namespace Actors.Api.Models;

/// <summary>What an agent says of itself.</summary>
internal sealed record AgentSelf
{
    [JsonPropertyName("config")]
    public required AgentConfigModel Config { get; init; }

    [JsonPropertyName("member")]
    public required AgentMemberModel? Member { get; init; }

    [JsonPropertyName("stats")]
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Stats { get; init; }
}

/// <summary>The part of an agent's configuration that tools look at.</summary>
internal sealed record AgentConfigModel
{
    public required string Region { get; init; }

    public required string Datacenter { get; init; }

    public required string Name { get; init; }

    public required string DataDir { get; init; }

    public required AgentServerConfigModel Server { get; init; }

    public required AgentClientConfigModel Client { get; init; }

    [JsonPropertyName("ACL")]
    public required EnabledModel Acl { get; init; }

    [JsonPropertyName("UI")]
    public required EnabledModel Ui { get; init; }

    public required AgentVersionModel Version { get; init; }

    public required IReadOnlyDictionary<string, string> AdvertiseAddrs { get; init; }
}

/// <summary>An agent's server half.</summary>
internal sealed record AgentServerConfigModel(bool Enabled);

/// <summary>An agent's client half.</summary>
internal sealed record AgentClientConfigModel(bool Enabled);

/// <summary>Something that is on or off.</summary>
internal sealed record EnabledModel(bool Enabled);

/// <summary>An agent's version.</summary>
internal sealed record AgentVersionModel(string Version, string VersionPrerelease, string VersionMetadata, string Revision);

/// <summary>A server as its region's membership knows it.</summary>
internal sealed record AgentMemberModel
{
    public required string Name { get; init; }

    public required string Addr { get; init; }

    public required int Port { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public required string Status { get; init; }

    public int ProtocolMin { get; init; } = 1;

    public int ProtocolMax { get; init; } = 5;

    public int ProtocolCur { get; init; } = 2;

    public int DelegateMin { get; init; } = 2;

    public int DelegateMax { get; init; } = 5;

    public int DelegateCur { get; init; } = 4;
}

/// <summary>The servers.</summary>
internal sealed record AgentMembersResponse
{
    public required string ServerName { get; init; }

    public required string ServerRegion { get; init; }

    [JsonPropertyName("ServerDC")]
    public required string ServerDc { get; init; }

    public required IReadOnlyList<AgentMemberModel> Members { get; init; }
}

/// <summary>How an agent is.</summary>
internal sealed record AgentHealthModel
{
    [JsonPropertyName("server"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthModel? Server { get; init; }

    [JsonPropertyName("client"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthModel? Client { get; init; }
}

/// <summary>How a half of an agent is.</summary>
internal sealed record HealthModel([property: JsonPropertyName("ok")] bool Ok, [property: JsonPropertyName("message")] string Message);

/// <summary>The schedulers of a server.</summary>
internal sealed record AgentSchedulersResponse
{
    [JsonPropertyName("schedulers")]
    public required IReadOnlyList<AgentSchedulerModel> Schedulers { get; init; }

    [JsonPropertyName("server_id")]
    public required string ServerId { get; init; }
}

/// <summary>A scheduler.</summary>
internal sealed record AgentSchedulerModel
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("enabled_schedulers")]
    public required IReadOnlyList<string> EnabledSchedulers { get; init; }

    [JsonPropertyName("started")]
    public required string Started { get; init; }

    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("workload_status")]
    public required string WorkloadStatus { get; init; }
}

/// <summary>The machine that an agent runs on.</summary>
internal sealed record AgentHostResponse
{
    [JsonPropertyName("AgentID")]
    public required string AgentId { get; init; }

    public required HostDataModel HostData { get; init; }
}

/// <summary>Facts of a machine.</summary>
internal sealed record HostDataModel
{
    [JsonPropertyName("OS")]
    public required string Os { get; init; }

    public required IReadOnlyList<HostNetworkInterface> Network { get; init; }

    public required string ResolvConf { get; init; }

    public required string Hosts { get; init; }

    /// <summary>Names only of what may hold a secret.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required IReadOnlyDictionary<string, HostDiskModel> Disk { get; init; }
}

/// <summary>An interface of a machine with its addresses.</summary>
internal sealed record HostNetworkInterface(string Name, IReadOnlyList<string> Addresses);

/// <summary>A file system of a machine, in bytes.</summary>
internal sealed record HostDiskModel(string DiskMB, string UsedMB);

/// <summary>The result of a request to join.</summary>
internal sealed record JoinResponse
{
    [JsonPropertyName("num_joined")]
    public required int NumJoined { get; init; }

    [JsonPropertyName("error")]
    public required string Error { get; init; }
}

/// <summary>How the scheduler is set up.</summary>
internal sealed record SchedulerConfigurationResponse : MetaModel
{
    public required SchedulerConfigurationModel SchedulerConfig { get; init; }
}

/// <summary>The scheduler's settings.</summary>
internal sealed record SchedulerConfigurationModel
{
    public string? SchedulerAlgorithm { get; init; }

    public PreemptionConfigModel? PreemptionConfig { get; init; }

    public bool MemoryOversubscriptionEnabled { get; init; }

    public bool RejectJobRegistration { get; init; }

    public bool PauseEvalBroker { get; init; }

    public int NodeLimitForFeasibilityChecks { get; init; }

    public ulong CreateIndex { get; init; }

    public ulong ModifyIndex { get; init; }
}

/// <summary>The scheduler was set up, or not: it had changed meanwhile.</summary>
internal sealed record SchedulerSetResponse : MetaModel
{
    public required bool Updated { get; init; }
}

/// <summary>For which job types something of a lower priority may be stopped to make room.</summary>
internal sealed record PreemptionConfigModel(bool SystemSchedulerEnabled, bool SysBatchSchedulerEnabled, bool BatchSchedulerEnabled, bool ServiceSchedulerEnabled);

/// <summary>A namespace.</summary>
internal sealed record NamespaceModel
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Quota { get; init; }

    public NamespaceCapabilitiesModel? Capabilities { get; init; }

    public IReadOnlyDictionary<string, string>? Meta { get; init; }

    public ulong CreateIndex { get; init; }

    public ulong ModifyIndex { get; init; }
}

/// <summary>What the jobs of a namespace may use.</summary>
internal sealed record NamespaceCapabilitiesModel(
    IReadOnlyList<string>? EnabledTaskDrivers,
    IReadOnlyList<string>? DisabledTaskDrivers,
    IReadOnlyList<string>? EnabledNetworkModes,
    IReadOnlyList<string>? DisabledNetworkModes);

/// <summary>A request to find what begins with a text.</summary>
internal sealed record SearchRequest
{
    public string? Prefix { get; init; }

    public string? Context { get; init; }
}

/// <summary>What begins with a text.</summary>
internal sealed record SearchResponse : MetaModel
{
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Matches { get; init; }

    public required IReadOnlyDictionary<string, bool> Truncations { get; init; }
}

/// <summary>A request to carry out a command line.</summary>
internal sealed record CommandRequest
{
    public string? Command { get; init; }
}
