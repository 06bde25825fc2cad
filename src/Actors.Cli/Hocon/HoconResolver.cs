using System.Text;

namespace Actors.Cli.Hocon;

/// <summary>Turns a tree with substitutions and concatenations into one of objects, lists and scalars only.</summary>
internal sealed class HoconResolver
{
    private readonly HoconObject _root;
    private readonly Func<string, string?> _variable;
    private readonly HashSet<string> _underWay = [];

    private HoconResolver(HoconObject root, Func<string, string?> variable) => (_root, _variable) = (root, variable);

    /// <summary>Resolves a whole tree.</summary>
    /// <param name="root">The tree as read.</param>
    /// <param name="variable">Environment variables by name; null when not set.</param>
    /// <exception cref="HoconException">A substitution finds nothing or itself, or values that can't be one follow each other.</exception>
    public static HoconObject Resolve(HoconObject root, Func<string, string?> variable) => new HoconResolver(root, variable).Object(root);

    /// <summary>A value that refers to its own path means what was there before: <c>path = ${path} more</c>.</summary>
    public static HoconNode ReplaceSelf(HoconNode value, IReadOnlyList<string> path, HoconNode? before) => value switch
    {
        HoconSubstitution own when path.Count > 0 && own.Path.SequenceEqual(path) => before ?? new HoconConcatenation(own.Place, [], []),
        HoconConcatenation parts => parts with { Parts = [.. parts.Parts.Select(part => ReplaceSelf(part, path, before))] },
        _ => value,
    };

    private HoconObject Object(HoconObject value)
    {
        var resolved = new HoconObject(value.Place);
        foreach (var (key, member) in value.Members)
        {
            if (Node(member.Value) is { } node)
                resolved.Members[key] = member with { Value = node };
        }

        return resolved;
    }

    // Null: nothing is there, as an optional substitution says that found nothing.
    private HoconNode? Node(HoconNode value) => value switch
    {
        HoconScalar => value,
        HoconObject members => Object(members),
        HoconArray array => new HoconArray(array.Place, [.. array.Items.Select(Node).OfType<HoconNode>()]),
        HoconSubstitution substitution => Found(substitution),
        HoconOverlay overlay => Overlaid(overlay),
        HoconConcatenation parts => Joined(parts),
        _ => throw new HoconException(value.Place, $"found {value.GetType().Name}"),
    };

    private HoconNode? Overlaid(HoconOverlay overlay)
    {
        var upper = Node(overlay.Upper);
        return upper is HoconScalar or HoconArray ? upper : (Node(overlay.Lower), upper) switch
        {
            (HoconObject lower, HoconObject over) => HoconObject.Merge(lower, over),
            (var lower, null) => lower,
            _ => upper,
        };
    }

    private HoconNode? Found(HoconSubstitution substitution)
    {
        var name = string.Join('.', substitution.Path);
        if (!_underWay.Add(name))
            throw new HoconException(substitution.Place, $"${{{name}}} refers to itself");
        try
        {
            HoconNode? node = _root;
            foreach (var key in substitution.Path)
            {
                var within = node is HoconSubstitution or HoconConcatenation or HoconOverlay ? Node(node) : node;
                node = within is HoconObject members && members.Members.TryGetValue(key, out var member) ? member.Value : null;
            }

            if (node is not null && Node(node) is { } found)
                return found;
        }
        finally
        {
            _underWay.Remove(name);
        }

        if (_variable(name) is { } text)
            return new HoconScalar(substitution.Place, text, IsQuoted: true);
        return substitution.IsOptional
            ? null
            : throw new HoconException(substitution.Place, $"${{{name}}} is set nowhere, neither in the configuration nor in the environment; ${{?{name}}} would leave it out");
    }

    private HoconNode? Joined(HoconConcatenation concatenation)
    {
        var found = concatenation.Parts.Select((part, i) => (Value: Node(part), Gap: concatenation.Gaps.Count > i ? concatenation.Gaps[i] : "")).Where(part => part.Value is not null).ToList();
        if (found.Count == 0)
            return null;
        if (found.Count == 1)
            return found[0].Value;
        if (found.TrueForAll(part => part.Value is HoconObject))
            return found.Select(part => (HoconObject)part.Value!).Aggregate(HoconObject.Merge);
        if (found.TrueForAll(part => part.Value is HoconArray))
            return new HoconArray(concatenation.Place, [.. found.SelectMany(part => ((HoconArray)part.Value!).Items)]);
        if (!found.TrueForAll(part => part.Value is HoconScalar))
            throw new HoconException(concatenation.Place, "found values of different kinds one after another; objects, lists and texts can't be joined");
        var text = new StringBuilder();
        for (var i = 0; i < found.Count; i++)
            text.Append(i == 0 ? "" : found[i].Gap).Append(((HoconScalar)found[i].Value!).Text);
        return new HoconScalar(concatenation.Place, text.ToString(), found.Exists(part => ((HoconScalar)part.Value!).IsQuoted));
    }
}
