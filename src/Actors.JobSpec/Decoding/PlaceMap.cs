using System.Globalization;
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

    // No list: its code for a struct of this assembly is never compiled ahead, and a short command would wait for it.
    private Entry[] _entries = [new(-1, "", default, -1)];
    private int _count = 1;

    /// <summary>Of the few places that have one: which entry of a map they are, and where in the element.</summary>
    private readonly Dictionary<int, Detail> _details = [];
    private Dictionary<string, TextRange>? _byPath;

    public void SetRoot(TextRange range) => _entries[Root] = new Entry(-1, "", range, -1);

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
        if (label is not null || suffix.Length > 0) _details.Add(_count, new Detail(label, suffix));
        if (_count == _entries.Length)
        {
            var larger = new Entry[Math.Max(64, _count * 2)];
            _entries.CopyTo(larger, 0);
            _entries = larger;
        }

        _entries[_count] = new Entry(parent, name, range, index);
        return _count++;
    }

    /// <summary>A path such as <c>TaskGroups[0].Tasks[1]</c>; "" for the job.</summary>
    public string PathOf(int place)
    {
        var entry = _entries[place];
        if (entry.Parent < 0) return "";
        var (label, suffix) = _details.GetValueOrDefault(place) ?? new Detail(null, "");
        var name = entry.Index >= 0
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Name}[{entry.Index}]{suffix}")
            : label is null ? entry.Name + suffix : $"{entry.Name}[{label}]{suffix}";
        var above = PathOf(entry.Parent);
        return above.Length == 0 ? name : $"{above}.{name}";
    }

    /// <summary>The place of a part of a part of <paramref name="place"/>, which was added after it; null if there is none.</summary>
    public TextRange? Within(int place, string part, string name)
    {
        var inner = -1;
        for (var i = place + 1; i < _count; i++)
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
            _byPath = new Dictionary<string, TextRange>(_count, StringComparer.Ordinal);
            for (var i = 0; i < _count; i++) _byPath.TryAdd(PathOf(i), _entries[i].Range);
        }

        return _byPath.TryGetValue(path, out range);
    }

    /// <summary>The place of the path or of what is nearest around it; null when nothing has a place.</summary>
    public TextRange? Find(string path)
    {
        if (OfTask(path) is { } told) return told;
        while (true)
        {
            if (TryGet(path, out var range)) return path.Length == 0 && range == default ? null : range;
            var cut = path.LastIndexOfAny(['.', '[']);
            path = cut <= 0 ? "" : path[..cut];
        }
    }

    /// <summary>Where a part of a group's network stands that a task told in the old way: it became the group's, and no group's network has a place in the text.</summary>
    private TextRange? OfTask(string path)
    {
        const string network = ".Networks[0]";
        var at = path.IndexOf(network, StringComparison.Ordinal);
        if (at < 0 || path.Contains(".Tasks[", StringComparison.Ordinal) || TryGet(path[..(at + network.Length)], out _)) return null;

        var task = $"{path[..at]}.Tasks[";
        var part = $"].Resources{path[at..]}";
        return _byPath!.FirstOrDefault(e => e.Key.StartsWith(task, StringComparison.Ordinal) && e.Key.EndsWith(part, StringComparison.Ordinal)) is { Key: not null } found ? found.Value : null;
    }

    private sealed record Detail(string? Label, string Suffix);

    private readonly record struct Entry(int Parent, string Name, TextRange Range, int Index);
}
