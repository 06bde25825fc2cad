using System.Globalization;
using System.Runtime.InteropServices;
using Actors.Contracts.Allocations;

namespace Actors.Client.Tasks.Hooks;

/// <summary>Gives files to a task's user.</summary>
internal static partial class TaskOwner
{
    private const int Unchanged = -1;

    /// <summary>Gives a file, or a directory with all that is in it, to the user of a task that has one.</summary>
    /// <exception cref="TaskHookException">There is no such user, or the agent may not do it.</exception>
    public static void Give(TaskStart start, string path)
    {
        var name = start.Replace(start.Origin.Task.User);
        if (name.Length == 0) return;
        var (user, group) = Find(name) ?? throw new TaskHookException(TaskEventTypes.SetupFailure, $"user: there is no user \"{name}\" on this node", recoverable: false);
        Give(path, user, group);
        if (new DirectoryInfo(path) is not { Exists: true, LinkTarget: null } directory) return;
        foreach (var entry in directory.EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })) Give(entry.FullName, user, group);
    }

    /// <summary>Gives one file; null leaves what it is. A link itself, not what it leads to.</summary>
    /// <exception cref="TaskHookException">The agent may not do it.</exception>
    public static void Give(string path, int? user, int? group)
    {
        if (Chown(path, user ?? Unchanged, group ?? Unchanged) != 0)
            throw new TaskHookException(TaskEventTypes.SetupFailure, $"could not give \"{path}\" to {user}:{group}: error {Marshal.GetLastPInvokeError()} (does the agent run as root?)", recoverable: false);
    }

    private static (int User, int Group)? Find(string name)
    {
        foreach (var fields in File.ReadLines("/etc/passwd").Select(l => l.Split(':')).Where(f => f.Length > 3))
        {
            if ((fields[0] == name || fields[2] == name) && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var user) && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var group))
                return (user, group);
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, int user, int group);
}
