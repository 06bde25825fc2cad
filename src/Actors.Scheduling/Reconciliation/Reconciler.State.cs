using System.Runtime.InteropServices;
using Actors.Contracts;
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
        Reconcile(InputOf(state, evaluation, now, newId));

    /// <summary>Reconciles a job that is not registered (yet): what a dry run looks at.</summary>
    /// <param name="state">The state.</param>
    /// <param name="job">The job as it would be; its version must be the next one if it differs from the registered one.</param>
    /// <param name="evaluation">The evaluation that its registration would make.</param>
    /// <param name="now">The time.</param>
    /// <param name="newId">Makes identities.</param>
    public static ReconcileResult DryRun(RegionState state, Job job, Evaluation evaluation, DateTimeOffset now, Func<Guid> newId) =>
        Reconcile(InputOf(state, evaluation, now, newId) with { Job = job });

    private static ReconcileInput InputOf(RegionState state, Evaluation evaluation, DateTimeOffset now, Func<Guid> newId) => new()
    {
        Evaluation = evaluation,
        Job = state.FindJob(evaluation.JobId)?.Job,
        Allocations = state.AllocationsOfJob(evaluation.JobId).ToArray(),
        FindNode = Remembering(state),
        FindVersion = version => state.FindJobVersion(evaluation.JobId, version),
        FindDeployment = state.FindDeployment,
        Deployment = state.LatestDeployment(evaluation.JobId),
        Nodes = evaluation.Type is JobTypes.System or JobTypes.SysBatch ? state.Nodes.ToArray() : [],
        SnapshotIndex = state.Index,
        Now = now,
        NewId = newId,
    };

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
