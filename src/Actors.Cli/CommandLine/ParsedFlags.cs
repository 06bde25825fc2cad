using System.Globalization;

namespace Actors.Cli.CommandLine;

/// <summary>The flags that were given, by name, each checked against its kind.</summary>
internal sealed class ParsedFlags(IReadOnlyDictionary<string, IReadOnlyList<string>> values)
{
    /// <summary>No flags.</summary>
    public static ParsedFlags None { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>Was it given at all?</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>A switch: false unless given.</summary>
    public bool IsOn(string name) => values.TryGetValue(name, out var given) && given[^1] == "true";

    /// <summary>A switch: null unless given.</summary>
    public bool? Choice(string name) => values.TryGetValue(name, out var given) ? given[^1] == "true" : null;

    /// <summary>The last text given, or null.</summary>
    public string? Text(string name) => values.TryGetValue(name, out var given) ? given[^1] : null;

    /// <summary>Every text given, in order.</summary>
    public IReadOnlyList<string> List(string name) => values.TryGetValue(name, out var given) ? given : [];

    /// <summary>Every pair given, written <c>key=value</c>; of one key, the last.</summary>
    /// <exception cref="UsageException">One is no pair.</exception>
    public IReadOnlyDictionary<string, string> Pairs(string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in List(name))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new UsageException($"flag -{name}: found \"{text}\", expected key=value");
            pairs[text[..equals]] = text[(equals + 1)..];
        }

        return pairs;
    }

    /// <summary>The last number given, or the default.</summary>
    /// <exception cref="UsageException">It is outside the bounds.</exception>
    public int Number(string name, int otherwise, int least, int most = int.MaxValue) => Number(name) switch
    {
        null => otherwise,
        { } number when number >= least && number <= most => (int)number,
        var number => throw new UsageException(most == int.MaxValue ? $"-{name}: found {number}, expected at least {least}" : $"-{name}: found {number}, expected {least} to {most}"),
    };

    /// <summary>The last number given, or null.</summary>
    public long? Number(string name) => Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The last duration given, or null.</summary>
    public TimeSpan? Duration(string name) => Text(name) is { } text && GoDuration.TryParse(text, out var duration) ? duration : null;
}
