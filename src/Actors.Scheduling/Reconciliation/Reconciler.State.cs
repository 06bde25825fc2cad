using System.Runtime.InteropServices;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.State;

namespace Actors.Scheduling.Reconciliation;

public static partial class Reconciler
{
    /// <summary>Reconciles the job of an evaluation with what a state says is there.</summary>
    /// <param name="state">The state; at the evaluation's index or later.</param>
    /// <param name="evaluation">The evaluation whose turn it is.</param>
    /// <param name="now">The time.</param>
    /// <param name="newId">Makes identities.</param>
    public static ReconcileResult Reconcile(RegionState state, Evaluation evaluation, DateTimeOffset now, Func<Guid> newId) =>
        Reconcile(InputOf(state, evaluation, state.FindJob(evaluation.JobId)?.Job, now, newId));

    private static ReconcileInput InputOf(RegionState state, Evaluation evaluation, Job? job, DateTimeOffset now, Func<Guid> newId)
    {
        var quiet = job is null ? false : QuietAllocations.AllAre(state, evaluation.JobId, job);
        return new()
        {
            Evaluation = evaluation,
            Job = job,
            Allocations = quiet == true ? state.AllocationsOfJob(evaluation.JobId) : AllocationsOf(state, evaluation.JobId, job),
            IsQuiet = quiet,
            FindNode = Remembering(state),
            FindVersion = version => state.FindJobVersion(evaluation.JobId, version),
            FindDeployment = state.FindDeployment,
            Deployment = state.LatestDeployment(evaluation.JobId),
            Nodes = evaluation.Type is JobTypes.System or JobTypes.SysBatch ? state.Nodes.ToArray() : [],
            SnapshotIndex = state.Index,
            Now = now,
            NewId = newId,
        };
    }

    // What ended under an earlier job of this name, which was purged, is no business of this one.
    private static Allocation[] AllocationsOf(RegionState state, JobId id, Job? job)
    {
        var all = state.AllocationsOfJob(id).ToArray();
        if (job is null) return all;
        return Array.Exists(all, IsLeft) ? Array.FindAll(all, a => !IsLeft(a)) : all;

        bool IsLeft(Allocation allocation) => allocation.CreateIndex < job.CreateIndex && allocation.Terminal;
    }

    // A large job has many allocations on each node.
    private static Func<NodeId, Node?> Remembering(RegionState state)
    {
        var known = new Dictionary<NodeId, Node?>();
        return id =>
        {
            ref var node = ref CollectionsMarshal.GetValueRefOrAddDefault(known, id, out var exists);
            if (!exists) node = state.FindNode(id);
            return node;
        };
    }
}
