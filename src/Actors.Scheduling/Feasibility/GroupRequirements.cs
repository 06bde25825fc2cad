using Actors.Contracts.Jobs;
using Actors.Scheduling.Devices;

namespace Actors.Scheduling.Feasibility;

/// <summary>A port that a group asks for.</summary>
/// <param name="Label">The job's name for it.</param>
/// <param name="Static">Its number on the host; 0: the scheduler chooses.</param>
/// <param name="To">The number inside; 0: not mapped; −1: the same.</param>
/// <param name="HostNetwork">The alias of the host's network.</param>
/// <param name="Task">The task whose own network (the older form) asks; null: the group's.</param>
/// <param name="MayCollide">A static port that several may share.</param>
internal sealed record PortAsk(string Label, int Static, int To, string HostNetwork, string? Task, bool MayCollide);

/// <summary>An affinity made ready.</summary>
internal sealed record AffinityAsk(Comparison Comparison, int Weight);

/// <summary>A limit on how many allocations share a value.</summary>
/// <param name="Target">Where the value comes from.</param>
/// <param name="Text">As in the job.</param>
/// <param name="Limit">How many per value.</param>
/// <param name="WholeJob">It counts all groups of the job, not only this one.</param>
internal sealed record DistinctPropertyAsk(Target Target, string Text, int Limit, bool WholeJob);

/// <summary>A job's group, made ready to be compared with many nodes: what it needs, what it likes, and the checks in their order.</summary>
internal sealed class GroupRequirements
{
    private const int DefaultCpuMhz = 100;
    private const int DefaultMemoryMb = 300;
    private const int DefaultDiskMb = 300;
    private const string DefaultHostNetwork = "default";

    public GroupRequirements(Job job, TaskGroup group)
    {
        Job = job;
        Group = group;
        Count = group.Count ?? 1;
        DiskMb = group.EphemeralDisk?.SizeMb ?? DefaultDiskMb;

        var ports = new List<PortAsk>();
        var devices = new List<DeviceAsk>();
        var drivers = new SortedSet<string>(StringComparer.Ordinal);
        AddPorts(ports, group.Networks, null);
        foreach (var task in group.Tasks)
        {
            var cores = task.Resources?.Cores ?? 0;
            Cores += cores;
            if (cores == 0) CpuMhz += task.Resources?.CpuMhz ?? DefaultCpuMhz;
            MemoryMb += task.Resources?.MemoryMb ?? DefaultMemoryMb;
            if (task.Driver.Length > 0) drivers.Add(task.Driver);
            foreach (var device in task.Resources?.Devices ?? []) devices.Add(new DeviceAsk(task.Name, device));
            HasMemoryMax |= task.Resources?.MemoryMaxMb is not (null or 0);
            if (task.Resources is not null) AddPorts(ports, task.Resources.Networks, task.Name);
        }

        Ports = ports;
        DynamicPorts = ports.Count(p => p.Static == 0);
        Drivers = [.. drivers];
        Devices = devices;
        DeviceWeights = devices.Sum(d => d.Weights);
        VolumesPerAllocation = [.. group.Volumes.Values.Where(v => v.IsHost() && v.PerAlloc)];
        SoleVolumes = group.Volumes.Values.Any(VolumeAsk.IsSole);
        (Checks, DistinctHosts, DistinctProperties) = StaticChecks.For(this);

        var affinities = job.Affinities.Concat(group.Affinities).Concat(group.Tasks.SelectMany(t => t.Affinities));
        Affinities = [.. affinities.Select(a => new AffinityAsk(new Comparison(a.LeftTarget, a.Operand, a.RightTarget), a.Weight ?? 50)).Where(a => a.Weight != 0)];
        Spreads = [.. group.Spreads.Concat(job.Spreads).DistinctBy(s => s.Attribute)];
    }

    public Job Job { get; }

    public TaskGroup Group { get; }

    /// <summary>How many the group wants in all.</summary>
    public int Count { get; }

    /// <summary>Σ of the tasks that ask for MHz.</summary>
    public int CpuMhz { get; }

    /// <summary>Σ of the tasks that ask for whole cores.</summary>
    public int Cores { get; }

    public int MemoryMb { get; }

    public int DiskMb { get; }

    public IReadOnlyList<PortAsk> Ports { get; }

    public int DynamicPorts { get; }

    public IReadOnlyList<string> Drivers { get; }

    public IReadOnlyList<DeviceAsk> Devices { get; }

    /// <summary>Σ of the weights of all devices' affinities; 0: there are none.</summary>
    public int DeviceWeights { get; }

    /// <summary>Host volumes of which each allocation has its own.</summary>
    public IReadOnlyList<VolumeRequest> VolumesPerAllocation { get; }

    /// <summary>Some of its volumes are for one writer at a time.</summary>
    public bool SoleVolumes { get; }

    /// <summary>Some task may grow beyond its memory where that is allowed.</summary>
    public bool HasMemoryMax { get; }

    /// <summary>What a node must pass, whatever runs on it, in the order they are asked.</summary>
    public IReadOnlyList<NodeCheck> Checks { get; }

    public DistinctHostsScope DistinctHosts { get; }

    public IReadOnlyList<DistinctPropertyAsk> DistinctProperties { get; }

    public IReadOnlyList<AffinityAsk> Affinities { get; }

    public IReadOnlyList<Spread> Spreads { get; }

    /// <summary>At least one check looks at what is unique to a node.</summary>
    public bool EscapesClass => Checks.Any(c => c.Escapes) || VolumesPerAllocation.Count > 0 || DistinctProperties.Any(d => d.Target.Unique);

    private static void AddPorts(List<PortAsk> ports, IReadOnlyList<NetworkResource> networks, string? task)
    {
        foreach (var network in networks)
        {
            foreach (var port in network.ReservedPorts)
            {
                ports.Add(new PortAsk(port.Label, port.Value, port.To, Alias(port), task, port.IgnoreCollision));
            }

            foreach (var port in network.DynamicPorts)
            {
                ports.Add(new PortAsk(port.Label, 0, port.To, Alias(port), task, false));
            }
        }
    }

    private static string Alias(Port port) => port.HostNetwork.Length == 0 ? DefaultHostNetwork : port.HostNetwork;
}

/// <summary>Who may not share a node.</summary>
internal enum DistinctHostsScope
{
    /// <summary>Anything may.</summary>
    None,

    /// <summary>Two allocations of the group may not.</summary>
    Group,

    /// <summary>Two allocations of the job may not.</summary>
    Job,
}
