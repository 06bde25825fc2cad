using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Config;
using Actors.Drivers.RawExec;

namespace Actors.Samples.ScriptDriver;

/// <summary>Runs a script that stands in the job itself. What it takes to run a process is left to the driver raw_exec.</summary>
internal sealed class ScriptDriver(string shell, TimeProvider time) : ITaskDriver
{
    private readonly RawExecDriver _inner = new(options: null, time);

    public string Name => "script";

    public DriverCapabilities Capabilities => _inner.Capabilities;

    public ConfigSchema Schema { get; } = new(
        new ConfigField("script", ConfigKind.Text) { Required = true },
        new ConfigField("arguments", ConfigKind.TextList));

    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in _inner.FingerprintAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return !found.Healthy ? found
                : File.Exists(shell) ? found with { Attributes = EquatableMap.Of(("driver.script", "1"), ("driver.script.shell", shell)) }
                : new DriverFingerprint(true, false, $"there is no {shell}", EquatableMap<string>.Empty);
        }
    }

    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        events.Report(new DriverEvent($"Running a script of {task.Config["script"].AsString()?.Length ?? 0} characters"));
        return _inner.StartAsync(Translate(task), events, cancellationToken);
    }

    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        _inner.RecoverAsync(Translate(task), handle, events, cancellationToken);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private TaskConfig Translate(TaskConfig task)
    {
        var config = new ConfigReader(task.Config);
        List<string> args = ["-c", config.Text("script") ?? "", shell, .. config.TextList("arguments") ?? []];
        return task with
        {
            Config = EquatableMap.Of(("command", ConfigValue.Of(shell)), ("args", ConfigValue.Of(args.Select(a => ConfigValue.Of(a))))),
        };
    }
}
