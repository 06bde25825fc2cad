using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Contracts.Jobs;

namespace Actors.Drivers.Config;

/// <summary>Reads the keys that an operator set for a driver; every mistake names its place.</summary>
internal sealed class PluginOptions
{
    private readonly string _place;
    private readonly JsonObject? _json;

    /// <summary>Takes the keys.</summary>
    /// <param name="place">Where they stand: the driver's name.</param>
    /// <param name="json">The keys, or null.</param>
    /// <param name="known">The keys that there are.</param>
    /// <exception cref="FormatException">There is a key that there is not.</exception>
    public PluginOptions(string place, JsonObject? json, params IReadOnlyList<string> known)
    {
        (_place, _json) = (place, json);
        foreach (var (key, _) in json ?? [])
        {
            if (known.Contains(key)) continue;
            var nearest = NearestName.Find(key, known);
            throw new FormatException($"{place}.{key}: there is no such key; {(nearest is null ? $"the keys are {string.Join(", ", known)}" : $"did you mean \"{nearest}\"?")}");
        }
    }

    public string? Text(string key) => _json?[key]?.ToString();

    public bool? Flag(string key) => Text(key) switch
    {
        null => null,
        "1" => true,
        "0" => false,
        var text when bool.TryParse(text, out var flag) => flag,
        var other => throw Wrong(key, "true or false", other),
    };

    public long? Integer(string key) => Text(key) switch
    {
        null => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        var other => throw Wrong(key, "a whole number", other),
    };

    public TimeSpan? Duration(string key) => Text(key) switch
    {
        null => null,
        var text when GoDuration.TryParse(text, out var duration) => duration,
        var other => throw Wrong(key, "a duration such as \"5m\"", other),
    };

    public IReadOnlyList<string>? Texts(string key) => _json?[key] switch
    {
        null => null,
        JsonArray list => [.. list.Select(v => v?.ToString() ?? "")],
        JsonObject => throw Wrong(key, "a list of text", "a block"),
        var one => [one.ToString()],
    };

    /// <summary>The keys of a block inside; those of none when it is not there.</summary>
    public PluginOptions Block(string key, params IReadOnlyList<string> known) => new($"{_place}.{key}", Object(key), known);

    /// <summary>Text by name; null when it is not there.</summary>
    public IReadOnlyDictionary<string, string>? Map(string key) => Object(key)?.ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "");

    private JsonObject? Object(string key) => _json?[key] switch
    {
        null => null,
        JsonObject block => block,
        JsonArray { Count: 1 } list when list[0] is JsonObject block => block,
        var other => throw Wrong(key, "a block", other.ToString()),
    };

    private FormatException Wrong(string key, string expected, string found) => new($"{_place}.{key}: expected {expected}, found {found}");
}
