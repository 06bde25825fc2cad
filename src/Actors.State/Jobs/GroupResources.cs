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
        group.Tasks.Select(task => KeyValuePair.Create(task.Name, Of(task))).ToEquatableMap(),
        group.EphemeralDisk?.SizeMb ?? DefaultDiskMb,
        EquatableList<AllocatedPort>.Empty);

    /// <summary>The resources of a task, without cores and devices: which they are is chosen with its node.</summary>
    public static AllocatedTaskResources Of(JobTask task) => new(
        task.Resources?.CpuMhz ?? (task.Resources?.Cores > 0 ? 0 : DefaultCpuMhz),
        task.Resources?.MemoryMb ?? DefaultMemoryMb,
        task.Resources?.MemoryMaxMb ?? 0);
}
