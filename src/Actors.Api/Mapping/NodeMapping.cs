using Actors.Api.Models;
using Actors.Contracts.Nodes;

namespace Actors.Api.Mapping;

/// <summary>Nodes in Nomad's shape.</summary>
internal static class NodeMapping
{
    /// <summary>A node in a list.</summary>
    /// <param name="node">The node.</param>
    /// <param name="withOs">With the attribute that names its operating system (<c>?os</c>).</param>
    /// <param name="withResources">With what it has (<c>?resources</c>).</param>
    public static NodeListStub ToStub(Node node, bool withOs, bool withResources) => new()
    {
        Address = Host(node.HttpAddress),
        Id = node.Id.ToString(),
        Attributes = withOs && node.Attributes.TryGetValue("os.name", out var os) ? new Dictionary<string, string> { ["os.name"] = os } : null,
        Datacenter = node.Datacenter,
        Name = node.Name,
        NodePool = node.NodePool,
        NodeClass = node.NodeClass,
        Version = Version(node),
        Drain = node.Drain is not null,
        SchedulingEligibility = Wire.Word(node.Eligibility),
        Status = Wire.Word(node.Status),
        StatusDescription = node.StatusDescription,
        Drivers = Drivers(node),
        HostVolumes = HostVolumes(node),
        NodeResources = withResources ? Resources(node) : null,
        ReservedResources = withResources ? Reserved(node) : null,
        LastDrain = LastDrain(node),
        CreateIndex = node.CreateIndex,
        ModifyIndex = node.ModifyIndex,
    };

    /// <summary>A node, whole. Its secret is never shown.</summary>
    public static NodeModel ToModel(Node node) => new()
    {
        Id = node.Id.ToString(),
        Datacenter = node.Datacenter,
        Name = node.Name,
        HttpAddr = node.HttpAddress,
        Attributes = node.Attributes,
        NodeResources = Resources(node),
        ReservedResources = Reserved(node),
        Resources = new ResourcesModel
        {
            Cpu = node.Resources.CpuMhz,
            MemoryMb = node.Resources.MemoryMb,
            DiskMb = node.Resources.DiskMb,
            Networks = Networks(node),
        },
        Reserved = new ResourcesModel
        {
            Cpu = node.Reserved.CpuMhz,
            MemoryMb = node.Reserved.MemoryMb,
            DiskMb = node.Reserved.DiskMb,
            Networks = null,
        },
        Links = new Dictionary<string, string>(),
        Meta = node.Meta,
        NodePool = node.NodePool,
        NodeClass = node.NodeClass,
        ComputedClass = node.ComputedClass,
        DrainStrategy = node.Drain is { } drain ? ToModel(drain) : null,
        Drain = node.Drain is not null,
        SchedulingEligibility = Wire.Word(node.Eligibility),
        Status = Wire.Word(node.Status),
        StatusDescription = node.StatusDescription,
        StatusUpdatedAt = node.StatusUpdatedAt,
        Events = [.. node.Events.Select(e => new NodeEventModel { Message = e.Message, Subsystem = e.Subsystem, Details = e.Details, Timestamp = e.At, CreateIndex = e.CreateIndex })],
        Drivers = Drivers(node),
        LastDrain = LastDrain(node),
        HostVolumes = HostVolumes(node),
        HostNetworks = node.Resources.Networks
            .GroupBy(n => n.Alias, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new HostNetworkModel { Name = g.Key, Cidr = g.First().Cidr, Interface = g.First().Device }),
        CreateIndex = node.CreateIndex,
        ModifyIndex = node.ModifyIndex,
    };

    private static DrainStrategyModel ToModel(DrainStrategy drain) => new()
    {
        Deadline = drain.Deadline switch { null => 0, { Ticks: 0 } => -1, { } deadline => Wire.Nanoseconds(deadline) },
        IgnoreSystemJobs = drain.IgnoreSystemJobs,
        ForceDeadline = drain.Deadline is { Ticks: > 0 } wait ? drain.StartedAt + wait : null,
        StartedAt = drain.StartedAt,
    };

    private static DrainMetadataModel? LastDrain(Node node) => node.LastDrain is { } drain
        ? new DrainMetadataModel { StartedAt = drain.StartedAt, UpdatedAt = drain.UpdatedAt, Status = Wire.Word(drain.Status), Meta = drain.Meta }
        : null;

    private static Dictionary<string, DriverInfoModel> Drivers(Node node) => node.Drivers.ToDictionary(
        d => d.Key,
        d => new DriverInfoModel
        {
            Attributes = d.Value.Attributes,
            Detected = d.Value.Detected,
            Healthy = d.Value.Healthy,
            HealthDescription = d.Value.HealthDescription,
            UpdateTime = d.Value.UpdateTime,
        });

    private static Dictionary<string, HostVolumeModel>? HostVolumes(Node node) => node.HostVolumes.Count == 0
        ? null
        : node.HostVolumes.ToDictionary(v => v.Key, v => new HostVolumeModel { Name = v.Key, Path = v.Value.Path, ReadOnly = v.Value.ReadOnly, Id = v.Value.Id ?? "" });

    private static NodeResourcesModel Resources(Node node) => new()
    {
        Cpu = new NodeCpuModel(node.Resources.CpuMhz, node.Resources.CpuCores, [.. node.ReservableCores]),
        Memory = new NodeMemoryModel(node.Resources.MemoryMb),
        Disk = new NodeDiskModel(node.Resources.DiskMb),
        Networks = Networks(node),
        NodeNetworks = [.. node.Resources.Networks.Select(n => new NodeNetworkModel(n.Mode, n.Device, "", n.MBits, [new NodeAddressModel(n.Ip.Contains(':') ? "ipv6" : "ipv4", n.Alias, n.Ip, "", "")]))],
        Devices = node.Resources.Devices is { Count: > 0 } devices ? [.. devices.Select(Device)] : null,
        MinDynamicPort = node.Resources.MinDynamicPort,
        MaxDynamicPort = node.Resources.MaxDynamicPort,
    };

    private static NodeDeviceModel Device(NodeDevice device) => new(
        device.Vendor,
        device.Type,
        device.Name,
        [.. device.Instances.Select(i => new DeviceInstanceModel(i.Id, i.Healthy, i.HealthDescription ?? ""))],
        device.Attributes.ToDictionary(a => a.Key, a => new DeviceAttributeModel(a.Value)));

    private static NodeReservedModel Reserved(Node node) => new()
    {
        Cpu = new NodeReservedCpuModel(node.Reserved.CpuMhz, node.Reserved.Cores is null ? null : [.. Enumerable.Range(0, node.Resources.CpuCores).Except(node.ReservableCores)]),
        Memory = new NodeMemoryModel(node.Reserved.MemoryMb),
        Disk = new NodeDiskModel(node.Reserved.DiskMb),
        Networks = new NodeReservedNetworksModel(node.Reserved.Ports),
    };

    private static List<NetworkModel> Networks(Node node) =>
        [.. node.Resources.Networks.Select(n => new NetworkModel { Mode = n.Mode, Device = n.Device, Cidr = n.Cidr, Ip = n.Ip, MBits = n.MBits })];

    private static string Version(Node node) =>
        node.Attributes.TryGetValue("actors.version", out var own) || node.Attributes.TryGetValue("nomad.version", out own) ? own : "";

    private static string Host(string address)
    {
        var colon = address.LastIndexOf(':');
        return colon > 0 ? address[..colon] : address;
    }
}
