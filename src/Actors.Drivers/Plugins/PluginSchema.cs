using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Plugins.Protocol;

namespace Actors.Drivers.Plugins;

/// <summary>Between a plugin's description of a configuration and ours: to check with, and to write values in the shape that the plugin expects.</summary>
internal static class PluginSchema
{
    /// <summary>Our schema of a plugin's description.</summary>
    public static ConfigSchema Read(Spec? spec) => new([.. Entries(spec).DistinctBy(e => e.Name).Select(e => Field(e.Name, e.Spec))]);

    /// <summary>A plugin's description of our schema.</summary>
    public static Spec Write(ConfigSchema schema)
    {
        var spec = new Spec { Object = new Protocol.Object() };
        foreach (var field in schema.Fields) spec.Object.Attributes[field.Name] = Write(field);
        return spec;
    }

    /// <summary>A configuration in the shape that a plugin expects: every key is there, of its type, with its default.</summary>
    public static ConfigValue Shape(Spec? spec, EquatableMap<ConfigValue> config) =>
        ConfigValue.Of(Entries(spec).Select(e => KeyValuePair.Create(e.Key, Value(e.Spec, config.TryGetValue(e.Name, out var given) ? given : ConfigValue.Null))));

    private static IEnumerable<(string Key, string Name, Spec Spec)> Entries(Spec? spec) =>
        (spec?.BlockCase == Spec.BlockOneofCase.Object ? spec.Object.Attributes.AsEnumerable() : []).Select(a => (a.Key, Name(a.Value) is { Length: > 0 } name ? name : a.Key, a.Value));

    private static string Name(Spec spec) => spec.BlockCase switch
    {
        Spec.BlockOneofCase.Attr => spec.Attr.Name,
        Spec.BlockOneofCase.BlockValue => spec.BlockValue.Name,
        Spec.BlockOneofCase.BlockAttrs => spec.BlockAttrs.Name,
        Spec.BlockOneofCase.BlockList => spec.BlockList.Name,
        Spec.BlockOneofCase.BlockSet => spec.BlockSet.Name,
        Spec.BlockOneofCase.BlockMap => spec.BlockMap.Name,
        Spec.BlockOneofCase.Default => Name(spec.Default.Primary),
        _ => "",
    };

    private static ConfigField Field(string name, Spec spec) => spec.BlockCase switch
    {
        Spec.BlockOneofCase.Attr => new ConfigField(name, Kind(spec.Attr.Type)) { Required = spec.Attr.Required },
        Spec.BlockOneofCase.BlockValue => new ConfigField(name, ConfigKind.Block) { Required = spec.BlockValue.Required, Fields = Read(spec.BlockValue.Nested) },
        Spec.BlockOneofCase.BlockAttrs => new ConfigField(name, ConfigKind.TextMap) { Required = spec.BlockAttrs.Required },
        Spec.BlockOneofCase.BlockList => new ConfigField(name, ConfigKind.Blocks) { Required = spec.BlockList.MinItems > 0, Fields = Read(spec.BlockList.Nested) },
        Spec.BlockOneofCase.BlockSet => new ConfigField(name, ConfigKind.Blocks) { Required = spec.BlockSet.MinItems > 0, Fields = Read(spec.BlockSet.Nested) },
        // What has a default need not be there.
        Spec.BlockOneofCase.Default => Field(name, spec.Default.Primary) with { Required = false },
        _ => new ConfigField(name, ConfigKind.Any),
    };

    private static ConfigKind Kind(string type) => type.Replace(" ", "", StringComparison.Ordinal) switch
    {
        "string" => ConfigKind.Text,
        "bool" => ConfigKind.Flag,
        "number" => ConfigKind.Number,
        "list(string)" or "set(string)" => ConfigKind.TextList,
        "map(string)" or "list(map(string))" => ConfigKind.TextMap,
        "map(number)" or "list(map(number))" => ConfigKind.IntegerMap,
        _ => ConfigKind.Any,
    };

