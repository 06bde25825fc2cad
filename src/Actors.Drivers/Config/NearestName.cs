using Actors.Contracts.Text;

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
            .Select(candidate => (candidate, distance: EditDistance.Between(name, candidate)))
            .Where(p => p.distance <= limit)
            .OrderBy(p => p.distance)
            .ThenBy(p => p.candidate, StringComparer.Ordinal)
            .Select(p => p.candidate)
            .FirstOrDefault();
    }
}
