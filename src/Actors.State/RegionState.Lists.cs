using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.State.Jobs;
using Actors.State.Tables;

namespace Actors.State;

/// <content>Lists in the order of ids.</content>
public sealed partial class RegionState
{
    /// <summary>All jobs, by namespace and id; purged ones left out.</summary>
    public StateList<JobId, JobState> Jobs => new(VisibleJobs, JobsFrom);

    /// <summary>All nodes.</summary>
    public StateList<NodeId, Node> Nodes => new(RegisteredNodes, NodesFrom, CopyNodes);

    /// <summary>All allocations.</summary>
    public StateList<AllocationId, Allocation> Allocations => ListOf(AllocationTable);

    /// <summary>All evaluations.</summary>
    public StateList<EvaluationId, Evaluation> Evaluations => ListOf(EvaluationTable);

    /// <summary>All deployments.</summary>
    public StateList<DeploymentId, Deployment> Deployments => ListOf(DeploymentTable);

    /// <summary>The jobs of a namespace whose ids begin so.</summary>
    public IEnumerable<JobState> JobsOfNamespace(string jobNamespace, string prefix = "")
    {
        foreach (var (id, job) in JobsFrom(new JobId(jobNamespace, prefix)))
        {
            if (id.Namespace != jobNamespace || !id.Id.StartsWith(prefix, StringComparison.Ordinal)) yield break;
            yield return job;
        }
    }

    /// <summary>The allocations of a job, of all its versions, those of a purged job included.</summary>
    public StateList<AllocationId, Allocation> AllocationsOfJob(JobId id) =>
        ListOf(JobTable.TryGet(id, out var entry) ? entry.Allocations : Table<AllocationId, Nothing>.Empty, AllocationTable);

    /// <summary>The allocations of a node, ended ones included: what its client is to have is among them.</summary>
    public StateList<AllocationId, Allocation> AllocationsOfNode(NodeId id) =>
        ListOf(NodeTable.TryGet(id, out var entry) ? entry.Allocations : Table<AllocationId, Nothing>.Empty, AllocationTable);

    /// <summary>The allocations that an evaluation placed, or last changed in place.</summary>
    public StateList<AllocationId, Allocation> AllocationsOfEvaluation(EvaluationId id) =>
        ListOf(EvaluationAllocationsTable.TryGet(id, out var placed) ? placed : Table<AllocationId, Nothing>.Empty, AllocationTable);

    /// <summary>The evaluations of a job.</summary>
    public StateList<EvaluationId, Evaluation> EvaluationsOfJob(JobId id) =>
        ListOf(JobTable.TryGet(id, out var entry) ? entry.Evaluations : Table<EvaluationId, Nothing>.Empty, EvaluationTable);

    /// <summary>The deployments of a job, the earliest first.</summary>
    public IReadOnlyList<Deployment> DeploymentsOfJob(JobId id) =>
        JobTable.TryGet(id, out var entry) ? [.. entry.Deployments.Select(d => FindDeployment(d)!)] : [];

    private IEnumerable<KeyValuePair<JobId, JobState>> JobsFrom(JobId? from)
    {
        foreach (var (id, entry) in from is { } key ? JobTable.From(key) : JobTable.GetEnumerator())
        {
            if (entry.Visible) yield return KeyValuePair.Create(id, entry.State!);
        }
    }

    private IEnumerable<KeyValuePair<NodeId, Node>> NodesFrom(NodeId? from)
    {
        foreach (var (id, entry) in from is { } key ? NodeTable.From(key) : NodeTable.GetEnumerator())
        {
            if (entry.State is { } state) yield return KeyValuePair.Create(id, state.Node);
        }
    }

    private void CopyNodes(Node[] nodes)
    {
        var at = 0;
        foreach (var (_, entry) in NodeTable)
        {
            if (entry.State is { } state) nodes[at++] = state.Node;
        }
    }

    private static StateList<TKey, TValue> ListOf<TKey, TValue>(Table<TKey, TValue> table) where TKey : struct, IComparable<TKey> =>
        new(table.Count, from => from is { } key ? table.From(key) : table);

    private static StateList<TKey, TValue> ListOf<TKey, TValue>(Table<TKey, Nothing> keys, Table<TKey, TValue> table) where TKey : struct, IComparable<TKey>
    {
        IEnumerable<KeyValuePair<TKey, TValue>> Walk(TKey? from)
        {
            var reader = new TableReader<TKey, TValue>(table);
            foreach (var (key, _) in from is { } start ? keys.From(start) : keys.GetEnumerator())
            {
                if (!reader.TryGet(key, out var value)) throw new InvalidOperationException($"an index has {key}, but its table has not");
                yield return KeyValuePair.Create(key, value);
            }
        }

        void Copy(TValue[] items)
        {
            var reader = new TableReader<TKey, TValue>(table);
            var at = 0;
            foreach (var (key, _) in keys)
            {
                if (!reader.TryGet(key, out var value)) throw new InvalidOperationException($"an index has {key}, but its table has not");
                items[at++] = value;
            }
        }

        return new StateList<TKey, TValue>(keys.Count, Walk, Copy);
    }
}
