using System.Runtime.InteropServices;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Feasibility;
using Actors.State;

namespace Actors.Scheduling.Nodes;

public sealed partial class NodeTable
{
    private readonly PlacementScratch _scratch = new();
    private readonly Dictionary<EvaluationId, Reservation> _reservations = [];

    /// <summary>How many evaluations have reservations.</summary>
    public int ReservationCount => _reservations.Count;

    /// <summary>
    /// Chooses the best node for every slot, looking at every node, and reserves what it chose until the plan is in the log, is given up
    /// (<see cref="Release"/>), or the request's deadline has passed (<see cref="Expire"/>). A dry run reserves nothing. Same table and same
    /// request, same answer (but for the identities of the new allocations).
    /// </summary>
    /// <param name="request">What to place.</param>
    /// <param name="job">The version of the job that the request names.</param>
    /// <param name="state">The state that the table shows: its term goes into the answer.</param>
    /// <param name="now">The time.</param>
    /// <param name="newId">Makes identities.</param>
    /// <exception cref="ArgumentException">The job has no such group.</exception>
    public PlaceResult Place(PlaceRequest request, Job job, RegionState state, DateTimeOffset now, Func<Guid> newId) =>
        Place(request, job, state.Term, now, newId);

    internal PlaceResult Place(PlaceRequest request, Job job, long term, DateTimeOffset now, Func<Guid> newId)
    {
        Expire(now);
        // Asked again: the first answer did not arrive, or its plan was given up.
        Release(request.EvaluationId);
        return new Placing(this, request, job, newId).Run(term);
    }

    /// <summary>The plan will not come: what was reserved for it is free.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <returns>Whether there was a reservation.</returns>
    public bool Release(EvaluationId evaluation)
    {
        if (!_reservations.Remove(evaluation, out var reservation)) return false;
        foreach (var allocation in reservation.Allocations) Remove(allocation);
        return true;
    }

    /// <summary>Frees what was reserved for plans whose deadline has passed.</summary>
    /// <param name="now">The time.</param>
    /// <returns>How many reservations ended.</returns>
    public int Expire(DateTimeOffset now)
    {
        var over = _reservations.Where(r => r.Value.Deadline <= now).Select(r => r.Key).ToList();
        foreach (var evaluation in over) Release(evaluation);
        return over.Count;
    }

    private PreemptedAllocation Preempted(int slot, AllocationId by)
    {
        var job = _jobs[_allocations[slot].Job];
        return new PreemptedAllocation(_allocations[slot].Id, job.Id, job.Type, job.Priority, by);
    }

    private sealed record Reservation(DateTimeOffset Deadline, List<AllocationId> Allocations);

    /// <summary>One request under way.</summary>
    private sealed class Placing(NodeTable table, PlaceRequest request, Job job, Func<Guid> newId)
    {
        // Up to so many slots of a group each have their own metric; of more, those whose number is a power of two: the scores
        // change little from one to the next.
        private const int MetricsOneByOne = 8;

        private readonly List<AllocationPlacement> _placed = [];
        private readonly List<AllocationMetric> _metrics = [];
        private readonly Dictionary<string, AllocationMetric> _failed = [];
        private readonly Dictionary<string, bool> _classes = [];
        private readonly List<AllocationId> _reserved = [];
        private readonly List<PreemptedAllocation> _preempted = [];
        private bool _escaped;

        public PlaceResult Run(long term)
        {
            var conditional = ConditionalStops();
            var lent = new List<int>();
            foreach (var stop in request.Stopping)
            {
                var slot = table._allocations.Find(stop);
                if (slot < 0 || conditional.Contains(stop)) continue;
                table.Suspend(slot, true);
                lent.Add(slot);
            }

            var jobNumber = table.NumberOf(request.JobId);
            table.Describe(jobNumber, job);
            foreach (var (group, wanted) in LargestFirst()) PlaceGroup(group, wanted, jobNumber, conditional, lent);

            // Until the plan is in the log the stopping ones still hold their room, for everybody else.
            foreach (var slot in lent) table.Suspend(slot, false);

            if (request.AllAtOnce && _failed.Count > 0)
            {
                GiveUp();
                _placed.Clear();
                _metrics.Clear();
                _preempted.Clear();
            }

            if (request.DryRun) GiveUp();
            else if (_reserved.Count > 0) table._reservations[request.EvaluationId] = new Reservation(request.Deadline, _reserved);
            return new PlaceResult(request.EvaluationId, term, table.Index, _placed, _metrics, _failed, _classes, _escaped) { Preempted = _preempted };
        }

