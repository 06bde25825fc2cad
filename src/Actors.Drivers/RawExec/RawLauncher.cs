using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Actors.Drivers.Processes;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.RawExec;

/// <summary>What to run without isolation.</summary>
internal sealed record RawLaunch
{
    /// <summary>The program's path.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Where it starts.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>Its environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>For the kernel's choice of victims, or null.</summary>
    public long? OomScoreAdjustment { get; init; }

    /// <summary>Directories of control groups that it joins.</summary>
    public IReadOnlyList<string> ControlGroups { get; init; } = [];
}

/// <summary>
/// Starts programs of the host under a supervising shell. The program has a session of its own, so that its process group
/// is exactly what it started, and a signal to that group leaves the supervisor alive to tell the exit code.
/// </summary>
internal sealed partial class RawLauncher(string driver, SupervisionWatch watch, TimeProvider time)
{
    /// <summary>Makes the task of a process: drivers that stop theirs in another way give their own.</summary>
    public Func<TaskConfig, SupervisedProcess, SupervisedTask> NewTask { get; init; } =
        (task, process) => new RawExecTask(driver, task, process, watch, time);

    /// <summary>Why programs can't be started on this machine, or null.</summary>
    public static string? Missing() =>
        !OperatingSystem.IsLinux() ? "needs Linux"
        : Executables.Setsid is null ? "the program setsid (util-linux) is not in PATH"
        : !File.Exists("/bin/sh") ? "there is no /bin/sh"
        : null;

    /// <summary>Starts a program.</summary>
    /// <exception cref="DriverException">It can't be started.</exception>
    public async Task<IDriverTask> StartAsync(TaskConfig task, RawLaunch launch, CancellationToken cancellationToken)
    {
        try
        {
            await RawExecTask.RemoveRemainsAsync(task, cancellationToken).ConfigureAwait(false);
            Supervisor.Prepare(task, SupervisorScript.Write(task, Body(task, launch)));
            if (task.User.Length > 0 && task is { Output: null, Logs.Disabled: false }) Supervisor.GiveOutput(task.Paths.Control, task.User);
            using var supervisor = Supervisor.Spawn(task.Paths.Control, launch.Environment, task.Network?.Namespace);
            // A matter of milliseconds, and not given up: what is half started could not be found and removed.
            var started = await Supervisor.WaitAsync(
                supervisor,
                () => SupervisedProcess.Read(task.Paths.Control) is { Pid: not 0 } process ? process : null,
                () => new DriverException($"the supervising shell ended at once with code {supervisor.ExitCode}", recoverable: true),
                time).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                await RawExecTask.RemoveRemainsAsync(task, CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return NewTask(task, started);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new DriverException($"could not start {launch.Command}: {e.Message}", recoverable: true, e);
        }
    }

    /// <summary>Finds a program that an earlier agent started.</summary>
    public IDriverTask? Recover(TaskConfig task) => SupervisedProcess.Read(task.Paths.Control) is { } process ? NewTask(task, process) : null;

    private static string Body(TaskConfig task, RawLaunch launch)
    {
        var text = new StringBuilder();
        text.Append($"(\ncd {Quote(launch.WorkDirectory)} || exit 125\n");
        foreach (var group in launch.ControlGroups) text.Append($"echo 0 >{Quote(Path.Combine(group, "cgroup.procs"))} || exit 125\n");
        if (launch.OomScoreAdjustment is { } score) text.Append(CultureInfo.InvariantCulture, $"echo {score} >/proc/self/oom_score_adj\n");
        text.Append(SupervisorScript.WriteOwnStat(Path.Combine(task.Paths.Control, SupervisorScript.PidFile)));
        text.Append($"exec {Quote(Executables.Setsid!)}");
        // Only now: the supervisor and its control directory are the agent's own, out of the task's reach.
        if (task.User.Length > 0) text.Append(string.Concat(Executables.Become(task.User).Select(word => $" {Quote(word)}")));

        // The shell passes on only names that it could use itself.
        var unspeakable = launch.Environment.Where(v => !ShellName().IsMatch(v.Key)).ToList();
        if (unspeakable.Count > 0) text.Append($" {Quote(Executables.Env)}");
        foreach (var (name, value) in unspeakable) text.Append(' ').Append(Quote($"{name}={value}"));
        text.Append(' ').Append(Quote(launch.Command));
        foreach (var arg in launch.Args) text.Append(' ').Append(Quote(arg));
        text.Append("\n)\ncode=$?\n");
        return text.ToString();
    }

    private static string Quote(string text) => SupervisorScript.Quote(text);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex ShellName();
}
