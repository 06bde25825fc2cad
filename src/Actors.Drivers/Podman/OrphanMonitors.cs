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
        foreach (var (monitor, _) in All().Where(monitor => monitor.Allocation == allocation).ToList())
        {
            foreach (var started in ProcessTable.All().Where(process => process.Parent == monitor)) _ = Libc.Kill(started.Pid, SigKill);
            _ = Libc.Kill(monitor, SigKill);
        }
    }

    private static IEnumerable<(int Process, AllocationId Allocation)> All()
    {
        foreach (var process in ProcessTable.All().Select(process => process.Pid))
        {
            var arguments = ProcessTable.Arguments(process);
            if (arguments is [var program, ..] && Path.GetFileName(program) == Program
                && After(arguments, NameFlag) is { Length: > IdLength } name && AllocationId.TryParse(name[^IdLength..], out var allocation)
                // Seen as the monitor sees it: it may live where other file systems are.
                && After(arguments, BundleFlag) is { } bundle && Path.IsPathRooted(bundle) && !Directory.Exists($"/proc/{process}/root{bundle}"))
                yield return (process, allocation);
        }
    }

    private static string? After(IReadOnlyList<string> arguments, string flag) => arguments.SkipWhile(argument => argument != flag).Skip(1).FirstOrDefault();
}
