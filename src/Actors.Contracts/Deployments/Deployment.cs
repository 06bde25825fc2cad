using System.Text.Json.Serialization;

namespace Actors.Contracts.Deployments;

/// <summary>The rollout of one version of a job. A plan begins it, the job ends it.</summary>
public sealed record Deployment
{
    /// <summary>Its identity.</summary>
    public required DeploymentId Id { get; init; }

    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The version that is rolled out.</summary>
    public required ulong JobVersion { get; init; }

    /// <summary>The job's ModifyIndex at that version.</summary>
    public ulong JobModifyIndex { get; init; }

    /// <summary>The job's CreateIndex.</summary>
    public ulong JobCreateIndex { get; init; }

    /// <summary>How far it is.</summary>
    public DeploymentStatus Status { get; init; } = DeploymentStatus.Running;

    /// <summary>Why, for people.</summary>
    public string StatusDescription { get; init; } = "";

    /// <summary>Its groups, by name.</summary>
    public IReadOnlyDictionary<string, DeploymentGroup> TaskGroups { get; init; } = new Dictionary<string, DeploymentGroup>();

    /// <summary>The evaluation that began it.</summary>
    public EvaluationId? EvaluationId { get; init; }

    /// <summary>The index at which it began.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index of its last change.</summary>
    public ulong ModifyIndex { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset ModifyTime { get; init; }

    /// <summary>It may still change allocations.</summary>
    [JsonIgnore]
    public bool Active => Status is DeploymentStatus.Running or DeploymentStatus.Paused or DeploymentStatus.Pending or DeploymentStatus.Initializing or DeploymentStatus.Blocked or DeploymentStatus.Unblocking;
}

/// <summary>The rollout of one group.</summary>
public sealed record DeploymentGroup
{
    /// <summary>Go back to the last stable version when it fails.</summary>
    public bool AutoRevert { get; init; }

    /// <summary>Promote by itself once all canaries are healthy.</summary>
    public bool AutoPromote { get; init; }

    /// <summary>The canaries were promoted.</summary>
    public bool Promoted { get; init; }

    /// <summary>The canaries placed.</summary>
    public IReadOnlyList<AllocationId> PlacedCanaries { get; init; } = [];

    /// <summary>How many canaries are wanted.</summary>
    public int DesiredCanaries { get; init; }

    /// <summary>How many allocations are wanted in all.</summary>
    public int DesiredTotal { get; init; }

    /// <summary>How many were placed.</summary>
    public int PlacedAllocs { get; init; }

    /// <summary>How many of them are healthy.</summary>
    public int HealthyAllocs { get; init; }

    /// <summary>How many of them failed to become healthy.</summary>
    public int UnhealthyAllocs { get; init; }

    /// <summary>How long progress may take.</summary>
    public TimeSpan ProgressDeadline { get; init; }

    /// <summary>When it must have made progress, or null before the first placement (or without a deadline).</summary>
    public DateTimeOffset? RequireProgressBy { get; init; }
}

/// <summary>The life of a deployment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeploymentStatus>))]
public enum DeploymentStatus
{
    /// <summary>It goes on.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>A user paused it.</summary>
    [JsonStringEnumMemberName("paused")] Paused,

    /// <summary>It failed.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>All is healthy.</summary>
    [JsonStringEnumMemberName("successful")] Successful,

    /// <summary>A newer version took its place, or the job was stopped.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,

    /// <summary>It is being set up (several regions).</summary>
    [JsonStringEnumMemberName("initializing")] Initializing,

    /// <summary>It waits for its turn (several regions).</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>It waits for other regions.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked,

    /// <summary>It no longer waits for other regions.</summary>
    [JsonStringEnumMemberName("unblocking")] Unblocking,
}

/// <summary>A deployment's new status.</summary>
/// <param name="Id">The deployment.</param>
/// <param name="Status">From now on.</param>
/// <param name="Description">Why, for people.</param>
public sealed record DeploymentStatusUpdate(DeploymentId Id, DeploymentStatus Status, string Description);
