using Actors.Client.Machine;
using Actors.Contracts.Jobs;

namespace Actors.Client.Allocations.Hooks;

/// <summary>
/// Keeps each task's secrets directory in memory, where the agent may mount; else on disk and closed to other users. What
/// is in it is gone when the allocation has ended.
/// </summary>
internal sealed class SecretsHook : IAllocationHook
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <inheritdoc/>
    public string Name => "secrets";

    /// <inheritdoc/>
    public Task PrerunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        foreach (var task in scope.Group.Tasks) Prepare(scope, task);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PostrunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        Remove(scope);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DestroyAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        Remove(scope);
        return Task.CompletedTask;
    }

    private static void Prepare(AllocationScope scope, JobTask task)
    {
        var path = scope.Client.Directories.PathsOf(scope.Allocation.Id, task.Name).Secrets;
        // An agent that started anew finds them as they were.
        if (scope.Facts.Existed && Mounts.IsMounted(path)) return;
        if (scope.Client.Options.SecretsInMemory && Mounts.TryMountMemory(path, Math.Max(1, task.Resources?.SecretsMb ?? 1))) return;
        // A container's user is not known on the host: the allocation's own directory, which can't be listed, is what closes it then.
        if (task.User.Length == 0 && scope.Client.Drivers.TryGetValue(task.Driver, out var driver) && driver.Capabilities.Isolation == Drivers.FileSystemIsolation.None) File.SetUnixFileMode(path, OwnerOnly);
    }

    private static void Remove(AllocationScope scope)
    {
        foreach (var path in scope.Group.Tasks.Select(t => scope.Client.Directories.PathsOf(scope.Allocation.Id, t.Name).Secrets).Where(Mounts.IsMounted)) Mounts.Unmount(path);
    }
}
