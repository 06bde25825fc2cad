using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <summary>What an allocation of a group holds, its ports aside: the same for all allocations of one version, and shared by them.</summary>
public static class GroupResources
{
    /// <summary>Nomad's share for a task that says none, in MHz.</summary>
    public const int DefaultCpuMhz = 100;

    /// <summary>Nomad's memory for a task that says none, in MiB.</summary>
    public const int DefaultMemoryMb = 300;

    /// <summary>Nomad's ephemeral disk for a group that says none, in MiB.</summary>
    public const int DefaultDiskMb = 300;

    /// <summary>The resources of a group, without ports.</summary>
    public static AllocatedResources Of(TaskGroup group) => new(
        group.Tasks.Select(task => KeyValuePair.Create(task.Name, Of(task.Resources))).ToEquatableMap(),
        group.EphemeralDisk?.SizeMb ?? DefaultDiskMb,
        EquatableList<AllocatedPort>.Empty);

    private static AllocatedTaskResources Of(Resources? wanted) => new(
        wanted?.CpuMhz ?? (wanted?.Cores > 0 ? 0 : DefaultCpuMhz),
        wanted?.MemoryMb ?? DefaultMemoryMb,
        wanted?.MemoryMaxMb ?? 0);
}
