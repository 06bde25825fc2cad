using System.Globalization;
using System.Runtime.InteropServices;
using Actors.JobSpec.Diagnostics;

namespace Actors.JobSpec.Decoding;

/// <summary>
/// Where the parts of a job stand in the text: a tree kept as a flat list. Paths are only made when one is asked for, which
/// a job without faults never does.
/// </summary>
internal sealed class PlaceMap
{
    /// <summary>The job itself.</summary>
    public const int Root = 0;

    private readonly List<Entry> _entries = [new(-1, "", default, -1, null, "")];
    private Dictionary<string, TextRange>? _byPath;

    public void SetRoot(TextRange range) => CollectionsMarshal.AsSpan(_entries)[Root] = new Entry(-1, "", range, -1, null, "");

    /// <summary>Adds a part of another.</summary>
    /// <param name="parent">The other.</param>
    /// <param name="name">Name in the job's JSON.</param>
    /// <param name="range">Where it stands.</param>
    /// <param name="index">Which element of a list, or −1.</param>
    /// <param name="label">Which entry of a map, or null.</param>
    /// <param name="suffix">Where in the element.</param>
    public int Add(int parent, string name, TextRange range, int index = -1, string? label = null, string suffix = "")
    {
        _byPath = null;
        _entries.Add(new Entry(parent, name, range, index, label, suffix));
        return _entries.Count - 1;
    }

    /// <summary>A path such as <c>TaskGroups[0].Tasks[1]</c>; "" for the job.</summary>
    public string PathOf(int place)
    {
        var entry = _entries[place];
        if (entry.Parent < 0) return "";
        var name = entry.Index >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Name}[{entry.Index}]{entry.Suffix}")
            : entry.Label is null ? entry.Name + entry.Suffix : $"{entry.Name}[{entry.Label}]{entry.Suffix}";
        var above = PathOf(entry.Parent);
        return above.Length == 0 ? name : $"{above}.{name}";
    }

    /// <summary>The place of a part of a part of <paramref name="place"/>, which was added after it; null if there is none.</summary>
    public TextRange? Within(int place, string part, string name)
    {
        var inner = -1;
        for (var i = place + 1; i < _entries.Count; i++)
        {
            if (_entries[i].Parent == place && _entries[i].Name == part) inner = i;
            else if (inner >= 0 && _entries[i].Parent == inner && _entries[i].Name == name) return _entries[i].Range;
        }

        return null;
    }

    /// <summary>The place of exactly this path.</summary>
    private bool TryGet(string path, out TextRange range)
    {
        if (_byPath is null)
        {
            _byPath = new Dictionary<string, TextRange>(_entries.Count, StringComparer.Ordinal);
            for (var i = 0; i < _entries.Count; i++) _byPath.TryAdd(PathOf(i), _entries[i].Range);
        }

        return _byPath.TryGetValue(path, out range);
    }

    /// <summary>The place of the path or of what is nearest around it; null when nothing has a place.</summary>
    public TextRange? Find(string path)
    {
        while (true)
        {
            if (TryGet(path, out var range)) return path.Length == 0 && range == default ? null : range;
            var cut = path.LastIndexOfAny(['.', '[']);
            path = cut <= 0 ? "" : path[..cut];
        }
    }

    private readonly record struct Entry(int Parent, string Name, TextRange Range, int Index, string? Label, string Suffix);
}
