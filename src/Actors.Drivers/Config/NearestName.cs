namespace Actors.Drivers.Config;

/// <summary>Finds what someone who mistyped a name probably meant.</summary>
public static class NearestName
{
    /// <summary>
    /// The known name with the smallest optimal string alignment distance (insertion, deletion, substitution, swap of
    /// neighbours, without regard to case), when it is no farther than a third of the name's length (at least 2); else null.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        var limit = Math.Max(2, name.Length / 3);
        return known
            .Select(candidate => (candidate, distance: Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(p => p.distance <= limit)
            .OrderBy(p => p.distance)
            .ThenBy(p => p.candidate, StringComparer.Ordinal)
            .Select(p => p.candidate)
            .FirstOrDefault();
    }

    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
