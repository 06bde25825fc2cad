using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Reconciliation;

/// <summary>What one group of a system or sysbatch job needs: an allocation on every node that fits it.</summary>
internal sealed class SystemReconciler(ReconcileInput input, Job job, TaskGroup group, DeploymentContext deployments, Draft draft)
{
    private readonly GroupRequirements _wanted = new(job, group);
    private readonly Dictionary<string, bool> _classes = new(StringComparer.Ordinal);
    private readonly List<(string Datacenter, string Pool, bool InScope)> _scopes = [];
    private readonly List<NodeCheck> _byNode = [];
    private readonly bool _batch = job.Type == JobTypes.SysBatch;
    private readonly List<PlacementSlot> _slots = [];
    private readonly List<Allocation> _destructive = [];
    private DeploymentId? _deployment;
    private int _ignored;
    private int _placed;
    private int _stopped;
    private int _inPlace;
    private int _updated;
    private int _canaries;

    public void Run(IReadOnlyList<Allocation> allocations)
    {
        _byNode.AddRange(_wanted.Checks.Where(c => !c.ByClass));
        var live = new Dictionary<NodeId, Allocation>();
        var done = new HashSet<NodeId>();
        var ended = new Dictionary<NodeId, Allocation>();
        foreach (var allocation in allocations.OrderBy(a => a.CreateIndex).ThenBy(a => a.Id))
        {
            if (!allocation.Terminal) KeepOrStop(allocation, live);
            else if (_batch && allocation.JobVersion == job.Version && AllocationSets.Succeeded(allocation)) done.Add(allocation.NodeId);
            else ended[allocation.NodeId] = allocation;
        }

        foreach (var (_, allocation) in live.OrderBy(l => l.Key)) Update(allocation);
        var missing = (group.Count ?? 1) > 0 ? Missing(live, done) : [];
        RollOut(allocations, live, missing, ended);

        if (_slots.Count > 0) draft.Groups.Add(new GroupPlacement(group.Name, _slots));
        draft.Desired[group.Name] = new DesiredUpdates(Ignore: _ignored, Place: _placed, Stop: _stopped, InPlaceUpdate: _inPlace, DestructiveUpdate: _updated, Canary: _canaries);
    }

    private List<Node> Missing(Dictionary<NodeId, Allocation> live, HashSet<NodeId> done)
    {
        var missing = new List<Node>();
        foreach (var node in input.Nodes)
        {
            if (!live.ContainsKey(node.Id) && !done.Contains(node.Id) && Fits(node)) missing.Add(node);
        }

        return missing;
    }

    private void RollOut(IReadOnlyList<Allocation> allocations, Dictionary<NodeId, Allocation> live, List<Node> missing, Dictionary<NodeId, Allocation> ended)
    {
        var canaries = live.Values.Count(deployments.IsCanary);
        var canarying = deployments.IsCanarying(group.Name);
        var total = missing.Count + live.Keys.Count(id => input.FindNode(id) is { AcceptsAllocations: true });
        canarying = deployments.Begin(group, allocations, _destructive.Count, _inPlace, total) || canarying;
        var limit = deployments.Limit(group, live.Values, _destructive.Count + missing.Count, canarying);

        _deployment = deployments.IdFor(group.Name);
        var fresh = deployments.StepsFirst(group) ? Math.Max(Math.Min(limit, missing.Count), 0) : missing.Count;
        _slots.EnsureCapacity(fresh);
        foreach (var node in missing.Take(fresh)) Place(node, ended.GetValueOrDefault(node.Id));

        var wanted = deployments.CanariesToPlace(group, canaries, _destructive.Count);
        foreach (var old in _destructive.Take(wanted)) Replace(old, canary: true);
        if (!canarying)
        {
            foreach (var old in _destructive.Skip(wanted).Take(Math.Max(limit - fresh, 0))) Replace(old, canary: false);
        }

        _ignored += Math.Max(_destructive.Count - _updated - _canaries, 0);
    }

