namespace Actors.Client.Allocations.Hooks;

/// <summary>Puts the logs of an allocation aside when its directory goes: they are kept by time and by size.</summary>
internal sealed class KeepLogsHook : IAllocationHook
{
    /// <inheritdoc/>
    public string Name => "logs";

    /// <inheritdoc/>
    public Task DestroyAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        if (scope.Facts.KeepLogs) scope.Client.KeptLogs.Keep(scope.Allocation.Id, Path.Combine(scope.Directory, "alloc", "logs"));
        return Task.CompletedTask;
    }
}
