namespace Actors.Scheduling.Nodes;

/// <summary>Names as small numbers, so that columns hold and compare numbers.</summary>
internal sealed class Names
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>How many there are.</summary>
    public int Count => _names.Count;

    /// <summary>The name of a number.</summary>
    public string this[int number] => _names[number];

    /// <summary>The number of a name; a new one for a new name.</summary>
    public int NumberOf(string name)
    {
        if (_numbers.TryGetValue(name, out var number)) return number;
        _numbers.Add(name, _names.Count);
        _names.Add(name);
        return _names.Count - 1;
    }

    /// <summary>The number of a name; −1: it has none.</summary>
    public int Find(string name) => _numbers.TryGetValue(name, out var number) ? number : -1;
}
