using Actors.Contracts.Collections;

namespace Actors.Drivers.Config;

/// <summary>Reads values of a configuration that its schema accepted, in each form that HCL and JSON give them.</summary>
/// <param name="config">The configuration, under proper names (<see cref="ConfigSchema.Canonical"/>).</param>
public sealed class ConfigReader(EquatableMap<ConfigValue> config)
{
    /// <summary>The text of a key, or null when it is not there.</summary>
    public string? Text(string key) => config.TryGetValue(key, out var value) ? value.ToText() : null;

    /// <summary>The truth value of a key, or null when it is not there.</summary>
    public bool? Flag(string key) => config.TryGetValue(key, out var value) ? value.AsBool() : null;

    /// <summary>The whole number of a key, or null when it is not there.</summary>
    public long? Integer(string key) => config.TryGetValue(key, out var value) ? value.AsInteger() : null;

    /// <summary>The list of a key, or null when it is not there.</summary>
    public IReadOnlyList<string>? TextList(string key)
    {
        if (!config.TryGetValue(key, out var value) || value.Kind == ConfigValueKind.Null) return null;
        return value.Kind == ConfigValueKind.List
            ? [.. value.AsList().Select(item => item.ToText() ?? "")]
            : [value.ToText() ?? ""];
    }

    /// <summary>The map of a key, of all its blocks together; null when it is not there.</summary>
    public IReadOnlyDictionary<string, string>? TextMap(string key)
    {
        if (!config.TryGetValue(key, out var value) || Maps(value) is not { } maps) return null;
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, item) in maps.SelectMany(m => m)) result[name] = item.ToText() ?? "";
        return result;
    }

    /// <summary>The map of whole numbers of a key, of all its blocks together; null when it is not there.</summary>
    public IReadOnlyDictionary<string, long>? IntegerMap(string key) =>
        TextMap(key)?.ToDictionary(p => p.Key, p => long.TryParse(p.Value, out var number) ? number : 0, StringComparer.Ordinal);

    /// <summary>The blocks of a key; empty when it is not there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="schema">The blocks' fields: gives them their proper names.</param>
    public IReadOnlyList<ConfigReader> Blocks(string key, ConfigSchema schema) =>
        config.TryGetValue(key, out var value) && Maps(value) is { } maps
            ? [.. maps.Select(map => new ConfigReader(schema.Canonical(map)))]
            : [];

    /// <summary>A block, or a list of blocks, as maps; null when the value is neither.</summary>
    internal static IReadOnlyList<EquatableMap<ConfigValue>>? Maps(ConfigValue value) => value.Kind switch
    {
        ConfigValueKind.Map => [value.AsMap()],
        ConfigValueKind.List when value.AsList().All(item => item.Kind == ConfigValueKind.Map) => [.. value.AsList().Select(item => item.AsMap())],
        _ => null,
    };
}
