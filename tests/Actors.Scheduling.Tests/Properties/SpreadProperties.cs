using Actors.Contracts.Jobs;
using Actors.Scheduling.Nodes;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Properties;

public class SpreadProperties
{
    private const int Wanted = 20;

    private static readonly Spread Evenly = new() { Attribute = "${meta.rack}", Weight = 50 };

    private static readonly Spread ByTarget = new()
    {
        Attribute = "${node.datacenter}",
        Weight = 30,
        SpreadTargets = [new SpreadTarget { Value = "dc0", Percent = 70 }, new SpreadTarget { Value = "dc1", Percent = 30 }],
    };

    [Fact]
    public void Scores_that_followed_each_placement_and_stop_are_those_worked_out_anew_and_what_changed_is_told() =>
        Gen.Select(
            Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1]).Array[1, 12],
            Gen.Int[0, 11].Array[1, 60],
            Gen.Int[0, 2]).Sample(
            (places, steps, kind) =>
            {
                Spread[] spreads = kind switch { 0 => [Evenly], 1 => [ByTarget], _ => [Evenly, ByTarget] };
                var nodes = Columns(places);
                var (followed, known) = (Tracker(spreads, nodes), new bool[places.Length]);
                followed.Rescore(known);
                var counts = new int[places.Length];
                foreach (var step in steps)
                {
                    // No node has more than three, and some steps take one away.
                    var row = step % places.Length;
                    var change = counts[row] == 0 || (counts[row] < 3 && step % 4 != 3) ? 1 : -1;
                    counts[row] += change;
                    var before = followed.Scores.ToArray();
                    Array.Fill(known, true);
                    followed.Add(row, change);
                    followed.Rescore(known);

                    var anew = Tracker(spreads, nodes);
                    for (var r = 0; r < counts.Length; r++)
                    {
                        for (var i = 0; i < counts[r]; i++) anew.Add(r, 1);
                    }

                    anew.Rescore(new bool[places.Length]);
                    Assert.Equal(anew.Scores, followed.Scores);
                    Assert.Equal(before.Zip(followed.Scores, (was, now) => was == now), known.Take(followed.ClassCount));
                }
            },
            iter: 300);

    private static SpreadTracker Tracker(Spread[] spreads, NodeColumns nodes) => new(spreads, Wanted, nodes, classes: 8, new int[nodes.Count]);

    private static NodeColumns Columns((int Rack, int Datacenter)[] places)
    {
        var nodes = new NodeColumns();
        foreach (var (rack, datacenter) in places)
        {
            var row = nodes.Take();
            nodes.Node[row] = Any.Node(row + 1, 1_000, 1_000) with { Datacenter = $"dc{datacenter}", Meta = new Dictionary<string, string> { ["rack"] = $"r{rack}" } };
            nodes.Class[row] = (rack * 2) + datacenter;
        }

        return nodes;
    }
}
