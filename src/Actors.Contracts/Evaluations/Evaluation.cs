using System.Text.Json.Serialization;

namespace Actors.Contracts.Evaluations;

/// <summary>A scheduling decision that is to be made, or was made.</summary>
public sealed record Evaluation
{
    /// <summary>Its identity.</summary>
    public required EvaluationId Id { get; init; }

    /// <summary>The job it is about.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The job's type: service, batch, system, sysbatch.</summary>
    public required string Type { get; init; }

    /// <summary>The job's priority, 1 to 100: higher goes first.</summary>
    public int Priority { get; init; } = 50;

    /// <summary>What made it, one of <see cref="EvaluationTriggers"/>.</summary>
    public required string TriggeredBy { get; init; }

    /// <summary>How far it is.</summary>
    public EvaluationStatus Status { get; init; } = EvaluationStatus.Pending;

    /// <summary>Why, for people.</summary>
    public string StatusDescription { get; init; } = "";

    /// <summary>The index of the job when it was made; an evaluation sees the state at this index or later.</summary>
    public ulong JobModifyIndex { get; init; }

    /// <summary>The node whose change made it, or null.</summary>
    public NodeId? NodeId { get; init; }

    /// <summary>The deployment whose progress made it, or null.</summary>
    public DeploymentId? DeploymentId { get; init; }

    /// <summary>Not before this time, or null: at once.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>The evaluation that made this one, or null.</summary>
    public EvaluationId? PreviousEvaluation { get; init; }

    /// <summary>The evaluation this one made for later, or null.</summary>
    public EvaluationId? NextEvaluation { get; init; }

    /// <summary>The evaluation that waits for capacity for what this one couldn't place, or null.</summary>
    public EvaluationId? BlockedEvaluation { get; init; }

    /// <summary>What could not be placed and why, by task group.</summary>
    public IReadOnlyDictionary<string, AllocationMetric> FailedGroups { get; init; } = new Dictionary<string, AllocationMetric>();

    /// <summary>How many allocations of each group still wait to be placed.</summary>
    public IReadOnlyDictionary<string, int> QueuedAllocations { get; init; } = new Dictionary<string, int>();

    /// <summary>For a blocked one: which computed classes were feasible (true: had no room) and which were not, as last seen.</summary>
    public IReadOnlyDictionary<string, bool> ClassEligibility { get; init; } = new Dictionary<string, bool>();

    /// <summary>For a blocked one: a constraint looks at something unique to a node, so that any change of a node may help.</summary>
    public bool EscapedComputedClass { get; init; }

    /// <summary>The index up to which the scheduler had seen the state.</summary>
    public ulong SnapshotIndex { get; init; }

    /// <summary>The index at which it was created.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset ModifyTime { get; init; }

    /// <summary>No more will come of it.</summary>
    [JsonIgnore]
    public bool Terminal => Status is EvaluationStatus.Complete or EvaluationStatus.Failed or EvaluationStatus.Cancelled;
}

/// <summary>The life of an evaluation.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EvaluationStatus>))]
public enum EvaluationStatus
{
    /// <summary>It waits for its turn, or is being worked on.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>It waits for capacity.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked,

    /// <summary>Its plan is committed.</summary>
    [JsonStringEnumMemberName("complete")] Complete,

    /// <summary>It could not be worked out; a follow-up may try later.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>A later one took its place.</summary>
    [JsonStringEnumMemberName("canceled")] Cancelled,
}

/// <summary>Nomad's words for what makes an evaluation.</summary>
public static class EvaluationTriggers
{
    /// <summary>A job was registered or updated.</summary>
    public const string JobRegister = "job-register";

    /// <summary>A job was stopped.</summary>
    public const string JobDeregister = "job-deregister";

    /// <summary>A periodic job's time came.</summary>
    public const string PeriodicJob = "periodic-job";

    /// <summary>A node is emptied.</summary>
    public const string NodeDrain = "node-drain";

    /// <summary>A node came, went or changed.</summary>
    public const string NodeUpdate = "node-update";

    /// <summary>A user stopped an allocation.</summary>
    public const string AllocStop = "alloc-stop";

    /// <summary>An allocation failed.</summary>
    public const string RetryFailedAlloc = "alloc-failure";

    /// <summary>There was no room before.</summary>
    public const string QueuedAllocs = "queued-allocs";

    /// <summary>A deployment goes on.</summary>
    public const string DeploymentWatcher = "deployment-watcher";

    /// <summary>An evaluation failed before.</summary>
    public const string FailedFollowUp = "failed-follow-up";

    /// <summary>A plan could not be committed whole, too often.</summary>
    public const string MaxPlanAttempts = "max-plan-attempts";

    /// <summary>Something of a higher priority took its place.</summary>
    public const string Preemption = "preemption";

    /// <summary>A job's count changed.</summary>
    public const string Scaling = "job-scaling";

    /// <summary>A disconnected client's time is up.</summary>
    public const string MaxDisconnectTimeout = "max-disconnect-timeout";

    /// <summary>A disconnected client is back.</summary>
    public const string Reconnect = "reconnect";
}
