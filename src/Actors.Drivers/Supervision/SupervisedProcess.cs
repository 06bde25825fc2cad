using System.Globalization;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Supervision;

/// <summary>A task as its control directory tells it.</summary>
/// <param name="Control">The control directory.</param>
/// <param name="Supervisor">The supervising shell.</param>
/// <param name="SupervisorStart">When it started, in clock ticks since boot.</param>
/// <param name="Pid">The task's main process; 0: not there yet, or not known any more.</param>
/// <param name="PidStart">When that started.</param>
/// <param name="SameBoot">The machine was not restarted since: the ids mean something.</param>
internal sealed record SupervisedProcess(string Control, int Supervisor, long SupervisorStart, int Pid, long PidStart, bool SameBoot)
{
    /// <summary>Reads a control directory; null when nothing was ever started from it.</summary>
    public static SupervisedProcess? Read(string control)
    {
        if (ReadLine(Path.Combine(control, SupervisorScript.SupervisorFile)) is not { } line || ProcessStat.Parse(line) is not { } supervisor) return null;
        var process = ReadLine(Path.Combine(control, SupervisorScript.PidFile)) is { } pid ? ProcessStat.Parse(pid) : null;
        var boot = Path.Combine(control, SupervisorScript.BootFile);
        return new SupervisedProcess(
            control, supervisor.Pid, supervisor.StartTicks, process?.Pid ?? 0, process?.StartTicks ?? 0,
            File.Exists(boot) && File.ReadAllText(boot) == ProcessTable.BootId);
    }

    /// <summary>The supervisor runs.</summary>
    public bool SupervisorAlive => SameBoot && ProcessTable.IsAlive(Supervisor, SupervisorStart);

    /// <summary>The task's main process runs.</summary>
    public bool Alive => SameBoot && Pid != 0 && ProcessTable.IsAlive(Pid, PidStart);

    /// <summary>The exit code that the supervisor left, or null.</summary>
    public int? ReadExit() =>
        ReadLine(Path.Combine(Control, SupervisorScript.ExitFile)) is { } line && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;

    /// <summary>The file's one line, or null while it is not (wholly) there.</summary>
    internal static string? ReadLine(string path)
    {
        // Asked often of files that are not there yet: an exception each time would cost more than all else.
        if (!File.Exists(path)) return null;
        try
        {
            var text = File.ReadAllText(path);
            return text.EndsWith('\n') ? text[..^1] : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
