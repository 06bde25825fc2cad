using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Reconciliation;

/// <summary>What one group of a system or sysbatch job needs: an allocation on every node that fits it.</summary>
internal sealed class SystemReconciler(ReconcileInput input, Job job, TaskGroup group, Draft draft)
{
    private readonly GroupRequirements _wanted = new(job, group);
    private readonly Dictionary<string, bool> _classes = new(StringComparer.Ordinal);
    private readonly bool _batch = job.Type == JobTypes.SysBatch;
    private DesiredUpdates _numbers = new();

    public void Run(IReadOnlyList<Allocation> allocations)
    {
        var live = new Dictionary<NodeId, Allocation>();
        var done = new HashSet<NodeId>();
        var ended = new Dictionary<NodeId, Allocation>();
        foreach (var allocation in allocations.OrderBy(a => a.CreateIndex).ThenBy(a => a.Id))
        {
            if (!allocation.Terminal) KeepOrStop(allocation, live);
            else if (_batch && allocation.JobVersion == job.Version && AllocationSets.Succeeded(allocation)) done.Add(allocation.NodeId);
            else ended[allocation.NodeId] = allocation;
        }

        var slots = new List<PlacementSlot>();
        foreach (var (_, allocation) in live.OrderBy(l => l.Key)) Update(allocation, slots);
        if ((group.Count ?? 1) > 0)
        {
            foreach (var node in input.Nodes)
            {
                if (live.ContainsKey(node.Id) || done.Contains(node.Id) || !Fits(node)) continue;
                // One that the servers stopped is no predecessor: its place was given up.
                var previous = ended.TryGetValue(node.Id, out var before) && !before.ServerTerminal ? before.Id : (AllocationId?)null;
                slots.Add(new PlacementSlot(0, previous, RequiredNode: node.Id));
                if (previous is { } failed)
                {
                    draft.Stops.Add(new AllocationStop(failed, StopReasons.Rescheduled));
                    draft.Conditional.Add(failed);
                }

                _numbers = _numbers with { Place = _numbers.Place + 1 };
            }
        }

        if (slots.Count > 0) draft.Groups.Add(new GroupPlacement(group.Name, slots));
        draft.Desired[group.Name] = _numbers;
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

    private void Update(Allocation allocation, List<PlacementSlot> slots)
    {
        if (allocation.JobVersion == job.Version)
        {
            _numbers = _numbers with { Ignore = _numbers.Ignore + 1 };
            return;
        }

        var before = input.FindVersion(allocation.JobVersion);
        var reason = before is null ? "the version it runs is no longer known" : TasksUpdated.Reason(before, job, group.Name);
        if (reason is null)
        {
            draft.InPlace.Add(allocation.Id);
            _numbers = _numbers with { InPlaceUpdate = _numbers.InPlaceUpdate + 1 };
            return;
        }

        // A node that takes nothing new keeps what it has.
        if (input.FindNode(allocation.NodeId) is not { AcceptsAllocations: true }) return;
        draft.DestructiveReasons[allocation.Id] = reason;
        draft.Stops.Add(new AllocationStop(allocation.Id, StopReasons.Updated));
        draft.Conditional.Add(allocation.Id);
        slots.Add(new PlacementSlot(0, allocation.Id, RequiredNode: allocation.NodeId));
        _numbers = _numbers with { DestructiveUpdate = _numbers.DestructiveUpdate + 1 };
    }

    private bool Fits(Node node) => node.AcceptsAllocations && InScope(node) && Feasible(node, drivers: true);

    private bool InScope(Node node) => Glob.MatchesAny(job.Datacenters, node.Datacenter) && (job.NodePool is "" or "all" || node.NodePool == job.NodePool);

    private bool Feasible(Node node, bool drivers)
    {
        if (node.ComputedClass.Length == 0 || !_classes.TryGetValue(node.ComputedClass, out var byClass))
        {
            byClass = _wanted.Checks.All(c => !c.ByClass || c.Passes(node));
            if (node.ComputedClass.Length > 0) _classes[node.ComputedClass] = byClass;
        }

        // A driver that is unwell for a moment keeps new allocations away, but drives none out.
        return byClass && _wanted.Checks.All(c => c.ByClass || (!drivers && c.Kind == "driver") || c.Passes(node));
    }

    private void Stop(Allocation allocation, string reason, AllocationClientStatus? status = null)
    {
        draft.Stops.Add(new AllocationStop(allocation.Id, reason, status));
        _numbers = _numbers with { Stop = _numbers.Stop + 1 };
    }
}
