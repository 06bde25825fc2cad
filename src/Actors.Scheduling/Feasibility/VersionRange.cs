using System.Diagnostics.CodeAnalysis;

namespace Actors.Scheduling.Feasibility;

/// <summary>What the <c>version</c> and <c>semver</c> operators ask for: <c>&gt;= 1.2, &lt; 2.0</c>, all parts of which must hold.</summary>
internal sealed class VersionRange
{
    private static readonly string[] Operators = ["!=", ">=", "<=", "~>", "=", ">", "<"];

    private readonly List<(string Operator, LooseVersion Bound)> _parts;
    private readonly bool _strict;

    private VersionRange(List<(string, LooseVersion)> parts, bool strict) => (_parts, _strict) = (parts, strict);

    /// <summary>Reads a comma-separated list of <c>[operator] version</c>. <c>~&gt;</c> exists only in the lenient form.</summary>
    public static bool TryParse(string text, bool strict, [NotNullWhen(true)] out VersionRange? range)
    {
        range = null;
        var parts = new List<(string, LooseVersion)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var @operator = Array.Find(Operators, o => part.StartsWith(o, StringComparison.Ordinal)) ?? "";
            if (strict && @operator == "~>") return false;
            if (!LooseVersion.TryParse(part[@operator.Length..], strict, out var bound)) return false;
            parts.Add((@operator, bound));
        }

        range = new VersionRange(parts, strict);
        return true;
    }

    /// <summary>Whether a version, as text, is within.</summary>
    public bool Contains(string text) => LooseVersion.TryParse(text, _strict, out var version) && _parts.TrueForAll(p => Holds(p.Operator, version, p.Bound));

    private bool Holds(string @operator, LooseVersion version, LooseVersion bound) => @operator switch
    {
        "" or "=" => version.CompareTo(bound) == 0,
        "!=" => version.CompareTo(bound) != 0,
        ">" => Comparable(version, bound) && version.CompareTo(bound) > 0,
        "<" => Comparable(version, bound) && version.CompareTo(bound) < 0,
        ">=" => Comparable(version, bound) && version.CompareTo(bound) >= 0,
        "<=" => Comparable(version, bound) && version.CompareTo(bound) <= 0,
        _ => Pessimistic(version, bound),
    };

    // In the lenient form a pre-release is compared only with a bound that is a pre-release of the same version:
    // ">= 1.2" is not meant to let 2.0-beta in. Strict semantic versions have no such rule.
    private bool Comparable(LooseVersion version, LooseVersion bound) =>
        _strict || version.PreRelease == "" || (bound.PreRelease != "" && version.SameSegments(bound));

    // "~> 1.2.3" lets the last number written grow, "~> 1.2" the second.
    private bool Pessimistic(LooseVersion version, LooseVersion bound)
    {
        if (!Comparable(version, bound) || (bound.PreRelease != "" && version.PreRelease == "")) return false;
        if (version.CompareTo(bound) < 0 || version.Segments.Length < bound.Segments.Length) return false;
        for (var i = 0; i < bound.Given - 1; i++)
        {
            if (version.Segments[i] != bound.Segments[i]) return false;
        }

        return true;
    }
}
