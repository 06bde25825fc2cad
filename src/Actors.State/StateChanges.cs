using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;

namespace Actors.State;

/// <summary>What one <see cref="RegionState.Apply"/> changed: what waiters, the scheduler's node table and the sessions of clients live from.</summary>
public sealed class StateChanges
{
    private readonly Lazy<(HashSet<JobId> Jobs, HashSet<NodeId> Nodes, HashSet<EvaluationId> Evaluations)> allocationOwners;

    internal StateChanges(ulong from, ulong to, IReadOnlyList<LogEntry> entries)
    {
        From = from;
        To = to;
        Entries = entries;
        ChangedAllocations = new(entries.Sum(AllocationsIn));
        allocationOwners = new(() => (
            [.. ChangedAllocations.Values.Select(a => a.JobId)],
            [.. ChangedAllocations.Values.Select(a => a.NodeId)],
            [.. ChangedAllocations.Values.Select(a => a.EvaluationId), .. LeftEvaluations]));
    }

    /// <summary>The index before.</summary>
    public ulong From { get; }

    /// <summary>The index after.</summary>
    public ulong To { get; }

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<LogEntry> Entries { get; }

    /// <summary>Jobs that changed (their status too), came or went.</summary>
    public IReadOnlySet<JobId> Jobs => ChangedJobs;

    /// <summary>Nodes that changed, came or went.</summary>
    public IReadOnlySet<NodeId> Nodes => ChangedNodes;

    /// <summary>Allocations that changed, came or went, each once.</summary>
    public IReadOnlyCollection<AllocationChange> Allocations => ChangedAllocations.Values;

    /// <summary>Evaluations that changed, came or went.</summary>
    public IReadOnlySet<EvaluationId> Evaluations => ChangedEvaluations;

    /// <summary>Deployments that changed, came or went.</summary>
    public IReadOnlySet<DeploymentId> Deployments => ChangedDeployments;

    /// <summary>Evaluations whose allocations went over to another one.</summary>
    public IReadOnlySet<EvaluationId> FormerEvaluations => LeftEvaluations;

    /// <summary>Allocations of which what is desired changed, by their nodes: the clients there must hear of it.</summary>
    public IEnumerable<IGrouping<NodeId, AllocationId>> AllocationsToTell => ChangedAllocations.Values.Where(a => a.DesiredChanged).GroupBy(a => a.NodeId, a => a.Id);

    internal HashSet<JobId> ChangedJobs { get; } = [];

    internal HashSet<NodeId> ChangedNodes { get; } = [];

    internal Dictionary<AllocationId, AllocationChange> ChangedAllocations { get; }

    internal HashSet<EvaluationId> LeftEvaluations { get; } = [];

    internal HashSet<EvaluationId> ChangedEvaluations { get; } = [];

    internal HashSet<DeploymentId> ChangedDeployments { get; } = [];

    internal HashSet<JobId> JobsOfEvaluations { get; } = [];

    internal HashSet<JobId> JobsOfDeployments { get; } = [];

    /// <summary>About how many allocations an event changes: there are a thousand in a plan, and growing with each costs more than to count them first.</summary>
    private static int AllocationsIn(LogEntry entry) => entry.Event switch
    {
        PlanCommitted plan => plan.Placements.Count + plan.Stops.Count + plan.InPlaceUpdates.Count,
        AllocationsReported reported => reported.Reports.Count,
        _ => 0,
    };

    /// <summary>Whether a target of a blocking query changed.</summary>
    public bool Touches(WatchTarget target)
    {
        if (target.Key is not { } key)
        {
            return target.Table switch
            {
                StateTable.Jobs => ChangedJobs.Count > 0,
                StateTable.Nodes => ChangedNodes.Count > 0,
                StateTable.Allocations => ChangedAllocations.Count > 0,
                StateTable.Evaluations => ChangedEvaluations.Count > 0,
                _ => ChangedDeployments.Count > 0,
            };
        }

        return (target.Table, WatchKey.Parse(key)) switch
        {
            (StateTable.Jobs, _) => WatchKey.TryJob(key, out var job) && ChangedJobs.Contains(job),
            (StateTable.Nodes, _) => NodeId.TryParse(key, out var node) && ChangedNodes.Contains(node),
            (StateTable.Allocations, (WatchKey.Job, var of)) => WatchKey.TryJob(of, out var job) && allocationOwners.Value.Jobs.Contains(job),
            (StateTable.Allocations, (WatchKey.Node, var of)) => NodeId.TryParse(of, out var node) && allocationOwners.Value.Nodes.Contains(node),
            (StateTable.Allocations, (WatchKey.Evaluation, var of)) => EvaluationId.TryParse(of, out var evaluation) && allocationOwners.Value.Evaluations.Contains(evaluation),
            (StateTable.Allocations, _) => AllocationId.TryParse(key, out var allocation) && ChangedAllocations.ContainsKey(allocation),
            (StateTable.Evaluations, (WatchKey.Job, var of)) => WatchKey.TryJob(of, out var job) && JobsOfEvaluations.Contains(job),
            (StateTable.Evaluations, _) => EvaluationId.TryParse(key, out var evaluation) && ChangedEvaluations.Contains(evaluation),
            (StateTable.Deployments, (WatchKey.Job, var of)) => WatchKey.TryJob(of, out var job) && JobsOfDeployments.Contains(job),
            (StateTable.Deployments, _) => DeploymentId.TryParse(key, out var deployment) && ChangedDeployments.Contains(deployment),
            _ => false,
        };
    }
}

/// <summary>An allocation that changed.</summary>
/// <param name="Allocation">As it is after the changes; as it was last, when it is gone.</param>
/// <param name="DesiredChanged">What is desired of it changed, or it is new or gone: its client must hear of it.</param>
/// <param name="Ended">It was not over before (see <see cref="Allocation.Terminal"/>), and is now (or is gone): its node has room.</param>
public readonly record struct AllocationChange(Allocation Allocation, bool DesiredChanged, bool Ended)
{
    /// <summary>The allocation.</summary>
    public AllocationId Id => Allocation.Id;

    /// <summary>Its job.</summary>
    public JobId JobId => Allocation.JobId;

    /// <summary>Its node.</summary>
    public NodeId NodeId => Allocation.NodeId;

    /// <summary>The evaluation that placed it or last changed it in place.</summary>
    public EvaluationId EvaluationId => Allocation.EvaluationId;
}

/// <summary>The keys of <see cref="WatchTarget"/> that name an owner: <c>job:namespace/id</c>, <c>node:id</c>, <c>eval:id</c>.</summary>
internal static class WatchKey
{
    public const string Job = "job";
    public const string Node = "node";
    public const string Evaluation = "eval";

    public static (string Kind, string Of) Parse(string key)
    {
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", key) : (key[..colon], key[(colon + 1)..]);
    }

    public static bool TryJob(string text, out JobId id)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        id = slash > 0 ? new JobId(text[..slash], text[(slash + 1)..]) : default;
        return slash > 0;
    }
}
