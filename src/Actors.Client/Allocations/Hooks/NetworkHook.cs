using Actors.Client.Networks;

namespace Actors.Client.Allocations.Hooks;

/// <summary>The group's own network (modes <c>bridge</c>, <c>none</c> and <c>cni/…</c>): made before the tasks, gone when they have ended.</summary>
internal sealed class NetworkHook : IAllocationHook
{
    /// <inheritdoc/>
    public string Name => "network";

    /// <inheritdoc/>
    public async Task PrerunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        if (!NetworkManager.IsOwn(scope.Group)) return;
        // What ended must not get one again; what runs has its own, or gets another before its next start.
        scope.Facts.Network = scope.Facts.Existed
            ? await scope.Client.Networks.FindAsync(scope, cancellationToken).ConfigureAwait(false)
            : await scope.Client.Networks.EnsureAsync(scope, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PostrunAsync(AllocationScope scope, CancellationToken cancellationToken) => DestroyAsync(scope, cancellationToken);

    /// <inheritdoc/>
    public async Task DestroyAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        if (!NetworkManager.IsOwn(scope.Group)) return;
        // After its tasks and when it goes from the machine: both may be at once.
        await scope.Facts.NetworkGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await scope.Client.Networks.RemoveAsync(scope.Allocation.Id, scope.Directory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.Facts.NetworkGate.Release();
        }
    }
}
