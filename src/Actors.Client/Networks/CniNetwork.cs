using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Client.Networks;

/// <summary>A CNI network: a chain of plugins.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version of CNI that its plugins are spoken to in.</param>
/// <param name="Plugins">Their configurations, in order.</param>
internal sealed record CniNetwork(string Name, string Version, IReadOnlyList<JsonObject> Plugins)
{
    /// <summary>The chain of which the filter rules of this agent's bridge are an operator's to extend.</summary>
    public const string AdminChain = "NOMAD-ADMIN";

    private const string OwnVersion = "0.4.0";

    /// <summary>The network of groups in mode <c>bridge</c>.</summary>
    public static CniNetwork Bridge(NetworkOptions options) => new(options.BridgeName, OwnVersion,
    [
        new JsonObject { ["type"] = "loopback" },
        new JsonObject
        {
            ["type"] = "bridge",
            ["bridge"] = options.BridgeName,
            ["ipMasq"] = true,
            ["isGateway"] = true,
            ["forceAddress"] = true,
            ["hairpinMode"] = options.BridgeHairpin,
            ["ipam"] = new JsonObject
            {
                ["type"] = "host-local",
                ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = options.BridgeSubnet })),
                ["routes"] = new JsonArray(new JsonObject { ["dst"] = "0.0.0.0/0" }),
            },
        },
        new JsonObject { ["type"] = "firewall", ["backend"] = "iptables", ["iptablesAdminChainName"] = AdminChain },
        new JsonObject { ["type"] = "portmap", ["capabilities"] = new JsonObject { ["portMappings"] = true }, ["snat"] = true },
    ]);

    /// <summary>The network of groups in mode <c>none</c>: the loopback alone.</summary>
    public static CniNetwork Loopback { get; } = new("loopback", OwnVersion, [new JsonObject { ["type"] = "loopback" }]);

    /// <summary>Reads a configuration: a chain, or a single plugin.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="place">The file, for people.</param>
    /// <exception cref="FormatException">It is none; names the place, what was found and what was expected.</exception>
    public static CniNetwork Parse(string json, string place)
    {
        try
        {
            if (JsonNode.Parse(json) is not JsonObject root) throw new FormatException($"{place}: expected an object");
            var name = Text(root, "name") ?? throw new FormatException($"{place}: name is missing");
            var version = Text(root, "cniVersion") ?? OwnVersion;
            var plugins = root["plugins"] is JsonArray list ? list.ToList() : [root];
            return new CniNetwork(name, version, [.. plugins.Select((plugin, i) => plugin is JsonObject o && Text(o, "type") is { Length: > 0 } type && !type.Contains('/', StringComparison.Ordinal)
                ? (JsonObject)o.DeepClone()
                : throw new FormatException($"{place}: plugins[{i}].type: expected the name of a plugin"))]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{place}: {e.Message}", e);
        }
    }

    /// <summary>What one plugin of the chain reads.</summary>
    /// <param name="plugin">Which.</param>
    /// <param name="ports">The ports that it maps, if it does that.</param>
    /// <param name="previous">What the plugin before it answered, or null.</param>
    public JsonObject Request(int plugin, JsonArray ports, JsonNode? previous)
    {
        var request = (JsonObject)Plugins[plugin].DeepClone();
        (request["name"], request["cniVersion"]) = (Name, Version);
        if (previous is not null) request["prevResult"] = previous.DeepClone();
        if (request["capabilities"] is JsonObject capabilities && capabilities["portMappings"]?.GetValue<bool>() == true)
            request["runtimeConfig"] = new JsonObject { ["portMappings"] = ports.DeepClone() };
        return request;
    }

    private static string? Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
