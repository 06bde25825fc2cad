namespace Actors.Contracts.Text;

/// <summary>How far apart two names are, for errors that say what someone probably meant. How far is near enough is up to the caller.</summary>
public static class EditDistance
{
    /// <summary>The optimal string alignment distance, case apart: insertions, deletions, substitutions and swaps of neighbours that turn one text into the other.</summary>
    public static int Between(string left, string right)
    {
        var before = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var a = char.ToLowerInvariant(left[i - 1]);
                var b = char.ToLowerInvariant(right[j - 1]);
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + (a == b ? 0 : 1));
                if (i > 1 && j > 1 && a == char.ToLowerInvariant(right[j - 2]) && b == char.ToLowerInvariant(left[i - 2]))
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }

            (before, last, current) = (last, current, before);
        }

        return last[right.Length];
    }
}
