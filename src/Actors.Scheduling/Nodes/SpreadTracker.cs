using Actors.Contracts.Jobs;
using Actors.Scheduling.Feasibility;
using Actors.Scheduling.Ranking;

namespace Actors.Scheduling.Nodes;

/// <summary>
/// The spreads of a group over all nodes. Nodes that have the same values for all of them score alike and share a class, so that the score
/// is worked out once per class and placement, not once per node.
/// </summary>
internal sealed class SpreadTracker
{
    private const int DefaultWeight = 50;
    private const string AnyOther = "*";

    private readonly List<Tracked> _spreads = [];
    private readonly List<int[]> _classes = [];
    private double[] _scores = [];

    // A value that should have none gets the lowest score that any value had, Nomad's rule.
    private double _lowest = SpreadScore.Worst;

    public SpreadTracker(IReadOnlyList<Spread> spreads, int desiredTotal, NodeColumns nodes, int classes, int[] spreadClass)
    {
        var weights = spreads.Sum(s => s.Weight ?? DefaultWeight);
        foreach (var spread in spreads)
        {
            var column = new PropertyColumn(nodes, classes, Target.Parse(spread.Attribute));
            _spreads.Add(new Tracked(column, Desired(spread, desiredTotal, column), (spread.Weight ?? DefaultWeight) / (double)weights));
        }

        var known = new Dictionary<long, List<int>>();
        for (var row = 0; row < nodes.Count; row++)
        {
            if (nodes.Node[row] is not null) spreadClass[row] = ClassOf(row, known);
        }

        _scores = new double[_classes.Count];
    }

    /// <summary>How many classes there are.</summary>
    public int ClassCount => _classes.Count;

    /// <summary>Counts allocations on a node in, or out.</summary>
    public void Add(int row, int change)
    {
        foreach (var spread in _spreads) spread.Column.Add(row, change);
    }

    /// <summary>The score of each class for the next placement.</summary>
    public double[] Scores()
    {
        foreach (var spread in _spreads) spread.Measure();
        for (var i = 0; i < _scores.Length; i++)
        {
            var total = 0.0;
            var values = _classes[i];
            for (var s = 0; s < values.Length; s++) total += Score(_spreads[s], values[s]);
            _scores[i] = total;
        }

        return _scores;
    }

    private double Score(Tracked spread, int value)
    {
        if (value == PropertyColumn.Missing) return SpreadScore.Worst;
        if (spread.Desired is null) return SpreadScore.Even(spread.Column.Count(value), spread.Minimum, spread.Maximum);
        var desired = spread.Desired[value];
        if (double.IsNaN(desired)) return SpreadScore.Worst;
        if (desired == 0) return _lowest;
        var score = SpreadScore.Target(desired, spread.Column.Count(value), spread.WeightShare);
        if (score < _lowest) _lowest = score;
        return score;
    }

    // By value: how many it should have; NaN: it has no place in the targets. Null: evenly.
    private static double[]? Desired(Spread spread, int total, PropertyColumn column)
    {
        if (spread.SpreadTargets.Count == 0) return null;

        var byName = spread.SpreadTargets.ToDictionary(t => t.Value, t => t.Percent / 100.0 * total, StringComparer.Ordinal);
        var sum = byName.Values.Sum();
        if (sum > 0 && sum < total) byName.TryAdd(AnyOther, total - sum);
        var desired = new double[column.Values];
        for (var value = 0; value < desired.Length; value++)
        {
            desired[value] = byName.TryGetValue(column.Name(value), out var exact) ? exact : byName.GetValueOrDefault(AnyOther, double.NaN);
        }

        return desired;
    }

    private int ClassOf(int row, Dictionary<long, List<int>> known)
    {
        Span<int> values = stackalloc int[_spreads.Count];
        long key = 17;
        for (var s = 0; s < values.Length; s++)
        {
            values[s] = _spreads[s].Column[row];
            key = unchecked((key * 1_000_003) + values[s] + 1);
        }

        if (!known.TryGetValue(key, out var candidates)) known[key] = candidates = [];
        foreach (var candidate in candidates)
        {
            if (values.SequenceEqual(_classes[candidate])) return candidate;
        }

        candidates.Add(_classes.Count);
        _classes.Add(values.ToArray());
        return _classes.Count - 1;
    }

    private sealed class Tracked(PropertyColumn column, double[]? desired, double weightShare)
    {
        public PropertyColumn Column { get; } = column;

        public double[]? Desired { get; } = desired;

        public double WeightShare { get; } = weightShare;

        public int Minimum { get; private set; }

        public int Maximum { get; private set; }

        // Over the values in use.
        public void Measure()
        {
            if (Desired is not null) return;
            (Minimum, Maximum) = (0, 0);
            for (var value = 0; value < Column.Values; value++)
            {
                var count = Column.Count(value);
                if (count == 0) continue;
                if (Minimum == 0 || count < Minimum) Minimum = count;
                if (count > Maximum) Maximum = count;
            }
        }
    }
}
