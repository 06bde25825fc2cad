using System.Globalization;

namespace Actors.Client.Allocations.Hooks;

/// <summary>The allocation's directories: made first, removed last. Remembers there when the allocation began.</summary>
internal sealed class DirectoryHook : IAllocationHook
{
    private const string BeganFile = "began";
    private const string BootFile = "boot";
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    private static readonly string BootId = File.Exists(BootIdFile) ? File.ReadAllText(BootIdFile).Trim() : "";

    /// <inheritdoc/>
    public string Name => "directory";

    /// <inheritdoc/>
    public Task PrerunAsync(AllocationScope scope, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            scope.Facts.Existed = scope.Client.Directories.Build(scope.Allocation.Id, scope.Group);
            var control = Path.Combine(scope.Directory, AllocationDirectory.ControlName);
            scope.Facts.BeganAt = Began(Path.Combine(control, BeganFile), scope.Client.Time.GetUtcNow());
            scope.Facts.Rebooted = Rebooted(Path.Combine(control, BootFile));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DestroyAsync(AllocationScope scope, CancellationToken cancellationToken) =>
        Task.Run(() => scope.Client.Directories.Remove(scope.Allocation.Id), cancellationToken);

    private static bool Rebooted(string file)
    {
        var last = File.Exists(file) ? File.ReadAllText(file) : null;
        if (last != BootId) File.WriteAllText(file, BootId);
        return last is not null && last != BootId;
    }

    private static DateTimeOffset Began(string file, DateTimeOffset now)
    {
        if (File.Exists(file) && DateTimeOffset.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var began)) return began;
        File.WriteAllText(file, now.ToString("O", CultureInfo.InvariantCulture));
        return now;
    }
}
