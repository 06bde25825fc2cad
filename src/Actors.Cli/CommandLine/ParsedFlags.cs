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

    /// <summary>The last number given, or null.</summary>
    public long? Number(string name) => Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The last duration given, or null.</summary>
    public TimeSpan? Duration(string name) => Text(name) is { } text && GoDuration.TryParse(text, out var duration) ? duration : null;
}
