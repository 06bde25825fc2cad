using System.Globalization;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Supervision;

/// <summary>A task under a supervising shell, started by this agent or an earlier one.</summary>
internal abstract class SupervisedTask : IDriverTask
{
    private readonly SupervisionWatch _watch;
    private readonly TaskCompletionSource<TaskExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SpoolCollector? _output;
    private (long At, double User, double System)? _measured;

    protected SupervisedTask(string driver, TaskConfig task, SupervisedProcess process, SupervisionWatch watch, TimeProvider time)
    {
        (Task, Process, _watch, Time) = (task, process, watch, time);
        _output = task.Logs.Disabled || task.Output is not null ? null : new SpoolCollector(task);
        Handle = new TaskHandle(driver, 1, string.Create(
            CultureInfo.InvariantCulture, $$"""{"pid":{{process.Pid}},"pid_start":{{process.PidStart}},"supervisor":{{process.Supervisor}},"supervisor_start":{{process.SupervisorStart}}}"""));
    }

    public TaskHandle Handle { get; }

    /// <summary>Nothing was written for a while.</summary>
    public bool IsQuiet => _output is not { IsQuiet: false };

    public Task<TaskExit> Exited => _exited.Task;

    protected TaskConfig Task { get; }

    protected SupervisedProcess Process { get; }

    protected TimeProvider Time { get; }

    /// <summary>It runs.</summary>
    protected bool Running => !_exited.Task.IsCompleted && Process.Alive;

    public async Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // SIGINT is Nomad's default for its exec family.
        var number = Signals.Number(signal.Length == 0 ? "SIGINT" : signal);
        if (Running) await AskToEndAsync(number, cancellationToken).ConfigureAwait(false);
        await System.Threading.Tasks.Task.WhenAny(_exited.Task, System.Threading.Tasks.Task.Delay(timeout, Time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_exited.Task.IsCompleted) await RemoveRemainsAsync(cancellationToken).ConfigureAwait(false);
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        await RemoveRemainsAsync(cancellationToken).ConfigureAwait(false);
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<TaskInspection> InspectAsync(CancellationToken cancellationToken) => System.Threading.Tasks.Task.FromResult(
        new TaskInspection(Running, Process.Pid, new Dictionary<string, string>(Attributes())
        {
            ["pid"] = Process.Pid.ToString(CultureInfo.InvariantCulture),
            ["supervisor_pid"] = Process.Supervisor.ToString(CultureInfo.InvariantCulture),
        }));

    public Task<TaskUsage> StatsAsync(CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) throw Ended();
        var measured = Measure();
        var now = Time.GetTimestamp();
        var (user, system) = (0d, 0d);
        if (_measured is { } before && Time.GetElapsedTime(before.At, now).TotalSeconds is > 0 and var seconds)
        {
            user = 100 * Math.Max(0, measured.UserSeconds - before.User) / seconds;
            system = 100 * Math.Max(0, measured.SystemSeconds - before.System) / seconds;
        }

        _measured = (now, measured.UserSeconds, measured.SystemSeconds);
        return System.Threading.Tasks.Task.FromResult(new TaskUsage
        {
            At = Time.GetUtcNow(),
            CpuPercent = user + system,
            CpuUserPercent = user,
            CpuSystemPercent = system,
            MemoryRss = measured.Resident,
            MemoryCache = measured.Cache,
            MemoryUsage = measured.Memory,
            Processes = measured.Processes,
        });
    }

    public Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var number = Signals.Number(signal);
        if (!Running) throw Ended();
        var error = Libc.Kill(Process.Pid, number);
        return error == 0
            ? System.Threading.Tasks.Task.CompletedTask
            : throw new DriverException($"could not send {signal} to process {Process.Pid}: error {error}", recoverable: true);
    }

    public Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken) =>
        Running ? System.Threading.Tasks.Task.FromResult(Exec(request)) : throw Ended();

    public ValueTask DisposeAsync()
    {
        _watch.Remove(this);
        _output?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies output and looks whether the task ended. Called by the watch's one thread.</summary>
    /// <param name="closely">Also look whether the supervisor lives.</param>
    /// <returns>True while the task must be watched on.</returns>
    public bool Poll(bool closely)
    {
        if (_output?.Collect() == true || !closely || Process.SupervisorAlive) return true;

        // What came between the last copy and the end.
        if (_output?.Collect() == true) return true;
        if (Process.ReadExit() is { } code) _exited.TrySetResult(Exit(code));
        else _ = LoseAsync();
        return false;
    }

    /// <summary>Begins to watch: last in the constructor of what derives from this.</summary>
    protected void Watch() => _watch.Add(this, Process.Supervisor);

    /// <summary>What the supervisor's exit code means.</summary>
    protected virtual TaskExit Exit(int code) => new(code, code is > 128 and <= 128 + 64 ? code - 128 : 0);

    /// <summary>Tells the task to end.</summary>
    protected virtual Task AskToEndAsync(int signal, CancellationToken cancellationToken)
    {
        Libc.Kill(Process.Pid, signal);
        return System.Threading.Tasks.Task.CompletedTask;
    }

    /// <summary>What else there is to tell of the task.</summary>
    protected virtual IReadOnlyDictionary<string, string> Attributes() => new Dictionary<string, string>();

    /// <summary>Kills whatever is left of the task, and waits until it is gone.</summary>
    protected abstract Task RemoveRemainsAsync(CancellationToken cancellationToken);

    /// <summary>What the task uses.</summary>
    protected abstract Measurement Measure();

    /// <summary>Runs a command beside the task.</summary>
    protected abstract IDriverExec Exec(ExecRequest request);

    private static DriverException Ended() => new("the task has ended", recoverable: false);

    private async Task LoseAsync()
    {
        var error = Process.SameBoot ? "its supervising shell was killed; how the task itself ended is not known" : "the machine was restarted meanwhile";
        try
        {
            if (Process.SameBoot) await RemoveRemainsAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (DriverException e)
        {
            error = $"{error}; {e.Message}";
        }

        _exited.TrySetResult(new TaskExit(-1, Error: error));
    }
}

/// <summary>What a task uses, as its kernel counts it.</summary>
internal sealed record Measurement(double UserSeconds, double SystemSeconds, long Resident, long Cache, long Memory, int Processes);
