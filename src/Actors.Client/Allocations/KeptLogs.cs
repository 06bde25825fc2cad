using Actors.Contracts;

namespace Actors.Client.Allocations;

/// <summary>The logs of allocations that are gone from this machine: kept for a time, and only so much of them; the oldest go first.</summary>
/// <param name="root">Where they lie: <c>&lt;data&gt;/logs</c>.</param>
/// <param name="keepFor">How long; zero: not at all.</param>
/// <param name="keepBytes">How much, of all allocations together.</param>
/// <param name="time">The clock.</param>
internal sealed class KeptLogs(string root, TimeSpan keepFor, long keepBytes, TimeProvider time)
{
    private readonly Lock _gate = new();

    /// <summary>Where an allocation's logs are kept, or null.</summary>
    public string? Find(AllocationId allocation) => PathOf(allocation) is var path && Directory.Exists(path) ? path : null;

    /// <summary>Takes an allocation's logs, if there is room for them. They count from now on.</summary>
    public void Keep(AllocationId allocation, string logs)
    {
        if (keepFor <= TimeSpan.Zero || keepBytes <= 0 || !Directory.Exists(logs) || !Directory.EnumerateFiles(logs).Any()) return;
        lock (_gate)
        {
            Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var path = PathOf(allocation);
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            try
            {
                // One by one: the allocations may lie on a disk of their own.
                foreach (var file in Directory.EnumerateFiles(logs).Where(f => new FileInfo(f).LinkTarget is null)) File.Move(file, Path.Combine(path, Path.GetFileName(file)));
            }
            catch (IOException)
            {
                // There is no room for them: the allocation goes all the same.
                Directory.Delete(path, recursive: true);
                return;
            }

            Directory.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }

        Prune();
    }

    /// <summary>Removes what is too old, then the oldest until the rest is small enough.</summary>
    public void Prune()
    {
        lock (_gate)
        {
            if (!Directory.Exists(root)) return;
            var oldestFirst = new DirectoryInfo(root).EnumerateDirectories()
                .Select(d => (Directory: d, At: d.LastWriteTimeUtc, Bytes: d.EnumerateFiles().Sum(f => f.Length)))
                .OrderBy(d => d.At).ToList();
            var bytes = oldestFirst.Sum(d => d.Bytes);
            var oldest = time.GetUtcNow().UtcDateTime - keepFor;
            foreach (var kept in oldestFirst)
            {
                if (kept.At >= oldest && bytes <= keepBytes) return;
                kept.Directory.Delete(recursive: true);
                bytes -= kept.Bytes;
            }
        }
    }

    private string PathOf(AllocationId allocation) => Path.Combine(root, allocation.ToString());
}
