using Actors.Contracts.Allocations;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>What it costs to make room on a node: the highest priority that must go, how many, the sum of their priorities, and what is freed in vain.</summary>
internal readonly record struct RoomCost(int HighestPriority, int Victims, int Sum, double Waste, ulong Tie) : IComparable<RoomCost>
{
    public int CompareTo(RoomCost other)
    {
        var order = HighestPriority.CompareTo(other.HighestPriority);
        if (order == 0) order = Victims.CompareTo(other.Victims);
        if (order == 0) order = Sum.CompareTo(other.Sum);
        if (order == 0) order = Waste.CompareTo(other.Waste);
        return order == 0 ? Tie.CompareTo(other.Tie) : order;
    }
}

public sealed partial class NodeTable
{
    private sealed partial class GroupPlacer
    {
        // Nomad's rule: only what is lower by this much makes room.
        private const int PriorityGap = 10;

        private readonly List<int> _possible = [];
        private readonly List<int> _victims = [];

        /// <summary>
        /// Makes room for a slot that found none: on the node where it costs least, allocations of a lower priority are suspended; never more
        /// than are needed. What it costs is worked out once per node, and again only for the node that changed.
        /// </summary>
        /// <returns>The suspended ones; with <paramref name="row"/> below zero none.</returns>
        public IReadOnlyList<int> MakeRoom(PlacementSlot slot, out int row, out IReadOnlyList<AllocatedPort> ports)
        {
            if (slot.RequiredNode is { } required)
            {
                row = _table._rows.GetValueOrDefault(required, -1);
                if (row >= 0 && FindVictims(row) is not null && Evict(row, slot, out ports) is { } evicted) return evicted;
                (row, ports) = (-1, []);
                return [];
            }

            _rooms ??= AllRooms();
            while (_rooms.TryDequeue(out var room, out _))
            {
                row = room.Row;
                if (room.Version != _scratch.Version[row])
                {
                    // It changed since: its cost is another.
                    if (FindVictims(row) is { } cost) _rooms.Enqueue((row, _scratch.Version[row]), cost);
                    continue;
                }

                if (FindVictims(row) is null || Evict(row, slot, out ports) is not { } victims) continue;
                _rooms.Enqueue((row, -1), new RoomCost(0, 0, 0, 0, 0));
                return victims;
            }

            (row, ports) = (-1, []);
            return [];
        }

        private PriorityQueue<(int Row, int Version), RoomCost> AllRooms()
        {
            var rooms = new PriorityQueue<(int, int), RoomCost>();
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (FindVictims(row) is { } cost) rooms.Enqueue((row, _scratch.Version[row]), cost);
            }

            return rooms;
        }

        private int[]? Evict(int row, PlacementSlot slot, out IReadOnlyList<AllocatedPort> ports)
        {
            int[] victims = [.. _victims];
            foreach (var victim in victims) _table.Suspend(victim, true);
            Refresh(row);
            if (TryPorts(row, slot, out ports)) return victims;
            foreach (var victim in victims) _table.Suspend(victim, false);
            Refresh(row);
            return null;
        }

        // Leaves the cheapest sufficient set in _victims; null: there is none.
        private RoomCost? FindVictims(int row)
        {
            _victims.Clear();
            if (_scratch.Standing[row] != Standing.Exhausted || _scratch.Reason[row] is Reasons.DynamicPort or Reasons.Cores) return null;

            _possible.Clear();
            var limit = _table._jobs[_job].Priority - PriorityGap;
            for (var slot = _nodes.Head[row]; slot >= 0; slot = _table._allocations[slot].NextOnNode)
            {
                ref var allocation = ref _table._allocations[slot];
                if (allocation is { Suspended: false, Reserved: false } && allocation.Job != _job && PriorityOf(slot) <= limit) _possible.Add(slot);
            }

            var cpu = _nodes.UsedCpu[row] + CpuOn(row) - _nodes.Cpu[row];
            var memory = _nodes.UsedMemory[row] + _wanted.MemoryMb - _nodes.Memory[row];
            var disk = _nodes.UsedDisk[row] + _wanted.DiskMb - _nodes.Disk[row];
            if (!TakePortHolders(row, ref cpu, ref memory, ref disk)) return null;

            var forPorts = _victims.Count;
            while (cpu > 0 || memory > 0 || disk > 0)
            {
                if (Nearest(cpu, memory, disk) is not (>= 0 and var at)) return null;
                Take(at, ref cpu, ref memory, ref disk);
            }

            DropUnneeded(forPorts, ref cpu, ref memory, ref disk);
            var (highest, sum) = (0, 0);
            foreach (var victim in _victims)
            {
                highest = Math.Max(highest, PriorityOf(victim));
                sum += PriorityOf(victim);
            }

            var waste = Share(-cpu, _nodes.Cpu[row]) + Share(-memory, _nodes.Memory[row]);
            return new RoomCost(highest, _victims.Count, sum, waste, _nodes.Tie[row] ^ _seed);
        }

