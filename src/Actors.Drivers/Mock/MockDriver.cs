using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;

namespace Actors.Drivers.Mock;

/// <summary>
/// Pretends to run tasks: they start, fail, write and end as their configuration says, without a process. For trying out
/// what a cluster does with many tasks, or with bad ones; off unless the operator switches it on.
/// </summary>
public sealed class MockDriver : ITaskDriver
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "mock_driver";

    private readonly TimeProvider _time;
    private readonly bool _enabled;
    private readonly TimeSpan? _downAfter;
    private readonly TimeSpan? _downFor;

    /// <summary>Makes the driver.</summary>
    /// <param name="options">
    /// The plugin's keys: <c>enabled</c> (default false); <c>shutdown_periodic_after</c> and <c>shutdown_periodic_duration</c>,
    /// after which and for how long it says that it is not there.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public MockDriver(JsonObject? options, TimeProvider time)
    {
        var keys = new PluginOptions(DriverName, options, "enabled", "shutdown_periodic_after", "shutdown_periodic_duration");
        (_time, _enabled) = (time, keys.Flag("enabled") ?? false);
        (_downAfter, _downFor) = (keys.Duration("shutdown_periodic_after"), keys.Duration("shutdown_periodic_duration"));
        if (_downAfter is null != _downFor is null)
            throw new FormatException($"{DriverName}: shutdown_periodic_after and shutdown_periodic_duration belong together; found one of them");
        if (_downAfter <= TimeSpan.Zero || _downFor <= TimeSpan.Zero)
            throw new FormatException($"{DriverName}: shutdown_periodic_after and shutdown_periodic_duration must be above zero");
    }

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; } = new(SendSignals: true, Exec: false, FileSystemIsolation.None);

    /// <inheritdoc/>
    public ConfigSchema Schema => MockTaskConfig.Schema;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            yield return _enabled
                ? new DriverFingerprint(true, true, "Healthy", EquatableMap.Of(("driver.mock_driver", "1")))
                : new DriverFingerprint(false, false, "off unless the agent's configuration says drivers.mock_driver.enabled = true", EquatableMap<string>.Empty);
            await WaitAsync(_enabled ? _downAfter : null, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested) yield break;
            yield return new DriverFingerprint(false, false, "down for a while, as the agent's configuration says", EquatableMap<string>.Empty);
            await WaitAsync(_downFor, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ConfigProblem> Validate(EquatableMap<ConfigValue> config) => Check(config);

    /// <summary>What is wrong in a <c>config</c>, before interpolation; empty: nothing.</summary>
    public static IReadOnlyList<ConfigProblem> Check(EquatableMap<ConfigValue> config) => [.. MockTaskConfig.Schema.Validate(config), .. MockTaskConfig.WrongDurations(config)];

    /// <inheritdoc/>
    public async Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        if (!_enabled) throw new DriverException($"{DriverName} is off on this node", recoverable: false);
        var config = MockTaskConfig.Read(task.Config);
        if (config.StartBlockFor > TimeSpan.Zero) await Task.Delay(config.StartBlockFor, _time, cancellationToken).ConfigureAwait(false);
        if (config.StartError is { } error) throw new DriverException(error, config.StartErrorRecoverable);
        MockRecord.Write(task.Paths.Control, new MockRecord(_time.GetUtcNow(), null));
        return new MockTask(task, config, _time);
    }

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        Task.FromResult<IDriverTask?>(MockRecord.Read(task.Paths.Control) is null ? null : new MockTask(task, MockTaskConfig.Read(task.Config), _time));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task WaitAsync(TimeSpan? time, CancellationToken cancellationToken) =>
        await Task.Delay(time ?? Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
