using System.Globalization;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Drivers.Config;
using Actors.Drivers.Plugins.Protocol;
using Google.Protobuf;

namespace Actors.Drivers.Plugins;

/// <summary>Between our description of a task and a plugin's.</summary>
internal static class PluginTaskConfigs
{
    /// <summary>The label by which a plugin of ours finds the holder of a network again.</summary>
    public const string HolderLabel = "holder";

    private const long Mebibyte = 1024 * 1024;

    /// <summary>A task as a plugin is told of it.</summary>
    public static PluginTaskConfig Write(string driver, TaskConfig task, string id, Spec spec, ConfigSchema schema, PluginOutput? output)
    {
        var written = new PluginTaskConfig
        {
            Id = id,
            Name = task.Task,
            MsgpackDriverConfig = ByteString.CopyFrom(MessagePackFormat.Write(PluginSchema.Shape(spec, schema.Canonical(task.Config)))),
            User = task.User,
            AllocDir = task.Paths.Allocation,
            StdoutPath = output?.Stdout ?? "/dev/null",
            StderrPath = output?.Stderr ?? "/dev/null",
            TaskGroupName = task.TaskGroup,
            JobName = task.JobName,
            JobId = task.JobId.Id,
            Namespace = task.JobId.Namespace,
            AllocId = task.AllocationId.ToString(),
            NodeId = task.NodeId.ToString(),
            NodeName = task.NodeName,
            Resources = new Resources
            {
                AllocatedResources = new PluginTaskResources
                {
                    Cpu = new AllocatedCpuResources { CpuShares = task.Resources.CpuMhz },
                    Memory = new AllocatedMemoryResources { MemoryMb = task.Resources.MemoryMb, MemoryMaxMb = task.Resources.MemoryMaxMb },
                },
                LinuxResources = new LinuxResources
                {
                    CpuShares = task.Resources.CpuMhz,
                    MemoryLimitBytes = Math.Max(task.Resources.MemoryMb, task.Resources.MemoryMaxMb) * Mebibyte,
                    CpusetCpus = task.Resources.Cores is { Count: > 0 } cores ? string.Join(',', cores) : "",
                    PercentTicks = task.Resources.CpuMhz / task.MhzPerCore,
                },
            },
        };
        foreach (var (name, value) in task.Env) written.Env[name] = value;
        foreach (var port in task.Ports) written.Resources.Ports.Add(new PortMapping { Label = port.Label, Value = port.Value, To = port.To, HostIp = port.HostIp });
        foreach (var mount in task.Mounts)
            written.Mounts.Add(new Mount { HostPath = mount.HostPath, TaskPath = mount.TaskPath, Readonly = mount.ReadOnly, PropagationMode = mount.Propagation });
        if (task.Network is { } network)
        {
            written.NetworkIsolationSpec = PluginNetworks.Read(driver, network.Holder)
                ?? new NetworkIsolationSpec { Mode = NetworkIsolationSpec.Types.NetworkIsolationMode.Group, Path = network.Namespace };
            if (network.Hostname.Length > 0) (written.NetworkIsolationSpec.HostsConfig ??= new HostsConfig()).Hostname = network.Hostname;
            written.Dns = new DNSConfig();
            written.Dns.Servers.AddRange(network.DnsServers);
            written.Dns.Searches.AddRange(network.DnsSearches);
            written.Dns.Options.AddRange(network.DnsOptions);
        }

        return written;
    }

    /// <summary>A task as a plugin reads of it. The driver's own files lie beside the host's.</summary>
    /// <exception cref="DriverException">It is not one.</exception>
    public static TaskConfig Read(PluginTaskConfig task)
    {
        if (!AllocationId.TryParse(task.AllocId, out var allocation)) throw new DriverException($"the allocation's id \"{task.AllocId}\" is none", recoverable: false);
        var resources = task.Resources?.AllocatedResources;
        return new TaskConfig
        {
            AllocationId = allocation,
            JobId = new JobId(task.Namespace.Length > 0 ? task.Namespace : "default", task.JobId.Length > 0 ? task.JobId : task.JobName),
            JobName = task.JobName,
            TaskGroup = task.TaskGroupName,
            Task = task.Name,
            NodeId = NodeId.TryParse(task.NodeId, out var node) ? node : default,
            NodeName = task.NodeName,
            User = task.User,
            Config = MessagePackFormat.Read(task.MsgpackDriverConfig.Span).AsMap(),
            Env = task.Env.ToDictionary(),
            Paths = new TaskPaths
            {
                Allocation = task.AllocDir,
                Task = Path.Combine(task.AllocDir, task.Name),
                Control = Path.Combine(task.AllocDir, ".control", task.Name, "plugin"),
            },
            Resources = new AllocatedTaskResources((int)(resources?.Cpu?.CpuShares ?? 0), (int)(resources?.Memory?.MemoryMb ?? 0)) { MemoryMaxMb = (int)(resources?.Memory?.MemoryMaxMb ?? 0) },
            Ports = [.. (task.Resources?.Ports ?? []).Select(p => new AllocatedPort(p.Label, p.Value, p.To, p.HostIp, null))],
            Mounts = [.. task.Mounts.Select(m => new TaskMount(m.HostPath, m.TaskPath, m.Readonly, m.PropagationMode.Length > 0 ? m.PropagationMode : "private"))],
            Network = task.NetworkIsolationSpec is { Path.Length: > 0 } network ? new TaskNetwork(network.Path, network.Labels.GetValueOrDefault(HolderLabel, "")) { Hostname = network.HostsConfig?.Hostname ?? "" } : null,
            Output = new TaskOutput(task.StdoutPath, task.StderrPath),
        };
    }

    /// <summary>An attribute as text.</summary>
    public static string Text(Protocol.Attribute attribute) => attribute.ValueCase switch
    {
        Protocol.Attribute.ValueOneofCase.StringVal => attribute.StringVal,
        // As Nomad writes a driver that is there.
        Protocol.Attribute.ValueOneofCase.BoolVal => attribute.BoolVal ? "1" : "",
        Protocol.Attribute.ValueOneofCase.IntVal => attribute.IntVal.ToString(CultureInfo.InvariantCulture) + attribute.Unit,
        Protocol.Attribute.ValueOneofCase.FloatVal => attribute.FloatVal.ToString("R", CultureInfo.InvariantCulture) + attribute.Unit,
        _ => "",
    };
}
