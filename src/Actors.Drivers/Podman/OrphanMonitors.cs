using System.Globalization;
using System.Text;
using Actors.Contracts;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Podman;

/// <summary>
/// The monitors (<c>conmon</c>) of containers that are gone. Podman starts a monitor, and it the container, before it writes
/// that down: when its service is killed between the two it removes such a container without ending its processes. A
/// monitor's arguments name its container, whose name ends with its allocation's id, and the directory that is gone with it.
/// </summary>
internal static class OrphanMonitors
{
    private const int SigKill = 9;
    private const string Program = "conmon";
    private const string NameFlag = "-n";
    private const string BundleFlag = "-b";

    // As many characters as an id has.
    private const int IdLength = 36;

    /// <summary>The allocations, of any client, that have one.</summary>
    public static IReadOnlySet<AllocationId> Find() => All().Select(monitor => monitor.Allocation).ToHashSet();

    /// <summary>Kills those of an allocation, each with what it started.</summary>
    public static void Kill(AllocationId allocation)
    {
        foreach (var (process, _) in All().Where(monitor => monitor.Allocation == allocation).ToList())
        {
            foreach (var child in Children(process)) _ = Libc.Kill(child, SigKill);
            _ = Libc.Kill(process, SigKill);
        }
    }

    private static IEnumerable<(int Process, AllocationId Allocation)> All()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process) || Read($"{directory}/comm").TrimEnd() != Program) continue;

            var arguments = Read($"{directory}/cmdline").Split('\0');
            if (After(arguments, NameFlag) is { Length: > IdLength } name && AllocationId.TryParse(name[^IdLength..], out var allocation)
                // Seen as the monitor sees it: it may live where other file systems are.
                && After(arguments, BundleFlag) is { } bundle && Path.IsPathRooted(bundle) && !Directory.Exists($"{directory}/root{bundle}"))
                yield return (process, allocation);
        }
    }

    private static IEnumerable<int> Children(int process) =>
        Read($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture));

    private static string? After(string[] arguments, string flag) => Array.IndexOf(arguments, flag) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;

    /// <summary>A file of /proc; "" when its process has ended.</summary>
    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
