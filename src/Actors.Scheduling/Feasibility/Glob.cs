namespace Actors.Scheduling.Feasibility;

/// <summary>Matches datacenter names against patterns in which <c>*</c> stands for any text.</summary>
internal static class Glob
{
    /// <summary>Whether a name matches one of the patterns; no patterns match everything.</summary>
    public static bool MatchesAny(IReadOnlyList<string> patterns, string name)
    {
        if (patterns.Count == 0) return true;
        foreach (var pattern in patterns)
        {
            if (Matches(pattern, name)) return true;
        }

        return false;
    }

    /// <summary>Whether a name matches a pattern. Linear in both but for the number of stars.</summary>
    public static bool Matches(string pattern, string name)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
