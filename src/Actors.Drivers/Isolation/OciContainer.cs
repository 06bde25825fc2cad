using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Actors.Drivers.Processes;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Isolation;

/// <summary>A task's container as its runtime and its control directory know it. Everything carries the allocation's id.</summary>
internal sealed class OciContainer(OciRuntime runtime, TaskConfig task)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RemoveWithin = TimeSpan.FromSeconds(20);

    public string Id => task.HostName;

    public string Runtime => runtime.Name;

    /// <summary>The directory with <c>config.json</c>.</summary>
    public string Bundle => Path.Combine(task.Paths.Control, "bundle");

    /// <summary>Where the runtime writes the first process's id.</summary>
    public string PidFile => Path.Combine(task.Paths.Control, "init");

    /// <summary>Where the runtime writes what went wrong.</summary>
    public string LogFile => Path.Combine(task.Paths.Control, "runtime.log");

    /// <summary>A copy of what the kernel counted of kills for memory.</summary>
    public string OutOfMemoryFile => Path.Combine(task.Paths.Control, "oom");

    public ControlGroup Group { get; } = new(OciSpec.ControlGroupPath(task));

    /// <summary>The runtime's command line up to a verb.</summary>
    public IReadOnlyList<string> Command(string verb) =>
        [runtime.Path, "--root", Path.Combine(task.Paths.Control, "runtime"), "--log", LogFile, "--log-format", "json", verb];

    /// <summary>The first process, once the runtime has started it; null until then.</summary>
    public SupervisedProcess? Find()
    {
        if (SupervisedProcess.Read(task.Paths.Control) is not { } supervised) return null;
        if (supervised.Pid != 0) return supervised;
        if (!File.Exists(PidFile) || !int.TryParse(File.ReadAllText(PidFile).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return null;

        // It may have ended already: then its id is nobody's, or another's.
        var stat = ReadStat(pid);
        if (stat is null || ProcessStat.Parse(stat) is not { } process || !ProcessTable.IsInGroup(pid, task.AllocationId.ToString())) return supervised;
        var path = Path.Combine(task.Paths.Control, SupervisorScript.PidFile);
        File.WriteAllText(path + ".new", stat);
        File.Move(path + ".new", path, overwrite: true);
        return supervised with { Pid = pid, PidStart = process.StartTicks };
    }

    /// <summary>The last thing that the runtime complained of.</summary>
    public string LastError()
    {
        if (!File.Exists(LogFile)) return "it did not say why";
        var message = "";
        foreach (var line in File.ReadLines(LogFile))
        {
            try
            {
                using var entry = JsonDocument.Parse(line);
                if (entry.RootElement.TryGetProperty("msg", out var text)) message = text.GetString() ?? message;
            }
            catch (JsonException)
            {
                message = line;
            }
        }

        return message.Length > 0 ? message : "it did not say why";
    }

    /// <summary>Removes the container with all its processes and its control groups. Idempotent.</summary>
    /// <exception cref="DriverException">Something of it resists.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (SupervisedProcess.Read(task.Paths.Control) is not { SameBoot: true } supervised) return;
        var began = Stopwatch.GetTimestamp();
        if (Directory.Exists(Path.Combine(task.Paths.Control, "runtime", Id)) || supervised.SupervisorAlive)
            await RunAsync([.. Command("delete"), "--force", Id], cancellationToken).ConfigureAwait(false);

        while (Group.KillAll() | !Group.Remove() | KillSupervised(supervised))
        {
            if (Stopwatch.GetElapsedTime(began) > RemoveWithin)
                throw new DriverException($"processes of the task did not end within {RemoveWithin.TotalSeconds:0} s of SIGKILL", recoverable: true);
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        var state = Path.Combine(task.Paths.Control, "runtime", Id);
        if (Directory.Exists(state)) Directory.Delete(state, recursive: true);
    }

    /// <summary>The runtime itself, where its supervisor was killed, is a process of the supervisor's session. The supervisor is left to tell the end.</summary>
    private static bool KillSupervised(SupervisedProcess supervised)
    {
        if (supervised.SupervisorAlive) return false;
        var found = false;
        foreach (var stat in ProcessTable.All().Where(p => p.Session == supervised.Supervisor && !p.IsZombie && p.StartTicks >= supervised.SupervisorStart))
        {
            found = true;
            Libc.Kill(stat.Pid, 9);
        }

        return found;
    }

    private static string? ReadStat(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })
            ?? throw new DriverException("the operating system started no process", recoverable: true);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RemoveWithin);
        try
        {
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What it could not do in this time is done by hand.
            process.Kill();
        }
    }
}
