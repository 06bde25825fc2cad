using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.State.Jobs;

namespace Actors.State.Collection;

/// <summary>Finds what nobody needs any more, so that memory stays bounded.</summary>
public static class StateGc
{
    /// <summary>What may be forgotten now. Walks the whole state: for a timer of minutes, off any actor's thread.</summary>
    /// <param name="region">The state.</param>
    /// <param name="now">The time.</param>
    /// <param name="thresholds">How long what has ended is kept.</param>
    public static Collectable Collectable(RegionState region, DateTimeOffset now, GcThresholds thresholds)
    {
        var jobs = region.Jobs.Where(j => IsOver(region, j, now - thresholds.Jobs)).Select(j => j.Id).ToHashSet();
        var allocations = new HashSet<AllocationId>();
        var evaluations = new List<EvaluationId>();
        foreach (var evaluation in region.Evaluations)
        {
            if (IsOver(region, evaluation, jobs.Contains(evaluation.JobId), now, thresholds, allocations)) evaluations.Add(evaluation.Id);
        }

        AddOrphans(region, now, thresholds, allocations);
        var live = region.Allocations.Where(a => !a.Terminal && a.DeploymentId is not null).Select(a => a.DeploymentId!.Value).ToHashSet();
        var deployments = region.Deployments
            .Where(d => !d.Active && !live.Contains(d.Id) && (d.ModifyTime <= now - thresholds.Deployments || jobs.Contains(d.JobId)))
            .Select(d => d.Id);
        var nodes = region.Nodes.Where(n => IsOver(region, n, now - thresholds.Nodes)).Select(n => (n.Id, n.ModifyIndex));
        return new Collectable(
            evaluations,
            [.. allocations],
            [.. deployments],
            [.. jobs.Select(id => (id, region.FindJob(id)!.Job.ModifyIndex))],
            [.. nodes]);
    }

    /// <summary>Nomad's rule: dead; and stopped, or one that ends by itself. A job with a tagged version stays.</summary>
    private static bool IsOver(RegionState region, JobState state, DateTimeOffset before)
    {
        var job = state.Job;
        var stopped = job.Stop == true;
        if (job.Status != JobStatuses.Dead || state.Versions.Any(v => v.VersionTag is not null)) return false;
        if (!stopped && (!JobDecisions.IsEvaluated(job) || job.Type is not (JobTypes.Batch or JobTypes.SysBatch))) return false;

        return DateTimeOffset.UnixEpoch.AddTicks(job.SubmitTime / TimeSpan.NanosecondsPerTick) <= before
            && region.EvaluationsOfJob(state.Id).All(e => e.Terminal && e.ModifyTime <= before)
            && region.AllocationsOfJob(state.Id).All(a => IsEnded(region, a) && a.ModifyTime <= before);
    }

    /// <summary>
    /// Nomad's rule: an evaluation goes with all its allocations. Those of a batch job stay while the job may look at them again: what is
    /// forgotten would be run again; only those of its earlier registrations go.
    /// </summary>
    private static bool IsOver(RegionState region, Evaluation evaluation, bool jobGoes, DateTimeOffset now, GcThresholds thresholds, HashSet<AllocationId> collected)
    {
        var isBatch = evaluation.Type is JobTypes.Batch or JobTypes.SysBatch;
        var before = now - (isBatch ? thresholds.BatchEvaluations : thresholds.Evaluations);
        if (!evaluation.Terminal || (!jobGoes && evaluation.ModifyTime > before)) return false;

        var job = region.FindJob(evaluation.JobId)?.Job;
        var placed = region.AllocationsOfEvaluation(evaluation.Id);
        var needed = isBatch && !jobGoes && job is not null && (job.Status != JobStatuses.Dead || job.Stop != true);
        var all = true;
        foreach (var allocation in placed)
        {
            var goes = needed
                ? IsEnded(region, allocation) && allocation.CreateIndex < job!.CreateIndex
                : jobGoes || (IsEnded(region, allocation) && allocation.ModifyTime <= before && IsNotToBeReplaced(region, allocation, job, now));
            if (goes) collected.Add(allocation.Id);
            else all = false;
        }

        return all;
    }

