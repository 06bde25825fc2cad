using System.Globalization;
using Actors.Drivers.Plugins.Protocol;
using Actors.Drivers.Processes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Actors.Drivers.Plugins;

/// <summary>A task of a plugin's. It outlives the plugin: one that was started again is given the task back.</summary>
internal sealed class PluginTask : IDriverTask
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StatsInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly PluginDriver _driver;
    private readonly PluginHost _host;
    private readonly TaskConfig _task;
    private readonly PluginTaskFile _file;
    private readonly PluginOutput? _output;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<TaskExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _waiting;

    public PluginTask(PluginDriver driver, PluginHost host, TaskConfig task, PluginTaskFile file, PluginOutput? output, TimeProvider time, TaskExit? ended = null)
    {
        (_driver, _host, _task, _file, _output) = (driver, host, task, file, output);
        Handle = new TaskHandle(driver.Name, 1, file.ToJson());
        _waiting = ended is null ? Task.Run(() => WaitAsync(time)) : EndAsync(ended);
    }

    public TaskHandle Handle { get; }

    public Task<TaskExit> Exited => _exited.Task;

    public async Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (signal.Length > 0) Signals.Number(signal);
        if (!_exited.Task.IsCompleted)
        {
            await _host.CallAsync(
                "could not stop the task",
                d => d.StopTaskAsync(
                    new StopTaskRequest { TaskId = _file.Id, Signal = signal, Timeout = Duration.FromTimeSpan(timeout) },
                    deadline: DateTime.UtcNow + timeout + Grace, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
        }

        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        await _driver.DestroyAsync(_file.Id, cancellationToken).ConfigureAwait(false);
        // A plugin that forgets a task may not answer who waits for it.
        await EndAsync(new TaskExit(137, 9)).ConfigureAwait(false);
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await PluginOutput.RemoveAsync(_task, cancellationToken).ConfigureAwait(false);
        PluginTaskFile.Delete(_task);
    }

    public async Task<TaskInspection> InspectAsync(CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) return new TaskInspection(false, 0, new Dictionary<string, string>());
        var answer = await _host.CallAsync("could not inspect the task", d => d.InspectTaskAsync(new InspectTaskRequest { TaskId = _file.Id }, cancellationToken: cancellationToken).ResponseAsync, cancellationToken).ConfigureAwait(false);
        var attributes = answer.Driver?.Attributes.ToDictionary() ?? [];
        return new TaskInspection(
            answer.Task?.State == TaskState.Running,
            attributes.TryGetValue("pid", out var pid) && int.TryParse(pid, CultureInfo.InvariantCulture, out var number) ? number : 0, attributes);
    }

    public async Task<TaskUsage> StatsAsync(CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) throw Ended();
        var request = new TaskStatsRequest { TaskId = _file.Id, CollectionInterval = Duration.FromTimeSpan(StatsInterval) };
        var stats = await _host.CallAsync(
            "could not measure the task",
            async d =>
            {
                // The first of a stream: an agent asks when it wants to know.
                using var stream = d.TaskStats(request, cancellationToken: cancellationToken);
                return await stream.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false) ? stream.ResponseStream.Current.Stats : null;
            },
            cancellationToken).ConfigureAwait(false) ?? throw Ended();
        var (cpu, memory) = (stats.AggResourceUsage?.Cpu, stats.AggResourceUsage?.Memory);
        return new TaskUsage
        {
            At = stats.Timestamp?.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch,
            CpuPercent = cpu?.Percent ?? 0,
            CpuUserPercent = cpu?.UserMode ?? 0,
            CpuSystemPercent = cpu?.SystemMode ?? 0,
            MemoryRss = (long)(memory?.Rss ?? 0),
            MemoryCache = (long)(memory?.Cache ?? 0),
            MemoryUsage = (long)(memory is null ? 0 : memory.Usage > 0 ? memory.Usage : memory.Rss),
            Processes = Math.Max(1, stats.ResourceUsageByPid.Count),
        };
    }

    public Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        Signals.Number(signal);
        if (_exited.Task.IsCompleted) throw Ended();
        return _host.CallAsync($"could not send {signal}", d => d.SignalTaskAsync(new SignalTaskRequest { TaskId = _file.Id, Signal = signal }, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);
    }

    public async Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        if (_exited.Task.IsCompleted) throw Ended();
        return await PluginExec.StartAsync(await _host.GetAsync(cancellationToken).ConfigureAwait(false), _file.Id, request).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Listeners.TryRemove(_file.Id, out _);
        if (_output is not null) await _output.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static DriverException Ended() => new("the task has ended", recoverable: false);

    private async Task WaitAsync(TimeProvider time)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var plugin = await _host.GetAsync(_stop.Token).ConfigureAwait(false);
                var answer = await plugin.Driver.WaitTaskAsync(new WaitTaskRequest { TaskId = _file.Id }, cancellationToken: _stop.Token).ResponseAsync.ConfigureAwait(false);
                await EndAsync(new TaskExit(answer.Result?.ExitCode ?? -1, answer.Result?.Signal ?? 0, answer.Result?.OomKilled ?? false, answer.Err.Length > 0 ? answer.Err : null)).ConfigureAwait(false);
                return;
            }
            catch (Exception) when (_stop.IsCancellationRequested || _host.Stopped.IsCancellationRequested)
            {
                // Let go of, or the host ends: the task goes on.
                return;
            }
            catch (RpcException e) when (!PluginHost.IsGone(e))
            {
                await EndAsync(new TaskExit(-1, Error: $"the plugin {_driver.Name} can't tell how it ended: {e.Status.Detail}")).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is RpcException or DriverException or ObjectDisposedException)
            {
                if (await GiveBackAsync(time).ConfigureAwait(false)) return;
            }
        }
    }

    /// <summary>The plugin ended: has the new one take the task. True when the task is at its end with that.</summary>
    private async Task<bool> GiveBackAsync(TimeProvider time)
    {
        try
        {
            await Task.Delay(Pause, time, _stop.Token).ConfigureAwait(false);
            if (await _driver.RecoverInPluginAsync(_task, _file, _output, _stop.Token).ConfigureAwait(false) is not { } refusal) return false;
            await EndAsync(new TaskExit(-1, Error: refusal)).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is DriverException or OperationCanceledException)
        {
            // It ended again, or can't be started: tried until it can, or until the task is let go of.
            return false;
        }
    }

    private async Task EndAsync(TaskExit exit)
    {
        if (_exited.Task.IsCompleted) return;
        if (_output is not null) await _output.DrainAsync().ConfigureAwait(false);
        _exited.TrySetResult(exit);
    }
}
