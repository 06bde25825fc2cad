using System.Globalization;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Devices;

namespace Actors.Scheduling.Feasibility;

/// <summary>Something a node must fulfil, whatever runs on it.</summary>
/// <param name="Kind">The kind of check, as verdicts name it: <c>constraint</c>, <c>driver</c>, <c>network</c>, <c>host_volume</c>, <c>device</c>.</param>
/// <param name="Needed">What is needed, for people.</param>
/// <param name="Counter">Its name among Nomad's counters.</param>
/// <param name="ByClass">Its outcome is the same for all nodes of a computed class.</param>
/// <param name="Escapes">It looks at something unique to a node: a blocked evaluation can't go by classes.</param>
/// <param name="Passes">The check.</param>
/// <param name="Had">What a node has there, for people.</param>
internal sealed record NodeCheck(string Kind, string Needed, string Counter, bool ByClass, bool Escapes, Func<Node, bool> Passes, Func<Node, string> Had);

/// <summary>The static checks of a group, in Nomad's order: the job's constraints, drivers, the group's and its tasks' constraints, devices, networks, volumes.</summary>
internal static class StaticChecks
{
    /// <summary>What is said of a node that has no value at all for what is asked.</summary>
    public const string NotSet = "not set";

    public static (IReadOnlyList<NodeCheck> Checks, DistinctHostsScope Hosts, IReadOnlyList<DistinctPropertyAsk> Properties) For(GroupRequirements requirements)
    {
        var job = requirements.Job;
        var group = requirements.Group;
        var checks = new List<NodeCheck>();
        var properties = new List<DistinctPropertyAsk>();
        var hosts = DistinctHostsScope.None;

        foreach (var constraint in job.Constraints.Concat(ImplicitConstraints.Of(group))) Add(constraint, true);
        foreach (var driver in requirements.Drivers) checks.Add(Driver(driver));
        foreach (var constraint in group.Constraints) Add(constraint, false);
        foreach (var task in group.Tasks)
        {
            foreach (var constraint in task.Constraints) Add(constraint, false);
        }

        foreach (var device in requirements.Devices) checks.Add(Device(device));

        foreach (var network in group.Networks)
        {
            if (network.Mode == "bridge" || network.Mode.StartsWith("cni/", StringComparison.Ordinal)) checks.Add(NetworkMode(network.Mode));
        }

        foreach (var alias in requirements.Ports.Select(p => p.HostNetwork).Distinct(StringComparer.Ordinal)) checks.Add(HostNetwork(alias));
        foreach (var volume in group.Volumes.Values)
        {
            if (!volume.IsHost()) checks.Add(CsiVolume(volume));
            else if (!volume.PerAlloc) checks.Add(HostVolume(volume, job.Namespace));
        }

        return (checks, hosts, properties);

        void Add(Constraint constraint, bool wholeJob)
        {
            switch (constraint.Operand)
            {
                case Operands.DistinctHosts:
                    if (!string.Equals(constraint.RightTarget, "false", StringComparison.OrdinalIgnoreCase))
                    {
                        hosts = wholeJob ? DistinctHostsScope.Job : (DistinctHostsScope)Math.Max((int)hosts, (int)DistinctHostsScope.Group);
                    }

                    break;
                case Operands.DistinctProperty:
                    var limit = int.TryParse(constraint.RightTarget, NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 ? given : 1;
                    properties.Add(new DistinctPropertyAsk(Target.Parse(constraint.LeftTarget), constraint.LeftTarget, limit, wholeJob));
                    break;
                default:
                    checks.Add(Comparison(new Comparison(constraint.LeftTarget, constraint.Operand, constraint.RightTarget)));
                    break;
            }
        }
    }

    private static NodeCheck Comparison(Comparison comparison) => new(
        "constraint",
        comparison.Text,
        comparison.Text,
        comparison.SharedByClass,
        comparison.EscapesClass,
        node => comparison.Holds(comparison.Left.Resolve(node), comparison.Right.Resolve(node)),
        node => (comparison.Left.IsLiteral ? comparison.Right : comparison.Left).Resolve(node) ?? NotSet);

    // A driver's health comes and goes without the node's class changing.
    private static NodeCheck Driver(string name) => new(
        "driver",
        $"driver {name}",
        "missing drivers",
        false,
        false,
        node => node.Drivers.TryGetValue(name, out var driver) && driver.Detected && driver.Healthy,
        node => !node.Drivers.TryGetValue(name, out var driver) || !driver.Detected
            ? "not detected"
            : driver.HealthDescription.Length == 0 ? "not healthy" : $"not healthy: {driver.HealthDescription}");

    private static NodeCheck Device(DeviceAsk device) => new(
        "device",
        device.Text,
        "missing devices",
        false,
        false,
        device.IsThere,
        node => node.Resources.Devices is not { Count: > 0 } devices ? "no devices" : string.Join(", ", devices.Select(d => $"{d.Instances.Count(i => i.Healthy)} {d}")));

    private static NodeCheck NetworkMode(string mode) => new(
        "network",
        $"network mode {mode}",
        "missing network",
        false,
        false,
        node => node.Resources.Networks.Any(n => n.Mode == mode),
        node => node.Resources.Networks.Count == 0 ? "no networks" : string.Join(", ", node.Resources.Networks.Select(n => n.Mode).Distinct()));

    private static NodeCheck HostNetwork(string alias) => new(
        "network",
        $"host network {alias}",
        $"missing host network \"{alias}\"",
        false,
        false,
        node => NetworkOf(node, alias) is not null,
        node => node.Resources.Networks.Count == 0 ? "no networks" : string.Join(", ", node.Resources.Networks.Select(n => n.Alias).Distinct()));

    private static NodeCheck HostVolume(VolumeRequest request, string ns) => new(
        "host_volume",
        request.ReadOnly ? $"host volume {request.Source}" : $"writable host volume {request.Source}",
        "missing compatible host volumes",
        false,
        true,
        node => VolumeAsk.Fits(request, request.Source, ns, node),
        node => node.HostVolumes.TryGetValue(request.Source, out var volume)
            ? VolumeAsk.Misfit(request, volume, ns) ?? "it"
            : node.HostVolumes.Count == 0 ? "no host volumes" : string.Join(", ", node.HostVolumes.Keys.Order(StringComparer.Ordinal)));

    private static NodeCheck CsiVolume(VolumeRequest request) => new(
        "csi_volume",
        $"CSI volume {request.Source}",
        $"missing CSI volume {request.Source}",
        true,
        false,
        _ => false,
        _ => "no CSI plugins");

    /// <summary>The network of a node that serves an alias: the first is <c>default</c> whatever it is called.</summary>
    public static NodeNetwork? NetworkOf(Node node, string alias)
    {
        var networks = node.Resources.Networks;
        foreach (var network in networks)
        {
            if (network.Alias == alias && !IsVirtual(network)) return network;
        }

        return alias == "default" ? networks.FirstOrDefault(n => !IsVirtual(n)) : null;
    }

    private static bool IsVirtual(NodeNetwork network) => network.Mode == "bridge" || network.Mode.StartsWith("cni/", StringComparison.Ordinal);
}
