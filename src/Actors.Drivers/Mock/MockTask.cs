using System.Globalization;
using System.Text;
using System.Text.Json;
using Actors.Drivers.Logs;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Mock;

/// <summary>A task that is only pretended: everything it does follows from when it started and what was asked of it.</summary>
internal sealed class MockTask : IDriverTask
{
    private readonly TaskConfig _task;
    private readonly MockTaskConfig _config;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _letGo = new();
    private readonly TaskCompletionSource<TaskExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Task _life;
    private volatile MockRecord _record;

    /// <summary>Takes up the task of which a record lies in its control directory.</summary>
    public MockTask(TaskConfig task, MockTaskConfig config, TimeProvider time)
    {
        (_task, _config, _time) = (task, config, time);
        _record = MockRecord.Read(task.Paths.Control) ?? throw new DriverException("the task's record is gone", recoverable: false);
        Handle = new TaskHandle(MockDriver.DriverName, 1, JsonSerializer.Serialize(_record));
        _life = Task.Run(LiveAsync);
    }

    public TaskHandle Handle { get; }

    public Task<TaskExit> Exited => _exited.Task;

    private bool Running => !_exited.Task.IsCompleted;

    public async Task StopAsync(string signal, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Signals.Number(signal.Length == 0 ? "SIGINT" : signal);
        var now = _time.GetUtcNow();
        End(_config.KillAfter <= timeout ? new MockRecord(_record.Started, now + _config.KillAfter) : new MockRecord(_record.Started, now + timeout, Killed: true));
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        End(new MockRecord(_record.Started, _time.GetUtcNow(), Killed: true));
        await _exited.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<TaskInspection> InspectAsync(CancellationToken cancellationToken) => Task.FromResult(new TaskInspection(
        Running, 0, new Dictionary<string, string> { ["started_at"] = _record.Started.ToString("O", CultureInfo.InvariantCulture) }));

    public Task<TaskUsage> StatsAsync(CancellationToken cancellationToken) => Running
        ? Task.FromResult(new TaskUsage { At = _time.GetUtcNow() })
        : throw Ended();

    public Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        Signals.Number(signal);
        if (!Running) throw Ended();
        return _config.SignalError is { } error ? throw new DriverException(error, recoverable: false) : Task.CompletedTask;
    }

    public Task<IDriverExec> ExecAsync(ExecRequest request, CancellationToken cancellationToken) =>
        throw new DriverException($"{MockDriver.DriverName} can't run commands: there is no process", recoverable: false);

    public async ValueTask DisposeAsync()
    {
        await _letGo.CancelAsync().ConfigureAwait(false);
        await _life.ConfigureAwait(false);
        _letGo.Dispose();
        _changed.Dispose();
    }

    private static DriverException Ended() => new("the task has ended", recoverable: false);

    /// <summary>Remembers that it is to end, unless it is to end sooner already.</summary>
    private void End(MockRecord record)
    {
        lock (_exited)
        {
            if (!Running || _record.Ended <= record.Ended) return;
            MockRecord.Write(_task.Paths.Control, record);
            _record = record;
            _changed.Release();
        }
    }

    private async Task LiveAsync()
    {
        try
        {
            using var stdout = Log("stdout");
            using var stderr = Log("stderr");
            while (true)
            {
                var record = _record;
                var byItself = record.Started + _config.RunFor;
                var end = record.Ended is { } asked && asked < byItself ? asked : byItself;
                var now = _time.GetUtcNow();
                var age = (now < end ? now : end) - record.Started;
                var next = Min(Write(stdout, _config.Stdout, age), Write(stderr, _config.Stderr, age));
                if (now >= end)
                {
                    _exited.TrySetResult(end == byItself || !record.Killed ? _config.Exit : new TaskExit(137, 9));
                    return;
                }

                await WaitAsync(Min(next, end - record.Started) - age).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Let go: a later agent takes it up.
        }
        catch (IOException e)
        {
            _exited.TrySetResult(new TaskExit(-1, Error: $"its output can't be written: {e.Message}"));
        }
    }

    private async Task WaitAsync(TimeSpan time)
    {
        // Timers take no more than some weeks, and fire a little early.
        var limited = Min(time, TimeSpan.FromDays(1)) + TimeSpan.FromMilliseconds(1);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_letGo.Token);
        var changed = _changed.WaitAsync(either.Token);
        await Task.WhenAny(changed, Task.Delay(limited, _time, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _letGo.Token.ThrowIfCancellationRequested();
    }

    private RotatedLog Log(string stream) =>
        new(_task.Paths.Logs, $"{_task.Task}.{stream}", _task.Logs, Path.Combine(_task.Paths.Control, $"mock.{stream}"));

    /// <summary>Writes what is due, and says at what age of the task the next is.</summary>
    private TimeSpan Write(RotatedLog log, MockOutput output, TimeSpan age)
    {
        // The record of a start before belongs to another run of the task.
        var run = _record.Started.UtcTicks.ToString(CultureInfo.InvariantCulture);
        var written = log.Source.Split(' ') is [var of, var count] && of == run ? long.Parse(count, CultureInfo.InvariantCulture) : 0;
        var due = output.TimesAfter(age);
        if (written < due)
        {
            var text = Encoding.UTF8.GetBytes(output.Text);
            for (var i = written; i < due; i++) log.Write(text);
            log.Checkpoint($"{run} {due.ToString(CultureInfo.InvariantCulture)}");
        }

        return output.Text.Length == 0 || due > output.Repeat ? TimeSpan.MaxValue : due * output.Every;
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
