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

    // What changed since the scores were worked out: nothing, what is counted of one node's values, or more than that.
    private const int Nothing = -1;
    private const int Everything = -2;

    private readonly Tracked[] _spreads;
    private readonly List<int[]> _classes = [];
    private readonly bool _wantsNoneSomewhere;
    private int _changed = Everything;

    // A value that should have none gets the lowest score that any value had, Nomad's rule.
    private double _lowest = SpreadScore.Worst;

    public SpreadTracker(IReadOnlyList<Spread> spreads, int desiredTotal, NodeColumns nodes, int classes, int[] spreadClass)
    {
        var weights = spreads.Sum(s => s.Weight ?? DefaultWeight);
        var shared = true;
        _spreads = new Tracked[spreads.Count];
        for (var s = 0; s < _spreads.Length; s++)
        {
            var (spread, target) = (spreads[s], Target.Parse(spreads[s].Attribute));
            var column = new PropertyColumn(nodes, classes, target);
            _spreads[s] = new Tracked(column, Desired(spread, desiredTotal, column), (spread.Weight ?? DefaultWeight) / (double)weights);
            _wantsNoneSomewhere |= _spreads[s].Desired?.Contains(0.0) == true;
            shared &= target.SharedByClass;
        }

        Classify(nodes, shared ? classes : 0, spreadClass);
        Scores = new double[_classes.Count];
    }

    /// <summary>How many classes there are.</summary>
    public int ClassCount => _classes.Count;

    /// <summary>The score of each class for the next placement, as <see cref="Rescore"/> left it.</summary>
    public double[] Scores { get; }

    /// <summary>Counts allocations on a node in, or out.</summary>
    public void Add(int row, int change)
    {
        var everything = _changed != Nothing;
        foreach (var spread in _spreads) everything |= spread.Add(row, change);
        _changed = everything ? Everything : row;
    }

    /// <summary>Works out the scores of the classes that what was counted since the last time has a bearing on: mostly one placement, and mostly one class.</summary>
    /// <param name="known">By class: becomes false where the score is another one now.</param>
    public void Rescore(bool[] known)
    {
        if (_changed == Nothing) return;
        // The lowest score is carried from class to class.
        var everything = _changed == Everything || _wantsNoneSomewhere;
        for (var i = 0; i < Scores.Length; i++)
        {
            var values = _classes[i];
            if (!everything && !SharesValue(values, _changed)) continue;
            var total = 0.0;
            for (var s = 0; s < values.Length; s++) total += Score(_spreads[s], values[s]);
            if (total == Scores[i]) continue;
            Scores[i] = total;
            known[i] = false;
        }

        _changed = Nothing;
    }

    private bool SharesValue(int[] values, int row)
    {
        for (var s = 0; s < values.Length; s++)
        {
            if (values[s] == _spreads[s].Column[row]) return true;
        }

        return false;
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

    // Where all values are the same throughout a computed class, each of those is looked at once.
    private void Classify(NodeColumns nodes, int computedClasses, int[] spreadClass)
    {
        var known = new Dictionary<long, List<int>>();
        var byClass = new int[computedClasses];
        Array.Fill(byClass, -1);
        for (var row = 0; row < nodes.Count; row++)
        {
            if (nodes.Node[row] is null) continue;
            if (computedClasses == 0)
            {
                spreadClass[row] = ClassOf(row, known);
                continue;
            }

            ref var ofClass = ref byClass[nodes.Class[row]];
            if (ofClass < 0) ofClass = ClassOf(row, known);
            spreadClass[row] = ofClass;
        }
    }

    private int ClassOf(int row, Dictionary<long, List<int>> known)
    {
        Span<int> values = stackalloc int[_spreads.Length];
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

    /// <summary>A spread with what is counted of its values.</summary>
    private sealed class Tracked(PropertyColumn column, double[]? desired, double weightShare)
    {
        // By how many allocations: how many values have so many.
        private int[] _valuesWith = new int[16];

        public PropertyColumn Column { get; } = column;

        public double[]? Desired { get; } = desired;

        public double WeightShare { get; } = weightShare;

        /// <summary>How many allocations the least used of the values in use has; 0: none is in use.</summary>
        public int Minimum { get; private set; }

        /// <summary>How many the most used has.</summary>
        public int Maximum { get; private set; }

        /// <summary>Counts allocations on a node in, or out.</summary>
        /// <returns>The score of every value is another one now, not only that of the node's.</returns>
        public bool Add(int row, int change)
        {
            var value = Column[row];
            if (value == PropertyColumn.Missing) return false;
            var before = Column.Count(value);
            Column.Add(row, change);
            if (Desired is not null) return false;

            var limits = (Minimum, Maximum);
            Recount(before, before + change);
            return limits != (Minimum, Maximum);
        }

        private void Recount(int before, int after)
        {
            if (after >= _valuesWith.Length) Array.Resize(ref _valuesWith, Math.Max(after + 1, _valuesWith.Length * 2));
            if (before > 0) _valuesWith[before]--;
            if (after > 0) _valuesWith[after]++;
            Maximum = Math.Max(Maximum, after);
            while (Maximum > 0 && _valuesWith[Maximum] == 0) Maximum--;
            if (after > 0 && (Minimum == 0 || after < Minimum)) Minimum = after;
            while (Minimum < Maximum && _valuesWith[Minimum] == 0) Minimum++;
            Minimum = Math.Min(Minimum, Maximum);
        }
    }
}
