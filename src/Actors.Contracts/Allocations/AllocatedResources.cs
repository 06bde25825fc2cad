namespace Actors.Contracts.Allocations;

/// <summary>What an allocation holds of its node.</summary>
/// <param name="Tasks">By task name.</param>
/// <param name="DiskMb">The group's ephemeral disk, in MiB.</param>
/// <param name="Ports">All ports of the group and its tasks.</param>
public sealed record AllocatedResources(IReadOnlyDictionary<string, AllocatedTaskResources> Tasks, int DiskMb, IReadOnlyList<AllocatedPort> Ports)
{
    /// <summary>Σ of the tasks, in MHz.</summary>
    public int TotalCpuMhz => Tasks.Values.Sum(t => t.CpuMhz);

    /// <summary>Σ of the tasks, in MiB.</summary>
    public int TotalMemoryMb => Tasks.Values.Sum(t => t.MemoryMb);
}

/// <summary>What one task holds.</summary>
/// <param name="CpuMhz">In MHz.</param>
/// <param name="MemoryMb">In MiB.</param>
/// <param name="MemoryMaxMb">In MiB; 0: the same as <paramref name="MemoryMb"/>; −1: no limit.</param>
/// <param name="Cores">The whole cores it holds; <paramref name="CpuMhz"/> is what they have.</param>
/// <param name="Devices">The devices it holds; null: none.</param>
public sealed record AllocatedTaskResources(int CpuMhz, int MemoryMb, int MemoryMaxMb = 0, IReadOnlyList<int>? Cores = null, IReadOnlyList<AllocatedDevice>? Devices = null);

/// <summary>Devices of one kind that a task holds.</summary>
/// <param name="Vendor">Who makes them.</param>
/// <param name="Type">What they are.</param>
/// <param name="Name">The model.</param>
/// <param name="Ids">Which of them.</param>
public sealed record AllocatedDevice(string Vendor, string Type, string Name, IReadOnlyList<string> Ids);

/// <summary>A port that an allocation holds.</summary>
/// <param name="Label">The job's name for it.</param>
/// <param name="Value">The port on the host.</param>
/// <param name="To">The port inside the group's network or the container; 0: not mapped; −1: the same.</param>
/// <param name="HostIp">The host's address it is bound to.</param>
/// <param name="Task">The task whose own network (the older form) asked for it; null: the group's.</param>
public sealed record AllocatedPort(string Label, int Value, int To, string HostIp, string? Task = null);
