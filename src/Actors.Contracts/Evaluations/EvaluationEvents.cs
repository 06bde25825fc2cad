using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;

namespace Actors.Contracts.Evaluations;

/// <summary>Something that happened to one evaluation.</summary>
public interface IEvaluationEvent : IRegionEvent, IWithEvaluationId;

/// <summary>An evaluation's whole outcome, placements included: one event however many they are, so that it is all there or not at all.</summary>
public sealed record PlanCommitted : IEvaluationEvent, IFencedEvent
{
    /// <inheritdoc/>
    public required EvaluationId EvaluationId { get; init; }

    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The version of the job that was planned.</summary>
    public required ulong JobVersion { get; init; }

    /// <inheritdoc/>
    public required long Term { get; init; }

    /// <inheritdoc/>
    public required DateTimeOffset At { get; init; }

    /// <summary>The index of the state that was reconciled.</summary>
    public required ulong SnapshotIndex { get; init; }

    /// <summary>New allocations.</summary>
    public IReadOnlyList<AllocationPlacement> Placements { get; init; } = [];

    /// <summary>How the placements were chosen: <see cref="AllocationPlacement.Metric"/> points into it.</summary>
    public IReadOnlyList<AllocationMetric> Metrics { get; init; } = [];

    /// <summary>Allocations that must stop, or are held for lost or unknown.</summary>
    public IReadOnlyList<AllocationStop> Stops { get; init; } = [];

    /// <summary>Allocations that take the new version of the job as they are.</summary>
    public IReadOnlyList<AllocationId> InPlaceUpdates { get; init; } = [];

    /// <summary>The deployment that this plan begins (or continues with changed desired counts), or null.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>Deployments that end because of this plan.</summary>
    public IReadOnlyList<DeploymentStatusUpdate> DeploymentUpdates { get; init; } = [];

    /// <summary>What becomes of the evaluation: complete, or (for a blocked one that still finds no room) blocked.</summary>
    public EvaluationStatus Status { get; init; } = EvaluationStatus.Complete;

    /// <summary>Why, for people.</summary>
    public string StatusDescription { get; init; } = "";

    /// <summary>What could not be placed and why, by group.</summary>
    public IReadOnlyDictionary<string, AllocationMetric> FailedGroups { get; init; } = new Dictionary<string, AllocationMetric>();

    /// <summary>What still waits, by group.</summary>
    public IReadOnlyDictionary<string, int> QueuedAllocations { get; init; } = new Dictionary<string, int>();

    /// <summary>Of one that goes on waiting: which computed classes were feasible, as seen now; null: as it was.</summary>
    public IReadOnlyDictionary<string, bool>? ClassEligibility { get; init; }

    /// <summary>Of one that goes on waiting: a constraint looks at something unique to a node.</summary>
    public bool EscapedComputedClass { get; init; }

    /// <summary>New evaluations: the blocked one, delayed reschedules.</summary>
    public IReadOnlyList<Evaluation> FollowUps { get; init; } = [];
}

/// <summary>A new allocation, as small as it can be: what its job and its plan say is not said again.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="NodeId">Its node.</param>
/// <param name="NodeName">Its node's name.</param>
/// <param name="TaskGroup">Its group.</param>
/// <param name="NameIndex">Its place in the group, from 0.</param>
/// <param name="Ports">The ports it holds; the other resources are its group's.</param>
/// <param name="Metric">Points into <see cref="PlanCommitted.Metrics"/>; −1: none.</param>
/// <param name="Previous">What it replaces.</param>
/// <param name="Canary">It is a canary.</param>
/// <param name="InDeployment">It is part of the plan's (or the job's current) deployment.</param>
/// <param name="Reschedule">Why it was placed again, or null.</param>
/// <param name="Tasks">What its tasks hold, where that is more than its group says (cores, devices) or less (no <c>memory_max</c>); null: as its group says.</param>
public sealed record AllocationPlacement(
    AllocationId Id,
    NodeId NodeId,
    string NodeName,
    string TaskGroup,
    int NameIndex,
    IReadOnlyList<AllocatedPort> Ports,
    int Metric = -1,
    AllocationId? Previous = null,
    bool Canary = false,
    DeploymentId? InDeployment = null,
    RescheduleEvent? Reschedule = null,
    IReadOnlyDictionary<string, AllocatedTaskResources>? Tasks = null);

/// <summary>An allocation that must stop.</summary>
/// <param name="Id">The allocation.</param>
/// <param name="Description">Why, for people.</param>
/// <param name="ClientStatus">Set when its client can't say it: lost or unknown; null: leave it to the client.</param>
/// <param name="DesiredStatus">Stop or evict; run for one that is unknown and may come back.</param>
/// <param name="FollowUp">The evaluation that will place it again later, or null.</param>
/// <param name="PreemptedBy">The allocation of the same plan for which it makes room, or null.</param>
public sealed record AllocationStop(
    AllocationId Id,
    string Description,
    AllocationClientStatus? ClientStatus = null,
    AllocationDesiredStatus DesiredStatus = AllocationDesiredStatus.Stop,
    EvaluationId? FollowUp = null,
    AllocationId? PreemptedBy = null);

/// <summary>An evaluation was cancelled, failed, or became pending again.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Status">From now on.</param>
/// <param name="Description">Why, for people.</param>
/// <param name="FollowUp">The evaluation that tries later, or null.</param>
/// <param name="At">When.</param>
public sealed record EvaluationStatusChanged(EvaluationId EvaluationId, EvaluationStatus Status, string Description, Evaluation? FollowUp, DateTimeOffset At) : IEvaluationEvent;
