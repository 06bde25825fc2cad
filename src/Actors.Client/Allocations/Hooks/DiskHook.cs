using Actors.Client.Artifacts;
using Actors.Client.Tasks;
using Actors.Contracts.Allocations;

namespace Actors.Client.Allocations.Hooks;

/// <summary>Watches how much disk the allocation uses: one that uses more than its <c>ephemeral_disk</c> asked for is told so in its tasks' stories, or stopped, as the node's operator wants it.</summary>
internal sealed class DiskHook : IAllocationHook
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    private CancellationTokenSource? _watching;

    /// <inheritdoc/>
    public string Name => "disk";

    /// <inheritdoc/>
    public Task PrerunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        if (scope.Client.Options.DiskInterval <= TimeSpan.Zero || scope.Allocation.Resources.DiskMb <= 0) return Task.CompletedTask;
        _watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = _watching.Token;
        _ = Task.Run(() => WatchAsync(scope, stop), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task PostrunAsync(AllocationScope scope, CancellationToken cancellationToken)
    {
        _watching?.Cancel();
        return Task.CompletedTask;
    }

    /// <summary>Bytes of all files beneath a directory; links are not followed, and what goes meanwhile does not count.</summary>
    public static long UsedBy(string directory)
    {
        var bytes = 0L;
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*", Everything))
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                continue;
            }
        }

        return bytes;
    }

    private static async Task WatchAsync(AllocationScope scope, CancellationToken stop)
    {
        var (limit, told) = (scope.Allocation.Resources.DiskMb * 1024L * 1024, false);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(scope.Client.Options.DiskInterval, scope.Client.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested || !Directory.Exists(scope.Directory)) return;
            var used = UsedBy(scope.Directory);
            if (used <= limit)
            {
                told = false;
                continue;
            }

            var message = $"The allocation uses {ByteText.Format(used)} of disk, more than the {ByteText.Format(limit)} of its ephemeral_disk";
            if (scope.Client.Options.StopWhenDiskExceeded)
            {
                scope.Stop(new KillTask(TaskEventTypes.DiskExceeded, message, Fails: true));
                return;
            }

            if (!told) scope.Tell(new TaskEvent(TaskEventTypes.DiskExceeded, scope.Client.Time.GetUtcNow(), message));
            told = true;
        }
    }
}
