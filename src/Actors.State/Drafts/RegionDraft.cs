using System.Collections.Immutable;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.Contracts.Volumes;
using Actors.State.Jobs;
using Actors.State.Nodes;
using Actors.State.Operators;
using Actors.State.Tables;

namespace Actors.State.Drafts;

/// <summary>
/// The region's state while a batch of events is applied. What the batch touches is opened for change once and closed once; the state that
/// it began from is never written to. What comes out depends on the events alone, not on how they were cut into batches.
/// </summary>
internal sealed partial class RegionDraft(RegionState before, StateChanges changes)
{
    private readonly TableBuilder<AllocationId, Allocation> allocations = before.AllocationTable.ToBuilder();
    private readonly TableBuilder<EvaluationId, Evaluation> evaluations = before.EvaluationTable.ToBuilder();
    private readonly TableBuilder<DeploymentId, Deployment> deployments = before.DeploymentTable.ToBuilder();
    private readonly TableBuilder<JobId, Position> jobPositions = before.Positions.Jobs.ToBuilder();
    private readonly TableBuilder<NodeId, Position> nodePositions = before.Positions.Nodes.ToBuilder();
    private readonly TableBuilder<EvaluationId, Position> evaluationPositions = before.Positions.Evaluations.ToBuilder();
    private ImmutableSortedDictionary<string, Position> otherPositions = before.Positions.Others;

    private readonly Dictionary<JobId, JobDraft> jobs = [];
    private readonly Dictionary<NodeId, NodeDraft> nodes = [];
    private readonly Dictionary<EvaluationId, TableBuilder<AllocationId, Nothing>> evaluationAllocations = [];
    private readonly Dictionary<DeploymentId, DeploymentDraft> openDeployments = [];
    private readonly List<JobDraft> unsettled = [];

    private ulong jobsIndex = before.Indexes.Jobs;
    private ulong nodesIndex = before.Indexes.Nodes;
    private ulong allocationsIndex = before.Indexes.Allocations;
    private ulong evaluationsIndex = before.Indexes.Evaluations;
    private ulong deploymentsIndex = before.Indexes.Deployments;
    private OperatorState operators = before.Operator;
    private long term = before.Term;

    /// <summary>The index of the event that is being applied.</summary>
    private ulong index = before.Index;

    /// <summary>When it was decided.</summary>
    private DateTimeOffset at;

    /// <summary>Applies the next event.</summary>
    /// <exception cref="InvalidOperationException">It is not the next one, or can't be.</exception>
    public void Apply(LogEntry entry)
    {
        if (entry.Index != index + 1)
            throw new InvalidOperationException($"expected the event of index {index + 1}, found that of index {entry.Index} ({entry.PersistenceId}, {entry.Event.GetType().Name})");

        index = entry.Index;
        at = entry.Event.At;
        Advance(entry);
        if (entry.Event is IFencedEvent fenced && fenced.Term < term)
            throw new InvalidOperationException($"index {index}: {entry.PersistenceId} wrote in term {fenced.Term}, but term {term} had begun");

        switch (entry.Event)
        {
            case IJobEvent happened:
                Apply(happened);
                break;
            case INodeEvent happened:
                Apply(happened);
                break;
            case IOperatorEvent happened:
                Apply(happened);
                break;
            case PlanCommitted plan:
                Apply(plan);
                break;
            case EvaluationStatusChanged changed:
                Apply(changed);
                break;
            case TermStarted started:
                Apply(started);
                break;
            case StateCollected collected:
                Apply(collected);
                break;
            default:
                throw new InvalidOperationException($"index {index}: {entry.Event.GetType().Name} is no event that the region's state knows");
        }

        CloseDeployments();
        SettleJobs();
    }

    /// <summary>The state after the batch.</summary>
    public RegionState Finish()
    {
        var (jobTable, visible) = CloseJobs();
        var (nodeTable, registered, unwell) = CloseNodes();
        return new RegionState
        {
            Index = index,
            Term = term,
            Operator = operators,
            JobTable = jobTable,
            VisibleJobs = visible,
            NodeTable = nodeTable,
            RegisteredNodes = registered,
            UnwellNodes = unwell,
            AllocationTable = allocations.ToTable(),
            EvaluationTable = evaluations.ToTable(),
            EvaluationAllocationsTable = CloseEvaluationAllocations(),
            DeploymentTable = deployments.ToTable(),
            Positions = new Positions
            {
                Jobs = jobPositions.ToTable(),
                Nodes = nodePositions.ToTable(),
                Evaluations = evaluationPositions.ToTable(),
                Others = otherPositions,
            },
            Indexes = new TableIndexes(jobsIndex, nodesIndex, allocationsIndex, evaluationsIndex, deploymentsIndex),
        };
    }

