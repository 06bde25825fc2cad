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
    public static ProcessStat? Parse(ReadOnlySpan<char> line)
    {
        // The command's name stands in parentheses and may itself hold parentheses and spaces.
        var open = line.IndexOf('(');
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(line[..(open - 1)], CultureInfo.InvariantCulture, out var pid)) return null;
        var rest = line[(close + 1)..];
        // The last of them takes what follows, which nobody asks for.
        Span<Range> fields = stackalloc Range[Fields + 1];
        if (rest.Split(fields, ' ', StringSplitOptions.RemoveEmptyEntries) < Fields) return null;
        return new ProcessStat(
            pid, rest[fields[0]][0], Int(rest[fields[1]]), Int(rest[fields[2]]), Int(rest[fields[3]]),
            Long(rest[fields[11]]), Long(rest[fields[12]]), Long(rest[fields[19]]), Long(rest[fields[21]]));
    }

    // From the state to the resident memory.
    private const int Fields = 22;

    private static int Int(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);

    private static long Long(ReadOnlySpan<char> text) => long.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);
}

/// <summary>The kernel's list of processes.</summary>
internal static class ProcessTable
{
    private static readonly TimeSpan RecentFor = TimeSpan.FromMilliseconds(500);

    // 52 fields of at most 20 digits, and a name of 15 characters.
    private const int LongestLine = 2048;

    private static readonly Lock Looking = new();

    [ThreadStatic]
    private static byte[]? _line;

    private static volatile Look? _recent;

    /// <summary>Clock ticks in a second: USER_HZ, which is 100 on every platform that .NET runs on.</summary>
    public const long TicksPerSecond = 100;

    /// <summary>Identifies this run of the machine: process ids and start times mean nothing after another boot.</summary>
    public static string BootId { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>A process, or null when it is not there.</summary>
    public static ProcessStat? Find(int pid)
    {
        // Asked of every process of the machine, twice a second while tasks are measured: a stream and a string of all fields for each would be most of the cost.
        using var file = Libc.OpenPlain(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"), FileAccess.Read, default, out _);
        if (file is null) return null;
        var bytes = _line ??= new byte[LongestLine];
        var length = Libc.Read(file, bytes);
        // It may end between being listed, being opened and being read.
        if (length <= 0) return null;
        Span<char> line = stackalloc char[length];
        return ProcessStat.Parse(line[..Encoding.Latin1.GetChars(bytes.AsSpan(0, length), line)]);
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
        if (_recent is { IsRecent: true } seen) return seen.Processes;
        lock (Looking)
        {
            // Who waited takes what another has just seen.
            if (_recent is { IsRecent: true } meanwhile) return meanwhile.Processes;
            var look = new Look(Stopwatch.GetTimestamp(), [.. All()]);
            _recent = look;
            return look.Processes;
        }
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

    private sealed record Look(long At, IReadOnlyList<ProcessStat> Processes)
    {
        public bool IsRecent => Stopwatch.GetElapsedTime(At) < RecentFor;
    }
}
