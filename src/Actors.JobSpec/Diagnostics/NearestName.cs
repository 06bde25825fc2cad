using Actors.Contracts.Text;

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
            var distance = EditDistance.Between(name, candidate);
            if (distance >= bestDistance) continue;
            best = candidate;
            bestDistance = distance;
        }

        return best;
    }

    /// <summary>"did you mean …?", or null when nothing is near.</summary>
    public static string? Suggest(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? $"did you mean \"{nearest}\"?" : null;
}
