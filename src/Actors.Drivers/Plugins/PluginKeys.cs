using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actors.Contracts.Collections;

namespace Actors.Drivers.Plugins;

/// <summary>What an operator set for one plugin.</summary>
/// <param name="settings">What is set for all of them.</param>
/// <param name="program">The plugin's program.</param>
internal sealed class PluginKeys(PluginSettings settings, string program)
{
    /// <summary>What the program is started with.</summary>
    public IReadOnlyList<string> Args { get; } = settings.Args.GetValueOrDefault(Path.GetFileName(program)) ?? [];

    /// <summary>Changes when any of the keys does, or what the program is started with; tells none of them.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(settings.Keys.OrderBy(o => o.Key, StringComparer.Ordinal)) + string.Join('\0', Args))));

    /// <summary>The keys of a driver.</summary>
    public EquatableMap<ConfigValue> Of(string driver) =>
        (settings.Keys.GetValueOrDefault(driver) ?? settings.Keys.GetValueOrDefault(Path.GetFileName(program))) is { } keys ? keys.Deserialize<ConfigValue>()!.AsMap() : EquatableMap<ConfigValue>.Empty;
}
