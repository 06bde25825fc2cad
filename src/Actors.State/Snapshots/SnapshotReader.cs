using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Text;
using Actors.State.Drafts;
using Actors.State.Jobs;
using Actors.State.Nodes;
using Actors.State.Tables;

namespace Actors.State.Snapshots;

/// <summary>Puts a state together from its chunks, in whatever order they come. Indexes and counts are built anew, not read.</summary>
internal sealed class SnapshotReader
{
    private readonly Dictionary<JobId, JobDraft> jobs = [];
    private readonly Dictionary<NodeId, NodeDraft> nodes = [];
    private readonly Dictionary<EvaluationId, TableBuilder<AllocationId, Nothing>> evaluationAllocations = [];
    private readonly TableBuilder<AllocationId, Allocation> allocations = Table<AllocationId, Allocation>.Empty.ToBuilder();
    private readonly TableBuilder<EvaluationId, Evaluation> evaluations = Table<EvaluationId, Evaluation>.Empty.ToBuilder();
    private readonly TableBuilder<DeploymentId, Deployment> deployments = Table<DeploymentId, Deployment>.Empty.ToBuilder();
    private readonly TableBuilder<JobId, Position> jobPositions = Table<JobId, Position>.Empty.ToBuilder();
    private readonly TableBuilder<NodeId, Position> nodePositions = Table<NodeId, Position>.Empty.ToBuilder();
    private readonly TableBuilder<EvaluationId, Position> evaluationPositions = Table<EvaluationId, Position>.Empty.ToBuilder();

    // What needs jobs and nodes waits for them, packed.
    private readonly List<StateChunk> waiting = [];
    private HeaderRow? header;

    public void Add(StateChunk chunk)
    {
        switch (chunk.Manifest)
        {
            case ChunkManifests.Header:
                header = Read(chunk.Payload, SnapshotJson.Default.HeaderRow);
                break;
            case ChunkManifests.Jobs:
                foreach (var row in Read(chunk.Payload, SnapshotJson.Default.ListJobRow)) Add(row);
                break;
            case ChunkManifests.Nodes:
                foreach (var row in Read(chunk.Payload, SnapshotJson.Default.ListNodeRow)) Add(row);
                break;
            case ChunkManifests.Deployments:
                foreach (var row in Read(chunk.Payload, SnapshotJson.Default.ListDeployment)) deployments.Set(row.Id, row);
                break;
            case ChunkManifests.Evaluations or ChunkManifests.Allocations when header is { } known && jobs.Count == known.Jobs && nodes.Count == known.Nodes:
                AddDependent(chunk);
                break;
            case ChunkManifests.Evaluations or ChunkManifests.Allocations:
                waiting.Add(chunk);
                break;
            default:
                throw new NotSupportedException($"no such chunk: \"{chunk.Manifest}\" (was it written by a newer version?)");
        }
    }

    public RegionState Finish()
    {
        if (header is null) throw new InvalidDataException("the snapshot has no header");

        foreach (var chunk in waiting) AddDependent(chunk);
        Check("jobs", header.Jobs, jobs.Count);
        Check("nodes", header.Nodes, nodes.Count);
        Check("evaluations", header.Evaluations, evaluations.Count);
        Check("deployments", header.Deployments, deployments.Count);
        Check("allocations", header.Allocations, allocations.Count);

        var jobTable = Table<JobId, JobEntry>.Empty.ToBuilder();
        foreach (var (id, draft) in jobs) jobTable.Set(id, draft.ToEntry());
        var nodeTable = Table<NodeId, NodeEntry>.Empty.ToBuilder();
        var unwell = Table<NodeId, Nothing>.Empty.ToBuilder();
        foreach (var (id, draft) in nodes)
        {
            var entry = draft.ToEntry();
            nodeTable.Set(id, entry);
            if (!entry.IsWell) unwell.Set(id, default);
        }

        var placed = Table<EvaluationId, Table<AllocationId, Nothing>>.Empty.ToBuilder();
        foreach (var (id, draft) in evaluationAllocations) placed.Set(id, draft.ToTable());
        return new RegionState
        {
            Index = header.Index,
            Term = header.Term,
            Operator = header.Operator ?? Operators.OperatorState.Initial,
            JobTable = jobTable.ToTable(),
            VisibleJobs = jobs.Values.Count(j => j.State is { Purged: false }),
            NodeTable = nodeTable.ToTable(),
            RegisteredNodes = nodes.Values.Count(n => n.State is not null),
            UnwellNodes = unwell.ToTable(),
            AllocationTable = allocations.ToTable(),
            EvaluationTable = evaluations.ToTable(),
            EvaluationAllocationsTable = placed.ToTable(),
            DeploymentTable = deployments.ToTable(),
            Positions = new Positions
            {
                Jobs = jobPositions.ToTable(),
                Nodes = nodePositions.ToTable(),
                Evaluations = evaluationPositions.ToTable(),
                Others = header.Positions.ToImmutableSortedDictionary(StringComparer.Ordinal),
            },
            Indexes = header.Indexes,
        };
    }

    private static void Check(string what, int expected, int found)
    {
        if (expected != found) throw new InvalidDataException($"the snapshot is not whole: it says that it has {expected} {what}, but {found} were found");
    }

