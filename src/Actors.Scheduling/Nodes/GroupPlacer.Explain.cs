using System.Globalization;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Devices;
using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

public sealed partial class NodeTable
{
    private sealed partial class GroupPlacer
    {
        // Nomad keeps five scores; verdicts name ten nodes.
        private const int TopScores = 5;
        private const int NearestNodes = 10;

        /// <summary>MHz that the group holds on a node.</summary>
        public int CpuFor(int row) => CpuOn(row);

        /// <summary>How a slot's node was chosen: the counters, and the best nodes with their scores. Call it before the placement is counted.</summary>
        public AllocationMetric Measure(int chosen, PlacementSlot slot)
        {
            var penalties = slot.PenaltyNodes ?? [];
            List<(double Score, int Row)> best;
            if (slot.RequiredNode is not null) best = [(Final(chosen), chosen)];
            else best = penalties.Count == 0 ? TopOfHeaps() : TopOfAll(penalties);
            return Counters() with { ScoreMetaData = [.. best.Select(b => ScoreOf(b.Row, penalties))] };
        }

        // Down from the heaps' tops: a candidate comes after its parent in its heap, so that few have to be looked at.
        private List<(double Score, int Row)> TopOfHeaps()
        {
            var best = new List<(double Score, int Row)>(TopScores + 1);
            var open = new List<(CandidateHeap Heap, int At, int Parts, double Score)>();
            for (var h = 0; h < _heaps.Length; h++)
            {
                if (_heaps[h] is { Count: > 0 } heap) open.Add((heap, 0, (h % MaxParts) + 1, Final(heap[0], (h % MaxParts) + 1)));
            }

            while (open.Count > 0 && best.Count < TopScores)
            {
                var next = 0;
                for (var i = 1; i < open.Count; i++)
                {
                    if (Before(open[i].Score, open[i].Heap[open[i].At].Row, (open[next].Score, open[next].Heap[open[next].At].Row))) next = i;
                }

                var (heap, at, parts, score) = open[next];
                open.RemoveAt(next);
                var candidate = heap[at];
                if (candidate.Version == _scratch.Version[candidate.Row] && _scratch.Standing[candidate.Row] == Standing.Candidate) best.Add((score, candidate.Row));
                for (var child = (2 * at) + 1; child <= (2 * at) + 2 && child < heap.Count; child++) open.Add((heap, child, parts, Final(heap[child], parts)));
            }

            return best;
        }

        private List<(double Score, int Row)> TopOfAll(IReadOnlyList<Contracts.NodeId> penalties)
        {
            var best = new List<(double Score, int Row)>(TopScores + 1);
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_scratch.Standing[row] != Standing.Candidate) continue;
                Keep(best, penalties.Contains(_nodes.Node[row]!.Id) ? FinalWithPenalty(row) : Final(row), row);
            }

