using System.Text;
using System.Text.Json;
using Actors.Contracts.Serialization;
using Actors.State.Snapshots;
using Actors.State.Tables;

namespace Actors.State.Tests;

/// <summary>All that can be asked of a state, as text: two states are the same when their digests are.</summary>
internal static class StateDigest
{
    public static string Of(RegionState state)
    {
        var text = new StringBuilder();
        text.AppendLine($"index {state.Index} term {state.Term} {state.Indexes} jobs {state.Jobs.Count} nodes {state.Nodes.Count}");
        foreach (var (id, entry) in state.JobTable)
        {
            text.AppendLine($"job {id} {Json(entry.State)} {entry.Counts} {entry.AllocationsIndex} {entry.EvaluationsIndex} {entry.DeploymentsIndex} {entry.Summary}");
            text.AppendLine($"  versions {string.Join(' ', entry.Versions.Select(v => $"{v.Job.Version}×{v.Allocations}:{string.Join(' ', v.Groups.Keys)}"))}");
            text.AppendLine($"  allocations {string.Join(' ', state.AllocationsOfJob(id).Select(a => a.Id))}");
            text.AppendLine($"  evaluations {string.Join(' ', state.EvaluationsOfJob(id).Select(e => e.Id))}");
            text.AppendLine($"  deployments {string.Join(' ', state.DeploymentsOfJob(id).Select(d => d.Id))}");
        }

        foreach (var (id, entry) in state.NodeTable)
            text.AppendLine($"node {id} {(state.UnwellNodes.Contains(id) ? "un" : "")}well {Json(entry.State)} {entry.AllocationsIndex} {string.Join(' ', state.AllocationsOfNode(id).Select(a => a.Id))}");
        foreach (var evaluation in state.Evaluations) text.AppendLine(JsonSerializer.Serialize(evaluation, ContractsJson.Default.Evaluation));
        foreach (var deployment in state.Deployments) text.AppendLine(JsonSerializer.Serialize(deployment with { TaskGroups = new SortedDictionary<string, Contracts.Deployments.DeploymentGroup>(deployment.TaskGroups.ToDictionary(), StringComparer.Ordinal) }, ContractsJson.Default.Deployment));
        foreach (var allocation in state.Allocations) text.AppendLine(JsonSerializer.Serialize(allocation, ContractsJson.Default.Allocation));
        foreach (var (id, placed) in state.EvaluationAllocationsTable) text.AppendLine($"eval {id} {string.Join(' ', placed.Select(p => p.Key))}");
        Positions(text, state.Positions.Jobs);
        Positions(text, state.Positions.Nodes);
        Positions(text, state.Positions.Evaluations);
        foreach (var (name, position) in state.Positions.Others) text.AppendLine($"{name} {position}");
        return text.ToString();
    }

    private static void Positions<TKey>(StringBuilder text, Table<TKey, Position> positions) where TKey : struct, IComparable<TKey>
    {
        foreach (var (id, position) in positions) text.AppendLine($"at {id} {position}");
    }

    private static string Json(Jobs.JobState? state) => JsonSerializer.Serialize(state, SnapshotJson.Default.JobState);

    private static string Json(Nodes.NodeState? state) => JsonSerializer.Serialize(state, SnapshotJson.Default.NodeState);
}
