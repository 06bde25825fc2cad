using System.Text.Json.Serialization;
using Actors.Contracts.Collections;

namespace Actors.Contracts.Jobs;

/// <summary>
/// A declared workload, in the shape of Nomad's HTTP API JSON. What Nomad leaves unset is null (text: "") until the job is
/// canonicalized; afterwards every property that says "default" in its description is set. (Texts, lists and maps are never
/// null: their initializers turn null into empty, because JSON readers set properties that the text lacks to null.)
/// </summary>
/// <remarks>
/// Setters turn null into the empty value: a serializer made at compile time sets what the JSON leaves out to null, not to
/// what the property begins with.
/// </remarks>
public sealed record Job
{
    /// <summary>Region that runs the job; default "global".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Region { get; init => field = value ?? ""; } = "";

    /// <summary>Namespace; default "default".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Namespace { get; init => field = value ?? ""; } = "";

    /// <summary>Unique in its namespace; no space, no NUL.</summary>
    [JsonPropertyName("ID"), JsonConverter(typeof(OptionalTextConverter))]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>For people; default the id.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="JobTypes"/>; default "service".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>1 to 100, higher first; default 50.</summary>
    public int? Priority { get; init; }

    /// <summary>Whether a plan is committed whole or not at all; default false.</summary>
    public bool? AllAtOnce { get; init; }

    /// <summary>Datacenters that may run it, globs allowed; default ["*"].</summary>
    public EquatableList<string> Datacenters { get; init => field = value ?? []; } = [];

    /// <summary>Node pool that may run it; default "default".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string NodePool { get; init => field = value ?? ""; } = "";

    /// <summary>What a node must fulfil.</summary>
    public EquatableList<Constraint> Constraints { get; init => field = value ?? []; } = [];

    /// <summary>What a node should fulfil.</summary>
    public EquatableList<Affinity> Affinities { get; init => field = value ?? []; } = [];

    /// <summary>The groups; at least one, names unique.</summary>
    public EquatableList<TaskGroup> TaskGroups { get; init => field = value ?? []; } = [];

    /// <summary>How changes roll out; inherited by groups field by field.</summary>
    public UpdateStrategy? Update { get; init; }

    /// <summary>Rollout over several regions.</summary>
    public Multiregion? Multiregion { get; init; }

    /// <summary>Over what placements spread.</summary>
    public EquatableList<Spread> Spreads { get; init => field = value ?? []; } = [];

    /// <summary>Launch times of a periodic job.</summary>
    public PeriodicConfig? Periodic { get; init; }

    /// <summary>What a dispatch of a parameterized job takes.</summary>
    public ParameterizedJobConfig? ParameterizedJob { get; init; }

    /// <summary>What happens to failed allocations; inherited by groups field by field.</summary>
    public ReschedulePolicy? Reschedule { get; init; }

    /// <summary>How drained allocations move; inherited by groups field by field.</summary>
    public MigrateStrategy? Migrate { get; init; }

    /// <summary>Opaque metadata, inherited by groups and tasks at run time.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>What a user interface shows of the job.</summary>
    [JsonPropertyName("UI")]
    public JobUi? Ui { get; init; }

    /// <summary>Whether the job is stopped; its allocations are stopped or will be.</summary>
    public bool? Stop { get; init; }

    /// <summary>Id of the periodic or parameterized job that made this one; "" when none did.</summary>
    [JsonPropertyName("ParentID"), JsonConverter(typeof(OptionalTextConverter))]
    public string ParentId { get; init => field = value ?? ""; } = "";

    /// <summary>Whether a dispatch made this job.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool Dispatched { get; init; }

    /// <summary>Token that makes a repeated dispatch the same dispatch; "" when none was given.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string DispatchIdempotencyToken { get; init => field = value ?? ""; } = "";

    /// <summary>Payload of a dispatch in base64; "" when none.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Payload { get; init => field = value ?? ""; } = "";

    /// <summary>Deprecated: Consul token of the submitter; accepted, never stored.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string ConsulToken { get; init => field = value ?? ""; } = "";

    /// <summary>Consul namespace of the job's services.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string ConsulNamespace { get; init => field = value ?? ""; } = "";

    /// <summary>Deprecated: Vault token of the submitter; accepted, never stored.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string VaultToken { get; init => field = value ?? ""; } = "";

    /// <summary>Vault namespace of the job's secrets.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string VaultNamespace { get; init => field = value ?? ""; } = "";

    /// <summary>Accessor of the ACL token that registered the job.</summary>
    [JsonPropertyName("NomadTokenID"), JsonConverter(typeof(OptionalTextConverter))]
    public string NomadTokenId { get; init => field = value ?? ""; } = "";

    /// <summary>"pending", "running" or "dead"; kept by the server.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>Why the status is what it is; kept by the server.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string StatusDescription { get; init => field = value ?? ""; } = "";

    /// <summary>Whether this version's deployment succeeded; kept by the server.</summary>
    public bool? Stable { get; init; }

    /// <summary>Counts changes of the specification from 0; kept by the server.</summary>
    [JsonConverter(typeof(IndexConverter))]
    public ulong Version { get; init; }

