using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations;

/// <summary>What an allocation needs on disk before its first task, and how that goes again.</summary>
internal static class AllocationSetup
{
    /// <summary>Remembers the allocation and makes its directories; true when it had directories already.</summary>
    /// <exception cref="IOException">The disk is full, or can't be written.</exception>
    public static async Task<bool> PrepareAsync(ClientContext context, Allocation allocation, Job job, TaskGroup group)
    {
        var built = Task.Run(() => context.Directories.Build(allocation.Id, group));
        await context.Store.SaveAllocationAsync(allocation, job).ConfigureAwait(false);
        return await built.ConfigureAwait(false);
    }

    /// <summary>Removes the allocation's directories, then forgets it.</summary>
    /// <exception cref="IOException">Something of it can't be removed now.</exception>
    public static async Task RemoveAsync(ClientContext context, AllocationId id)
    {
        await Task.Run(() => context.Directories.Remove(id)).ConfigureAwait(false);
        await context.Store.DeleteAllocationAsync(id).ConfigureAwait(false);
    }
}
