using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>One unit of work of a group. (Nomad's "Task"; the name here keeps clear of the BCL's.)</summary>
public sealed record JobTask
{
    /// <summary>Unique in the group.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Driver that runs it, such as "docker".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Driver { get; init => field = value ?? ""; } = "";

    /// <summary>User it runs as; "" is the driver's choice.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string User { get; init => field = value ?? ""; } = "";

    /// <summary>When in the allocation's life it runs; null for a main task.</summary>
    public TaskLifecycle? Lifecycle { get; init; }

    /// <summary>The driver's configuration.</summary>
    public EquatableMap<ConfigValue> Config { get; init => field = value ?? EquatableMap<ConfigValue>.Empty; } = EquatableMap<ConfigValue>.Empty;

    /// <summary>What a node must fulfil.</summary>
    public EquatableList<Constraint> Constraints { get; init => field = value ?? []; } = [];

    /// <summary>What a node should fulfil.</summary>
    public EquatableList<Affinity> Affinities { get; init => field = value ?? []; } = [];

    /// <summary>Environment variables.</summary>
    public EquatableMap<string> Env { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Services of the task.</summary>
    public EquatableList<Service> Services { get; init => field = value ?? []; } = [];

    /// <summary>What it needs of its node; default 100 MHz and 300 MB.</summary>
    public Resources? Resources { get; init; }

    /// <summary>When it restarts; what it leaves unset comes from the group.</summary>
    public RestartPolicy? RestartPolicy { get; init; }

    /// <summary>Opaque metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>Time between the signal to stop and the kill; default 5 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan? KillTimeout { get; init; }

    /// <summary>How much log is kept; default 10 files of 10 MB.</summary>
    public LogConfig? LogConfig { get; init; }

    /// <summary>Files fetched before it starts.</summary>
    public EquatableList<TaskArtifact> Artifacts { get; init => field = value ?? []; } = [];

    /// <summary>Its access to Vault.</summary>
    public Vault? Vault { get; init; }

    /// <summary>Its access to Consul.</summary>
    public Consul? Consul { get; init; }

    /// <summary>Files rendered before it starts and when their sources change.</summary>
    public EquatableList<Template> Templates { get; init => field = value ?? []; } = [];

    /// <summary>Where a dispatch's payload is written.</summary>
    public DispatchPayloadConfig? DispatchPayload { get; init; }

    /// <summary>The group's volumes as this task sees them.</summary>
    public EquatableList<VolumeMount> VolumeMounts { get; init => field = value ?? []; } = [];

    /// <summary>Present when the task is a CSI plugin.</summary>
    [JsonPropertyName("CSIPluginConfig")]
    public CsiPluginConfig? CsiPluginConfig { get; init; }

    /// <summary>Whether its end ends the others.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Leader { get; init; }

    /// <summary>Time between deregistering its services and stopping it.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan ShutdownDelay { get; init; }

    /// <summary>Signal to stop; "" is the driver's choice.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string KillSignal { get; init => field = value ?? ""; } = "";

    /// <summary>What the task is for, such as "connect-proxy:web"; "" for the user's own.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Kind { get; init => field = value ?? ""; } = "";

    /// <summary>Vertical scaling policies.</summary>
    public EquatableList<ScalingPolicy> ScalingPolicies { get; init => field = value ?? []; } = [];

    /// <summary>Secrets fetched for it.</summary>
    public EquatableList<Secret> Secrets { get; init => field = value ?? []; } = [];

    /// <summary>Its default identity.</summary>
    public WorkloadIdentity? Identity { get; init; }

    /// <summary>Its further identities.</summary>
    public EquatableList<WorkloadIdentity> Identities { get; init => field = value ?? []; } = [];

    /// <summary>Commands that a user may run in it.</summary>
    public EquatableList<TaskAction> Actions { get; init => field = value ?? []; } = [];

    /// <summary>When it runs within its allocation.</summary>
    public TaskSchedule? Schedule { get; init; }
}

/// <summary>When in the allocation's life a task runs.</summary>
public sealed record TaskLifecycle
{
    /// <summary>"prestart", "poststart" or "poststop".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Hook { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it goes on beside the main tasks.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Sidecar { get; init; }
}

/// <summary>How much log of a task is kept.</summary>
public sealed record LogConfig
{
    /// <summary>Rotated files of each stream; default 10.</summary>
    public int? MaxFiles { get; init; }

    /// <summary>Size of each in MB; default 10.</summary>
    [JsonPropertyName("MaxFileSizeMB")]
    public int? MaxFileSizeMb { get; init; }

    /// <summary>Deprecated opposite of <see cref="Disabled"/>.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether nothing is kept; default false.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>Where a dispatch's payload is written.</summary>
public sealed record DispatchPayloadConfig
{
    /// <summary>Path under the task's local directory.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string File { get; init => field = value ?? ""; } = "";
}

/// <summary>A group's volume as a task sees it.</summary>
public sealed record VolumeMount
{
    /// <summary>Name of the volume in the group.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Volume { get; init => field = value ?? ""; } = "";

    /// <summary>Path in the task.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Destination { get; init => field = value ?? ""; } = "";

    /// <summary>Whether it is only read; default false.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>"private", "host-to-task" or "bidirectional"; default "private".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string PropagationMode { get; init => field = value ?? ""; } = "";

    /// <summary>"", "z" or "Z".</summary>
    [JsonPropertyName("SELinuxLabel"), JsonConverter(typeof(OptionalTextConverter))]
    public string SeLinuxLabel { get; init => field = value ?? ""; } = "";
}

/// <summary>Makes a task a CSI plugin.</summary>
public sealed record CsiPluginConfig
{
    /// <summary>Id of the plugin.</summary>
    [JsonPropertyName("ID"), JsonConverter(typeof(TextConverter))]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>"node", "controller" or "monolith".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>Where its socket is; default "/csi".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string MountDir { get; init => field = value ?? ""; } = "";

    /// <summary>Where volumes are staged; default "/local/csi".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string StagePublishBaseDir { get; init => field = value ?? ""; } = "";

    /// <summary>Until when it must answer; default 30 s.</summary>
    [JsonConverter(typeof(GoDurationConverter))]
    public TimeSpan HealthTimeout { get; init; }
}

/// <summary>A command that a user may run in a task.</summary>
public sealed record TaskAction
{
    /// <summary>Unique in the task.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Executable.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>Its arguments.</summary>
    public EquatableList<string> Args { get; init => field = value ?? []; } = [];
}

/// <summary>When a task runs within its allocation.</summary>
public sealed record TaskSchedule
{
    /// <summary>Start and end as cron expressions.</summary>
    public TaskScheduleCron? Cron { get; init; }
}

/// <summary>Start and end of a task as cron expressions.</summary>
public sealed record TaskScheduleCron
{
    /// <summary>When it starts.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Start { get; init => field = value ?? ""; } = "";

    /// <summary>When it ends.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string End { get; init => field = value ?? ""; } = "";

    /// <summary>IANA time zone.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Timezone { get; init => field = value ?? ""; } = "";
}
