namespace Actors.Client.Allocations.Hooks;

/// <summary>The hooks of one allocation, in their order: forwards before its tasks, backwards after them.</summary>
/// <param name="hooks">The hooks.</param>
internal sealed class AllocationHooks(IReadOnlyList<IAllocationHook> hooks)
{
    /// <summary>What every allocation goes through.</summary>
    public static AllocationHooks All() => new(
    [
        new DirectoryHook(),
        new SecretsHook(),
        new PreviousHook(),
        new KeepLogsHook(),
        new DiskHook(),
        new NetworkHook(),
    ]);

    /// <summary>Remembers the allocation, and prepares all that it needs before its first task.</summary>
    /// <param name="scope">The allocation.</param>
    /// <param name="remembered">An earlier agent has put it on disk already, as it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="AllocationHookException">One of them can't be had.</exception>
    public async Task PrerunAsync(AllocationScope scope, bool remembered, CancellationToken cancellationToken)
    {
        // What runs must be found again: on disk before anything is made for it.
        if (!remembered) await scope.Client.Store.SaveAllocationAsync(scope.Allocation, scope.Job).ConfigureAwait(false);
        foreach (var hook in hooks)
        {
            try
            {
                await hook.PrerunAsync(scope, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new AllocationHookException(hook.Name, e);
            }
        }
    }

    /// <summary>All tasks have ended.</summary>
    public async Task PostrunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks.Reverse()) await hook.PostrunAsync(scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes all that was made for the allocation, then forgets it.</summary>
    /// <exception cref="AllocationHookException">Something of it can't be removed now.</exception>
    public async Task DestroyAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        foreach (var hook in hooks.Reverse())
        {
            try
            {
                await hook.DestroyAsync(scope, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new AllocationHookException(hook.Name, e);
            }
        }

        await scope.Client.Store.DeleteAllocationAsync(scope.Allocation.Id).ConfigureAwait(false);
    }
}

/// <summary>Something that an allocation needs can't be had, or can't be removed.</summary>
/// <param name="hook">What.</param>
/// <param name="cause">Why.</param>
internal sealed class AllocationHookException(string hook, Exception cause) : Exception($"{hook}: {cause.Message}", cause);
