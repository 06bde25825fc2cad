using System.Runtime.CompilerServices;
using System.Text.Json;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;

namespace Actors.State.Snapshots;

/// <summary>Cuts a state into chunks. The same state gives the same chunks.</summary>
internal static class SnapshotWriter
{
    public static IEnumerable<StateChunk> Write(RegionState state, int maxBytes)
    {
        var header = new HeaderRow(
            state.Index,
            state.Term,
            state.Indexes,
            state.JobTable.Count,
            state.NodeTable.Count,
            state.EvaluationTable.Count,
            state.DeploymentTable.Count,
            state.AllocationTable.Count,
            state.Positions.Others,
            ReferenceEquals(state.Operator, Operators.OperatorState.Initial) ? null : state.Operator);
        yield return new StateChunk(ChunkManifests.Header, Compression.Pack(JsonSerializer.SerializeToUtf8Bytes(header, SnapshotJson.Default.HeaderRow)));

        var jobs = state.JobTable.Select(pair => RowOf(state, pair.Value));
        var nodes = state.NodeTable.Select(pair => new NodeRow(pair.Key, pair.Value.State, pair.Value.AllocationsIndex, PositionIn(state.Positions.Nodes, pair.Key)));
        var evaluations = state.EvaluationTable.Select(pair => new EvaluationRow(pair.Value, PositionIn(state.Positions.Evaluations, pair.Key)));
        var deployments = state.DeploymentTable.Select(pair => pair.Value);
        foreach (var chunk in Cut(jobs, new(ChunkManifests.Jobs, SnapshotJson.Default.JobRow, maxBytes))) yield return chunk;
        foreach (var chunk in Cut(nodes, new(ChunkManifests.Nodes, SnapshotJson.Default.NodeRow, maxBytes))) yield return chunk;
        foreach (var chunk in Cut(evaluations, new(ChunkManifests.Evaluations, SnapshotJson.Default.EvaluationRow, maxBytes))) yield return chunk;
        foreach (var chunk in Cut(deployments, new(ChunkManifests.Deployments, SnapshotJson.Default.Deployment, maxBytes))) yield return chunk;
        foreach (var chunk in Cut(AllocationRows(state), new(ChunkManifests.Allocations, SnapshotJson.Default.AllocationsRow, maxBytes))) yield return chunk;
    }

    private static IEnumerable<StateChunk> Cut<TRow>(IEnumerable<TRow> rows, ChunkWriter<TRow> writer)
    {
        foreach (var row in rows)
        {
            if (writer.Add(row) is { } full) yield return full;
        }

        if (writer.Close() is { } last) yield return last;
    }

    private static Position PositionIn<TKey>(Tables.Table<TKey, Position> positions, TKey key) where TKey : struct, IComparable<TKey> =>
        positions.TryGet(key, out var position) ? position : default;

    private static JobRow RowOf(RegionState state, Jobs.JobEntry entry) => new(
        entry.Id,
        entry.State,
        [.. entry.Versions.Select(v => new VersionRow(v.Job.Version, ReferenceEquals(entry.State?.FindVersion(v.Job.Version), v.Job) ? null : v.Job))],
        entry.Deployments,
        entry.Summary.Groups,
        entry.Summary.Children,
        entry.Summary.CreateIndex,
        entry.Summary.ModifyIndex,
        entry.Counts.Evaluated,
        entry.AllocationsIndex,
        entry.EvaluationsIndex,
        entry.DeploymentsIndex,
        PositionIn(state.Positions.Jobs, entry.Id));

    /// <summary>Job by job: what the allocations of a job share is then said once.</summary>
    private static IEnumerable<AllocationsRow> AllocationRows(RegionState state)
    {
        const int AtOnce = 250;
        foreach (var (id, entry) in state.JobTable)
        {
            foreach (var some in state.AllocationsOfJob(id).Chunk(AtOnce))
            {
                var metrics = new Dictionary<AllocationMetric, int>(ByReference);
                yield return new AllocationsRow(id, [.. some.Select(a => RowOf(state, entry, a, metrics))]);
            }
        }
    }

    private static AllocationRow RowOf(RegionState state, Jobs.JobEntry job, Allocation allocation, Dictionary<AllocationMetric, int> metrics)
    {
        var (metric, number) = ((AllocationMetric?)null, 0);
        if (allocation.Metrics is { } told && !metrics.TryGetValue(told, out number))
        {
            metric = told;
            metrics.Add(told, number = metrics.Count + 1);
        }

        return new AllocationRow
        {
            Id = allocation.Id,
            Version = allocation.JobVersion,
            Group = allocation.TaskGroup,
            NameIndex = allocation.NameIndex,
            Node = allocation.NodeId,
            NodeName = state.FindNode(allocation.NodeId)?.Name == allocation.NodeName ? null : allocation.NodeName,
            Evaluation = allocation.EvaluationId,
            Deployment = allocation.DeploymentId,
            Canary = allocation.Canary,
            Previous = allocation.PreviousAllocation,
            Next = allocation.NextAllocation,
            PreemptedBy = allocation.PreemptedBy,
            Preempted = allocation.Preempted.Count == 0 ? null : allocation.Preempted,
            Desired = allocation.DesiredStatus,
            DesiredDescription = NullIfEmpty(allocation.DesiredDescription),
            Migrate = allocation.Migrate,
            ForceReschedule = allocation.ForceReschedule,
            Followup = allocation.FollowupEvaluation,
            Reschedules = allocation.Reschedules.Count == 0 ? null : allocation.Reschedules,
            Client = allocation.ClientStatus,
            ClientDescription = NullIfEmpty(allocation.ClientDescription),
            Tasks = allocation.TaskStates.Count == 0 ? null : allocation.TaskStates,
            Health = allocation.Health,
            Ports = allocation.Resources.Ports.Count == 0 ? null : allocation.Resources.Ports,
            Held = HasOwn(job, allocation) ? allocation.Resources.Tasks : null,
            Metric = metric,
            MetricNumber = number,
            CreateIndex = allocation.CreateIndex,
            ModifyIndex = allocation.ModifyIndex,
            AllocModifyIndex = allocation.AllocModifyIndex,
            CreateTime = allocation.CreateTime.UtcTicks,
            ModifyTime = allocation.ModifyTime.UtcTicks,
        };
    }

    // What allocations share is one object.
    private static bool HasOwn(Jobs.JobEntry job, Allocation allocation)
    {
        foreach (var version in job.Versions)
        {
            if (version.Job.Version == allocation.JobVersion)
                return !version.Groups.TryGetValue(allocation.TaskGroup, out var share) || !ReferenceEquals(share.Resources.Tasks, allocation.Resources.Tasks);
        }

        return true;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static readonly ReferenceComparer ByReference = new();

    private sealed class ReferenceComparer : IEqualityComparer<AllocationMetric>
    {
        public bool Equals(AllocationMetric? x, AllocationMetric? y) => ReferenceEquals(x, y);

        public int GetHashCode(AllocationMetric metric) => RuntimeHelpers.GetHashCode(metric);
    }
}
