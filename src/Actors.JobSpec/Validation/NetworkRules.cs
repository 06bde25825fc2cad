using System.Text.RegularExpressions;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Validation;

/// <summary>Rules of a group's networks and of the ports of its tasks.</summary>
internal static partial class NetworkRules
{
    public static void Check(TaskGroup group, string path, string who, Findings found)
    {
        if (group.Networks.Count > 1) found.Error(DiagnosticCodes.LimitExceeded, $"{path}.Networks", $"{who}: one network block is possible; found {group.Networks.Count}");
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new Dictionary<(string Network, int Port), string>();
        for (var i = 0; i < group.Networks.Count; i++)
        {
            var network = group.Networks[i];
            var at = $"{path}.Networks[{i}]";
            Mode(network, at, who, found);
            Ports(network, at, who, labels, numbers, found);
        }

        for (var t = 0; t < group.Tasks.Count; t++)
        {
            var networks = group.Tasks[t].Resources?.Networks ?? [];
            for (var i = 0; i < networks.Count; i++)
                Ports(networks[i], $"{path}.Tasks[{t}].Resources.Networks[{i}]", $"task \"{group.Tasks[t].Name}\"", labels, numbers, found);
        }
    }

    private static void Mode(NetworkResource network, string at, string who, Findings found)
    {
        if (network.Mode is not ("" or "none" or "host" or "bridge") && !(network.Mode.StartsWith("cni/", StringComparison.Ordinal) && network.Mode.Length > 4))
            found.Error(DiagnosticCodes.NotAllowed, $"{at}.Mode", $"{who}: network mode must be \"none\", \"host\", \"bridge\" or \"cni/<network>\"; found \"{network.Mode}\"", Diagnostics.NearestName.Suggest(network.Mode, ["none", "host", "bridge"]));
        if (network.Hostname.Length > 0 && !network.Hostname.Contains("${", StringComparison.Ordinal) && !(network.Hostname.Length <= 253 && HostName().IsMatch(network.Hostname)))
            found.Error(DiagnosticCodes.InvalidName, $"{at}.Hostname", $"{who}: \"{network.Hostname}\" is not a host name");
        if (network.MBits > 0) found.Warning(DiagnosticCodes.Deprecated, $"{at}.MBits", $"{who}: mbits has no effect: bandwidth is not scheduled", "remove it");
        foreach (var (key, value) in network.Cni?.Args ?? Contracts.Collections.EquatableMap<string>.Empty)
        {
            if (key.Contains(';', StringComparison.Ordinal) || value.Contains(';', StringComparison.Ordinal))
                found.Error(DiagnosticCodes.InvalidName, $"{at}.CNI.Args", $"{who}: arguments of a CNI network have no ';': {key} = {value}");
        }
    }

    private static void Ports(NetworkResource network, string at, string who, HashSet<string> labels, Dictionary<(string, int), string> numbers, Findings found)
    {
        foreach (var (port, isStatic) in network.ReservedPorts.Select(port => (port, true)).Concat(network.DynamicPorts.Select(port => (port, false))))
        {
            var where = $"{at}.Port[{port.Label}]";
            if (port.Label.Length == 0) found.Error(DiagnosticCodes.Required, at, $"{who}: a port needs a label");
            else if (!labels.Add(port.Label)) found.Error(DiagnosticCodes.DuplicateName, where, $"{who}: the port label \"{port.Label}\" is used twice in the group", "labels name the ports of the whole group: give each its own");
            if (isStatic && port.Value is < 1 or > 65535) found.Error(DiagnosticCodes.RangeRule, where, $"{who}: port \"{port.Label}\": static is from 1 to 65535; found {port.Value}");
            if (port.To is < -1 or > 65535) found.Error(DiagnosticCodes.RangeRule, where, $"{who}: port \"{port.Label}\": to is from -1 (the same as on the node) to 65535; found {port.To}");
            if (port.IgnoreCollision && network.Mode is not ("" or "host")) found.Error(DiagnosticCodes.InvalidPolicy, where, $"{who}: port \"{port.Label}\": ignore_collision is only for host networks");
            if (!isStatic || port.IgnoreCollision || port.Value < 1) continue;
            var key = (port.HostNetwork.Length == 0 ? "default" : port.HostNetwork, port.Value);
            if (!numbers.TryAdd(key, port.Label)) found.Error(DiagnosticCodes.PortConflict, where, $"{who}: ports \"{numbers[key]}\" and \"{port.Label}\" both ask for the static port {port.Value}");
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\.?$", RegexOptions.CultureInvariant, 250)]
    private static partial Regex HostName();
}
