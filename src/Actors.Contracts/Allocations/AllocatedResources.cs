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
/// <param name="Cores">The whole cores it holds.</param>
public sealed record AllocatedTaskResources(int CpuMhz, int MemoryMb, int MemoryMaxMb = 0, IReadOnlyList<int>? Cores = null);

/// <summary>A port that an allocation holds.</summary>
/// <param name="Label">The job's name for it.</param>
/// <param name="Value">The port on the host.</param>
/// <param name="To">The port inside the group's network or the container; 0: not mapped; −1: the same.</param>
/// <param name="HostIp">The host's address it is bound to.</param>
/// <param name="Task">The task whose own network (the older form) asked for it; null: the group's.</param>
public sealed record AllocatedPort(string Label, int Value, int To, string HostIp, string? Task = null);
