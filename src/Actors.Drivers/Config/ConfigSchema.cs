using Actors.Contracts.Collections;

namespace Actors.Drivers.Config;

/// <summary>The shapes that a configuration value can have.</summary>
public enum ConfigKind
{
    /// <summary>Text; numbers and truth values are read as their text, as in HCL.</summary>
    Text,

    /// <summary>A truth value, or the text of one.</summary>
    Flag,

    /// <summary>A whole number, or the text of one.</summary>
    Integer,

    /// <summary>A number, or the text of one.</summary>
    Number,

    /// <summary>A list of text. One text alone is read as a list of it.</summary>
    TextList,

    /// <summary>Text by name: a map, a block, or a list of blocks that together make the map.</summary>
    TextMap,

    /// <summary>Whole numbers by name, in the same forms.</summary>
    IntegerMap,

    /// <summary>One block with fields of its own.</summary>
    Block,

    /// <summary>Any number of blocks with fields of their own.</summary>
    Blocks,

    /// <summary>Anything.</summary>
    Any,
}

/// <summary>One key of a configuration.</summary>
/// <param name="Name">The key.</param>
/// <param name="Kind">The shape of its value.</param>
public sealed record ConfigField(string Name, ConfigKind Kind)
{
    /// <summary>Whether it must be there.</summary>
    public bool Required { get; init; }

    /// <summary>Old or mistyped names under which it is accepted, with a warning.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The fields of a block.</summary>
    public ConfigSchema? Fields { get; init; }

    /// <summary>The only texts allowed; empty: any.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];
}

/// <summary>Something in a configuration that is wrong, or accepted but old.</summary>
/// <param name="Place">Where, such as <c>config.port_map.db</c>.</param>
/// <param name="Message">What was found, and what was expected.</param>
/// <param name="IsWarning">It works all the same.</param>
public sealed record ConfigProblem(string Place, string Message, bool IsWarning = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Message}";
}

/// <summary>The keys that a configuration may have.</summary>
/// <param name="fields">The keys.</param>
public sealed class ConfigSchema(params IReadOnlyList<ConfigField> fields)
{
    private readonly Dictionary<string, ConfigField> _byName = fields
        .SelectMany(f => f.Aliases.Prepend(f.Name).Select(name => (name, f)))
        .ToDictionary(p => p.name, p => p.f, StringComparer.Ordinal);

    /// <summary>The keys.</summary>
    public IReadOnlyList<ConfigField> Fields { get; } = fields;

    /// <summary>What is wrong in a configuration; values that will be interpolated (<c>${…}</c>) are taken on trust.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="place">Where it stands.</param>
    public IReadOnlyList<ConfigProblem> Validate(EquatableMap<ConfigValue> config, string place = "config")
    {
        var problems = new List<ConfigProblem>();
        Validate(config, place, problems);
        return problems;
    }

    /// <summary>The configuration with every key under its proper name.</summary>
    public EquatableMap<ConfigValue> Canonical(EquatableMap<ConfigValue> config) => config
        .Where(entry => entry.Value.Kind != ConfigValueKind.Null)
        .Select(entry => _byName.TryGetValue(entry.Key, out var field) ? KeyValuePair.Create(field.Name, entry.Value) : entry)
        .DistinctBy(entry => entry.Key)
        .ToEquatableMap();

