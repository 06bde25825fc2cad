using Actors.Scheduling.Feasibility;

namespace Actors.Scheduling.Nodes;

/// <summary>The values of an attribute over all nodes, as numbers, and how many allocations each value has.</summary>
internal sealed class PropertyColumn
{
    /// <summary>The node doesn't have the attribute.</summary>
    public const int Missing = -1;

    private readonly Names _values = new();
    private readonly int[] _numbers;
    private int[] _counts;

    public PropertyColumn(NodeColumns nodes, int classes, Target target)
    {
        _numbers = new int[nodes.Count];
        var byClass = !target.SharedByClass ? null : new int[classes];
        if (byClass is not null) Array.Fill(byClass, int.MinValue);
        for (var row = 0; row < nodes.Count; row++)
        {
            if (nodes.Node[row] is not { } node)
            {
                _numbers[row] = Missing;
            }
            else if (byClass is null)
            {
                _numbers[row] = NumberOf(target.Resolve(node));
            }
            else
            {
                ref var known = ref byClass[nodes.Class[row]];
                if (known == int.MinValue) known = NumberOf(target.Resolve(node));
                _numbers[row] = known;
            }
        }

        _counts = new int[Math.Max(_values.Count, 1)];
    }

    /// <summary>How many values there are.</summary>
    public int Values => _values.Count;

    /// <summary>The number of a node's value.</summary>
    public int this[int row] => _numbers[row];

    /// <summary>A value's name.</summary>
    public string Name(int value) => _values[value];

    /// <summary>How many allocations a value has.</summary>
    public int Count(int value) => value < 0 ? 0 : _counts[value];

    /// <summary>Counts allocations on a node in, or out.</summary>
    public void Add(int row, int change)
    {
        if (_numbers[row] >= 0) _counts[_numbers[row]] += change;
    }

    private int NumberOf(string? value) => value is null ? Missing : _values.NumberOf(value);
}
