using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.State.Jobs;
using Actors.State.Nodes;

namespace Actors.State;

/// <content>Looking one thing up.</content>
public sealed partial class RegionState
{
    /// <summary>A job with its versions; null when there is none, or it was purged.</summary>
    public JobState? FindJob(JobId id) => FindJobRecord(id) is { Purged: false } job ? job : null;

    /// <summary>A job with its versions, also one that was purged and only waits for its allocations to end: what the job's own actor lives from.</summary>
    public JobState? FindJobRecord(JobId id) => JobTable.TryGet(id, out var entry) ? entry.State : null;

    /// <summary>The highest number of a version of a job, also of one that was purged, as long as an allocation or a deployment goes by it; null when nothing does.</summary>
    public ulong? LastVersionOf(JobId id)
    {
        if (!JobTable.TryGet(id, out var entry)) return null;
        if (entry.State is { } state) return state.Job.Version;
        var left = entry.Versions.Select(v => v.Job.Version).Concat(entry.Deployments.Select(FindDeployment).OfType<Deployment>().Select(d => d.JobVersion)).ToList();
        return left.Count > 0 ? left.Max() : null;
    }

    /// <summary>A version of a job: a listed one, or one that is no longer listed (or whose job was purged) but that allocations still run; else null.</summary>
    public Job? FindJobVersion(JobId id, ulong version)
    {
        if (!JobTable.TryGet(id, out var entry)) return null;
        if (entry.State is { } state)
        {
            if (state.Job.Version == version) return state.Job;
            foreach (var earlier in state.Earlier)
            {
                if (earlier.Version == version) return earlier;
            }
        }

        foreach (var used in entry.Versions)
        {
            if (used.Job.Version == version) return used.Job;
        }

        return null;
    }

    /// <summary>A node, or null.</summary>
    public Node? FindNode(NodeId id) => FindNodeRecord(id)?.Node;

    /// <summary>A node with its recent requests, or null: what the node's own actor lives from.</summary>
    public NodeState? FindNodeRecord(NodeId id) => NodeTable.TryGet(id, out var entry) ? entry.State : null;

    /// <summary>An allocation, or null.</summary>
    public Allocation? FindAllocation(AllocationId id) => AllocationTable.TryGet(id, out var found) ? found : null;

    /// <summary>An evaluation, or null.</summary>
    public Evaluation? FindEvaluation(EvaluationId id) => EvaluationTable.TryGet(id, out var found) ? found : null;

    /// <summary>A deployment, or null.</summary>
    public Deployment? FindDeployment(DeploymentId id) => DeploymentTable.TryGet(id, out var found) ? found : null;

    /// <summary>The deployment of a job that began last, or null.</summary>
    public Deployment? LatestDeployment(JobId id) =>
        JobTable.TryGet(id, out var entry) && entry.Deployments is [.., var latest] ? FindDeployment(latest) : null;

    /// <summary>A job in numbers; null when there is no such job.</summary>
    public JobSummary? SummaryOf(JobId id) => JobTable.TryGet(id, out var entry) && entry.Visible ? entry.Summary : null;

    /// <summary>How far the events of an entity have come: (0, 0) when none is known, or the entity is forgotten.</summary>
    public (long SequenceNr, ulong Index) PositionOf(string persistenceId)
    {
        var position = Positions.Find(persistenceId);
        return (position.SequenceNr, position.Index);
    }
}