    private void Validate(EquatableMap<ConfigValue> config, string place, List<ConfigProblem> problems)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in config)
        {
            var here = $"{place}.{key}";
            if (!_byName.TryGetValue(key, out var field))
            {
                var nearest = NearestName.Find(key, _byName.Keys.Where(name => Fields.Any(f => f.Name == name)));
                problems.Add(new ConfigProblem(here, nearest is null
                    ? $"there is no such key; the keys are {string.Join(", ", Fields.Select(f => f.Name))}"
                    : $"there is no such key; did you mean \"{nearest}\"?"));
                continue;
            }

            if (field.Name != key)
                problems.Add(new ConfigProblem(here, $"is accepted for \"{field.Name}\", which is the right name", IsWarning: true));

            if (!seen.TryAdd(field.Name, key))
                problems.Add(new ConfigProblem(here, $"says again what \"{seen[field.Name]}\" says; keep one of them"));

            ValidateValue(field, value, here, problems);
        }

        foreach (var missing in Fields.Where(f => f.Required && !seen.ContainsKey(f.Name)))
            problems.Add(new ConfigProblem($"{place}.{missing.Name}", "is required, and missing"));
    }

    private static void ValidateValue(ConfigField field, ConfigValue value, string place, List<ConfigProblem> problems)
    {
        if (value.Kind == ConfigValueKind.Null)
        {
            if (field.Required) problems.Add(new ConfigProblem(place, "is required, and null"));
            return;
        }

        switch (field.Kind)
        {
            case ConfigKind.Text when value.ToText() is { } text:
                if (field.OneOf.Count > 0 && !IsInterpolated(value) && !field.OneOf.Contains(text, StringComparer.Ordinal))
                    problems.Add(new ConfigProblem(place, $"expected one of {string.Join(", ", field.OneOf.Select(o => $"\"{o}\""))}, found \"{text}\""));
                else if (field.Required && text.Length == 0)
                    problems.Add(new ConfigProblem(place, "is required, and empty"));
                break;
            case ConfigKind.Flag when value.AsBool() is not null || IsInterpolated(value):
            case ConfigKind.Integer when value.AsInteger() is not null || IsInterpolated(value):
                break;
            case ConfigKind.Number when value.AsNumber() is not null || IsInterpolated(value):
            case ConfigKind.Any:
                break;
            case ConfigKind.TextList:
                ValidateList(value, place, problems);
                break;
            case ConfigKind.TextMap or ConfigKind.IntegerMap:
                ValidateMap(field, value, place, problems);
                break;
            case ConfigKind.Block or ConfigKind.Blocks:
                ValidateBlocks(field, value, place, problems);
                break;
            default:
                problems.Add(new ConfigProblem(place, $"expected {Describe(field.Kind)}, found {Describe(value)}"));
                break;
        }
    }

    private static void ValidateList(ConfigValue value, string place, List<ConfigProblem> problems)
    {
        if (value.Kind != ConfigValueKind.List)
        {
            if (value.ToText() is null) problems.Add(new ConfigProblem(place, $"expected a list of text, found {Describe(value)}"));
            return;
        }

        var index = 0;
        foreach (var item in value.AsList())
        {
            if (item.ToText() is null) problems.Add(new ConfigProblem($"{place}[{index}]", $"expected text, found {Describe(item)}"));
            index++;
        }
    }

    private static void ValidateMap(ConfigField field, ConfigValue value, string place, List<ConfigProblem> problems)
    {
        if (ConfigReader.Maps(value) is not { } maps)
        {
            problems.Add(new ConfigProblem(place, $"expected {Describe(field.Kind)}, found {Describe(value)}"));
            return;
        }

        foreach (var (key, item) in maps.SelectMany(m => m))
        {
            var good = field.Kind == ConfigKind.TextMap ? item.ToText() is not null : item.AsInteger() is not null || IsInterpolated(item);
            if (!good)
                problems.Add(new ConfigProblem($"{place}.{key}", $"expected {(field.Kind == ConfigKind.TextMap ? "text" : "a whole number")}, found {Describe(item)}"));
        }
    }

    private static void ValidateBlocks(ConfigField field, ConfigValue value, string place, List<ConfigProblem> problems)
    {
        if (ConfigReader.Maps(value) is not { } maps)
        {
            problems.Add(new ConfigProblem(place, $"expected {Describe(field.Kind)}, found {Describe(value)}"));
            return;
        }

        if (field.Kind == ConfigKind.Block && maps.Count > 1)
            problems.Add(new ConfigProblem(place, $"expected one block, found {maps.Count}"));

        for (var i = 0; i < maps.Count; i++)
            field.Fields?.Validate(maps[i], maps.Count > 1 ? $"{place}[{i}]" : place, problems);
    }

    private static bool IsInterpolated(ConfigValue value) => value.AsString()?.Contains("${", StringComparison.Ordinal) == true;

    private static string Describe(ConfigKind kind) => kind switch
    {
        ConfigKind.Text => "text",
        ConfigKind.Flag => "true or false",
        ConfigKind.Integer => "a whole number",
        ConfigKind.Number => "a number",
        ConfigKind.TextList => "a list of text",
        ConfigKind.TextMap => "a map of text",
        ConfigKind.IntegerMap => "a map of whole numbers",
        ConfigKind.Block => "a block",
        _ => "blocks",
    };

    private static string Describe(ConfigValue value) => value.Kind switch
    {
        ConfigValueKind.List => $"a list of {value.AsList().Count}",
        ConfigValueKind.Map => "a map",
        ConfigValueKind.String => $"the text \"{value.ToText()}\"",
        _ => value.ToText() ?? "nothing",
    };
}
