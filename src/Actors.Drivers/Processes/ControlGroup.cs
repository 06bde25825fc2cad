using System.Globalization;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Processes;

/// <summary>A control group of the kernel, version 1 (a tree for each controller) or 2 (one tree).</summary>
/// <param name="path">Its path in the tree, such as <c>/actors/…</c>.</param>
internal sealed class ControlGroup(string path)
{
    private const string Mount = "/sys/fs/cgroup";
    private const double NanosecondsPerSecond = 1e9;
    private const double MicrosecondsPerSecond = 1e6;

    /// <summary>The machine has version 2 only.</summary>
    public static bool IsUnified { get; } = File.Exists($"{Mount}/cgroup.controllers");

    /// <summary>There are control groups on this machine.</summary>
    public static bool Available { get; } = IsUnified || (Directory.Exists($"{Mount}/memory") && Directory.Exists($"{Mount}/cpu"));

    /// <summary>The directory of a path in the tree (version 1: of a controller).</summary>
    public static string Place(string? controller, string path) =>
        path.StartsWith(Mount + "/", StringComparison.Ordinal) ? path : $"{Mount}{(controller is null ? "" : "/" + controller)}/{path.TrimStart('/')}";

    /// <summary>The file that counts what the kernel killed in this group for its memory.</summary>
    public string OutOfMemoryFile => IsUnified ? Of("", "memory.events") : Of("memory", "memory.oom_control");

    /// <summary>Reads how often the kernel killed here for memory, from a copy of <see cref="OutOfMemoryFile"/>.</summary>
    public static bool SaysOutOfMemory(string text) => Field(text, "oom_kill") > 0;

    /// <summary>What all processes in it use.</summary>
    public Measurement Measure()
    {
        var memory = Read(Of("memory", "memory.stat"));
        if (IsUnified)
        {
            var cpu = Read(Of("", "cpu.stat"));
            return new Measurement(
                Field(cpu, "user_usec") / MicrosecondsPerSecond, Field(cpu, "system_usec") / MicrosecondsPerSecond,
                Field(memory, "anon"), Field(memory, "file"), Number(Of("", "memory.current")), CountProcesses(""));
        }

        // The whole is counted exactly, its parts in ticks: the parts are taken as shares.
        var shares = Read(Of("cpuacct", "cpuacct.stat"));
        var (user, system) = ((double)Field(shares, "user"), (double)Field(shares, "system"));
        var whole = Number(Of("cpuacct", "cpuacct.usage")) / NanosecondsPerSecond;
        var share = user + system > 0 ? user / (user + system) : 1;
        return new Measurement(
            whole * share, whole * (1 - share), Field(memory, "total_rss"), Field(memory, "total_cache"),
            Number(Of("memory", "memory.usage_in_bytes")), CountProcesses("pids"));
    }

    /// <summary>Kills all in it, again and again until it is empty or not there.</summary>
    public bool KillAll()
    {
        var any = false;
        foreach (var directory in Directories().Where(Directory.Exists))
        {
            foreach (var line in Read(Path.Combine(directory, "cgroup.procs")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                any = true;
                if (int.TryParse(line, CultureInfo.InvariantCulture, out var pid)) Libc.Kill(pid, 9);
            }
        }

        return any;
    }

    /// <summary>Removes it; false while something is in it.</summary>
    public bool Remove()
    {
        try
        {
            foreach (var directory in Directories().Where(Directory.Exists)) Directory.Delete(directory);
            return true;
        }
        catch (IOException)
        {
            // The last process is on its way out.
            return false;
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            // The group went with its last process.
            return "";
        }
    }

    /// <summary>Processes, while <c>pids.current</c> would count every thread.</summary>
    private int CountProcesses(string controller) => Read(Of(controller, "cgroup.procs")).Count('\n');

    private static long Number(string file) => long.TryParse(Read(file).Trim(), CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long Field(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(name + " ", StringComparison.Ordinal) && long.TryParse(line.AsSpan(name.Length + 1).Trim(), CultureInfo.InvariantCulture, out var value)) return value;
        }

        return 0;
    }

    private string Of(string controller, string name) => Path.Combine(Place(IsUnified ? null : controller, path), name);

    private IEnumerable<string> Directories() => IsUnified
        ? [Place(null, path)]
        : Directory.EnumerateDirectories(Mount).Select(controller => $"{controller}/{path.TrimStart('/')}");
}