    /// <summary>Allocations whose evaluation is no longer known.</summary>
    private static void AddOrphans(RegionState region, DateTimeOffset now, GcThresholds thresholds, HashSet<AllocationId> collected)
    {
        foreach (var allocation in region.Allocations)
        {
            if (!allocation.Terminal || allocation.ModifyTime > now - thresholds.Evaluations || region.FindEvaluation(allocation.EvaluationId) is not null) continue;
            if (IsEnded(region, allocation)) collected.Add(allocation.Id);
        }
    }

    /// <summary>Nothing of it runs any more: its client said so, or is gone.</summary>
    private static bool IsEnded(RegionState region, Allocation allocation) =>
        allocation.ClientTerminal || (allocation.ServerTerminal && region.FindNode(allocation.NodeId) is null);

    /// <summary>Whether nothing will look at a failed allocation any more to place it again.</summary>
    private static bool IsNotToBeReplaced(RegionState region, Allocation allocation, Job? job, DateTimeOffset now)
    {
        if (job is null or { Stop: true } || job.Status == JobStatuses.Dead) return true;
        if (allocation.ServerTerminal || allocation.ClientStatus != AllocationClientStatus.Failed || allocation.NextAllocation is not null) return true;
        if (job.TaskGroups.FirstOrDefault(g => g.Name == allocation.TaskGroup)?.ReschedulePolicy is not { } policy) return true;
        if (policy.Unlimited == true) return false;
        if ((policy.Attempts ?? 0) == 0) return true;

        return allocation.Reschedules is [.., var last] && now - last.At > (policy.Interval ?? TimeSpan.Zero);
    }

    private static bool IsOver(RegionState region, Node node, DateTimeOffset before) =>
        node.Status == NodeStatus.Down
        && DateTimeOffset.FromUnixTimeSeconds(node.StatusUpdatedAt) <= before
        && region.AllocationsOfNode(node.Id).All(a => a.Terminal);
}

/// <summary>What may be forgotten. Owners decide on jobs and nodes: <see cref="CollectJob"/> and <see cref="CollectNode"/> are to be sent for those; the rest is one event.</summary>
/// <param name="Evaluations">Evaluations that ended.</param>
/// <param name="Allocations">Allocations that ended.</param>
/// <param name="Deployments">Deployments that ended.</param>
/// <param name="Jobs">Dead jobs, each with the ModifyIndex at which it was found so.</param>
/// <param name="Nodes">Down nodes, each with the ModifyIndex at which it was found so.</param>
public sealed record Collectable(
    IReadOnlyList<EvaluationId> Evaluations,
    IReadOnlyList<AllocationId> Allocations,
    IReadOnlyList<DeploymentId> Deployments,
    IReadOnlyList<(JobId Id, ulong ModifyIndex)> Jobs,
    IReadOnlyList<(NodeId Id, ulong ModifyIndex)> Nodes)
{
    /// <summary>The events to write, none when there is nothing: large collections are cut, so that no event is huge.</summary>
    /// <param name="term">The term of the server that leads.</param>
    /// <param name="now">The time.</param>
    /// <param name="atOnce">How many ids an event has at most.</param>
    public IEnumerable<StateCollected> Events(long term, DateTimeOffset now, int atOnce = 10_000)
    {
        // Allocations first: an evaluation goes only when none of its allocations is left.
        foreach (var some in Allocations.Chunk(atOnce)) yield return new StateCollected(term, [], some, [], now);
        foreach (var some in Evaluations.Chunk(atOnce)) yield return new StateCollected(term, some, [], [], now);
        foreach (var some in Deployments.Chunk(atOnce)) yield return new StateCollected(term, [], [], some, now);
    }
}