    private void Apply(IOperatorEvent happened)
    {
        var volume = happened switch
        {
            HostVolumeApplied { Volume: var applied } => applied,
            HostVolumeDeleted { Id: var id } => operators.HostVolumes.GetValueOrDefault(id),
            _ => null,
        };
        operators = operators.Apply(happened, index);
        if (!NodeId.TryParse(volume?.NodeId, out var node)) return;

        // Who waits for a change of a node waits for one of its volumes, too.
        nodesIndex = index;
        changes.ChangedNodes.Add(node);
    }

    private void Apply(TermStarted started)
    {
        if (started.Term <= term)
            throw new InvalidOperationException($"index {index}: term {started.Term} ({started.Server}) can't begin after term {term}");
        term = started.Term;
    }

    /// <summary>Checks that no event of the entity is missing. An entity that is not known (or no longer) may begin anywhere: it may outlive what was forgotten of it.</summary>
    private void Advance(LogEntry entry)
    {
        var persistenceId = entry.PersistenceId;
        var now = new Position(entry.SequenceNr, index);
        Position last;
        if (PersistenceIds.TryParseEvaluation(persistenceId, out var evaluation))
        {
            evaluationPositions.TryGet(evaluation, out last);
            evaluationPositions.Set(evaluation, now);
        }
        else if (PersistenceIds.TryParseNode(persistenceId, out var node))
        {
            nodePositions.TryGet(node, out last);
            nodePositions.Set(node, now);
        }
        else if (PersistenceIds.TryParseJob(persistenceId, out var job))
        {
            jobPositions.TryGet(job, out last);
            jobPositions.Set(job, now);
        }
        else
        {
            otherPositions.TryGetValue(persistenceId, out last);
            otherPositions = otherPositions.SetItem(persistenceId, now);
        }

        if (last.SequenceNr > 0 && entry.SequenceNr != last.SequenceNr + 1)
            throw new InvalidOperationException($"index {index}: expected {persistenceId}'s event {last.SequenceNr + 1}, found its event {entry.SequenceNr}");
    }

    private JobDraft Open(JobId id)
    {
        if (!jobs.TryGetValue(id, out var draft))
            jobs[id] = draft = new JobDraft(before.JobTable.TryGet(id, out var entry) ? entry : new JobEntry(id));
        return draft;
    }

    private NodeDraft Open(NodeId id)
    {
        if (!nodes.TryGetValue(id, out var draft))
            nodes[id] = draft = new NodeDraft(before.NodeTable.TryGet(id, out var entry) ? entry : new NodeEntry(id));
        return draft;
    }

    private TableBuilder<AllocationId, Nothing> OpenAllocationsOf(EvaluationId id)
    {
        if (!evaluationAllocations.TryGetValue(id, out var draft))
            evaluationAllocations[id] = draft = (before.EvaluationAllocationsTable.TryGet(id, out var placed) ? placed : Table<AllocationId, Nothing>.Empty).ToBuilder();
        return draft;
    }

    private (Table<JobId, JobEntry> Table, int Visible) CloseJobs()
    {
        var table = before.JobTable.ToBuilder();
        var visible = before.VisibleJobs;
        foreach (var (id, draft) in jobs)
        {
            var wasVisible = table.TryGet(id, out var was) && was.Visible;
            if (draft.IsEmpty) table.Remove(id);
            else table.Set(id, draft.ToEntry());
            visible += (draft.State is { Purged: false } ? 1 : 0) - (wasVisible ? 1 : 0);
        }

        return (table.ToTable(), visible);
    }

    private (Table<NodeId, NodeEntry> Table, int Registered, Table<NodeId, Nothing> Unwell) CloseNodes()
    {
        var table = before.NodeTable.ToBuilder();
        var unwell = before.UnwellNodes.ToBuilder();
        var registered = before.RegisteredNodes;
        foreach (var (id, draft) in nodes)
        {
            var wasRegistered = table.TryGet(id, out var was) && was.State is not null;
            var entry = draft.ToEntry();
            if (draft.IsEmpty) table.Remove(id);
            else table.Set(id, entry);
            if (draft.IsEmpty || entry.IsWell) unwell.Remove(id);
            else unwell.Set(id, default);
            registered += (draft.State is null ? 0 : 1) - (wasRegistered ? 1 : 0);
        }

        return (table.ToTable(), registered, unwell.ToTable());
    }

    private Table<EvaluationId, Table<AllocationId, Nothing>> CloseEvaluationAllocations()
    {
        var table = before.EvaluationAllocationsTable.ToBuilder();
        foreach (var (id, draft) in evaluationAllocations)
        {
            if (draft.Count == 0) table.Remove(id);
            else table.Set(id, draft.ToTable());
        }

        return table.ToTable();
    }
}
