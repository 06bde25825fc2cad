using Actors.Api.Explaining;
using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Periodic;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Planning;
using Actors.Scheduling.Reconciliation;
using Actors.State;
using Actors.State.Jobs;

namespace Actors.Api.Jobs;

/// <summary>
/// Says what registering a job would do: takes the decision that the job's owner would take, applies it to a copy of the state,
/// reconciles that, and asks the scheduler where it would place things. Nothing is stored or reserved.
/// </summary>
internal static class JobPlanner
{
    /// <summary>The plan.</summary>
    /// <param name="request">The request.</param>
    /// <param name="job">The job, canonical and valid.</param>
    /// <param name="warnings">What is doubtful about it.</param>
    /// <param name="withDiff">Say how it differs from what is registered.</param>
    /// <exception cref="ApiException">It could not be registered: as registering would answer.</exception>
    public static async Task<JobPlanResponse> PlanAsync(ApiRequest request, Job job, IReadOnlyList<string> warnings, bool withDiff)
    {
        var state = await request.Region.ReadConsistentAsync(request.Aborted);
        var id = new JobId(job.Namespace, job.Id);
        var now = request.Time.GetUtcNow();
        var registered = state.FindJob(id)?.Job;

        var decision = JobDecisions.Decide(state.FindJobRecord(id), state, new RegisterJob(request.NewCommand(), id, job), new DecisionContext(now, RandomIds.Next));
        if (decision.Reply(state.Index) is CommandRefused refused)
            throw ApiException.BadRequest(refused.Message);

        var after = Apply(state, id, decision);
        var evaluation = decision.Events.OfType<IJobEvent>().Select(e => e.Evaluation).FirstOrDefault(e => e is not null);
        var (annotations, failed) = evaluation is null
            ? (new PlanAnnotations(new Dictionary<string, DesiredUpdates>(), new Dictionary<AllocationId, string>(), []), null)
            : await ReconcileAsync(request, state, after, evaluation, now);

        return new JobPlanResponse
        {
            Annotations = ToModel(annotations, after),
            FailedTgAllocs = failed is { Count: > 0 } ? failed.ToDictionary(f => f.Key, f => EvaluationMapping.ToModel(f.Value)) : null,
            Failed = failed is { Count: > 0 } ? failed.ToDictionary(f => f.Key, f => Placements.Failed(f.Value)) : null,
            JobModifyIndex = registered?.JobModifyIndex ?? 0,
            CreatedEvals = evaluation is null ? null : [EvaluationMapping.ToModel(evaluation)],
            Diff = withDiff ? JobDiffs.Between(registered, after.FindJob(id)?.Job ?? job, annotations) : null,
            NextPeriodicLaunch = job.Periodic is { } periodic ? PeriodicSchedule.Of(periodic)?.Next(now) : null,
            Warnings = JobMapping.Warnings(warnings),
            Index = state.Index,
            KnownLeader = true,
        };
    }

    private static RegionState Apply(RegionState state, JobId id, Decision decision)
    {
        var owner = PersistenceIds.Of(id);
        var (number, index) = (state.PositionOf(owner).SequenceNr, state.Index);
        return decision.Events.Count == 0 ? state : state.Apply([.. decision.Events.Select(e => new LogEntry(++index, owner, ++number, e))], out _);
    }

    private static async Task<(PlanAnnotations Annotations, IReadOnlyDictionary<string, AllocationMetric>? Failed)> ReconcileAsync(
        ApiRequest request, RegionState state, RegionState after, Evaluation evaluation, DateTimeOffset now)
    {
        var reconciled = Reconciler.Reconcile(after, evaluation, now, RandomIds.Next);
        PlaceResult? placed = null;
        if (reconciled.ToPlaceRequest(evaluation.Id, now + request.Options.ReadTimeout, dryRun: true) is { } place)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
            patience.CancelAfter(request.Options.ReadTimeout);
            // The copy is ahead of the log: the scheduler looks at what is really there.
            placed = await request.Region.PlanAsync(place with { AtIndex = state.Index }, patience.Token);
        }

        return (PlanAnnotator.Annotate(reconciled, placed), placed?.Failed);
    }

    private static PlanAnnotationsModel ToModel(PlanAnnotations annotations, RegionState state) => new()
    {
        DesiredTgUpdates = annotations.DesiredUpdates.ToDictionary(u => u.Key, u => new DesiredUpdatesModel
        {
            Ignore = (ulong)u.Value.Ignore,
            Place = (ulong)u.Value.Place,
            Migrate = (ulong)u.Value.Migrate,
            Stop = (ulong)u.Value.Stop,
            InPlaceUpdate = (ulong)u.Value.InPlaceUpdate,
            DestructiveUpdate = (ulong)u.Value.DestructiveUpdate,
            Canary = (ulong)u.Value.Canary,
            Preemptions = (ulong)u.Value.Preemptions,
            Disconnect = (ulong)u.Value.Disconnect,
            Reconnect = (ulong)u.Value.Reconnect,
            RescheduleNow = (ulong)u.Value.RescheduleNow,
            RescheduleLater = (ulong)u.Value.RescheduleLater,
        }),
        PreemptedAllocs = annotations.PreemptedAllocations.Count == 0
            ? null
            : [.. annotations.PreemptedAllocations.Select(state.FindAllocation).OfType<Contracts.Allocations.Allocation>().Select(a => AllocationMapping.ToStub(a, ""))],
    };
}
