namespace Actors.Client.Allocations.Hooks;

/// <summary>
/// One thing that an allocation needs beside its tasks (its directory, its network …). Each has its own instance per
/// allocation. Whatever it makes on the machine carries the allocation's id and is found again by it.
/// </summary>
internal interface IAllocationHook
{
    /// <summary>Its name, for people.</summary>
    string Name { get; }

    /// <summary>Before the first task; again when the agent has started anew, with what it made still there.</summary>
    /// <exception cref="IOException">It can't be had: the allocation fails, with this message.</exception>
    Task PrerunAsync(AllocationScope scope, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All tasks have ended; the directory stays until it is collected.</summary>
    Task PostrunAsync(AllocationScope scope, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The allocation goes from the machine: removes all that the hook made. Carried out again until it succeeds.</summary>
    /// <exception cref="IOException">Something of it can't be removed now.</exception>
    Task DestroyAsync(AllocationScope scope, CancellationToken cancellationToken) => Task.CompletedTask;
}
