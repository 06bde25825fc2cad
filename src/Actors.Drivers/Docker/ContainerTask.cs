using Actors.Drivers.Processes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>A container that was started, by this agent or an earlier one.</summary>
internal sealed class ContainerTask : IDriverTask
{
    private static readonly TimeSpan KillWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LogsWithin = TimeSpan.FromSeconds(10);

    private readonly DockerClient _engine;
    private readonly EngineWatch _watch;
    private readonly IProgress<DriverEvent> _events;
    private readonly TimeProvider _time;
    private readonly ContainerLogs? _logs;
    private readonly TaskCompletionSource<TaskExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Ticks, ulong Total, ulong User, ulong System)? _measured;
    private int _ending;

    public ContainerTask(string driver, DockerClient engine, EngineWatch watch, string containerId, ContainerLogs? logs, IProgress<DriverEvent> events, TimeProvider time)
    {
        (_engine, _watch, ContainerId, _logs, _events, _time) = (engine, watch, containerId, logs, events, time);
        Handle = new TaskHandle(driver, 1, $$"""{"container_id":"{{containerId}}"}""");
        watch.Add(this);
    }

    public string ContainerId { get; }

    /// <summary>The container stays when the task is destroyed, ended.</summary>
    public bool KeepContainer { get; init; }

    /// <summary>Told when the task is destroyed.</summary>
    public Action? Removed { get; init; }

    public TaskHandle Handle { get; }

    public Task<TaskExit> Exited => _exited.Task;

    public async Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var name = signal.Length == 0 ? "SIGTERM" : Signals.Name(Signals.Number(signal));
        await KillAsync(name, cancellationToken).ConfigureAwait(false);
        if (await EndsWithinAsync(timeout, cancellationToken).ConfigureAwait(false)) return;
        await KillAsync("SIGKILL", cancellationToken).ConfigureAwait(false);
        if (!await EndsWithinAsync(KillWithin, cancellationToken).ConfigureAwait(false))
            throw new DriverException($"container {ContainerId[..12]} did not end within {KillWithin.TotalSeconds:0} s of SIGKILL", recoverable: true);
    }

    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        if (KeepContainer)
        {
            await KillAsync("SIGKILL", cancellationToken).ConfigureAwait(false);
            await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            Removed?.Invoke();
            return;
        }

        await EngineErrors.AskAsync($"could not remove container {ContainerId[..12]}", async () =>
        {
            try
            {
                await _engine.Containers.RemoveContainerAsync(ContainerId, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken).ConfigureAwait(false);
            }
            catch (DockerContainerNotFoundException)
            {
                // Removed already: that is what is wanted.
                return;
            }
        }).ConfigureAwait(false);
        End(new TaskExit(137, 9));
        Removed?.Invoke();
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<TaskInspection> InspectAsync(CancellationToken cancellationToken) => EngineErrors.AskAsync("could not inspect the container", async () =>
    {
        var inspected = await _engine.Containers.InspectContainerAsync(ContainerId, cancellationToken).ConfigureAwait(false);
        return new TaskInspection(inspected.State!.Running, (int)inspected.State.Pid, new Dictionary<string, string>
        {
            ["container_id"] = ContainerId,
            ["image"] = inspected.Image,
            ["status"] = inspected.State.Status,
        });
    });

    public Task<TaskUsage> StatsAsync(CancellationToken cancellationToken) => EngineErrors.AskAsync("could not measure the container", async () =>
    {
        ContainerStatsResponse? stats = null;
        await _engine.Containers.GetContainerStatsAsync(
            ContainerId, new ContainerStatsParameters { Stream = false, OneShot = true }, new Inline(s => stats = s), cancellationToken).ConfigureAwait(false);
        if (stats?.CPUStats?.CPUUsage is not { } cpu || stats.MemoryStats?.Usage is null) throw new DriverException("the task has ended", recoverable: false);
        var now = _time.GetTimestamp();
        double total = 0, user = 0, system = 0;
        if (_measured is { } before && _time.GetElapsedTime(before.Ticks, now).TotalNanoseconds is > 0 and var nanoseconds)
        {
            total = 100d * (cpu.TotalUsage - before.Total) / nanoseconds;
            user = 100d * (cpu.UsageInUsermode - before.User) / nanoseconds;
            system = 100d * (cpu.UsageInKernelmode - before.System) / nanoseconds;
        }

        _measured = (now, cpu.TotalUsage, cpu.UsageInUsermode, cpu.UsageInKernelmode);
        var memory = stats.MemoryStats;
        return new TaskUsage
        {
            At = _time.GetUtcNow(),
            CpuPercent = total,
            CpuUserPercent = user,
            CpuSystemPercent = system,
            // cgroup v1 says rss and cache, v2 anon and file.
            MemoryRss = (long)(Stat(memory, "rss") ?? Stat(memory, "anon") ?? 0),
            MemoryCache = (long)(Stat(memory, "cache") ?? Stat(memory, "file") ?? 0),
            MemoryUsage = (long)(memory.Usage ?? 0),
            Processes = (int)(stats.PidsStats?.Current ?? 0),
        };
    });

    public Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        var name = Signals.Name(Signals.Number(signal));
        return EngineErrors.AskAsync($"could not send {name}", () => _engine.Containers.KillContainerAsync(ContainerId, new ContainerKillParameters { Signal = name }, cancellationToken));
    }

    public Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken) => ContainerExec.StartAsync(_engine, ContainerId, request, _time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _watch.Remove(this);
        if (_logs is not null) await _logs.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The engine says that it ended.</summary>
    public void Ended(State state) => End(new TaskExit((int)state.ExitCode, 0, state.OOMKilled, string.IsNullOrEmpty(state.Error) ? null : state.Error));

    /// <summary>The engine does not know it any more.</summary>
    public void Gone() => End(new TaskExit(-1, Error: $"container {ContainerId[..12]} is gone: somebody removed it"));

    /// <summary>Tells the task's story.</summary>
    public void Tell(string message) => _events.Report(new DriverEvent(message, new Dictionary<string, string> { ["container_id"] = ContainerId }));

    private void End(TaskExit exit)
    {
        if (Interlocked.Exchange(ref _ending, 1) == 0) _ = EndAsync(exit);
    }

    private async Task EndAsync(TaskExit exit)
    {
        _watch.Remove(this);
        if (_logs is not null) await Task.WhenAny(_logs.EndAsync(), Task.Delay(LogsWithin, _time)).ConfigureAwait(false);
        _exited.TrySetResult(exit);
    }

    private Task KillAsync(string signal, CancellationToken cancellationToken) => EngineErrors.AskAsync($"could not stop container {ContainerId[..12]}", async () =>
    {
        try
        {
            await _engine.Containers.KillContainerAsync(ContainerId, new ContainerKillParameters { Signal = signal }, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerContainerNotFoundException)
        {
            Gone();
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // It is not running any more: the watch tells how it ended.
            return;
        }
    });

    private async Task<bool> EndsWithinAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        await Task.WhenAny(_exited.Task, Task.Delay(timeout, _time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return _exited.Task.IsCompleted;
    }

    private static ulong? Stat(MemoryStats memory, string name) => memory.Stats is not null && memory.Stats.TryGetValue(name, out var value) ? value : null;

    private sealed class Inline(Action<ContainerStatsResponse> take) : IProgress<ContainerStatsResponse>
    {
        public void Report(ContainerStatsResponse value) => take(value);
    }
}

/// <summary>A container that an earlier agent started, and that is gone.</summary>
internal sealed class GoneContainer(TaskHandle handle) : IDriverTask
{
    public TaskHandle Handle { get; } = handle;

    public Task<TaskExit> Exited { get; } = Task.FromResult(new TaskExit(-1, Error: "its container is gone: somebody removed it while there was no agent"));

    public Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DestroyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<TaskInspection> InspectAsync(CancellationToken cancellationToken) => Task.FromResult(new TaskInspection(false, 0, new Dictionary<string, string>()));

    public Task<TaskUsage> StatsAsync(CancellationToken cancellationToken) => throw new DriverException("the task has ended", recoverable: false);

    public Task SignalAsync(string signal, CancellationToken cancellationToken) => throw new DriverException("the task has ended", recoverable: false);

    public Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken) => throw new DriverException("the task has ended", recoverable: false);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
