using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Drivers.Config;
using Actors.Drivers.Isolation;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Exec;

/// <summary>Runs commands of the host isolated from it: see <see cref="OciLauncher"/>. Needs root and runc or crun.</summary>
public sealed class ExecDriver : ITaskDriver, ILeftovers
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "exec";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly IsolationOptions _options;
    private readonly SupervisionWatch _watch = new();

    /// <summary>Makes the driver.</summary>
    /// <param name="options">The plugin's keys as the agent's configuration has them.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public ExecDriver(JsonObject? options, TimeProvider time) => (_options, _time) = (IsolationOptions.Read(DriverName, options), time);

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; } = new(SendSignals: true, Exec: true, FileSystemIsolation.Image);

    /// <summary>What a task's <c>config</c> may hold.</summary>
    public static ConfigSchema TaskSchema { get; } = new(
        [new ConfigField("command", ConfigKind.Text) { Required = true }, new ConfigField("args", ConfigKind.TextList), .. IsolationSchema.Fields]);

    /// <inheritdoc/>
    public ConfigSchema Schema => TaskSchema;

    /// <inheritdoc/>
    public IAsyncEnumerable<DriverFingerprint> FingerprintAsync(CancellationToken cancellationToken) =>
        Fingerprints.WatchAsync(() => IsolationFingerprint.Look(DriverName, _options), LookEvery, _time, cancellationToken);

    /// <inheritdoc/>
    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var config = new ConfigReader(Schema.Canonical(task.Config));
        var command = config.Text("command") ?? "";
        return Launcher().StartAsync(task, IsolationSchema.Launch(config, [IsolationSchema.Locate(task, command), .. config.TextList("args") ?? []]), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        Launcher().RecoverAsync(task, cancellationToken);

    /// <inheritdoc/>
    Task<IReadOnlySet<AllocationId>> ILeftovers.FindAsync(NodeId node, CancellationToken cancellationToken) => Task.FromResult(IsolatedLeftovers.Find(node));

    /// <inheritdoc/>
    Task ILeftovers.RemoveAsync(NodeId node, AllocationId allocation, CancellationToken cancellationToken) => IsolatedLeftovers.RemoveAsync(node, allocation, _time, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _watch.Dispose();
        return ValueTask.CompletedTask;
    }

    private OciLauncher Launcher() => new(DriverName, IsolationFingerprint.Runtime(DriverName, _options), _options, _watch, _time);
}
