namespace Actors.JobSpec.Diagnostics;

/// <summary>Finds the name someone probably meant.</summary>
internal static class NearestName
{
    /// <summary>The candidate within a third of the name's length in edits (at least one, at most three), or null.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length > 64) return null;
        var allowed = Math.Clamp(name.Length / 3, 1, 3);
        string? best = null;
        var bestDistance = allowed + 1;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) >= bestDistance) continue;
            var distance = Distance(name, candidate);
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }

        return best;
    }

    /// <summary>"did you mean …?", or null when nothing is near.</summary>
    public static string? Suggest(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? $"did you mean \"{nearest}\"?" : null;

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one into the other, without regard to case.</summary>
    private static int Distance(string left, string right)
    {
        var before = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++) last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var a = char.ToLowerInvariant(left[i - 1]);
                var b = char.ToLowerInvariant(right[j - 1]);
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + (a == b ? 0 : 1));
                if (i > 1 && j > 1
                    && a == char.ToLowerInvariant(right[j - 2])
                    && b == char.ToLowerInvariant(left[i - 2]))
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, last, current) = (last, current, before);
        }

        return last[right.Length];
    }
}
