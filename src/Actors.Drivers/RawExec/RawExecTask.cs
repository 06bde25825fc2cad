using System.Diagnostics;
using System.Globalization;
using Actors.Drivers.Processes;

namespace Actors.Drivers.RawExec;

/// <summary>A command that was started, by this agent or an earlier one.</summary>
internal sealed class RawExecTask : IDriverTask
{
    private readonly TaskConfig _task;
    private readonly SupervisedProcess _process;
    private readonly Process? _supervisor;
    private readonly RawExecWatcher _watcher;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource<TaskExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SpoolCollector? _output;
    private (long Ticks, long User, long System)? _measured;

    public RawExecTask(TaskConfig task, SupervisedProcess process, Process? supervisor, RawExecWatcher watcher, TimeProvider time)
    {
        _task = task;
        _process = process;
        _supervisor = supervisor;
        _watcher = watcher;
        _time = time;
        _output = task.Logs.Disabled ? null : new SpoolCollector(task);
        Handle = new TaskHandle(RawExecDriver.DriverName, 1, string.Create(
            CultureInfo.InvariantCulture, $$"""{"pid":{{process.Pid}},"pid_start":{{process.PidStart}},"supervisor":{{process.Supervisor}},"supervisor_start":{{process.SupervisorStart}}}"""));
        if (supervisor is not null)
        {
            supervisor.EnableRaisingEvents = true;
            supervisor.Exited += (_, _) => watcher.Wake();
        }

        watcher.Add(this);
    }

    public TaskHandle Handle { get; }

    public Task<TaskExit> Exited => _exited.Task;

    public async Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // SIGINT is Nomad's default for its exec family.
        var number = Signals.Number(signal.Length == 0 ? "SIGINT" : signal);
        if (!_exited.Task.IsCompleted && _process.Alive) Libc.Kill(_process.Pid, number);
        await Task.WhenAny(_exited.Task, Task.Delay(timeout, _time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_exited.Task.IsCompleted) await RemoveRemainsAsync(_task, cancellationToken).ConfigureAwait(false);
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        await RemoveRemainsAsync(_task, cancellationToken).ConfigureAwait(false);
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<TaskInspection> InspectAsync(CancellationToken cancellationToken) => Task.FromResult(
        new TaskInspection(!_exited.Task.IsCompleted && _process.Alive, _process.Pid, new Dictionary<string, string>
        {
            ["pid"] = _process.Pid.ToString(CultureInfo.InvariantCulture),
            ["supervisor_pid"] = _process.Supervisor.ToString(CultureInfo.InvariantCulture),
        }));

    public Task<TaskUsage> StatsAsync(CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) throw new DriverException("the task has ended", recoverable: false);
        var processes = ProcessTable.All().Where(p => p.Session == _process.Pid).ToList();
        var (user, system) = (processes.Sum(p => p.UserTicks), processes.Sum(p => p.SystemTicks));
        var now = _time.GetTimestamp();
        var (userShare, systemShare) = (0d, 0d);
        if (_measured is { } before && _time.GetElapsedTime(before.Ticks, now).TotalSeconds is > 0 and var seconds)
        {
            userShare = 100d * Math.Max(0, user - before.User) / ProcessTable.TicksPerSecond / seconds;
            systemShare = 100d * Math.Max(0, system - before.System) / ProcessTable.TicksPerSecond / seconds;
        }

        _measured = (now, user, system);
        var resident = processes.Sum(p => p.ResidentPages) * Environment.SystemPageSize;
        return Task.FromResult(new TaskUsage
        {
            At = _time.GetUtcNow(),
            CpuPercent = userShare + systemShare,
            CpuUserPercent = userShare,
            CpuSystemPercent = systemShare,
            MemoryRss = resident,
            MemoryUsage = resident,
            Processes = processes.Count,
        });
    }

