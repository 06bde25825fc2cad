using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Actors.Scheduling.Feasibility;

/// <summary>
/// A version as the <c>version</c> and <c>semver</c> operators compare it: numbers, a pre-release, and build metadata that does not count.
/// </summary>
internal sealed class LooseVersion : IComparable<LooseVersion>
{
    private LooseVersion(long[] segments, int given, string preRelease)
    {
        Segments = segments;
        Given = given;
        PreRelease = preRelease;
    }

    /// <summary>The numbers, at least three (missing ones are 0).</summary>
    public long[] Segments { get; }

    /// <summary>How many numbers were written.</summary>
    public int Given { get; }

    /// <summary>What follows the dash, or "".</summary>
    public string PreRelease { get; }

    /// <summary>Reads <c>1</c>, <c>1.2</c>, <c>v1.2.3-rc1+build</c> …; with <paramref name="strict"/> only what semver.org allows: three numbers without leading zeros.</summary>
    public static bool TryParse(string text, bool strict, [NotNullWhen(true)] out LooseVersion? version)
    {
        version = null;
        var rest = text.AsSpan().Trim();
        if (rest.Length > 0 && rest[0] is 'v' or 'V')
        {
            if (strict) return false;
            rest = rest[1..];
        }

        var plus = rest.IndexOf('+');
        if (plus >= 0)
        {
            if (!Identifiers(rest[(plus + 1)..])) return false;
            rest = rest[..plus];
        }

        var preRelease = "";
        var numbersEnd = 0;
        while (numbersEnd < rest.Length && (char.IsAsciiDigit(rest[numbersEnd]) || rest[numbersEnd] == '.')) numbersEnd++;
        if (numbersEnd < rest.Length)
        {
            var tail = rest[numbersEnd..];
            if (tail[0] == '-') tail = tail[1..];
            else if (strict) return false;
            if (!Identifiers(tail)) return false;
            preRelease = tail.ToString();
            rest = rest[..numbersEnd];
        }

        var segments = new List<long>(3);
        foreach (var range in rest.Split('.'))
        {
            var number = rest[range];
            if (strict && number is ['0', _, ..]) return false;
            if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
            segments.Add(value);
        }

        var given = segments.Count;
        if (strict && given != 3) return false;
        while (segments.Count < 3) segments.Add(0);
        version = new LooseVersion([.. segments], given, preRelease);
        return true;
    }

    /// <summary>Whether the numbers are the same (missing ones are 0).</summary>
    public bool SameSegments(LooseVersion other)
    {
        for (var i = 0; i < Math.Max(Segments.Length, other.Segments.Length); i++)
        {
            if (Segment(i) != other.Segment(i)) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(LooseVersion? other)
    {
        if (other is null) return 1;
        for (var i = 0; i < Math.Max(Segments.Length, other.Segments.Length); i++)
        {
            var bySegment = Segment(i).CompareTo(other.Segment(i));
            if (bySegment != 0) return bySegment;
        }

        if (PreRelease == other.PreRelease) return 0;
        // A release comes after its own pre-releases.
        if (PreRelease == "") return 1;
        if (other.PreRelease == "") return -1;
        return ComparePreReleases(PreRelease, other.PreRelease);
    }

    private long Segment(int i) => i < Segments.Length ? Segments[i] : 0;

    private static int ComparePreReleases(string left, string right)
    {
        var lefts = left.Split('.');
        var rights = right.Split('.');
        for (var i = 0; i < Math.Min(lefts.Length, rights.Length); i++)
        {
            var leftIsNumber = long.TryParse(lefts[i], NumberStyles.None, CultureInfo.InvariantCulture, out var leftNumber);
            var rightIsNumber = long.TryParse(rights[i], NumberStyles.None, CultureInfo.InvariantCulture, out var rightNumber);
            var compared = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => leftNumber.CompareTo(rightNumber),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(lefts[i], rights[i]),
            };
            if (compared != 0) return compared;
        }

        return lefts.Length.CompareTo(rights.Length);
    }

    private static bool Identifiers(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '~' or '_')) return false;
        }

        return true;
    }
}