            return best;
        }

        // As it was when the candidate was put in, current or not.
        private double Final(in Candidate candidate, int parts)
        {
            var spread = _spreadScores[_scratch.SpreadClass[candidate.Row]];
            return (candidate.Score + spread) / (parts + (spread != 0 ? 1 : 0));
        }

        /// <summary>Every node by name: those that pass all checks with their scores, the others with the first check that they fail. Call it before the placement is counted.</summary>
        public AllocationMetric Survey(params ReadOnlySpan<PlacementSlot> slots)
        {
            var penalties = slots[0].PenaltyNodes ?? [];
            var scores = Enumerable.Range(0, _nodes.Count).Where(row => _scratch.Standing[row] == Standing.Candidate).Select(row => ScoreOf(row, penalties));
            return Explain(slots, int.MaxValue) with { ScoreMetaData = [.. scores.OrderByDescending(score => score.NormScore).ThenBy(score => score.NodeName, StringComparer.Ordinal)] };
        }

        /// <summary>Why slots found no node: the counters, and for every check that some nodes fail first, what was needed and the nearest nodes.</summary>
        /// <param name="slots">One that may be on any node, or those that were each to be on a node of their own.</param>
        public AllocationMetric Explain(params ReadOnlySpan<PlacementSlot> slots) => Explain(slots, NearestNodes);

        private AllocationMetric Explain(ReadOnlySpan<PlacementSlot> slots, int named)
        {
            HashSet<Contracts.NodeId>? required = null;
            foreach (var slot in slots)
            {
                if (slot.RequiredNode is { } node) (required ??= []).Add(node);
            }

            var verdicts = new Dictionary<(string Check, string Needed), List<(double Shortfall, int Row, string Had)>>();
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_nodes.Node[row] is not { } node) continue;
                if (required?.Contains(node.Id) == false) continue;
                if (Verdict(row, node) is not var (check, needed, shortfall, had)) continue;
                if (!verdicts.TryGetValue((check, needed), out var failing)) verdicts[(check, needed)] = failing = [];
                failing.Add((shortfall, row, had));
            }

            if (_wanted.VolumesPerAllocation.Count > 0) AddVolumeVerdicts(slots[0], verdicts);
            return Counters() with
            {
                Verdicts =
                [
                    .. verdicts
                        .OrderByDescending(v => v.Value.Count)
                        .ThenBy(v => v.Key.Check, StringComparer.Ordinal)
                        .ThenBy(v => v.Key.Needed, StringComparer.Ordinal)
                        .Select(v => new NodeVerdict(v.Key.Check, v.Key.Needed, v.Value.Count, Nearest(v.Value, named))),
                ],
            };
        }

        // Which volume an allocation needs follows from its number: nodes that are right otherwise may not have it.
        private void AddVolumeVerdicts(PlacementSlot slot, Dictionary<(string Check, string Needed), List<(double Shortfall, int Row, string Had)>> verdicts)
        {
            var wanted = string.Join(", ", _wanted.VolumesPerAllocation.Select(v => v.SourceFor(slot.NameIndex)));
            for (var row = 0; row < _nodes.Count; row++)
            {
                if (_scratch.Standing[row] != Standing.Candidate || HasVolumesFor(row, slot.NameIndex)) continue;
                var key = ("host_volume", $"host volume {wanted}");
                if (!verdicts.TryGetValue(key, out var failing)) verdicts[key] = failing = [];
                var had = _nodes.Node[row]!.HostVolumes;
                failing.Add((0, row, had.Count == 0 ? "no host volumes" : string.Join(", ", had.Keys.Order(StringComparer.Ordinal))));
            }
        }

        private List<NodeShortfall> Nearest(List<(double Shortfall, int Row, string Had)> failing, int named) =>
        [
            .. failing
                .OrderBy(f => f.Shortfall)
                .ThenBy(f => _nodes.Node[f.Row]!.Name, StringComparer.Ordinal)
                .ThenBy(f => _nodes.Node[f.Row]!.Id)
                .Take(named)
                .Select(f => new NodeShortfall(_nodes.Node[f.Row]!.Id, _nodes.Node[f.Row]!.Name, f.Had)),
        ];

        // The first check that the node fails, in the order of the checks; null: it fails none.
        private (string Check, string Needed, double Shortfall, string Had)? Verdict(int row, Node node)
        {
            if (_scratch.Standing[row] == Standing.OutOfScope) return ScopeVerdict(row, node);
            var reason = _scratch.Reason[row];
            if (reason >= 0)
            {
                var check = _wanted.Checks[reason];
                var had = check.Had(node);
                // Another value says more than none.
                return (check.Kind, check.Needed, had == StaticChecks.NotSet ? 1 : 0, had);
            }

            return reason switch
            {
                Reasons.DistinctHosts => ("distinct_hosts", _wanted.DistinctHosts == DistinctHostsScope.Job ? "no other allocation of the job" : "no other allocation of the group", 0, $"{(_wanted.DistinctHosts == DistinctHostsScope.Job ? _scratch.OfJob[row] : _scratch.OfGroup[row])} there"),
                Reasons.DistinctProperty => DistinctPropertyVerdict(row),
                Reasons.Cpu => Lack("cpu", "MHz", CpuOn(row), _nodes.Cpu[row] - _nodes.UsedCpu[row]),
                Reasons.Cores => ("cores", $"cores {_wanted.Cores}", _wanted.Cores - FreeCores(row), $"{FreeCores(row)} cores free"),
                Reasons.Memory => Lack("memory", "MiB", _wanted.MemoryMb, _nodes.Memory[row] - _nodes.UsedMemory[row]),
                Reasons.Disk => Lack("disk", "MiB", _wanted.DiskMb, _nodes.Disk[row] - _nodes.UsedDisk[row]),
                Reasons.StaticPort => StaticPortVerdict(row),
                Reasons.Devices => DevicesVerdict(row, node),
                Reasons.HostVolume => ("host_volume", $"host volume {string.Join(", ", SlotExtras.SoleVolumesOf(_wanted.Group, 0))} for one writer", 0, "another allocation writes to it"),
                Reasons.DynamicPort => ("port", "a free dynamic port", 0, $"none free of {node.Resources.MinDynamicPort}–{node.Resources.MaxDynamicPort}"),
                _ => null,
            };
        }

        private (string, string, double, string) ScopeVerdict(int row, Node node)
        {
            if (!_datacenters[_nodes.Datacenter[row]]) return ("datacenter", $"datacenter {string.Join(" or ", _wanted.Job.Datacenters)}", 0, node.Datacenter);
            if (!_pools[_nodes.Pool[row]]) return ("node_pool", $"node pool {_wanted.Job.NodePool}", 0, node.NodePool);
            if (node.Status != NodeStatus.Ready) return ("status", "status ready", 0, node.Status.ToString().ToLowerInvariant());
            return node.Drain is not null ? ("drain", "not draining", 0, "draining") : ("eligibility", "eligible", 0, "ineligible");
        }

        private (string, string, double, string) DistinctPropertyVerdict(int row)
        {
            for (var i = 0; i < _distinct.Length; i++)
            {
                var asked = _wanted.DistinctProperties[i];
                var value = _distinct[i][row];
                if (value == PropertyColumn.Missing) return ("distinct_property", $"{asked.Text} set", 1, StaticChecks.NotSet);
                if (_distinct[i].Count(value) >= asked.Limit)
                {
                    return ("distinct_property", $"at most {asked.Limit} per {asked.Text}", 0, $"{_distinct[i].Count(value)} with {_distinct[i].Name(value)}");
                }
            }

            return ("distinct_property", "a distinct value", 0, "none");
        }

        private (string, string, double, string) StaticPortVerdict(int row)
        {
            if (StaticPortTaken(row) is not { } ask) return ("port", "a free port", 0, "none");
            return ("port", $"port {ask.Static} ({ask.Label})", 0, $"{ask.Static} held by {HolderOf(row, ask)}");
        }

        private string HolderOf(int row, PortAsk ask)
        {
            for (var slot = _nodes.Head[row]; slot >= 0; slot = _table._allocations[slot].NextOnNode)
            {
                ref var allocation = ref _table._allocations[slot];
                if (!allocation.Suspended && allocation.Ports.Any(p => p.Value == ask.Static)) return allocation.Id.Short;
            }

            return "the node itself";
        }

        private (string, string, double, string) DevicesVerdict(int row, Node node)
        {
            var inUse = HasDevice(row);
            foreach (var ask in _wanted.Devices)
            {
                var free = 0;
                foreach (var device in node.Resources.Devices ?? [])
                {
                    if (ask.Means(device)) free = Math.Max(free, device.Instances.Count(i => ask.Means(i) && !inUse(new DeviceKey(device.Vendor, device.Type, device.Name, i.Id))));
                }

                if (free < ask.Count) return ("devices", ask.Text, ask.Count - free, $"{free} free");
            }

            return ("devices", string.Join(" and ", _wanted.Devices.Select(d => d.Text)), 0, "not enough free for all of them");
        }

        private static (string, string, double, string) Lack(string dimension, string unit, int needed, int free) => (
            dimension,
            string.Create(CultureInfo.InvariantCulture, $"{dimension} {needed} {unit}"),
            needed - free,
            string.Create(CultureInfo.InvariantCulture, $"{Math.Max(free, 0)} {unit} free"));

        private AllocationMetric Counters() => _counters.ToMetric(_table._datacenters, _table._operatorClasses, _wanted);

        private NodeScore ScoreOf(int row, IReadOnlyList<Contracts.NodeId> penalties)
        {
            var node = _nodes.Node[row]!;
            var penalized = penalties.Count > 0 && penalties.Contains(node.Id);
            var alike = _scratch.OfGroup[row];
            var scores = new Dictionary<string, double>(5, StringComparer.Ordinal)
            {
                ["binpack"] = FitOf(row),
                ["job-anti-affinity"] = alike > 0 ? AntiAffinity(alike) : 0,
                ["node-reschedule-penalty"] = penalized ? -1 : 0,
                ["node-affinity"] = _scratch.Affinity[row],
            };
            if (_wanted.DeviceWeights > 0) scores["devices"] = _scratch.Devices[row];
            if (_spreads is not null) scores["allocation-spread"] = _spreadScores[_scratch.SpreadClass[row]];
            return new NodeScore(node.Id, node.Name, scores, penalized ? FinalWithPenalty(row) : Final(row));
        }

        private void Keep(List<(double Score, int Row)> best, double score, int row)
        {
            if (best.Count == TopScores && !Before(score, row, best[^1])) return;
            var at = best.Count;
            while (at > 0 && Before(score, row, best[at - 1])) at--;
            best.Insert(at, (score, row));
            if (best.Count > TopScores) best.RemoveAt(TopScores);
        }

        private bool Before(double score, int row, (double Score, int Row) other) =>
            score > other.Score || (score == other.Score && (_nodes.Tie[row] ^ _seed) < (_nodes.Tie[other.Row] ^ _seed));

    }
}
