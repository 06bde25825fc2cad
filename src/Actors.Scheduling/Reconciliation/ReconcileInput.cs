using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Reconciliation;

/// <summary>What a reconciliation looks at: one job, all that is there of it, and the time.</summary>
public sealed record ReconcileInput
{
    /// <summary>The evaluation whose turn it is.</summary>
    public required Evaluation Evaluation { get; init; }

    /// <summary>The job as it is; null: it is gone.</summary>
    public required Job? Job { get; init; }

    /// <summary>All its allocations, of all versions.</summary>
    public required IReadOnlyCollection<Allocation> Allocations { get; init; }

    /// <summary>Whether nothing is to be done about any of the allocations, and they are as many as are wanted; null: only they themselves can tell.</summary>
    public bool? IsQuiet { get; init; }

    /// <summary>Finds a node; null: it is gone.</summary>
    public required Func<NodeId, Node?> FindNode { get; init; }

    /// <summary>Finds a version of the job; null: it is no longer known.</summary>
    public required Func<ulong, Job?> FindVersion { get; init; }

    /// <summary>Finds a deployment.</summary>
    public Func<DeploymentId, Deployment?> FindDeployment { get; init; } = _ => null;

    /// <summary>The job's latest deployment, or null.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>All nodes: what system jobs run on.</summary>
    public IEnumerable<Node> Nodes { get; init; } = [];

    /// <summary>The index of the state that all this is from.</summary>
    public ulong SnapshotIndex { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Makes identities.</summary>
    public required Func<Guid> NewId { get; init; }
}
