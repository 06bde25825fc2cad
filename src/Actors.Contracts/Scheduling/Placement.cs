using System.Text.Json.Serialization;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;

namespace Actors.Contracts.Scheduling;

/// <summary>What an evaluation asks of the scheduler singleton: where to put these. The scheduler reserves what it answers until the plan is in the log, is cancelled, or the deadline has passed.</summary>
/// <param name="EvaluationId">The evaluation; also the name of the reservation.</param>
/// <param name="JobId">The job.</param>
/// <param name="JobVersion">The version to place.</param>
/// <param name="AtIndex">The index of the state that was reconciled: the scheduler looks at this one or a later one.</param>
/// <param name="Groups">What to place.</param>
/// <param name="Stopping">Allocations that the same plan stops: their room is free for this plan.</param>
/// <param name="AllAtOnce">All or nothing.</param>
/// <param name="DryRun">Reserve nothing. <see cref="Job"/> is placed instead of a stored version.</param>
/// <param name="Job">The job to place in a dry run, when it is not stored.</param>
/// <param name="Deadline">The reservation ends then.</param>
public sealed record PlaceRequest(
    EvaluationId EvaluationId,
    JobId JobId,
    ulong JobVersion,
    ulong AtIndex,
    IReadOnlyList<GroupPlacement> Groups,
    IReadOnlyList<AllocationId> Stopping,
    bool AllAtOnce,
    DateTimeOffset Deadline,
    bool DryRun = false,
    Jobs.Job? Job = null)
{
    /// <summary>In a dry run: name every node, with its score or the first check that it fails, not only the best and the nearest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EveryNode { get; init; }
}

/// <summary>The allocations of one group that need a node.</summary>
/// <param name="TaskGroup">The group.</param>
/// <param name="Slots">One for each.</param>
public sealed record GroupPlacement(string TaskGroup, IReadOnlyList<PlacementSlot> Slots);

/// <summary>One allocation that needs a node.</summary>
/// <param name="NameIndex">Its place in the group, from 0.</param>
/// <param name="Previous">What it replaces.</param>
/// <param name="PenaltyNodes">Nodes where it failed before.</param>
/// <param name="PreferredNode">The node that has its data, or null.</param>
/// <param name="RequiredNode">The only node it may go to (system jobs), or null.</param>
/// <param name="Canary">It is a canary.</param>
/// <param name="InDeployment">The deployment it is part of.</param>
/// <param name="Reschedule">Why it is placed again, or null.</param>
public sealed record PlacementSlot(
    int NameIndex,
    AllocationId? Previous = null,
    IReadOnlyList<NodeId>? PenaltyNodes = null,
    NodeId? PreferredNode = null,
    NodeId? RequiredNode = null,
    bool Canary = false,
    DeploymentId? InDeployment = null,
    RescheduleEvent? Reschedule = null);

/// <summary>The scheduler's answer.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Term">The scheduler's term: the plan must carry it.</param>
/// <param name="AtIndex">The index of the state it looked at.</param>
/// <param name="Placed">What found a node.</param>
/// <param name="Metrics">How: <see cref="AllocationPlacement.Metric"/> points into it.</param>
/// <param name="Failed">What found none, and why, by group.</param>
/// <param name="ClassEligibility">The computed classes seen, and whether they were feasible.</param>
/// <param name="EscapedComputedClass">A constraint looks at something unique to a node.</param>
public sealed record PlaceResult(
    EvaluationId EvaluationId,
    long Term,
    ulong AtIndex,
    IReadOnlyList<AllocationPlacement> Placed,
    IReadOnlyList<AllocationMetric> Metrics,
    IReadOnlyDictionary<string, AllocationMetric> Failed,
    IReadOnlyDictionary<string, bool> ClassEligibility,
    bool EscapedComputedClass)
{
    /// <summary>Allocations of jobs of a lower priority that must make room; the plan evicts them.</summary>
    public IReadOnlyList<PreemptedAllocation> Preempted { get; init; } = [];
}

/// <summary>An allocation that must make room for one of a higher priority.</summary>
/// <param name="Id">The allocation.</param>
/// <param name="JobId">Its job: it must be evaluated again.</param>
/// <param name="JobType">Its job's type.</param>
/// <param name="JobPriority">Its job's priority.</param>
/// <param name="By">What it makes room for.</param>
public sealed record PreemptedAllocation(AllocationId Id, JobId JobId, string JobType, int JobPriority, AllocationId By);

/// <summary>The plan will not be committed: the reservation is free.</summary>
/// <param name="EvaluationId">The evaluation whose reservation it was.</param>
public sealed record ReleaseReservation(EvaluationId EvaluationId);
