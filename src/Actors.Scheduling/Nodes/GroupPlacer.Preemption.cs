using Actors.Contracts.Scheduling;
using Actors.Scheduling.Devices;
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

        // Up to so many allocations on a node every pair of them is tried.
        private const int MostForPairs = 128;

        private readonly List<int> _possible = [];
        private readonly List<int> _victims = [];

        /// <summary>
        /// Makes room for a slot that found none: on the node where it costs least, allocations of a lower priority are suspended; never more
        /// than are needed. What it costs is worked out once per node, and again only for the node that changed.
        /// </summary>
        /// <returns>The suspended ones; with <paramref name="row"/> below zero none.</returns>
        public IReadOnlyList<int> MakeRoom(PlacementSlot slot, out int row, out Assignment assigned)
        {
            if (slot.RequiredNode is { } required)
            {
                row = _table._rows.GetValueOrDefault(required, -1);
                if (row >= 0 && FindVictims(row) is not null && Evict(row, slot, out assigned) is { } evicted) return evicted;
                (row, assigned) = (-1, Assignment.None);
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

                if (FindVictims(row) is null || Evict(row, slot, out assigned) is not { } victims) continue;
                _rooms.Enqueue((row, -1), new RoomCost(0, 0, 0, 0, 0));
                return victims;
            }

            (row, assigned) = (-1, Assignment.None);
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

        private int[]? Evict(int row, PlacementSlot slot, out Assignment assigned)
        {
            int[] victims = [.. _victims];
            foreach (var victim in victims) _table.Suspend(victim, true);
            Refresh(row);
            if (TryAssign(row, slot, out assigned)) return victims;
            foreach (var victim in victims) _table.Suspend(victim, false);
            Refresh(row);
            return null;
        }

        // Leaves the cheapest sufficient set in _victims; null: there is none.
        private RoomCost? FindVictims(int row)
        {
            _victims.Clear();
            if (_scratch.Standing[row] != Standing.Exhausted) return null;

            _possible.Clear();
            var limit = _table._jobs[_job].Priority - PriorityGap;
            for (var slot = _nodes.Head[row]; slot >= 0; slot = _table._allocations[slot].NextOnNode)
            {
                ref var allocation = ref _table._allocations[slot];
                if (allocation is { Suspended: false, Reserved: false } && allocation.Job != _job && PriorityOf(slot) <= limit) _possible.Add(slot);
            }

            if (_possible.Count == 0) return null;
            var missing = MissingOn(row);
            if (!TakePortHolders(row, ref missing) || !TakeDeviceHolders(row, ref missing)) return null;
            while (!missing.IsMet)
            {
                if (Nearest(missing) is not (>= 0 and var at)) return null;
                Take(at, ref missing);
            }

            if (!HasEnough(row, missing, -1)) return null;
            DropUnneeded(row, ref missing);
            if (_victims.Count > 1) missing = Fewer(row, missing);
            return CostOf(row, missing);
        }

        private RoomCost CostOf(int row, in Missing missing)
        {
            var (highest, sum) = (0, 0);
            foreach (var victim in _victims)
            {
                highest = Math.Max(highest, PriorityOf(victim));
                sum += PriorityOf(victim);
            }

            var waste = Share(-missing.Cpu, _nodes.Cpu[row]) + Share(-missing.Memory, _nodes.Memory[row]);
            return new RoomCost(highest, _victims.Count, sum, waste, _nodes.Tie[row] ^ _seed);
        }

        private Missing MissingOn(int row) => new(
            _nodes.UsedCpu[row] + CpuOn(row) - _nodes.Cpu[row],
            _nodes.UsedMemory[row] + _wanted.MemoryMb - _nodes.Memory[row],
            _nodes.UsedDisk[row] + _wanted.DiskMb - _nodes.Disk[row],
            _wanted.Cores == 0 ? 0 : _wanted.Cores - FreeCores(row));

        private bool TakePortHolders(int row, ref Missing missing)
        {
            foreach (var ask in _wanted.Ports)
            {
                if (ask.Static == 0 || ask.MayCollide) continue;
                var network = StaticChecks.NetworkOf(_nodes.Node[row]!, ask.HostNetwork);
                if (network is null) return false;
                if (!_table.PortsOf(row).Contains(network.Ip, ask.Static) || _victims.Exists(s => Holds(s, network.Ip, ask.Static))) continue;
                var holder = _possible.FindIndex(s => Holds(s, network.Ip, ask.Static));
                if (holder < 0) return false;
                Take(holder, ref missing);
            }

            // Dynamic ports: those who hold the most of them go first, of the lowest priority.
            while (AddressWithoutPorts(row, -1) is { } address)
            {
                var most = -1;
                for (var i = 0; i < _possible.Count; i++)
                {
                    if (DynamicPortsOf(_possible[i], row, address) == 0) continue;
                    if (most < 0 || PriorityOf(_possible[i]) < PriorityOf(_possible[most])
                        || (PriorityOf(_possible[i]) == PriorityOf(_possible[most]) && DynamicPortsOf(_possible[i], row, address) > DynamicPortsOf(_possible[most], row, address)))
                    {
                        most = i;
                    }
                }

                if (most < 0) return false;
                Take(most, ref missing);
            }

            return true;
        }

        private bool TakeDeviceHolders(int row, ref Missing missing)
        {
            while (!HasDevices(row, -1))
            {
                var best = -1;
                for (var i = 0; i < _possible.Count; i++)
                {
                    if (DevicesMeant(_possible[i], row) is not (> 0 and var held)) continue;
                    if (best < 0 || PriorityOf(_possible[i]) < PriorityOf(_possible[best])
                        || (PriorityOf(_possible[i]) == PriorityOf(_possible[best]) && held > DevicesMeant(_possible[best], row)))
                    {
                        best = i;
                    }
                }

                if (best < 0) return false;
                Take(best, ref missing);
            }

            return true;
        }

        private bool Holds(int slot, string address, int port)
        {
            foreach (var held in _table._allocations[slot].Ports)
            {
                if (held.Value == port && held.HostIp == address) return true;
            }

            return false;
        }

        private int DynamicPortsOf(int slot, int row, string address)
        {
            var (resources, count) = (_nodes.Node[row]!.Resources, 0);
            foreach (var held in _table._allocations[slot].Ports)
            {
                if (held.HostIp == address && held.Value >= resources.MinDynamicPort && held.Value <= resources.MaxDynamicPort) count++;
            }

            return count;
        }

        private int DevicesMeant(int slot, int row)
        {
            if (_table._allocations[slot].Extras is not { Devices.Length: > 0 } extras) return 0;
            var count = 0;
            foreach (var key in extras.Devices)
            {
                foreach (var device in _nodes.Node[row]!.Resources.Devices ?? [])
                {
                    if (device.Vendor == key.Vendor && device.Type == key.Type && device.Name == key.Name && _wanted.Devices.Any(ask => ask.Means(device))) count++;
                }
            }

            return count;
        }

        // An address that lacks dynamic ports even when the victims (but for one) are gone; null: none does.
        private string? AddressWithoutPorts(int row, int without)
        {
            if (_wanted.DynamicPorts == 0) return null;
            foreach (var byNetwork in _wanted.Ports.Where(p => p.Static == 0).GroupBy(p => p.HostNetwork, StringComparer.Ordinal))
            {
                if (StaticChecks.NetworkOf(_nodes.Node[row]!, byNetwork.Key) is not { } network) return "";
                var free = _table.PortsOf(row).FreeDynamic(network.Ip);
                foreach (var victim in _victims)
                {
                    if (victim != without) free += DynamicPortsOf(victim, row, network.Ip);
                }

                if (free < byNetwork.Count()) return network.Ip;
            }

            return null;
        }

        private bool HasDevices(int row, int without)
        {
            if (_wanted.Devices.Count == 0) return true;
            var freed = _victims.Where(v => v != without).SelectMany(v => _table._allocations[v].Extras?.Devices ?? []).ToHashSet();
            var inUse = HasDevice(row);
            return DeviceChoice.Choose(_nodes.Node[row]!, _wanted.Devices, key => inUse(key) && !freed.Contains(key)) is not null;
        }

        private bool HasStaticPorts(int row, int without)
        {
            foreach (var ask in _wanted.Ports)
            {
                if (ask.Static == 0 || ask.MayCollide || StaticChecks.NetworkOf(_nodes.Node[row]!, ask.HostNetwork) is not { } network) continue;
                if (_table.PortsOf(row).Contains(network.Ip, ask.Static) && !_victims.Exists(v => v != without && Holds(v, network.Ip, ask.Static))) return false;
            }

            return true;
        }

        // Whether there is room when all victims (but for one) are gone.
        private bool HasEnough(int row, in Missing missing, int without)
        {
            if (!(without < 0 ? missing : missing.Without(in _table._allocations[without])).IsMet) return false;
            return (_wanted.Ports.Count == 0 || (HasStaticPorts(row, without) && AddressWithoutPorts(row, without) is null)) && HasDevices(row, without);
        }

        private void Take(int at, ref Missing missing)
        {
            missing = missing.With(in _table._allocations[_possible[at]]);
            _victims.Add(_possible[at]);
            _possible.RemoveAt(at);
        }

        // Of the lowest priority the one that comes nearest to what is still missing.
        private int Nearest(in Missing missing)
        {
            var best = -1;
            var (bestPriority, bestDistance, bestId) = (int.MaxValue, double.MaxValue, default(Contracts.AllocationId));
            for (var i = 0; i < _possible.Count; i++)
            {
                ref var allocation = ref _table._allocations[_possible[i]];
                if (!missing.IsHelpedBy(in allocation)) continue;
                var priority = PriorityOf(_possible[i]);
                if (priority > bestPriority) continue;
                var distance = missing.DistanceTo(in allocation);
                if (priority == bestPriority && (distance > bestDistance || (distance == bestDistance && allocation.Id.CompareTo(bestId) > 0))) continue;
                (best, bestPriority, bestDistance, bestId) = (i, priority, distance, allocation.Id);
            }

            return best;
        }

        // What was taken first may be covered by what came after; the highest priority is spared first.
        private void DropUnneeded(int row, ref Missing missing)
        {
            while (true)
            {
                var spared = -1;
                for (var i = 0; i < _victims.Count; i++)
                {
                    if ((spared < 0 || PriorityOf(_victims[i]) > PriorityOf(_victims[spared])) && HasEnough(row, missing, _victims[i])) spared = i;
                }

                if (spared < 0) return;
                missing = missing.Without(in _table._allocations[_victims[spared]]);
                _possible.Add(_victims[spared]);
                _victims.RemoveAt(spared);
            }
        }

        // One that is enough by itself, or two, of no higher priority than those found: what was found step by step is not always the fewest.
        private Missing Fewer(int row, Missing missing)
        {
            var none = missing;
            var found = CostOf(row, missing);
            foreach (var victim in _victims) none = none.Without(in _table._allocations[victim]);
            int[] best = [.. _victims];
            int[] all = [.. _victims.Concat(_possible).Where(s => PriorityOf(s) <= found.HighestPriority)];
            var (bestCost, bestLack) = (found, missing);
            var upTo = found.Victims > 2 && all.Length <= MostForPairs ? 2 : 1;
            for (var i = 0; i < all.Length; i++)
            {
                var alone = none.With(in _table._allocations[all[i]]);
                Try([all[i]], alone);
                if (upTo < 2 || bestCost.Victims == 1) continue;
                for (var j = i + 1; j < all.Length; j++) Try([all[i], all[j]], alone.With(in _table._allocations[all[j]]));
            }

            _victims.Clear();
            _victims.AddRange(best);
            return bestLack;

            void Try(ReadOnlySpan<int> victims, in Missing left)
            {
                if (!left.IsMet) return;
                _victims.Clear();
                _victims.AddRange(victims);
                var cost = CostOf(row, left);
                if (cost.CompareTo(bestCost) >= 0 || !HasEnough(row, left, -1)) return;
                (best, bestCost, bestLack) = (victims.ToArray(), cost, left);
            }
        }

        private int PriorityOf(int slot) => _table._jobs[_table._allocations[slot].Job].Priority;

        private static double Share(int surplus, int available) => available <= 0 ? 0 : Math.Max(surplus, 0) / (double)available;

        /// <summary>What is missing on a node, by dimension; what is below zero is left over.</summary>
        private readonly record struct Missing(int Cpu, int Memory, int Disk, int Cores)
        {
            public bool IsMet => Cpu <= 0 && Memory <= 0 && Disk <= 0 && Cores <= 0;

            public Missing With(in AllocationSlot freed) => new(Cpu - freed.Cpu, Memory - freed.Memory, Disk - freed.Disk, Cores - freed.Cores);

            public Missing Without(in AllocationSlot spared) => new(Cpu + spared.Cpu, Memory + spared.Memory, Disk + spared.Disk, Cores + spared.Cores);

            public bool IsHelpedBy(in AllocationSlot slot) =>
                (Cpu > 0 && slot.Cpu > 0) || (Memory > 0 && slot.Memory > 0) || (Disk > 0 && slot.Disk > 0) || (Cores > 0 && slot.Cores > 0);

            public double DistanceTo(in AllocationSlot slot) =>
                Distance(Cpu, slot.Cpu) + Distance(Memory, slot.Memory) + Distance(Disk, slot.Disk) + Distance(Cores, slot.Cores);

            private static double Distance(int needed, int freed)
            {
                if (needed <= 0) return 0;
                var share = (needed - freed) / (double)needed;
                return share * share;
            }
        }
    }
}
