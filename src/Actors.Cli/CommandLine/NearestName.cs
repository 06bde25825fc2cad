using Actors.Contracts.Text;

namespace Actors.Cli.CommandLine;

/// <summary>Finds the name that someone probably meant.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits from what was written, or null when none is near enough to be worth saying.</summary>
    /// <param name="written">What was found.</param>
    /// <param name="candidates">What would have been right.</param>
    public static string? Find(string written, IEnumerable<string> candidates)
    {
        var limit = Math.Max(2, written.Length / 3);
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            // Someone who stops half-way through a name means it more than a name that is as far off by substitution.
            var distance = written.Length >= 2 && candidate.StartsWith(written, StringComparison.OrdinalIgnoreCase) ? 1 : EditDistance.Between(written, candidate);
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }

        return bestDistance <= limit ? best : null;
    }
}
