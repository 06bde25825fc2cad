namespace Actors.State;

/// <content>When something last changed.</content>
public sealed partial class RegionState
{
    /// <summary>The index of a table's last change; 0 before the first.</summary>
    public ulong TableIndex(StateTable table) => table switch
    {
        StateTable.Jobs => Indexes.Jobs,
        StateTable.Nodes => Indexes.Nodes,
        StateTable.Allocations => Indexes.Allocations,
        StateTable.Evaluations => Indexes.Evaluations,
        StateTable.Deployments => Indexes.Deployments,
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "no such table"),
    };

    /// <summary>
    /// The index of the last change of what a blocking query watches: what it answers as <c>X-Nomad-Index</c>. Of something that does not exist
    /// (or no longer): that of the whole table, so that its coming and going are noticed.
    /// </summary>
    public ulong IndexOf(WatchTarget target)
    {
        var whole = TableIndex(target.Table);
        if (target.Key is not { } key) return whole;

        var (kind, of) = WatchKey.Parse(key);
        var index = target.Table switch
        {
            StateTable.Jobs => WatchKey.TryJob(key, out var job) ? FindJob(job)?.Job.ModifyIndex : null,
            StateTable.Nodes => NodeId.TryParse(key, out var node) ? FindNode(node)?.ModifyIndex : null,
            StateTable.Allocations => kind switch
            {
                WatchKey.Job => WatchKey.TryJob(of, out var job) && JobTable.TryGet(job, out var entry) ? entry.AllocationsIndex : null,
                WatchKey.Node => NodeId.TryParse(of, out var node) && NodeTable.TryGet(node, out var entry) ? entry.AllocationsIndex : null,
                WatchKey.Evaluation => EvaluationId.TryParse(of, out var evaluation) ? AllocationsOfEvaluation(evaluation).Select(a => a.ModifyIndex).DefaultIfEmpty().Max() : null,
                _ => AllocationId.TryParse(key, out var allocation) ? FindAllocation(allocation)?.ModifyIndex : null,
            },
            StateTable.Evaluations => kind == WatchKey.Job
                ? WatchKey.TryJob(of, out var job) && JobTable.TryGet(job, out var entry) ? entry.EvaluationsIndex : null
                : EvaluationId.TryParse(key, out var evaluation) ? FindEvaluation(evaluation)?.ModifyIndex : null,
            StateTable.Deployments => kind == WatchKey.Job
                ? WatchKey.TryJob(of, out var job) && JobTable.TryGet(job, out var entry) ? entry.DeploymentsIndex : null
                : DeploymentId.TryParse(key, out var deployment) ? FindDeployment(deployment)?.ModifyIndex : null,
            _ => (ulong?)null,
        };
        return index is null or 0 ? whole : index.Value;
    }
}
