using Actors.Drivers;
using Actors.Drivers.Plugins;
using Microsoft.Extensions.Logging;

namespace Actors.Client.Hosting;

/// <summary>The drivers that are programs of their own, beside those that the client has itself.</summary>
internal static class DriverPlugins
{
    /// <summary>Starts the plugins of the plugin directory. One that can't be used is a driver too: that says why.</summary>
    public static async Task<IReadOnlyList<PluginDriver>> LoadAsync(ClientOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(options.DataDir);
        var directory = options.PluginDir.Length > 0 ? Path.GetFullPath(options.PluginDir) : Path.Combine(data, "plugins");
        if (options.PluginDir.Length > 0 && !Directory.Exists(directory)) logger.LogWarning("There is no plugin directory {Directory}", directory);
        var plugins = await PluginDriver.LoadAllAsync(directory, new PluginSettings(options.DriverOptions) { Args = options.PluginArgs }, Path.Combine(data, "client", "plugins"), time, cancellationToken).ConfigureAwait(false);
        foreach (var plugin in plugins)
        {
            if (plugin.Problem is { } problem) logger.LogError("Driver {Driver} can't be used: {Problem}", plugin.Name, problem);
            else logger.LogInformation("Plugin {Program} is driver {Driver}", plugin.Program, plugin.Name);
        }

        return plugins;
    }

    /// <summary>
    /// Which of the drivers are offered when several have one name: a plugin before the client's own, as an operator who
    /// installs it wants; but the client's own before a plugin that can't be used.
    /// </summary>
    public static IReadOnlyList<ITaskDriver> Offered(ClientOptions options, IReadOnlyList<ITaskDriver> own, IReadOnlyList<PluginDriver> plugins) =>
    [
        .. plugins.Where(p => p.Problem is null).Concat(own).Concat(plugins.Where(p => p.Problem is not null))
            .DistinctBy(d => d.Name)
            .Where(d => options.DriverAllowList.Count == 0 || options.DriverAllowList.Contains(d.Name)),
    ];
}
