using Actors.Contracts;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Feasibility;
using Actors.Scheduling.Ranking;

namespace Actors.Scheduling.Nodes;

public sealed partial class NodeTable
{
    /// <summary>
    /// Places the slots of one group. Every node is looked at once; afterwards a placement changes the score of its own node only (and, with
    /// spreads, that of whole classes of nodes), so that the best of all nodes is always on top of a heap: the result of a scan of every
    /// node for every slot, without the scan.
    /// </summary>
    private sealed partial class GroupPlacer
    {
        // binpack, job-anti-affinity, node-affinity and devices may be in a sum; each number of parts has its own heap per spread class.
        private const int MaxParts = 4;

        private readonly NodeTable _table;
        private readonly NodeColumns _nodes;
        private readonly PlacementScratch _scratch;
        private readonly GroupRequirements _wanted;
        private readonly ulong _seed;
        private readonly int _job;
        private readonly int _group;
        private readonly PropertyColumn[] _distinct;
        private readonly SpreadTracker? _spreads;
        private readonly bool[] _datacenters;
        private readonly bool[] _pools;
        private readonly int[] _classReasons;
        private readonly CandidateHeap?[] _heaps;
        private readonly GroupCounters _counters;
        private readonly ulong _driverMask;
        private readonly NodeCheck[] _nodeChecks;
        private readonly bool _named;

        // Of a node's room only MHz, MiB and disk are looked at, and nothing of it is for one allocation alone.
        private readonly bool _plain;
        private readonly int _spreadClasses;
        private readonly double[] _spreadScores;

        private PriorityQueue<(int Row, int Version), RoomCost>? _rooms;

        /// <param name="table">The nodes.</param>
        /// <param name="wanted">The group.</param>
        /// <param name="evaluation">Breaks ties.</param>
        /// <param name="job">The job's number.</param>
        /// <param name="named">Every slot names its node: none has to be found.</param>
        public GroupPlacer(NodeTable table, GroupRequirements wanted, EvaluationId evaluation, int job, bool named)
        {
            _named = named;
            (_table, _nodes, _scratch, _wanted, _job) = (table, table._nodes, table._scratch, wanted, job);
            _group = table._groups.NumberOf(wanted.Group.Name);
            _seed = Hash.Of(evaluation.Value);
            _scratch.Reset(_nodes.Count);
            _datacenters = Matching(table._datacenters, name => Glob.MatchesAny(wanted.Job.Datacenters, name));
            _pools = Matching(table._pools, name => wanted.Job.NodePool is "" or "all" || name == wanted.Job.NodePool);
            _counters = new GroupCounters(table._datacenters.Count, table._operatorClasses.Count, wanted.Checks.Count);
            _nodeChecks = [.. wanted.Checks.Where(c => !c.ByClass && c.Kind != "driver")];
            _driverMask = DriverMask(table._drivers, wanted.Drivers);
            _classReasons = new int[table._classes.Count];
            Array.Fill(_classReasons, int.MinValue);

            _plain = wanted is { Cores: 0, Devices.Count: 0, DistinctHosts: DistinctHostsScope.None, DistinctProperties.Count: 0, SoleVolumes: false } && wanted.Ports.Count == wanted.DynamicPorts;
            _distinct = [.. wanted.DistinctProperties.Select(d => new PropertyColumn(_nodes, table._classes.Count, d.Target))];
            _spreads = wanted.Spreads.Count == 0 ? null : new SpreadTracker(wanted.Spreads, wanted.Count, _nodes, table._classes.Count, _scratch.SpreadClass);
            _spreadClasses = _spreads?.ClassCount ?? 1;
            _heaps = new CandidateHeap?[_spreadClasses * MaxParts];
            _spreadScores = _spreads?.Scores ?? [0.0];

            CountExisting();
            if (wanted.Affinities.Count > 0) ScoreAffinities();
            FitAll();
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_pools[_nodes.Pool[row]] && _nodes.Node[row] is not null) _counters.InPool++;
                if (!InScope(row)) continue;
                _counters.Available[_nodes.Datacenter[row]]++;
                _scratch.StaticReason[row] = StaticReason(row);
                if (_plain && _scratch.StaticReason[row] == Reasons.None && NumbersFit(row))
                {
                    (_scratch.Standing[row], _scratch.Reason[row]) = (Standing.Candidate, Reasons.None);
                    Score(row, _scratch.Fit[row]);
                }
                else
                {
                    Evaluate(row, fitKnown: _wanted.Cores == 0);
                }

