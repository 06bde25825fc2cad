using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;

namespace Actors.Drivers.Plugins;

/// <summary>An operator's keys for the driver of a plugin, by the driver's name or by that of the plugin's file.</summary>
/// <param name="options">The drivers' keys in the agent's configuration.</param>
/// <param name="program">The plugin's program.</param>
internal sealed class PluginKeys(IReadOnlyDictionary<string, JsonObject> options, string program)
{
    /// <summary>Changes when any of the keys does; tells none of them.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(options.OrderBy(o => o.Key, StringComparer.Ordinal)))));

    /// <summary>The keys of a driver.</summary>
    public EquatableMap<ConfigValue> Of(string driver) =>
        (options.GetValueOrDefault(driver) ?? options.GetValueOrDefault(Path.GetFileName(program))) is { } keys ? keys.Deserialize<ConfigValue>()!.AsMap() : EquatableMap<ConfigValue>.Empty;
}
