using System.Globalization;
using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>Tasks that run together on one node: the unit of scheduling.</summary>
public sealed record TaskGroup
{
    /// <summary>Unique in the job.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Instances wanted; default 1, or the minimum of <see cref="Scaling"/>.</summary>
    public int? Count { get; init; }

    /// <summary>What a node must fulfil.</summary>
    public EquatableList<Constraint> Constraints { get; init => field = value ?? []; } = [];

    /// <summary>What a node should fulfil.</summary>
    public EquatableList<Affinity> Affinities { get; init => field = value ?? []; } = [];

    /// <summary>The tasks; at least one, names unique.</summary>
    public EquatableList<JobTask> Tasks { get; init => field = value ?? []; } = [];

    /// <summary>Over what placements spread.</summary>
    public EquatableList<Spread> Spreads { get; init => field = value ?? []; } = [];

    /// <summary>Volumes that tasks may mount, by their name in the group.</summary>
    public EquatableMap<VolumeRequest> Volumes { get; init => field = value ?? EquatableMap<VolumeRequest>.Empty; } = EquatableMap<VolumeRequest>.Empty;

    /// <summary>When tasks restart on their node; default by job type.</summary>
    public RestartPolicy? RestartPolicy { get; init; }

    /// <summary>What happens when the node is disconnected.</summary>
    public DisconnectStrategy? Disconnect { get; init; }

    /// <summary>When failed allocations move to another node; default by job type.</summary>
    public ReschedulePolicy? ReschedulePolicy { get; init; }

    /// <summary>Disk shared by the tasks; default 300 MB.</summary>
    public EphemeralDisk? EphemeralDisk { get; init; }

    /// <summary>How changes roll out; what it leaves unset comes from the job.</summary>
    public UpdateStrategy? Update { get; init; }

    /// <summary>How drained allocations move; what it leaves unset comes from the job.</summary>
    public MigrateStrategy? Migrate { get; init; }

    /// <summary>Networks of the group; at most one is used.</summary>
    public EquatableList<NetworkResource> Networks { get; init => field = value ?? []; } = [];

    /// <summary>Opaque metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Services of the group.</summary>
    public EquatableList<Service> Services { get; init => field = value ?? []; } = [];

    /// <summary>Time between deregistering services and stopping tasks.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? ShutdownDelay { get; init; }

    /// <summary>How long a batch allocation may run before it is killed.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MaxRunDuration { get; init; }

    /// <summary>Deprecated in favour of <see cref="DisconnectStrategy.StopOnClientAfter"/>.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? StopAfterClientDisconnect { get; init; }

    /// <summary>Deprecated in favour of <see cref="DisconnectStrategy.LostAfter"/>.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? MaxClientDisconnect { get; init; }

    /// <summary>Bounds of the count.</summary>
    public ScalingPolicy? Scaling { get; init; }

    /// <summary>Which Consul the group uses.</summary>
    public Consul? Consul { get; init; }

    /// <summary>Deprecated in favour of <see cref="DisconnectStrategy.Replace"/>.</summary>
    public bool? PreventRescheduleOnLost { get; init; }
}

/// <summary>Disk that the tasks of an allocation share.</summary>
public sealed record EphemeralDisk
{
    /// <summary>Whether replacements are placed where the data is, if possible; default false.</summary>
    public bool? Sticky { get; init; }

    /// <summary>Whether the data is copied to a replacement elsewhere; default false.</summary>
    public bool? Migrate { get; init; }

    /// <summary>Megabytes, at least 10; default 300.</summary>
    [JsonPropertyName("SizeMB")]
    public int? SizeMb { get; init; }
}

/// <summary>Bounds within which a count is changed, and a policy for whoever changes it.</summary>
public sealed record ScalingPolicy
{
    /// <summary>Smallest count; default the group's count.</summary>
    public long? Min { get; init; }

    /// <summary>Largest count; required.</summary>
    public long? Max { get; init; }

    /// <summary>Free-form policy of the scaler.</summary>
    public EquatableMap<ConfigValue> Policy { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;

    /// <summary>Whether scaling is on; default true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>"horizontal" for a group; default that.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Id of the policy; kept by the server.</summary>
    [JsonPropertyName("ID"), JsonConverter(typeof(TextConverter))]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Namespace of the job; kept by the server.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Namespace { get; init => field = value ?? ""; } = "";

    /// <summary>What is scaled: Namespace, Job, Group (, Task); filled by canonicalization.</summary>
    public EquatableMap<string> Target { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Index that created the policy; kept by the server.</summary>
    [JsonConverter(typeof(IndexConverter))]
    public ulong CreateIndex { get; init; }

    /// <summary>Index that last changed the policy; kept by the server.</summary>
    [JsonConverter(typeof(IndexConverter))]
    public ulong ModifyIndex { get; init; }
}

/// <summary>A volume that a group asks for.</summary>
public sealed record VolumeRequest
{
    /// <summary>Name in the group.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>"host" or "csi".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the host volume or id of the CSI volume.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Source { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it is only read.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool ReadOnly { get; init; }

    /// <summary>Whether replacements keep the same dynamic host volume.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Sticky { get; init; }

    /// <summary>Who may use it how, such as "single-node-writer".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string AccessMode { get; init => field = value ?? ""; } = "";

    /// <summary>"file-system" or "block-device".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string AttachmentMode { get; init => field = value ?? ""; } = "";

    /// <summary>How a CSI volume is mounted.</summary>
    public CsiMountOptions? MountOptions { get; init; }

    /// <summary>Whether each allocation has its own volume, named with its index.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool PerAlloc { get; init; }

    /// <summary>It is a directory of the host.</summary>
    public bool IsHost() => Type is "" or "host";

    /// <summary>The volume's name for one allocation: with <see cref="PerAlloc"/> each has its own, named with its number.</summary>
    public string SourceFor(int nameIndex) => PerAlloc ? string.Create(CultureInfo.InvariantCulture, $"{Source}[{nameIndex}]") : Source;
}

/// <summary>How a CSI volume is mounted.</summary>
public sealed record CsiMountOptions
{
    /// <summary>File system to make.</summary>
    [JsonPropertyName("FSType"), JsonConverter(typeof(TextConverter))]
    public string FsType { get; init => field = value ?? ""; } = "";

    /// <summary>Flags for mount.</summary>
    public EquatableList<string> MountFlags { get; init => field = value ?? []; } = [];
}
