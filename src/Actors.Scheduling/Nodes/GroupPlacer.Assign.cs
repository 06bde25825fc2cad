using Actors.Contracts.Allocations;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Devices;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>What of a node an allocation gets by name and number.</summary>
/// <param name="Ports">Its ports.</param>
/// <param name="Tasks">What its tasks hold, where that differs from what their group says; null: it does not.</param>
internal readonly record struct Assignment(IReadOnlyList<AllocatedPort> Ports, IReadOnlyDictionary<string, AllocatedTaskResources>? Tasks)
{
    public static Assignment None => new([], null);
}

public sealed partial class NodeTable
{
    private sealed partial class GroupPlacer
    {
        /// <summary>What a placed allocation holds beyond numbers; null: nothing.</summary>
        public SlotExtras? ExtrasOf(PlacementSlot slot, Assignment assigned) =>
            assigned.Tasks is null && !_wanted.SoleVolumes ? null : SlotExtras.Of(assigned.Tasks, SlotExtras.SoleVolumesOf(_wanted.Group, slot.NameIndex));

        private bool TryAssign(int row, PlacementSlot slot, out Assignment assigned)
        {
            assigned = Assignment.None;
            if (_scratch.Standing[row] != Standing.Candidate || Full(row)) return false;
            if (_wanted.VolumesPerAllocation.Count > 0 && !HasVolumesFor(row, slot.NameIndex)) return false;

            IReadOnlyList<AllocatedPort> ports = [];
            if (_wanted.Ports.Count > 0)
            {
                var seed = Hash.Mix(_seed ^ _nodes.Tie[row] ^ ((ulong)(uint)_group << 32) ^ (uint)slot.NameIndex);
                if (_table.PortsOf(row).TryAssign(_wanted.Ports, seed, out var failed) is not { } free)
                {
                    Stand(row, Standing.Exhausted, failed!.Static > 0 ? Reasons.StaticPort : Reasons.DynamicPort);
                    Outdate(row);
                    return false;
                }

                ports = free;
            }

            assigned = new Assignment(ports, OwnTasks(row));
            return true;
        }

        // Each allocation has its own volume: which node is right is another question for each.
        private (int Row, Assignment Assigned) ChooseByVolume(PlacementSlot slot)
        {
            var (best, bestScore, chosen) = (-1, double.NegativeInfinity, Assignment.None);
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_scratch.Standing[row] != Standing.Candidate || !HasVolumesFor(row, slot.NameIndex)) continue;
                var penalized = slot.PenaltyNodes is { Count: > 0 } penalties && penalties.Contains(_nodes.Node[row]!.Id);
                var score = penalized ? FinalWithPenalty(row) : Final(row);
                if (score < bestScore || (score == bestScore && (_nodes.Tie[row] ^ _seed) > (_nodes.Tie[best] ^ _seed))) continue;
                if (TryAssign(row, slot, out var assigned)) (best, bestScore, chosen) = (row, score, assigned);
            }

            return (best, chosen);
        }

        private bool HasVolumesFor(int row, int nameIndex)
        {
            foreach (var volume in _wanted.VolumesPerAllocation)
            {
                if (!VolumeAsk.Fits(volume, volume.SourceFor(nameIndex), _wanted.Job.Namespace, _nodes.Node[row]!)) return false;
            }

            return !_wanted.SoleVolumes || VolumesAreFree(row, nameIndex);
        }

        private bool VolumesAreFree(int row, int nameIndex)
        {
            if (_nodes.Extras[row] is not { } extras) return true;
            foreach (var source in SlotExtras.SoleVolumesOf(_wanted.Group, nameIndex))
            {
                if (extras.HasVolume(source)) return false;
            }

            return true;
        }

        // Whether there are enough devices; the score of the best ones is kept.
        private bool ScoreDevices(int row)
        {
            if (DeviceChoice.Choose(_nodes.Node[row]!, _wanted.Devices, HasDevice(row)) is not var (_, liked)) return false;
            _scratch.Devices[row] = _wanted.DeviceWeights == 0 ? 0 : liked / (double)_wanted.DeviceWeights;
            return true;
        }

        private Func<DeviceKey, bool> HasDevice(int row) => _nodes.Extras[row] is { } extras ? extras.HasDevice : _ => false;

        // Null: all as the group says, which most jobs are.
        private Dictionary<string, AllocatedTaskResources>? OwnTasks(int row)
        {
            var memoryMaxIgnored = _wanted.HasMemoryMax && !_table.Configuration.MemoryOversubscription;
            if (_wanted.Cores == 0 && _wanted.Devices.Count == 0 && !memoryMaxIgnored) return null;

            var node = _nodes.Node[row]!;
            var devices = _wanted.Devices.Count == 0 ? null : DeviceChoice.Choose(node, _wanted.Devices, HasDevice(row))?.ByTask;
            var cores = node.ReservableCores.Where(core => _nodes.Extras[row]?.HasCore(core) != true).GetEnumerator();
            var own = new Dictionary<string, AllocatedTaskResources>(StringComparer.Ordinal);
            foreach (var task in _wanted.Group.Tasks)
            {
                var held = State.Jobs.GroupResources.Of(task);
                if (task.Resources?.Cores is > 0 and var count)
                {
                    var taken = new int[count];
                    for (var i = 0; i < count && cores.MoveNext(); i++) taken[i] = cores.Current;
                    held = held with { Cores = taken, CpuMhz = count * MhzPerCore(row) };
                }

                if (devices?.GetValueOrDefault(task.Name) is { } chosen) held = held with { Devices = chosen };
                if (memoryMaxIgnored) held = held with { MemoryMaxMb = 0 };
                own[task.Name] = held;
            }

            return own;
        }
    }
}
