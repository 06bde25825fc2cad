namespace Actors.Client.Allocations.Hooks;

/// <summary>
/// Takes over the data of the allocation that this one replaces, when its ephemeral disk is sticky or to be migrated: waits for
/// its end, then moves <c>alloc/data</c> and each task's <c>local</c>. From another machine it is fetched, when the job wants
/// that; data that can't be had any more does not hold the allocation up.
/// </summary>
internal sealed class PreviousHook : IAllocationHook
{
    private const string DoneFile = "previous";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public string Name => "previous allocation";

    /// <inheritdoc/>
    public async Task PrerunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        if (scope.Allocation is not { PreviousAllocation: { } previous, Canary: false } || scope.Group.EphemeralDisk is not ({ Sticky: true } or { Migrate: true })) return;
        var done = Path.Combine(scope.Directory, AllocationDirectory.ControlName, DoneFile);
        if (File.Exists(done)) return;
        while (scope.Client.Registry.Find(previous) is { Ended: false })
            await Task.Delay(Look, scope.Client.Time, cancellationToken).ConfigureAwait(false);

        var from = scope.Client.Directories.PathOf(previous);
        var fetched = Path.Combine(scope.Directory, AllocationDirectory.ControlName, "incoming");
        if (!Directory.Exists(from) && scope.Group.EphemeralDisk.Migrate == true)
        {
            if (Directory.Exists(fetched)) Directory.Delete(fetched, recursive: true);
            if (await DiskTransfer.FetchAsync(scope, previous, fetched, cancellationToken).ConfigureAwait(false)) from = fetched;
        }

        Move(Path.Combine(from, "alloc", "data"), Path.Combine(scope.Directory, "alloc", "data"));
        foreach (var task in scope.Group.Tasks) Move(Path.Combine(from, task.Name, "local"), Path.Combine(scope.Directory, task.Name, "local"));
        if (Directory.Exists(fetched)) Directory.Delete(fetched, recursive: true);
        await File.WriteAllTextAsync(done, previous.ToString(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves a directory over an empty one; a second time, there is nothing left to move.</summary>
    private static void Move(string from, string to)
    {
        if (new DirectoryInfo(from) is not { Exists: true, LinkTarget: null }) return;
        if (Directory.Exists(to)) Directory.Delete(to, recursive: true);
        Directory.Move(from, to);
    }
}