    public Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var number = Signals.Number(signal);
        if (_exited.Task.IsCompleted || !_process.Alive) throw new DriverException("the task has ended", recoverable: false);
        var error = Libc.Kill(_process.Pid, number);
        return error == 0
            ? Task.CompletedTask
            : throw new DriverException($"could not send {signal} to process {_process.Pid}: error {error}", recoverable: true);
    }

    public Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted || !_process.Alive) throw new DriverException("the task has ended", recoverable: false);
        var command = Executables.Resolve(request.Command[0], _task.Paths, _task.Paths.Task, _task.Env.GetValueOrDefault("PATH"), "command");
        return Task.FromResult<IDriverExec>(HostExec.Start(
            [command, .. request.Command.Skip(1)], new HostExecSurroundings(_task.Paths.Task, _task.Env, _task.User, _task.Network?.Namespace), request));
    }

    public ValueTask DisposeAsync()
    {
        _watcher.Remove(this);
        _output?.Dispose();
        _supervisor?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies output and looks whether the task ended. Called by the watcher's one thread.</summary>
    /// <param name="lookClosely">Also look whether the supervisor lives.</param>
    /// <returns>True while the task must be watched on.</returns>
    public bool Poll(bool lookClosely)
    {
        if (_output?.Collect() == true) return true;
        if (_process.ReadExit() is { } code)
        {
            End(new TaskExit(code, code is > 128 and <= 128 + 64 ? code - 128 : 0));
            return false;
        }

        if (!lookClosely || _process.SupervisorAlive) return true;

        // The exit code is written before the supervisor ends: look once more, now that it is known to have ended.
        if (_process.ReadExit() is not null) return true;
        if (_process.SameBoot) KillRemains(_task, _process);
        End(new TaskExit(-1, Error: _process.SameBoot
            ? "its supervising shell was killed; how the task itself ended is not known"
            : "the machine was restarted meanwhile"));
        return false;
    }

    /// <summary>Kills whatever a task under this id left running, and waits until it is gone.</summary>
    public static async Task RemoveRemainsAsync(TaskConfig task, CancellationToken cancellationToken)
    {
        if (SupervisedProcess.Read(task.Paths.Control) is not { SameBoot: true } process) return;
        while (KillRemains(task, process))
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken).ConfigureAwait(false);
    }

    private void End(TaskExit exit)
    {
        _output?.Collect();
        _exited.TrySetResult(exit);
    }

    /// <summary>
    /// Kills the task's group (at once: a group that forks on can't outrun it), then what left the group or the session but
    /// still carries the allocation's id in its environment. True when there was something.
    /// </summary>
    private static bool KillRemains(TaskConfig task, SupervisedProcess process)
    {
        var found = false;
        if (process.Pid != 0 && (process.Alive || !IsReused(process))) found |= Libc.Kill(-process.Pid, 9) == 0 && GroupLives(process);
        var allocation = $"NOMAD_ALLOC_ID={task.AllocationId}";
        var name = $"NOMAD_TASK_NAME={task.Task}";
        foreach (var stat in ProcessTable.All())
        {
            if (stat.IsZombie || stat.Pid == process.Supervisor || stat.Pid == Environment.ProcessId) continue;
            var ours = process.Pid != 0 && stat.Session == process.Pid && stat.StartTicks >= process.PidStart;
            if (!ours && !(stat.StartTicks >= process.SupervisorStart && ProcessTable.HasVariable(stat.Pid, allocation) && ProcessTable.HasVariable(stat.Pid, name))) continue;
            found = true;
            Libc.Kill(stat.Pid, 9);
        }

        return found;
    }

    /// <summary>The id belongs to a process that is not the task: the kernel gave it out again, which it doesn't while the task's group has members.</summary>
    private static bool IsReused(SupervisedProcess process) => ProcessTable.Find(process.Pid) is { } stat && stat.StartTicks != process.PidStart;

    private static bool GroupLives(SupervisedProcess process) => ProcessTable.All().Any(p => p.Group == process.Pid && !p.IsZombie);
}
