using System.Globalization;
using Actors.Cli.CommandLine;

namespace Actors.Cli.Commands.Benches;

/// <summary>A whole number, or one drawn between two: <c>100</c>, <c>50-200</c>.</summary>
/// <param name="Least">It is at least this.</param>
/// <param name="Most">It is at most this.</param>
internal readonly record struct Amount(int Least, int Most)
{
    /// <summary>Reads the amount of a flag; null when the flag isn't given.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Amount? Of(ParsedFlags flags, string name)
    {
        if (flags.Text(name) is not { } text)
            return null;
        var ends = text.Split('-');
        return ends.Length <= 2
            && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            && least > 0 && least <= most
            ? new Amount(least, most)
            : throw new UsageException($"-{name}: found \"{text}\", expected a number such as 100, or two with a dash such as 50-200");
    }

    /// <summary>Draws one.</summary>
    public int Draw(Random random) => random.Next(Least, Most + 1);
}