    private static T Read<T>(byte[] payload, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(Compression.Unpack(payload), type)
        ?? throw new InvalidDataException($"a chunk of {typeof(T).Name} is null");

    private JobDraft Job(JobId id) => jobs.TryGetValue(id, out var draft) ? draft : throw new InvalidDataException($"the snapshot is not whole: job {id} is missing");

    private void Add(JobRow row)
    {
        var draft = new JobDraft(new JobEntry(row.Id)
        {
            State = row.State,
            Deployments = [.. row.Deployments],
            Counts = new JobCounts { Evaluated = row.Evaluated },
            Summary = new JobSummary(row.Id, row.Groups.ToEquatableMap(), row.Children, row.SummaryCreateIndex, row.SummaryIndex),
            AllocationsIndex = row.AllocationsIndex,
            EvaluationsIndex = row.EvaluationsIndex,
            DeploymentsIndex = row.DeploymentsIndex,
        });
        foreach (var used in row.Versions)
        {
            draft.KeepVersion(used.Job ?? row.State?.FindVersion(used.Version)
                ?? throw new InvalidDataException($"the snapshot is not whole: version {used.Version} of job {row.Id} is missing"));
        }

        jobs.Add(row.Id, draft);
        if (row.Position != default) jobPositions.Set(row.Id, row.Position);
    }

    private void Add(NodeRow row)
    {
        var state = row.State is { } told ? told with { Node = WithLastDrain(NodeTransitions.WithSharedTexts(told.Node)) } : null;
        nodes.Add(row.Id, new NodeDraft(new NodeEntry(row.Id) { State = state, AllocationsIndex = row.AllocationsIndex }));
        if (row.Position != default) nodePositions.Set(row.Id, row.Position);
    }

    // The first snapshots told only of the drain under way.
    private static Node WithLastDrain(Node node) =>
        node is { Drain: { } drain, LastDrain: null } ? node with { LastDrain = new DrainMetadata(drain.StartedAt, drain.StartedAt, DrainStatus.Draining) } : node;

    private void Add(EvaluationRow row)
    {
        var evaluation = row.Evaluation;
        evaluations.Set(evaluation.Id, evaluation);
        if (row.Position != default) evaluationPositions.Set(evaluation.Id, row.Position);
        var job = Job(evaluation.JobId);
        job.Evaluations.Set(evaluation.Id, default);
        job.Counts = job.Counts.Plus(RegionDraft.CountsOf(evaluation), +1);
    }

    private void AddDependent(StateChunk chunk)
    {
        if (chunk.Manifest == ChunkManifests.Evaluations)
        {
            foreach (var row in Read(chunk.Payload, SnapshotJson.Default.ListEvaluationRow)) Add(row);
            return;
        }

        foreach (var some in Read(chunk.Payload, SnapshotJson.Default.ListAllocationsRow))
        {
            var job = Job(some.JobId);
            var metrics = new List<AllocationMetric>();
            foreach (var row in some.Allocations) Add(row, job, metrics);
        }
    }

    private void Add(AllocationRow row, JobDraft job, List<AllocationMetric> metrics)
    {
        if (!job.Versions.TryGetValue(row.Version, out var version)) throw new InvalidDataException($"the snapshot is not whole: version {row.Version} of job {job.Id} is missing");
        if (!nodes.TryGetValue(row.Node, out var node)) throw new InvalidDataException($"the snapshot is not whole: node {row.Node} is missing");
        if (version.Job.TaskGroups.FirstOrDefault(g => g.Name == row.Group) is not { } group) throw new InvalidDataException($"allocation {row.Id} is of group \"{row.Group}\", which version {row.Version} of job {job.Id} has not");
        if (row.Metric is { } told) metrics.Add(told);
        var share = version.Groups[group.Name];

        var allocation = new Allocation
        {
            Id = row.Id,
            JobId = job.Id,
            JobVersion = row.Version,
            TaskGroup = group.Name,
            NameIndex = row.NameIndex,
            NodeId = row.Node,
            NodeName = row.NodeName is { } name ? Texts.Share(name) : node.State?.Node.Name ?? "",
            EvaluationId = row.Evaluation,
            DeploymentId = row.Deployment,
            Canary = row.Canary,
            PreviousAllocation = row.Previous,
            NextAllocation = row.Next,
            PreemptedBy = row.PreemptedBy,
            Preempted = row.Preempted.ToEquatableList(),
            DesiredStatus = row.Desired,
            DesiredDescription = Texts.Share(row.DesiredDescription ?? ""),
            Migrate = row.Migrate,
            ForceReschedule = row.ForceReschedule,
            FollowupEvaluation = row.Followup,
            Reschedules = row.Reschedules.ToEquatableList(),
            ClientStatus = row.Client,
            ClientDescription = Texts.Share(row.ClientDescription ?? ""),
            Health = row.Health,
            Resources = RegionDraft.Holding(share.Resources, row.Held, RegionDraft.Share(row.Ports ?? [], group, node.State?.Node)),
            Metrics = row.MetricNumber == 0 ? null : metrics[row.MetricNumber - 1],
            CreateIndex = row.CreateIndex,
            ModifyIndex = row.ModifyIndex,
            AllocModifyIndex = row.AllocModifyIndex,
            CreateTime = new DateTimeOffset(row.CreateTime, TimeSpan.Zero),
            ModifyTime = new DateTimeOffset(row.ModifyTime, TimeSpan.Zero),
        };
        if (row.Tasks is { } tasks) allocation = allocation with { TaskStates = TaskStateMap.Compact(tasks, share.TaskNames) };

        allocations.Set(allocation.Id, allocation);
        version.Allocations++;
        job.Allocations.Set(allocation.Id, default);
        node.Allocations.Set(allocation.Id, default);
        if (!evaluationAllocations.TryGetValue(allocation.EvaluationId, out var placed))
            evaluationAllocations[allocation.EvaluationId] = placed = Table<AllocationId, Nothing>.Empty.ToBuilder();
        placed.Set(allocation.Id, default);
        job.Counts = job.Counts.Plus(RegionDraft.CountsOf(allocation), +1);
    }
}