    /// <summary>When this version was submitted, unix nanoseconds; kept by the server.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public long SubmitTime { get; init; }

    /// <summary>Index that created the job; kept by the server.</summary>
    [JsonConverter(typeof(IndexConverter))]
    public ulong CreateIndex { get; init; }

    /// <summary>Index that last changed the job or its status; kept by the server.</summary>
    [JsonConverter(typeof(IndexConverter))]
    public ulong ModifyIndex { get; init; }

    /// <summary>Index that last changed the specification; kept by the server.</summary>
    [JsonConverter(typeof(IndexConverter))]
    public ulong JobModifyIndex { get; init; }

    /// <summary>Name that a user gave this version.</summary>
    public JobVersionTag? VersionTag { get; init; }
}

/// <summary>A user's name for one version of a job; a tagged version is never collected.</summary>
public sealed record JobVersionTag
{
    /// <summary>Unique among the job's versions.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Free text.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>When it was tagged, unix nanoseconds.</summary>
    [JsonConverter(typeof(NanosecondsConverter))]
    public long TaggedTime { get; init; }
}

/// <summary>The kinds of job, which choose the scheduler.</summary>
public static class JobTypes
{
    /// <summary>Runs until stopped.</summary>
    public const string Service = "service";

    /// <summary>Runs until it succeeds.</summary>
    public const string Batch = "batch";

    /// <summary>Runs on every feasible node until stopped.</summary>
    public const string System = "system";

    /// <summary>Runs once on every feasible node until it succeeds.</summary>
    public const string SysBatch = "sysbatch";
}

/// <summary>The states of a job, derived from its allocations and evaluations.</summary>
public static class JobStatuses
{
    /// <summary>Nothing of it runs yet.</summary>
    public const string Pending = "pending";

    /// <summary>Something of it runs, or it waits for launches or dispatches.</summary>
    public const string Running = "running";

    /// <summary>It is stopped or all of it has ended.</summary>
    public const string Dead = "dead";
}

/// <summary>When a periodic job launches its children.</summary>
public sealed record PeriodicConfig
{
    /// <summary>Whether it launches at all; default true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>One cron expression (deprecated form); "" when <see cref="Specs"/> is used.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string Spec { get; init => field = value ?? ""; } = "";

    /// <summary>Cron expressions; it launches at each.</summary>
    public EquatableList<string> Specs { get; init => field = value ?? []; } = [];

    /// <summary>What the expressions are; default "cron", the only one.</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string SpecType { get; init => field = value ?? ""; } = "";

    /// <summary>Whether a launch waits for the one before to end; default false.</summary>
    public bool? ProhibitOverlap { get; init; }

    /// <summary>IANA time zone of the expressions; default "UTC".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string TimeZone { get; init => field = value ?? ""; } = "";
}

/// <summary>What a dispatch gives to a parameterized job.</summary>
public sealed record ParameterizedJobConfig
{
    /// <summary>"optional", "required" or "forbidden"; default "optional".</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Payload { get; init => field = value ?? ""; } = "";

    /// <summary>Metadata keys that a dispatch must give.</summary>
    public EquatableList<string> MetaRequired { get; init => field = value ?? []; } = [];

    /// <summary>Metadata keys that a dispatch may give.</summary>
    public EquatableList<string> MetaOptional { get; init => field = value ?? []; } = [];
}

/// <summary>Rollout of one job over several regions.</summary>
public sealed record Multiregion
{
    /// <summary>How the regions follow one another.</summary>
    public MultiregionStrategy? Strategy { get; init; }

    /// <summary>The regions in order of rollout.</summary>
    public EquatableList<MultiregionRegion> Regions { get; init => field = value ?? []; } = [];
}

/// <summary>How the regions of a rollout follow one another.</summary>
public sealed record MultiregionStrategy
{
    /// <summary>Regions at a time; 0 is all.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>"" (fail all that follow), "fail_all" or "fail_local".</summary>
    [JsonConverter(typeof(OptionalTextConverter))]
    public string OnFailure { get; init => field = value ?? ""; } = "";
}

/// <summary>A region of a rollout and what differs there.</summary>
public sealed record MultiregionRegion
{
    /// <summary>The region.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Count of groups that give none.</summary>
    public int? Count { get; init; }

    /// <summary>Datacenters in that region.</summary>
    public EquatableList<string> Datacenters { get; init => field = value ?? []; } = [];

    /// <summary>Node pool in that region.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string NodePool { get; init => field = value ?? ""; } = "";

    /// <summary>Metadata added there.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;
}

/// <summary>What a user interface shows of a job.</summary>
public sealed record JobUi
{
    /// <summary>Markdown, at most 1000 characters.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>Links to show.</summary>
    public EquatableList<JobUiLink> Links { get; init => field = value ?? []; } = [];
}

/// <summary>A link shown with a job.</summary>
public sealed record JobUiLink
{
    /// <summary>Text of the link.</summary>
    [JsonConverter(typeof(TextConverter))]
    public string Label { get; init => field = value ?? ""; } = "";

    /// <summary>Its target.</summary>
    [JsonPropertyName("URL"), JsonConverter(typeof(TextConverter))]
    public string Url { get; init => field = value ?? ""; } = "";
}
