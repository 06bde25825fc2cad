using System.Text.RegularExpressions;
using Actors.Contracts.Collections;
using Actors.Contracts.Nodes;

namespace Actors.Client.Tasks;

/// <summary>Replaces <c>${…}</c> by what is known at run time: variables, <c>attr.*</c>, <c>meta.*</c> and <c>node.*</c>. What is not known stays as it is written.</summary>
internal static partial class Interpolation
{
    /// <summary>What a node gives to interpolation.</summary>
    public static Dictionary<string, string> NodeValues(Node node, string region)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["node.unique.id"] = node.Id.ToString(),
            ["node.unique.name"] = node.Name,
            ["node.datacenter"] = node.Datacenter,
            ["node.class"] = node.NodeClass,
            ["node.pool"] = node.NodePool,
            ["node.region"] = region,
        };
        foreach (var (name, value) in node.Attributes) values["attr." + name] = value;
        foreach (var (name, value) in node.Meta) values["meta." + name] = value;
        return values;
    }

    /// <summary>The text with every reference that is known replaced.</summary>
    public static string Replace(string text, IReadOnlyDictionary<string, string> variables, IReadOnlyDictionary<string, string> node) =>
        text.Contains('$', StringComparison.Ordinal)
            ? Reference().Replace(text, match =>
            {
                var name = match.Groups["name"].Value;
                return variables.TryGetValue(name, out var value) || node.TryGetValue(name, out value) ? value : match.Value;
            })
            : text;

    /// <summary>The configuration with every reference that is known replaced, in keys too.</summary>
    public static EquatableMap<ConfigValue> Replace(EquatableMap<ConfigValue> config, IReadOnlyDictionary<string, string> variables, IReadOnlyDictionary<string, string> node)
    {
        return Map(config);

        EquatableMap<ConfigValue> Map(EquatableMap<ConfigValue> map) =>
            map.Select(entry => KeyValuePair.Create(Replace(entry.Key, variables, node), Value(entry.Value))).ToEquatableMap();

        ConfigValue Value(ConfigValue value) => value.Kind switch
        {
            ConfigValueKind.String => ConfigValue.Of(Replace(value.AsString()!, variables, node)),
            ConfigValueKind.List => ConfigValue.Of(value.AsList().Select(Value)),
            ConfigValueKind.Map => ConfigValue.Of(Map(value.AsMap())),
            _ => value,
        };
    }

    [GeneratedRegex(@"\$\{\s*(?<name>[A-Za-z0-9_.\-/]+)\s*\}")]
    private static partial Regex Reference();
}
