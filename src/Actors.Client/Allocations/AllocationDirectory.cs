using Actors.Client.Machine;
using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Drivers;

namespace Actors.Client.Allocations;

/// <summary>An allocation's directories: Nomad's layout and modes.</summary>
/// <param name="root">Where all allocations lie: <c>&lt;data&gt;/alloc</c>.</param>
internal sealed class AllocationDirectory(string root)
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Closed | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Open = (UnixFileMode)0b111_111_111;

    // The directories in it stay where they are: a task can't put a link to another place where the agent writes logs.
    private const UnixFileMode OpenToAdd = Open | UnixFileMode.StickyBit;

    /// <summary>The directory of drivers' own files: not shown to users.</summary>
    public const string ControlName = ".control";

    /// <summary>Where all allocations lie.</summary>
    public string Root => root;

    /// <summary>The allocation's directory.</summary>
    public string PathOf(AllocationId allocation) => Path.Combine(root, allocation.ToString());

    /// <summary>A task's directories.</summary>
    public TaskPaths PathsOf(AllocationId allocation, string task)
    {
        var directory = PathOf(allocation);
        return new TaskPaths
        {
            Allocation = directory,
            Task = Path.Combine(directory, task),
            Control = Path.Combine(directory, ControlName, task),
        };
    }

    /// <summary>Makes what is missing of an allocation's directories.</summary>
    /// <returns>True when the allocation had a directory already: something of it may still run.</returns>
    /// <exception cref="IOException">The disk is full, or a path is taken by a file.</exception>
    public bool Build(AllocationId allocation, TaskGroup group)
    {
        var directory = PathOf(allocation);
        var existed = Directory.Exists(directory);
        Make(root, Passable);
        Make(directory, Passable);
        Make(Path.Combine(directory, ControlName), Passable);
        Make(Path.Combine(directory, "alloc"), OpenToAdd);
        foreach (var shared in (string[])["alloc/logs", "alloc/tmp", "alloc/data"]) Make(Path.Combine(directory, shared), Open);
        foreach (var task in group.Tasks)
        {
            foreach (var own in (string[])["", "local", "secrets", "tmp"]) Make(Path.Combine(directory, task.Name, own), Open);
            Make(Path.Combine(directory, task.Name, "private"), Closed);
        }

        return existed;
    }

    /// <summary>Removes an allocation's directory with all that is in it. Links are removed, not followed; what is mounted in it is let go of first, so that nothing of that is removed.</summary>
    /// <exception cref="IOException">Something is still in use.</exception>
    public void Remove(AllocationId allocation)
    {
        var directory = PathOf(allocation);
        foreach (var mount in Mounts.Beneath(directory)) Mounts.Unmount(mount);
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }

    /// <summary>The allocations that have a directory.</summary>
    public IReadOnlyList<AllocationId> Existing() => Directory.Exists(root)
        ? [.. Directory.EnumerateDirectories(root)
            .Select(path => AllocationId.TryParse(Path.GetFileName(path), out var id) ? id : default(AllocationId?))
            .OfType<AllocationId>()]
        : [];

    private static void Make(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path)) return;
        Directory.CreateDirectory(path);
        // The agent's umask must not close what tasks of any user need.
        File.SetUnixFileMode(path, mode);
    }
}
