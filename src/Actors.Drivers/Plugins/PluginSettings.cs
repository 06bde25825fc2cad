using System.Text.Json.Nodes;

namespace Actors.Drivers.Plugins;

/// <summary>What an operator set for driver plugins.</summary>
/// <param name="Keys">The drivers' keys, by the driver's name or by that of the plugin's file.</param>
public sealed record PluginSettings(IReadOnlyDictionary<string, JsonObject> Keys)
{
    /// <summary>What plugins' programs are started with, by the name of the plugin's file.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Args { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
