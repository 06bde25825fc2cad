using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Log;
using Actors.Contracts.Scheduling;
using Actors.State.Drafts;
using Actors.State.Jobs;
using Actors.State.Nodes;
using Actors.State.Operators;
using Actors.State.Tables;

namespace Actors.State;

/// <summary>Everything a region knows, at one index: immutable, indexed, versioned. Every server has one; it changes by the log's events only.</summary>
public sealed partial class RegionState
{
    /// <summary>Before the first event.</summary>
    public static RegionState Empty { get; } = new();

    /// <summary>The index of the last event applied.</summary>
    public ulong Index { get; internal init; }

    /// <summary>The latest scheduler term that has begun.</summary>
    public long Term { get; internal init; }

    /// <summary>The operator's choices for scheduling.</summary>
    public SchedulerConfiguration SchedulerConfiguration => Operator.Scheduler;

    /// <summary>What operators decided.</summary>
    public OperatorState Operator { get; internal init; } = OperatorState.Initial;

    internal Table<JobId, JobEntry> JobTable { get; init; } = Table<JobId, JobEntry>.Empty;

    internal Table<NodeId, NodeEntry> NodeTable { get; init; } = Table<NodeId, NodeEntry>.Empty;

    internal Table<AllocationId, Allocation> AllocationTable { get; init; } = Table<AllocationId, Allocation>.Empty;

    internal Table<EvaluationId, Evaluation> EvaluationTable { get; init; } = Table<EvaluationId, Evaluation>.Empty;

    /// <summary>The allocations that an evaluation placed or last changed in place; no entry for one that has none.</summary>
    internal Table<EvaluationId, Table<AllocationId, Nothing>> EvaluationAllocationsTable { get; init; } = Table<EvaluationId, Table<AllocationId, Nothing>>.Empty;

    internal Table<DeploymentId, Deployment> DeploymentTable { get; init; } = Table<DeploymentId, Deployment>.Empty;

    internal Positions Positions { get; init; } = Positions.Empty;

    internal TableIndexes Indexes { get; init; }

    /// <summary>Entries of <see cref="JobTable"/> that are jobs for users: the others are remains of purged jobs.</summary>
    internal int VisibleJobs { get; init; }

    /// <summary>Entries of <see cref="NodeTable"/> that are registered nodes.</summary>
    internal int RegisteredNodes { get; init; }

    /// <summary>Those of <see cref="NodeTable"/> about whose allocations something may have to be done: they are down, cut off, drain, or are gone.</summary>
    internal Table<NodeId, Nothing> UnwellNodes { get; init; } = Table<NodeId, Nothing>.Empty;

    /// <summary>The state after some events.</summary>
    /// <param name="entries">The events that follow on this state's index, in order and without a gap.</param>
    /// <param name="changes">What they changed.</param>
    /// <exception cref="InvalidOperationException">
    /// The entries don't follow on this state, or tell of something that can't be: a gap in an entity's own numbers, an unknown node, job or
    /// evaluation. This state is as it was.
    /// </exception>
    public RegionState Apply(IReadOnlyList<LogEntry> entries, out StateChanges changes)
    {
        changes = new StateChanges(Index, Index + (ulong)entries.Count, entries);
        if (entries.Count == 0) return this;

        var draft = new RegionDraft(this, changes);
        foreach (var entry in entries) draft.Apply(entry);
        return draft.Finish();
    }
}

/// <summary>The index of each table's last change.</summary>
internal readonly record struct TableIndexes(ulong Jobs, ulong Nodes, ulong Allocations, ulong Evaluations, ulong Deployments);
