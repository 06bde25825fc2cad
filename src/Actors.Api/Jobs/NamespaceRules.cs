using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Operators;

namespace Actors.Api.Jobs;

/// <summary>What a namespace lets its jobs use.</summary>
internal static class NamespaceRules
{
    /// <summary>What of a job its namespace does not allow.</summary>
    public static IEnumerable<string> Check(Job job, Namespace home)
    {
        if (home.Capabilities is not { } may) yield break;

        var drivers = job.TaskGroups.SelectMany(g => g.Tasks).Select(t => t.Driver).Distinct();
        foreach (var driver in drivers.Where(d => !Allowed(d, may.EnabledTaskDrivers, may.DisabledTaskDrivers)))
            yield return $"used task driver \"{driver}\" is not allowed in namespace \"{home.Name}\"{Instead(may.EnabledTaskDrivers)}";

        var modes = job.TaskGroups.Select(g => g.Networks.Select(n => n.Mode).FirstOrDefault() is { Length: > 0 } mode ? mode : "host").Distinct();
        foreach (var mode in modes.Where(m => !Allowed(m, may.EnabledNetworkModes, may.DisabledNetworkModes)))
            yield return $"used group network mode \"{mode}\" is not allowed in namespace \"{home.Name}\"{Instead(may.EnabledNetworkModes)}";
    }

    private static bool Allowed(string name, EquatableList<string> enabled, EquatableList<string> disabled) =>
        (enabled.IsEmpty || enabled.Contains(name)) && !disabled.Contains(name);

    private static string Instead(EquatableList<string> enabled) => enabled.IsEmpty ? "" : $": it allows {string.Join(", ", enabled)}";
}