                if (!_named && _scratch.Standing[row] == Standing.Candidate) HeapOf(row).AddUnordered(CandidateOf(row));
            }

            foreach (var heap in _heaps) heap?.Order();
            _spreads?.Rescore(_scratch.LeaderKnown);
        }

        /// <summary>The best node for a slot, with the ports, cores and devices chosen there; row −1: none.</summary>
        public (int Row, Assignment Assigned) Choose(PlacementSlot slot)
        {
            if (slot.RequiredNode is { } required)
            {
                if (!_table._rows.TryGetValue(required, out var only)) return (-1, Assignment.None);
                // Where every slot names its node, what changed is looked at when it is asked for again.
                if (_named && _scratch.Version[only] > 0 && _scratch.Standing[only] != Standing.OutOfScope) Refresh(only);
                return TryAssign(only, slot, out var there) ? (only, there) : (-1, Assignment.None);
            }

            if (slot.PreferredNode is { } preferred && _table._rows.TryGetValue(preferred, out var first) && TryAssign(first, slot, out var preferredThere))
            {
                return (first, preferredThere);
            }

            if (_wanted.VolumesPerAllocation.Count > 0) return ChooseByVolume(slot);
            var penalties = PenaltyRows(slot);
            while (true)
            {
                var row = Best(penalties);
                if (row < 0) break;
                if (TryAssign(row, slot, out var assigned))
                {
                    Restore(penalties, row);
                    return (row, assigned);
                }
            }

            Restore(penalties, -1);
            return (-1, Assignment.None);
        }

        /// <summary>An allocation of the group (or of the job's other groups) came to a node, or left it: its standing and score follow.</summary>
        public void Changed(int row, bool sameGroup, int change)
        {
            _scratch.OfJob[row] += change;
            if (sameGroup)
            {
                _scratch.OfGroup[row] += change;
                _spreads?.Add(row, change);
            }

            for (var i = 0; i < _distinct.Length; i++)
            {
                if (sameGroup || _wanted.DistinctProperties[i].WholeJob) _distinct[i].Add(row, change);
            }

            if (_named) _scratch.Version[row]++;
            else if (_scratch.Standing[row] != Standing.OutOfScope) Refresh(row);
            if (sameGroup) _spreads?.Rescore(_scratch.LeaderKnown);
            // A value that had no room left has some again: its nodes are candidates again.
            if (change < 0 && _distinct.Length > 0) RefreshAll();
        }

        /// <summary>Whether a computed class may take the group, as a blocked evaluation remembers it.</summary>
        public IEnumerable<(string Class, bool Feasible)> Classes()
        {
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_nodes.Node[row] is not { ComputedClass.Length: > 0 } node) continue;
                var feasible = _datacenters[_nodes.Datacenter[row]] && _pools[_nodes.Pool[row]] && ClassReason(row) == Reasons.None;
                yield return (node.ComputedClass, feasible);
            }
        }

        private bool InScope(int row) => _nodes.Accepts[row] && _datacenters[_nodes.Datacenter[row]] && _pools[_nodes.Pool[row]];

        private void Evaluate(int row, bool fitKnown = false)
        {
            var reason = _scratch.StaticReason[row];
            if (reason == Reasons.None && !_plain) reason = DistinctReason(row);
            if (reason == Reasons.None && _wanted.SoleVolumes && _wanted.VolumesPerAllocation.Count == 0 && !VolumesAreFree(row, 0)) reason = Reasons.HostVolume;
            if (reason != Reasons.None)
            {
                Stand(row, Standing.Filtered, reason);
                return;
            }

            reason = RoomReason(row);
            if (reason != Reasons.None)
            {
                Stand(row, Standing.Exhausted, reason);
                return;
            }

            Stand(row, Standing.Candidate, Reasons.None);
            Score(row, fitKnown ? _scratch.Fit[row] : FitOf(row));
        }

        private void Stand(int row, Standing standing, int reason)
        {
            var (before, reasonBefore) = (_scratch.Standing[row], _scratch.Reason[row]);
            if (before == standing && reasonBefore == reason) return;
            if (before is Standing.Filtered or Standing.Exhausted) _counters.Count(before, reasonBefore, _nodes.OperatorClass[row], -1);
            if (standing is Standing.Filtered or Standing.Exhausted) _counters.Count(standing, reason, _nodes.OperatorClass[row], 1);
            (_scratch.Standing[row], _scratch.Reason[row]) = (standing, reason);
        }

        private void Score(int row, double fit)
        {
            var sum = fit;
            byte parts = 1;
            var alike = _scratch.OfGroup[row];
            if (alike > 0)
            {
                sum += AntiAffinity(alike);
                parts++;
            }

            if (_scratch.Affinity[row] != 0)
            {
                sum += _scratch.Affinity[row];
                parts++;
            }

            if (_wanted.DeviceWeights > 0)
            {
                sum += _scratch.Devices[row];
                parts++;
            }

            (_scratch.Sum[row], _scratch.Parts[row]) = (sum, parts);
        }

        private double FitOf(int row)
        {
            var (cpu, memory) = (_nodes.UsedCpu[row] + CpuOn(row), _nodes.UsedMemory[row] + _wanted.MemoryMb);
            return FitScore.Of(_table.Configuration.Algorithm, _nodes.Cpu[row], _nodes.Memory[row], cpu, memory);
        }

        // Of all nodes at once. Where whole cores are asked for each node has its own need: then one by one.
        private void FitAll()
        {
            var count = _nodes.Count;
            var columns = new FitColumns(_nodes.Cpu.AsSpan(0, count), _nodes.Memory.AsSpan(0, count), _nodes.UsedCpu.AsSpan(0, count), _nodes.UsedMemory.AsSpan(0, count));
            if (_wanted.Cores == 0) FitColumn.Score(columns, _wanted.CpuMhz, _wanted.MemoryMb, _table.Configuration.Algorithm, _scratch.Fit.AsSpan(0, count));
        }

        // Whole cores count with their share of the node's MHz.
        private int CpuOn(int row) => _wanted.Cores == 0 ? _wanted.CpuMhz : _wanted.CpuMhz + (_wanted.Cores * MhzPerCore(row));

        private int MhzPerCore(int row) => _nodes.Node[row]!.Resources is { CpuCores: > 0 } resources ? resources.CpuMhz / resources.CpuCores : 0;

        private double AntiAffinity(int alike) => -(alike + 1.0) / Math.Max(_wanted.Count, 1);

        private double Final(int row)
        {
            var spread = _spreadScores[_scratch.SpreadClass[row]];
            return (_scratch.Sum[row] + spread) / (_scratch.Parts[row] + (spread != 0 ? 1 : 0));
        }

        private double FinalWithPenalty(int row)
        {
            var spread = _spreadScores[_scratch.SpreadClass[row]];
            return (_scratch.Sum[row] - 1.0 + spread) / (_scratch.Parts[row] + 1 + (spread != 0 ? 1 : 0));
        }

        private int StaticReason(int row)
        {
            var reason = ClassReason(row);
            if (reason != Reasons.None) return reason;
            if (_nodeChecks.Length == 0 && (_nodes.Drivers[row] & _driverMask) == _driverMask) return Reasons.None;
            var node = _nodes.Node[row]!;
            for (var i = 0; i < _wanted.Checks.Count; i++)
            {
                var check = _wanted.Checks[i];
                if (!check.ByClass && !check.Passes(node)) return i;
            }

            return Reasons.None;
        }

        // A bit for each driver that is asked for; all bits when one has none: then the nodes are asked themselves.
        private static ulong DriverMask(Names drivers, IReadOnlyList<string> wanted)
        {
            var mask = 0UL;
            foreach (var name in wanted)
            {
                var bit = drivers.Find(name);
                if (bit is < 0 or >= 64) return ulong.MaxValue;
                mask |= 1UL << bit;
            }

            return mask;
        }

        private int ClassReason(int row)
        {
            ref var known = ref _classReasons[_nodes.Class[row]];
            if (known != int.MinValue) return known;
            known = Reasons.None;
            for (var i = 0; i < _wanted.Checks.Count; i++)
            {
                var check = _wanted.Checks[i];
                if (!check.ByClass || check.Passes(_nodes.Node[row]!)) continue;
                known = i;
                break;
            }

            return known;
        }

        private int DistinctReason(int row)
        {
            if (_wanted.DistinctHosts == DistinctHostsScope.Job && _scratch.OfJob[row] > 0) return Reasons.DistinctHosts;
            if (_wanted.DistinctHosts == DistinctHostsScope.Group && _scratch.OfGroup[row] > 0) return Reasons.DistinctHosts;
            for (var i = 0; i < _distinct.Length; i++)
            {
                var value = _distinct[i][row];
                if (value == PropertyColumn.Missing || _distinct[i].Count(value) >= _wanted.DistinctProperties[i].Limit) return Reasons.DistinctProperty;
            }

            return Reasons.None;
        }

        private bool NumbersFit(int row) =>
            _nodes.UsedCpu[row] + _wanted.CpuMhz <= _nodes.Cpu[row]
            && _nodes.UsedMemory[row] + _wanted.MemoryMb <= _nodes.Memory[row]
            && _nodes.UsedDisk[row] + _wanted.DiskMb <= _nodes.Disk[row];

        private int RoomReason(int row)
        {
            if (_plain && NumbersFit(row)) return Reasons.None;
            if (_wanted.Cores > 0 && FreeCores(row) < _wanted.Cores) return Reasons.Cores;
            if (_nodes.UsedCpu[row] + CpuOn(row) > _nodes.Cpu[row]) return Reasons.Cpu;
            if (_nodes.UsedMemory[row] + _wanted.MemoryMb > _nodes.Memory[row]) return Reasons.Memory;
            if (_nodes.UsedDisk[row] + _wanted.DiskMb > _nodes.Disk[row]) return Reasons.Disk;
            if (StaticPortTaken(row) is not null) return Reasons.StaticPort;
            return _wanted.Devices.Count > 0 && !ScoreDevices(row) ? Reasons.Devices : Reasons.None;
        }

        private int FreeCores(int row) => _nodes.Extras[row] is { } extras
            ? _nodes.Node[row]!.ReservableCores.Count(core => !extras.HasCore(core))
            : _nodes.Cores[row];

        private PortAsk? StaticPortTaken(int row)
        {
            if (_wanted.Ports.Count == _wanted.DynamicPorts) return null;
            foreach (var ask in _wanted.Ports)
            {
                if (ask.Static == 0 || ask.MayCollide) continue;
                var network = StaticChecks.NetworkOf(_nodes.Node[row]!, ask.HostNetwork);
                if (network is null || _table.PortsOf(row).Contains(network.Ip, ask.Static)) return ask;
            }

            return null;
        }

        private void CountExisting()
        {
            for (var slot = _table._jobs[_job].Head; slot >= 0; slot = _table._allocations[slot].NextOfJob)
            {
                ref var allocation = ref _table._allocations[slot];
                if (allocation.Row < 0 || allocation.Suspended) continue;
                _scratch.OfJob[allocation.Row]++;
                var sameGroup = allocation.Group == _group;
                if (sameGroup)
                {
                    _scratch.OfGroup[allocation.Row]++;
                    _spreads?.Add(allocation.Row, 1);
                }

                for (var i = 0; i < _distinct.Length; i++)
                {
                    if (sameGroup || _wanted.DistinctProperties[i].WholeJob) _distinct[i].Add(allocation.Row, 1);
                }
            }
        }

        private void ScoreAffinities()
        {
            double total = _wanted.Affinities.Sum(a => Math.Abs(a.Weight));
            var byClass = _wanted.Affinities.Any(a => !a.Comparison.SharedByClass) ? null : new double[_table._classes.Count];
            if (byClass is not null) Array.Fill(byClass, double.NaN);
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_nodes.Node[row] is not { } node) continue;
                if (byClass is not null && !double.IsNaN(byClass[_nodes.Class[row]]))
                {
                    _scratch.Affinity[row] = byClass[_nodes.Class[row]];
                    continue;
                }

                var matched = 0;
                foreach (var affinity in _wanted.Affinities)
                {
                    var comparison = affinity.Comparison;
                    if (comparison.Holds(comparison.Left.Resolve(node), comparison.Right.Resolve(node))) matched += affinity.Weight;
                }

                _scratch.Affinity[row] = matched / total;
                if (byClass is not null) byClass[_nodes.Class[row]] = _scratch.Affinity[row];
            }
        }

        private static bool[] Matching(Names names, Func<string, bool> matches)
        {
            var result = new bool[names.Count];
            for (var i = 0; i < result.Length; i++) result[i] = matches(names[i]);
            return result;
        }
    }
}