        private bool TakePortHolders(int row, ref int cpu, ref int memory, ref int disk)
        {
            if (_wanted.Ports.Count == _wanted.DynamicPorts) return true;
            foreach (var ask in _wanted.Ports)
            {
                if (ask.Static == 0 || ask.MayCollide) continue;
                var network = StaticChecks.NetworkOf(_nodes.Node[row]!, ask.HostNetwork);
                if (network is null) return false;
                if (!_table.PortsOf(row).Contains(network.Ip, ask.Static)) continue;
                var holder = _possible.FindIndex(s => _table._allocations[s].Ports.Any(p => p.Value == ask.Static && p.HostIp == network.Ip));
                if (holder >= 0) Take(holder, ref cpu, ref memory, ref disk);
                else if (!_victims.Exists(s => _table._allocations[s].Ports.Any(p => p.Value == ask.Static && p.HostIp == network.Ip))) return false;
            }

            return true;
        }

        private void Take(int at, ref int cpu, ref int memory, ref int disk)
        {
            ref var allocation = ref _table._allocations[_possible[at]];
            (cpu, memory, disk) = (cpu - allocation.Cpu, memory - allocation.Memory, disk - allocation.Disk);
            _victims.Add(_possible[at]);
            _possible.RemoveAt(at);
        }

        // Of the lowest priority the one that comes nearest to what is still missing.
        private int Nearest(int cpu, int memory, int disk)
        {
            var best = -1;
            var (bestPriority, bestDistance, bestId) = (int.MaxValue, double.MaxValue, default(Contracts.AllocationId));
            for (var i = 0; i < _possible.Count; i++)
            {
                ref var allocation = ref _table._allocations[_possible[i]];
                var useful = (cpu > 0 && allocation.Cpu > 0) || (memory > 0 && allocation.Memory > 0) || (disk > 0 && allocation.Disk > 0);
                if (!useful) continue;
                var priority = PriorityOf(_possible[i]);
                if (priority > bestPriority) continue;
                var distance = Distance(cpu, allocation.Cpu) + Distance(memory, allocation.Memory) + Distance(disk, allocation.Disk);
                if (priority == bestPriority && (distance > bestDistance || (distance == bestDistance && allocation.Id.CompareTo(bestId) > 0))) continue;
                (best, bestPriority, bestDistance, bestId) = (i, priority, distance, allocation.Id);
            }

            return best;
        }

        // What was taken first may be covered by what came after; the highest priority is spared first.
        private void DropUnneeded(int forPorts, ref int cpu, ref int memory, ref int disk)
        {
            while (true)
            {
                var spared = -1;
                for (var i = forPorts; i < _victims.Count; i++)
                {
                    ref var allocation = ref _table._allocations[_victims[i]];
                    if (cpu + allocation.Cpu > 0 || memory + allocation.Memory > 0 || disk + allocation.Disk > 0) continue;
                    if (spared < 0 || PriorityOf(_victims[i]) > PriorityOf(_victims[spared])) spared = i;
                }

                if (spared < 0) return;
                ref var kept = ref _table._allocations[_victims[spared]];
                (cpu, memory, disk) = (cpu + kept.Cpu, memory + kept.Memory, disk + kept.Disk);
                _victims.RemoveAt(spared);
            }
        }

        private int PriorityOf(int slot) => _table._jobs[_table._allocations[slot].Job].Priority;

        private static double Distance(int needed, int freed)
        {
            if (needed <= 0) return 0;
            var missing = (needed - freed) / (double)needed;
            return missing * missing;
        }

        private static double Share(int surplus, int available) => available <= 0 ? 0 : Math.Max(surplus, 0) / (double)available;
    }
}
