namespace Actors.Cli.Hocon;

/// <summary>A place in a file, counted from 1.</summary>
internal sealed record Place(string File, int Line, int Column)
{
    /// <summary>As editors and compilers write it.</summary>
    public override string ToString() => $"{File}:{Line}";
}

/// <summary>A file isn't HOCON. The message names the place, what was found, and what was expected.</summary>
internal sealed class HoconException(Place place, string message) : Exception($"{place}: {message}")
{
    /// <summary>Where.</summary>
    public Place Place { get; } = place;
}

/// <summary>A value in a HOCON file, with the place where it stands.</summary>
internal abstract record HoconNode(Place Place);

/// <summary>A text, a number, a flag or null; HOCON tells them apart only by who asks.</summary>
/// <param name="Place">Where.</param>
/// <param name="Text">As written, without quotes.</param>
/// <param name="IsQuoted">It was in quotes, so <c>"true"</c> is a text and <c>null</c> in quotes is no null.</param>
internal sealed record HoconScalar(Place Place, string Text, bool IsQuoted) : HoconNode(Place)
{
    /// <summary>It is <c>null</c>: as if it were not set.</summary>
    public bool IsNull => !IsQuoted && Text == "null";
}

/// <summary>A list.</summary>
internal sealed record HoconArray(Place Place, IReadOnlyList<HoconNode> Items) : HoconNode(Place);

/// <summary>An object: keys in the order in which they were first set, each with the place of its latest key.</summary>
internal sealed record HoconObject(Place Place) : HoconNode(Place)
{
    /// <summary>The members.</summary>
    public OrderedDictionary<string, HoconMember> Members { get; } = [];

    /// <summary>An object that has the members of both; where both have one, objects are merged and others replaced.</summary>
    public static HoconObject Merge(HoconObject lower, HoconObject upper)
    {
        var merged = new HoconObject(upper.Place);
        foreach (var (key, member) in lower.Members)
            merged.Members[key] = member;
        foreach (var (key, member) in upper.Members)
        {
            merged.Members[key] = merged.Members.TryGetValue(key, out var below) && below.Value is HoconObject a && member.Value is HoconObject b
                ? member with { Value = Merge(a, b) }
                : member;
        }

        return merged;
    }
}

/// <summary>A member of an object.</summary>
/// <param name="KeyPlace">Where its key stands.</param>
/// <param name="Value">Its value.</param>
internal sealed record HoconMember(Place KeyPlace, HoconNode Value);

/// <summary>Not resolved yet: the value at another path, or of an environment variable.</summary>
internal sealed record HoconSubstitution(Place Place, IReadOnlyList<string> Path, bool IsOptional) : HoconNode(Place);

/// <summary>Not resolved yet: values one after another, which become one.</summary>
/// <param name="Place">Where the first stands.</param>
/// <param name="Parts">The values.</param>
/// <param name="Gaps">The white space before each.</param>
internal sealed record HoconConcatenation(Place Place, IReadOnlyList<HoconNode> Parts, IReadOnlyList<string> Gaps) : HoconNode(Place);

/// <summary>Not resolved yet: a value set over an earlier one, which it replaces unless both are objects.</summary>
internal sealed record HoconOverlay(Place Place, HoconNode Lower, HoconNode Upper) : HoconNode(Place);
