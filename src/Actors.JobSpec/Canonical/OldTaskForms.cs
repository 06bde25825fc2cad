using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Decoding;

namespace Actors.JobSpec.Canonical;

/// <summary>
/// What tasks used to say themselves and groups say today: networks, disk, distinct constraints. After this, whoever schedules
/// or runs a group looks in one place only.
/// </summary>
internal static class OldTaskForms
{
    public static TaskGroup Lift(TaskGroup group)
    {
        if (group.Tasks.Any(task => task.Resources is { Networks.IsEmpty: false })) group = LiftNetworks(group);
        if (group.Tasks.Any(task => task.Resources is { DiskMb: not null } or { Iops: not null })) group = LiftDisk(group);
        if (group.Tasks.Any(task => task.Constraints.Any(IsDistinct)))
        {
            group = group with
            {
                Constraints = [.. group.Constraints, .. group.Tasks.SelectMany(task => task.Constraints).Where(IsDistinct).Where(constraint => !group.Constraints.Contains(constraint)).Distinct()],
                Tasks = group.Tasks.Map(task => task with { Constraints = task.Constraints.Where(constraint => !IsDistinct(constraint)).ToEquatableList() }),
            };
        }

        return group with { Tasks = group.Tasks.Map(FixDockerKeys) };
    }

    private static bool IsDistinct(Constraint constraint) => constraint.Operand is Operands.DistinctHosts or Operands.DistinctProperty;

    /// <summary>
    /// Ports of tasks become the group's, with the port inside the container from the driver's port_map. When two define a
    /// label differently, nothing is moved: validation names the clash.
    /// </summary>
    private static TaskGroup LiftNetworks(TaskGroup group)
    {
        var network = group.Networks.IsEmpty ? new NetworkResource() : group.Networks[0];
        var ports = new Dictionary<string, Port>(StringComparer.Ordinal);
        foreach (var port in network.ReservedPorts.Concat(network.DynamicPorts))
        {
            if (!ports.TryAdd(port.Label, port)) return group;
        }

        var megabits = network.MBits;
        foreach (var task in group.Tasks)
        {
            var map = PortMap(task);
            foreach (var own in task.Resources?.Networks ?? [])
            {
                megabits = own.MBits is { } more ? (megabits ?? 0) + more : megabits;
                foreach (var port in own.ReservedPorts.Concat(own.DynamicPorts))
                {
                    var lifted = port.To == 0 && map.TryGetValue(port.Label, out var inside) ? port with { To = inside } : port;
                    if (!ports.TryAdd(port.Label, lifted) && ports[port.Label] != lifted) return group;
                }
            }
        }

        network = network with
        {
            MBits = megabits,
            ReservedPorts = ports.Values.Where(port => port.Value != 0).ToEquatableList(),
            DynamicPorts = ports.Values.Where(port => port.Value == 0).ToEquatableList(),
        };
        return group with
        {
            Networks = [network, .. group.Networks.Skip(1)],
            Tasks = group.Tasks.Map(task => task.Resources is null ? task : task with { Resources = task.Resources with { Networks = [] } }),
        };
    }

    /// <summary>The driver's <c>port_map { label = port }</c>, in any of the shapes it has in JSON.</summary>
    private static Dictionary<string, int> PortMap(JobTask task)
    {
        var map = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!task.Config.TryGetValue("port_map", out var value)) return map;
        foreach (var part in value.Kind == ConfigValueKind.List ? value.AsList() : [value])
        {
            foreach (var (label, port) in part.AsMap())
            {
                if (port.AsInteger() is > 0 and <= 65535 and var number) map[label] = (int)number;
            }
        }

        return map;
    }

    /// <summary>The tasks' disks together, but no less than the logs of one may grow to, unless the group has its own word.</summary>
    private static TaskGroup LiftDisk(TaskGroup group)
    {
        var sum = group.Tasks.Sum(task => (long)(task.Resources?.DiskMb ?? 0));
        var logs = group.Tasks.Max(task => Defaults.Of(task.LogConfig) is var kept ? (decimal)kept.MaxFiles!.Value * kept.MaxFileSizeMb!.Value : 0);
        var disk = group.EphemeralDisk ?? new EphemeralDisk();
        if (disk.SizeMb is null && sum > 0) disk = disk with { SizeMb = (int)Math.Clamp(Math.Max(sum, logs + 1), 1, int.MaxValue) };
        return group with
        {
            EphemeralDisk = disk,
            Tasks = group.Tasks.Map(task => task.Resources is null ? task : task with { Resources = task.Resources with { DiskMb = null, Iops = null } }),
        };
    }

    private static JobTask FixDockerKeys(JobTask task)
    {
        if (task.Driver != "docker") return task;
        var config = task.Config;
        foreach (var (wrong, right) in OldForms.DockerKeys)
        {
            if (config.TryGetValue(wrong, out var value)) config = (config.ContainsKey(right) ? config : config.SetItem(right, value)).Remove(wrong);
        }

        return ReferenceEquals(config, task.Config) ? task : task with { Config = config };
    }
}