        // What is small finds a place beside what is large, not the other way round: fewer nodes are used.
        private IEnumerable<(GroupPlacement Group, GroupRequirements Wanted)> LargestFirst()
        {
            var groups = new List<(GroupPlacement Group, GroupRequirements Wanted)>(request.Groups.Count);
            foreach (var group in request.Groups)
            {
                var definition = job.TaskGroups.FirstOrDefault(g => g.Name == group.TaskGroup)
                    ?? throw new ArgumentException($"job {request.JobId} version {request.JobVersion} has no group \"{group.TaskGroup}\"", nameof(request));
                groups.Add((group, new GroupRequirements(job, definition)));
            }

            if (groups.Count == 1) return groups;
            var (cpu, memory) = table.LargestNode();
            return groups.OrderByDescending(g => g.Wanted.Cores).ThenByDescending(g => Math.Max(g.Wanted.CpuMhz / cpu, g.Wanted.MemoryMb / memory));
        }

        private void PlaceGroup(GroupPlacement group, GroupRequirements wanted, int jobNumber, HashSet<AllocationId> conditional, List<int> lent)
        {
            table._allocations.Reserve(group.Slots.Count);
            _placed.EnsureCapacity(_placed.Count + group.Slots.Count);
            _reserved.EnsureCapacity(_reserved.Count + group.Slots.Count);
            var placer = new GroupPlacer(table, wanted, request.EvaluationId, jobNumber, named: group.Slots.All(s => s.RequiredNode is not null));
            var groupNumber = table._groups.NumberOf(wanted.Group.Name);
            var preempts = table.Configuration.Preempts(job.Type);
            var failures = 0;
            var unplaced = new List<PlacementSlot>();
            var metric = -1;
            var placedHere = 0;
            for (var i = 0; i < group.Slots.Count; i++)
            {
                var slot = group.Slots[i];
                var freed = slot.Previous is { } previous && conditional.Contains(previous) ? table._allocations.Find(previous) : -1;
                // What failed once will fail again, unless the slot has a node or room of its own.
                if (failures > 0 && freed < 0 && slot.RequiredNode is null)
                {
                    failures++;
                    continue;
                }

                if (freed >= 0) Lend(placer, freed, groupNumber, true);
                var (row, assigned) = placer.Choose(slot);
                var victims = row < 0 && preempts ? placer.MakeRoom(slot, out row, out assigned) : [];
                if (row < 0)
                {
                    if (freed >= 0) Lend(placer, freed, groupNumber, false);
                    if (slot.RequiredNode is not null) unplaced.Add(slot);
                    if (failures == 0) _failed[group.TaskGroup] = request.EveryNode ? placer.Survey(slot) : placer.Explain(slot);
                    failures++;
                    continue;
                }

                if (freed >= 0) lent.Add(freed);
                lent.AddRange(victims);
                if (placedHere < MetricsOneByOne || (placedHere & (placedHere - 1)) == 0)
                {
                    metric = _metrics.Count;
                    _metrics.Add(request.EveryNode ? placer.Survey(slot) : placer.Measure(row, slot));
                }

                placedHere++;
                var node = table._nodes.Node[row]!;
                var id = AllocationId.From(newId());
                var size = new Size(placer.CpuFor(row), wanted.MemoryMb, wanted.DiskMb, wanted.Cores);
                var held = table.Hold(id, row, jobNumber, groupNumber, size, assigned.Ports, placer.ExtrasOf(slot, assigned));
                table._allocations[held].Reserved = true;
                _reserved.Add(id);
                foreach (var victim in victims) _preempted.Add(table.Preempted(victim, id));
                placer.Changed(row, true, 1);
                _placed.Add(new AllocationPlacement(id, node.Id, node.Name, group.TaskGroup, slot.NameIndex, assigned.Ports, metric, slot.Previous, slot.Canary, slot.InDeployment, slot.Reschedule, assigned.Tasks));
            }

            if (failures == 0) return;
            if (unplaced.Count > 1)
            {
                var all = CollectionsMarshal.AsSpan(unplaced);
                _failed[group.TaskGroup] = request.EveryNode ? placer.Survey(all) : placer.Explain(all);
            }

            _failed[group.TaskGroup] = _failed[group.TaskGroup] with { CoalescedFailures = failures - 1 };
            _escaped |= wanted.EscapesClass;
            foreach (var (name, feasible) in placer.Classes()) _classes[name] = feasible || _classes.GetValueOrDefault(name);
        }

        private void Lend(GroupPlacer placer, int slot, int group, bool lend)
        {
            table.Suspend(slot, lend);
            ref var allocation = ref table._allocations[slot];
            if (allocation.Row >= 0) placer.Changed(allocation.Row, allocation.Group == group, lend ? -1 : 1);
        }

        // Stopped only if their replacement finds a node.
        private HashSet<AllocationId> ConditionalStops()
        {
            if (request.Stopping.Count == 0) return [];
            var stopping = request.Stopping.ToHashSet();
            return [.. request.Groups.SelectMany(g => g.Slots).Where(s => s.Previous is { } previous && stopping.Contains(previous)).Select(s => s.Previous!.Value)];
        }

        private void GiveUp()
        {
            foreach (var id in _reserved) table.Remove(id);
            _reserved.Clear();
        }
    }
}
