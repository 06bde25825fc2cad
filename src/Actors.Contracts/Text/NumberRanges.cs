using System.Globalization;

namespace Actors.Contracts.Text;

/// <summary>Numbers and ranges as operators write them: <c>22,80,8500-8600</c>.</summary>
public static class NumberRanges
{
    private const int Highest = 65535;

    /// <summary>Whether a text says numbers and ranges from 0 to 65535, and nothing else; "" says none.</summary>
    /// <param name="text">The text.</param>
    public static bool IsValid(string text) => Parts(text).All(part => Read(part) is not null);

    /// <summary>The ranges of a text; what can't be read is left out.</summary>
    /// <param name="text">The text.</param>
    public static IEnumerable<(int From, int To)> Of(string text) => Parts(text).Select(Read).OfType<(int From, int To)>();

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static (int From, int To)? Read(string part)
    {
        var dash = part.IndexOf('-', StringComparison.Ordinal);
        var from = dash < 0 ? part : part[..dash];
        var to = dash < 0 ? part : part[(dash + 1)..];
        return int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last
            && last <= Highest
                ? (first, last)
                : null;
    }
}
