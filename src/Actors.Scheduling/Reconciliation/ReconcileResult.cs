using Actors.Contracts;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;

namespace Actors.Scheduling.Reconciliation;

/// <summary>What must change so that what is there becomes what the job wants.</summary>
public sealed record ReconcileResult
{
    /// <summary>The job.</summary>
    public required JobId JobId { get; init; }

    /// <summary>The version that was looked at; null: the job is gone.</summary>
    public required Job? Job { get; init; }

    /// <summary>The index of the state that was looked at.</summary>
    public required ulong SnapshotIndex { get; init; }

    /// <summary>What needs a node, by group.</summary>
    public IReadOnlyList<GroupPlacement> Groups { get; init; } = [];

    /// <summary>What must stop, is lost, or waits for a later evaluation.</summary>
    public IReadOnlyList<AllocationStop> Stops { get; init; } = [];

    /// <summary>Those of <see cref="Stops"/> that go on if their replacement finds no node.</summary>
    public IReadOnlySet<AllocationId> ConditionalStops { get; init; } = new HashSet<AllocationId>();

    /// <summary>What takes the new version as it runs.</summary>
    public IReadOnlyList<AllocationId> InPlaceUpdates { get; init; } = [];

    /// <summary>The deployment that begins, or null.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>Deployments that end.</summary>
    public IReadOnlyList<DeploymentStatusUpdate> DeploymentUpdates { get; init; } = [];

    /// <summary>Evaluations for later.</summary>
    public IReadOnlyList<Evaluation> FollowUps { get; init; } = [];

    /// <summary>The changes in numbers, by group.</summary>
    public IReadOnlyDictionary<string, DesiredUpdates> Desired { get; init; } = new Dictionary<string, DesiredUpdates>();

    /// <summary>Why allocations can't take the new version as they run.</summary>
    public IReadOnlyDictionary<AllocationId, string> DestructiveReasons { get; init; } = new Dictionary<AllocationId, string>();

    /// <summary>All is as the job wants it.</summary>
    public bool IsEmpty => Groups.Count == 0 && Stops.Count == 0 && InPlaceUpdates.Count == 0 && Deployment is null && DeploymentUpdates.Count == 0 && FollowUps.Count == 0;

    /// <summary>What to ask of the scheduler; null: nothing needs a node.</summary>
    /// <param name="evaluation">The evaluation: it names the reservation.</param>
    /// <param name="deadline">When the reservation ends.</param>
    /// <param name="dryRun">Reserve nothing; the job goes along, since it may not be stored.</param>
    public PlaceRequest? ToPlaceRequest(EvaluationId evaluation, DateTimeOffset deadline, bool dryRun = false) => Groups.Count == 0 || Job is null
        ? null
        : new PlaceRequest(
            evaluation,
            JobId,
            Job.Version,
            SnapshotIndex,
            Groups,
            [.. Stops.Where(s => s.DesiredStatus != Contracts.Allocations.AllocationDesiredStatus.Run).Select(s => s.Id)],
            Job.AllAtOnce ?? false,
            deadline,
            dryRun,
            dryRun ? Job : null);
}

/// <summary>What happens to a group's allocations, in numbers: Nomad's DesiredUpdates.</summary>
/// <param name="Ignore">Stay as they are.</param>
/// <param name="Place">Are new.</param>
/// <param name="Migrate">Move to another node.</param>
/// <param name="Stop">Stop.</param>
/// <param name="InPlaceUpdate">Take the new version as they run.</param>
/// <param name="DestructiveUpdate">Are replaced by the new version.</param>
/// <param name="Canary">Are new canaries.</param>
/// <param name="Preemptions">Of other jobs, make room.</param>
/// <param name="RescheduleNow">Failed and are placed again.</param>
/// <param name="RescheduleLater">Failed and will be placed again after a delay.</param>
/// <param name="Disconnect">Are unknown from now on.</param>
/// <param name="Reconnect">Came back.</param>
public sealed record DesiredUpdates(
    int Ignore = 0,
    int Place = 0,
    int Migrate = 0,
    int Stop = 0,
    int InPlaceUpdate = 0,
    int DestructiveUpdate = 0,
    int Canary = 0,
    int Preemptions = 0,
    int RescheduleNow = 0,
    int RescheduleLater = 0,
    int Disconnect = 0,
    int Reconnect = 0);
