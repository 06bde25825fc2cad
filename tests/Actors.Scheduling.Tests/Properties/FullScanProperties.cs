using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Properties;

/// <summary>The chosen node against a plain reading of Nomad's formulas over every node: none scores higher, and the score is the same.</summary>
public class FullScanProperties
{
    private const int Slots = 8;

    [Fact]
    public void No_node_would_have_scored_higher() =>
        Gen.Select(
            Gen.Select(Gen.Int[500, 6000], Gen.Int[512, 8000], Gen.Int[0, 3], Gen.Bool).Array[1, 12],
            Gen.Int[100, 2000],
            Gen.Int[64, 3000],
            Gen.Bool,
            Gen.Bool).Sample(
            (drawn, cpu, memory, spread, affinity) =>
            {
                var region = new Region();
                var nodes = drawn.Select((d, i) => Any.Node(i + 1, d.Item1, d.Item2) with
                {
                    Meta = new Dictionary<string, string> { ["rack"] = $"r{d.Item3}" },
                    NodeClass = d.Item4 ? "ssd" : "hdd",
                    ComputedClass = $"{d.Item3}{d.Item4}",
                }).ToArray();
                region.Add(nodes);
                var job = region.Register(Any.Job(count: Slots, cpu: cpu, memory: memory) with
                {
                    Spreads = spread ? [new Spread { Attribute = "${meta.rack}", Weight = 50 }] : [],
                    Affinities = affinity ? [new Affinity { LeftTarget = "${node.class}", Operand = "=", RightTarget = "ssd", Weight = 50 }] : [],
                });

                var result = region.Place(region.Request(job, Slots), job);

                var reference = new Reference(nodes, cpu, memory, spread, affinity);
                foreach (var placement in result.Placed)
                {
                    var chosen = reference.Score(placement.NodeId)!.Value;
                    Assert.True(nodes.All(n => reference.Score(n.Id) is not { } other || other <= chosen + 1e-12), "another node scores higher");
                    var told = result.Metrics[placement.Metric].ScoreMetaData[0];
                    Assert.Equal(placement.NodeId, told.NodeId);
                    Assert.Equal(chosen, told.NormScore, 1e-12);
                    reference.Place(placement.NodeId);
                }

                Assert.Equal(result.Placed.Count < Slots, nodes.All(n => reference.Score(n.Id) is null) && result.Placed.Count < Slots);
            },
            iter: 300);

    [Fact]
    public void Looking_at_all_nodes_never_scores_below_the_best_of_any_sample() =>
        Gen.Select(
            Gen.Select(Gen.Int[500, 6000], Gen.Int[512, 8000], Gen.Int[0, 3], Gen.Bool).Array[2, 20],
            Gen.Int[100, 2000],
            Gen.Int[64, 3000],
            Gen.Int[1, 19],
            Gen.Int[0, 19]).Sample(
            (drawn, cpu, memory, size, start) =>
            {
                var nodes = drawn.Select((d, i) => Any.Node(i + 1, d.Item1, d.Item2) with
                {
                    Meta = new Dictionary<string, string> { ["rack"] = $"r{d.Item3}" },
                    NodeClass = d.Item4 ? "ssd" : "hdd",
                    ComputedClass = $"{d.Item3}{d.Item4}",
                }).ToArray();
                var sample = Enumerable.Range(start, size).Select(i => nodes[i % nodes.Length]).Distinct().ToArray();

                var best = ScoreOfOne(nodes, cpu, memory);
                Assert.True(ScoreOfOne(sample, cpu, memory) is not { } sampled || sampled <= best, "a sample found better");
            },
            iter: 300);

    private static double? ScoreOfOne(Node[] nodes, int cpu, int memory)
    {
        var region = new Region();
        region.Add(nodes);
        var job = region.Register(Any.Job(cpu: cpu, memory: memory) with
        {
            Spreads = [new Spread { Attribute = "${meta.rack}", SpreadTargets = [new SpreadTarget { Value = "r1", Percent = 70 }, new SpreadTarget { Value = "r2", Percent = 30 }] }],
            Affinities = [new Affinity { LeftTarget = "${node.class}", Operand = "=", RightTarget = "ssd", Weight = 50 }],
        });
        var result = region.Place(region.Request(job, 1), job);
        return result.Placed.Count == 0 ? null : result.Metrics[0].ScoreMetaData[0].NormScore;
    }

    private sealed class Reference(Node[] nodes, int cpu, int memory, bool spread, bool affinity)
    {
        private readonly Dictionary<NodeId, int> _placed = nodes.ToDictionary(n => n.Id, _ => 0);

        public void Place(NodeId node) => _placed[node]++;

        public double? Score(NodeId id)
        {
            var node = nodes.Single(n => n.Id == id);
            var (usedCpu, usedMemory) = ((_placed[id] + 1.0) * cpu, (_placed[id] + 1.0) * memory);
            if (usedCpu > node.Resources.CpuMhz || usedMemory > node.Resources.MemoryMb) return null;

            var total = Math.Pow(10, 1 - (usedCpu / node.Resources.CpuMhz)) + Math.Pow(10, 1 - (usedMemory / node.Resources.MemoryMb));
            var scores = new List<double> { Math.Clamp(20 - total, 0, 18) / 18 };
            if (_placed[id] > 0) scores.Add(-(_placed[id] + 1.0) / Slots);
            if (affinity && node.NodeClass == "ssd") scores.Add(1);
            if (spread && Even(node.Meta["rack"]) is not 0 and var even) scores.Add(even);
            return scores.Average();
        }

        private double Even(string rack)
        {
            var byRack = nodes.GroupBy(n => n.Meta["rack"]).ToDictionary(g => g.Key, g => g.Sum(n => _placed[n.Id]));
            var used = byRack.Values.Where(c => c > 0).ToList();
            if (used.Count == 0) return 0;
            var (current, min, max) = (byRack[rack], used.Min(), used.Max());
            if (current != min) return (min - current) / (double)min;
            return min == max ? -1 : (max - min) / (double)min;
        }
    }
}
