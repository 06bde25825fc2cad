using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Actors.Drivers.Processes;

namespace Actors.Client.Machine;

/// <summary>File systems in memory, and what is mounted where.</summary>
internal static partial class Mounts
{
    private const ulong NoSetUid = 2;
    private const ulong NoDevices = 4;
    private const ulong NoExecute = 8;
    private const int Detach = 2;
    private const int NotAllowed = 1;
    private const int NotMounted = 22;
    private const string Escaped = " \t\n\\";

    /// <summary>Mounts a file system in memory over an empty directory: nothing in it is executed, nor ever written to a disk but swap.</summary>
    /// <returns>False when this agent may not mount.</returns>
    /// <exception cref="IOException">It should be possible, and isn't.</exception>
    public static bool TryMountMemory(string path, int megabytes)
    {
        if (Mount("tmpfs", path, "tmpfs", NoSetUid | NoDevices | NoExecute, string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=0777")) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NotAllowed ? false : throw new IOException($"could not mount a file system in memory on {path}: error {error}");
    }

    /// <summary>Whether something is mounted on the path itself.</summary>
    public static bool IsMounted(string path) => Libc.IsMountRoot(path) ?? Beneath(path).Contains(path);

    /// <summary>What is mounted on a path or beneath it, the deepest first.</summary>
    public static IReadOnlyList<string> Beneath(string path) =>
    [
        // Each of many allocations has mounts of its own: only the lines that can be meant are taken apart.
        .. File.ReadLines("/proc/self/mountinfo")
            .Where(line => line.Contains(path, StringComparison.Ordinal) || path.AsSpan().ContainsAny(Escaped))
            .Select(line => Octal().Replace(line.Split(' ')[4], m => ((char)Convert.ToInt32(m.Groups[1].Value, 8)).ToString()))
            .Where(at => at == path || at.StartsWith(path + "/", StringComparison.Ordinal))
            .OrderByDescending(at => at.Length),
    ];

    /// <summary>Takes away what is mounted on a path; nothing when nothing is.</summary>
    /// <exception cref="IOException">It can't be taken away.</exception>
    public static void Unmount(string path)
    {
        if (Unmount(path, Detach) != 0 && Marshal.GetLastPInvokeError() is not NotMounted and var error)
            throw new IOException($"could not unmount {path}: error {error}");
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();
}