    private static ConfigValue Value(Spec spec, ConfigValue given)
    {
        if (spec.BlockCase == Spec.BlockOneofCase.Default)
            return given.Kind == ConfigValueKind.Null ? Value(spec.Default.Default_, given) : Value(spec.Default.Primary, given);
        if (spec.BlockCase == Spec.BlockOneofCase.Literal) return SpecLiteral.Parse(spec.Literal.Value);
        var maps = given.Kind == ConfigValueKind.Null ? [] : ConfigReader.Maps(given) ?? [];
        return spec.BlockCase switch
        {
            Spec.BlockOneofCase.Attr => Typed(spec.Attr.Type.Replace(" ", "", StringComparison.Ordinal), given),
            Spec.BlockOneofCase.BlockValue => maps.Count == 0 ? ConfigValue.Null : Nested(spec.BlockValue.Nested, maps[0]),
            Spec.BlockOneofCase.BlockList => ConfigValue.Of(maps.Select(m => Nested(spec.BlockList.Nested, m))),
            Spec.BlockOneofCase.BlockSet => ConfigValue.Of(maps.Select(m => Nested(spec.BlockSet.Nested, m))),
            Spec.BlockOneofCase.BlockMap => Labelled(spec.BlockMap, spec.BlockMap.Labels.Count, maps),
            Spec.BlockOneofCase.BlockAttrs => maps.Count == 0 ? ConfigValue.Null : Typed($"map({spec.BlockAttrs.Type})", given),
            _ => given,
        };
    }

    private static ConfigValue Nested(Spec spec, EquatableMap<ConfigValue> map) => spec.BlockCase == Spec.BlockOneofCase.Object ? Shape(spec, map) : ConfigValue.Of(map);

    /// <summary>Blocks with labels are maps by label, one within the other; blocks of the same label count together.</summary>
    private static ConfigValue Labelled(BlockMap spec, int labels, IReadOnlyList<EquatableMap<ConfigValue>> maps) => labels == 0
        ? maps.Count == 0 ? ConfigValue.Null : Nested(spec.Nested, maps[^1])
        : ConfigValue.Of(maps.SelectMany(m => m).GroupBy(p => p.Key).Select(g =>
            KeyValuePair.Create(g.Key, Labelled(spec, labels - 1, [.. g.SelectMany(p => ConfigReader.Maps(p.Value) ?? [])]))));

    private static ConfigValue Typed(string type, ConfigValue given)
    {
        if (given.Kind == ConfigValueKind.Null) return given;
        var inner = type.EndsWith(')') && type.IndexOf('(', StringComparison.Ordinal) is > 0 and var open ? type[(open + 1)..^1] : "";
        return type switch
        {
            "string" => given.ToText() is { } text ? ConfigValue.Of(text) : given,
            "bool" => given.AsBool() is { } flag ? ConfigValue.Of(flag) : given,
            "number" => given.AsNumber() is { } number ? ConfigValue.Of(number) : given,
            // Blocks of a map count together as one.
            _ when type.StartsWith("list(map(", StringComparison.Ordinal) =>
                ConfigReader.Maps(given) is { } maps ? ConfigValue.Of(maps.Select(m => Typed(inner, ConfigValue.Of(m)))) : given,
            _ when type.StartsWith("map(", StringComparison.Ordinal) =>
                ConfigReader.Maps(given) is { } maps
                    ? ConfigValue.Of(maps.SelectMany(m => m).GroupBy(p => p.Key).Select(g => KeyValuePair.Create(g.Key, Typed(inner, g.Last().Value)))) : given,
            _ when type.StartsWith("list(", StringComparison.Ordinal) || type.StartsWith("set(", StringComparison.Ordinal) =>
                ConfigValue.Of(given.Kind == ConfigValueKind.List ? given.AsList().Select(i => Typed(inner, i)) : [Typed(inner, given)]),
            _ => given,
        };
    }

    private static Spec Write(ConfigField field)
    {
        var name = field.Name;
        return field.Kind switch
        {
            ConfigKind.Block => new Spec { BlockValue = new Block { Name = name, Required = field.Required, Nested = Write(field.Fields ?? new ConfigSchema()) } },
            ConfigKind.Blocks => new Spec { BlockList = new BlockList { Name = name, MinItems = field.Required ? 1UL : 0, Nested = Write(field.Fields ?? new ConfigSchema()) } },
            _ => new Spec { Attr = new Attr { Name = name, Required = field.Required, Type = TypeOf(field.Kind) } },
        };
    }

    private static string TypeOf(ConfigKind kind) => kind switch
    {
        ConfigKind.Text => "string",
        ConfigKind.Flag => "bool",
        ConfigKind.Integer or ConfigKind.Number => "number",
        ConfigKind.TextList => "list(string)",
        ConfigKind.TextMap => "list(map(string))",
        ConfigKind.IntegerMap => "list(map(number))",
        _ => "any",
    };
}