    private void Place(Node node, Allocation? before)
    {
        // One that the servers stopped is no predecessor: its place was given up.
        var previous = before is { ServerTerminal: false } ? before.Id : (AllocationId?)null;
        _slots.Add(new PlacementSlot(0, previous, RequiredNode: node.Id, InDeployment: _deployment));
        if (previous is { } failed)
        {
            draft.Stops.Add(new AllocationStop(failed, StopReasons.Rescheduled));
            draft.Conditional.Add(failed);
        }

        _placed++;
    }

    private void Replace(Allocation old, bool canary)
    {
        draft.Stops.Add(new AllocationStop(old.Id, StopReasons.Updated));
        draft.Conditional.Add(old.Id);
        _slots.Add(new PlacementSlot(0, old.Id, RequiredNode: old.NodeId, Canary: canary, InDeployment: _deployment));
        if (canary) _canaries++;
        else _updated++;
    }

    private void KeepOrStop(Allocation allocation, Dictionary<NodeId, Allocation> live)
    {
        var node = input.FindNode(allocation.NodeId);
        if (node is null or { Status: NodeStatus.Down })
        {
            Stop(allocation, node is null ? StopReasons.NodeGone : StopReasons.Lost, AllocationClientStatus.Lost);
        }
        else if (node.Status == NodeStatus.Disconnected)
        {
            live[node.Id] = allocation;
        }
        else if (allocation.Migrate || node.Drain is { IgnoreSystemJobs: false, Deadline: { } deadline } drain && input.Now >= drain.StartedAt + deadline)
        {
            Stop(allocation, StopReasons.NodeDraining);
        }
        else if ((group.Count ?? 1) == 0 || live.ContainsKey(node.Id))
        {
            Stop(allocation, StopReasons.NotNeeded);
        }
        else if (allocation.JobVersion != job.Version && (!InScope(node) || !Feasible(node, drivers: false)))
        {
            Stop(allocation, StopReasons.NodeNotFeasible);
        }
        else
        {
            live[node.Id] = allocation;
        }
    }

    private void Update(Allocation allocation)
    {
        if (allocation.JobVersion == job.Version)
        {
            _ignored++;
            return;
        }

        var before = input.FindVersion(allocation.JobVersion);
        var reason = before is null ? "the version it runs is no longer known" : TasksUpdated.Reason(before, job, group.Name);
        if (reason is null)
        {
            draft.InPlace.Add(allocation.Id);
            _inPlace++;
            return;
        }

        // A node that takes nothing new keeps what it has.
        if (input.FindNode(allocation.NodeId) is not { AcceptsAllocations: true }) return;
        draft.DestructiveReasons[allocation.Id] = reason;
        _destructive.Add(allocation);
    }

    private bool Fits(Node node) => node.AcceptsAllocations && InScope(node) && Feasible(node, drivers: true);

    private bool InScope(Node node)
    {
        // There are few datacenters and pools, with short names: comparing is quicker than hashing.
        foreach (var scope in _scopes)
        {
            if (scope.Datacenter == node.Datacenter && scope.Pool == node.NodePool) return scope.InScope;
        }

        var inScope = Glob.MatchesAny(job.Datacenters, node.Datacenter) && (job.NodePool is "" or "all" || node.NodePool == job.NodePool);
        _scopes.Add((node.Datacenter, node.NodePool, inScope));
        return inScope;
    }

    private bool Feasible(Node node, bool drivers)
    {
        if (node.ComputedClass.Length == 0 || !_classes.TryGetValue(node.ComputedClass, out var byClass))
        {
            byClass = _wanted.Checks.All(c => !c.ByClass || c.Passes(node));
            if (node.ComputedClass.Length > 0) _classes[node.ComputedClass] = byClass;
        }

        if (!byClass) return false;
        foreach (var check in _byNode)
        {
            // A driver that is unwell for a moment keeps new allocations away, but drives none out.
            if ((drivers || check.Kind != "driver") && !check.Passes(node)) return false;
        }

        return true;
    }

    private void Stop(Allocation allocation, string reason, AllocationClientStatus? status = null)
    {
        draft.Stops.Add(new AllocationStop(allocation.Id, reason, status));
        _stopped++;
    }
}
