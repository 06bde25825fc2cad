using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Config;

namespace Actors.Plugins;

/// <summary>A driver plugin.</summary>
public sealed record PluginDefinition
{
    /// <summary>The driver's name, as jobs write it.</summary>
    public required string Name { get; init; }

    /// <summary>The plugin's own version, such as <c>1.0.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The keys that an operator may set for it.</summary>
    public ConfigSchema Options { get; init; } = new();

    /// <summary>Makes the driver of its operator's keys. The driver's name is <see cref="Name"/>.</summary>
    public required Func<EquatableMap<ConfigValue>, TimeProvider, ITaskDriver> Create { get; init; }
}
