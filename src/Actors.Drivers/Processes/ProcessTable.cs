using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Actors.Drivers.Processes;

/// <summary>A process as <c>/proc/&lt;pid&gt;/stat</c> tells it (proc(5)).</summary>
/// <param name="Pid">Its id.</param>
/// <param name="State">R, S, D, Z …</param>
/// <param name="Parent">Its parent's id.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="UserTicks">CPU time in user mode, in clock ticks (1/100 s).</param>
/// <param name="SystemTicks">CPU time in the kernel, in clock ticks.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: with the id, unique while the machine is up.</param>
/// <param name="ResidentPages">Resident memory, in pages.</param>
internal sealed record ProcessStat(int Pid, char State, int Parent, int Group, int Session, long UserTicks, long SystemTicks, long StartTicks, long ResidentPages)
{
    /// <summary>It has ended, and its parent has not asked how.</summary>
    public bool IsZombie => State is 'Z' or 'X';

    /// <summary>Reads one line; null when it is none.</summary>
    public static ProcessStat? Parse(string line)
    {
        // The command's name stands in parentheses and may itself hold parentheses and spaces.
        var open = line.IndexOf('(', StringComparison.Ordinal);
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(line.AsSpan(0, open - 1), CultureInfo.InvariantCulture, out var pid)) return null;
        var fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 22 ? null : new ProcessStat(
            pid, fields[0][0], Int(fields[1]), Int(fields[2]), Int(fields[3]),
            Long(fields[11]), Long(fields[12]), Long(fields[19]), Long(fields[21]));
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>The kernel's list of processes.</summary>
internal static class ProcessTable
{
    private static readonly TimeSpan RecentFor = TimeSpan.FromMilliseconds(500);
    private static volatile Look? _recent;

    /// <summary>Clock ticks in a second: USER_HZ, which is 100 on every platform that .NET runs on.</summary>
    public const long TicksPerSecond = 100;

    /// <summary>Identifies this run of the machine: process ids and start times mean nothing after another boot.</summary>
    public static string BootId { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>A process, or null when it is not there.</summary>
    public static ProcessStat? Find(int pid)
    {
        try
        {
            return ProcessStat.Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            // It ended between being listed and being read.
            return null;
        }
    }

    /// <summary>Whether the process that had this id and start time still runs.</summary>
    public static bool IsAlive(int pid, long startTicks) => Find(pid) is { IsZombie: false } stat && stat.StartTicks == startTicks;

    /// <summary>All processes.</summary>
    public static IEnumerable<ProcessStat> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? Find(pid) : null)
        .OfType<ProcessStat>();

    /// <summary>All processes as they were at most half a second ago: many tasks that are measured together look once.</summary>
    public static IReadOnlyList<ProcessStat> Recent()
    {
        var seen = _recent;
        if (seen is not null && Stopwatch.GetElapsedTime(seen.At) < RecentFor) return seen.Processes;
        _recent = seen = new Look(Stopwatch.GetTimestamp(), [.. All()]);
        return seen.Processes;
    }

    /// <summary>What a process was started with, its program first; empty when it has ended.</summary>
    public static IReadOnlyList<string> Arguments(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").TrimEnd('\0').Split('\0');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether a process lives in a control group whose path holds a name, such as its container's id.</summary>
    public static bool IsInGroup(int pid, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cgroup").Contains(name, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended.
            return false;
        }
    }

    /// <summary>Whether a process was started with a variable in its environment, given as <c>NAME=value</c>.</summary>
    public static bool HasVariable(int pid, string assignment)
    {
        try
        {
            var wanted = Encoding.UTF8.GetBytes(assignment);
            var environment = File.ReadAllBytes($"/proc/{pid}/environ").AsSpan();
            while (environment.Length > 0)
            {
                var end = environment.IndexOf((byte)0);
                var entry = end < 0 ? environment : environment[..end];
                if (entry.SequenceEqual(wanted)) return true;
                environment = end < 0 ? [] : environment[(end + 1)..];
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended, or it is another user's: then it is not ours.
            return false;
        }
    }

    private sealed record Look(long At, IReadOnlyList<ProcessStat> Processes);
}
