using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Isolation;
using Actors.Drivers.RawExec;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Java;

/// <summary>Runs Java programs: isolated as the driver <c>exec</c> does where the machine can, else as they are.</summary>
public sealed class JavaDriver : ITaskDriver, ILeftovers
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "java";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly IsolationOptions _options;
    private readonly SupervisionWatch _watch = new();
    private readonly bool _isolated;

    /// <summary>Makes the driver.</summary>
    /// <param name="options">The plugin's keys as the agent's configuration has them: those of <c>exec</c>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public JavaDriver(JsonObject? options, TimeProvider time)
    {
        (_options, _time) = (IsolationOptions.Read(DriverName, options), time);
        // Decided once: where a task's directories are for it must not change while the agent runs.
        _isolated = IsolationFingerprint.Missing(_options) is null;
        Capabilities = new DriverCapabilities(SendSignals: true, Exec: true, _isolated ? FileSystemIsolation.Image : FileSystemIsolation.None);
    }

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; }

    /// <summary>What a task's <c>config</c> may hold.</summary>
    public static ConfigSchema TaskSchema { get; } = new(
        [
            new ConfigField("class", ConfigKind.Text),
            new ConfigField("class_path", ConfigKind.Text),
            new ConfigField("jar_path", ConfigKind.Text),
            new ConfigField("jvm_options", ConfigKind.TextList),
            new ConfigField("args", ConfigKind.TextList),
            .. IsolationSchema.Fields,
        ]);

    /// <inheritdoc/>
    public ConfigSchema Schema => TaskSchema;

    /// <inheritdoc/>
    public IAsyncEnumerable<DriverFingerprint> FingerprintAsync(CancellationToken cancellationToken) => Fingerprints.WatchAsync(Look, LookEvery, _time, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<ConfigProblem> Validate(EquatableMap<ConfigValue> config) => Check(config);

    /// <summary>What is wrong in a <c>config</c>, before interpolation; empty: nothing.</summary>
    public static IReadOnlyList<ConfigProblem> Check(EquatableMap<ConfigValue> config)
    {
        var problems = TaskSchema.Validate(config);
        var (jar, main) = (config.ContainsKey("jar_path"), config.ContainsKey("class"));
        return jar == main
            ? [.. problems, new ConfigProblem("config", $"expected one of \"jar_path\" and \"class\", found {(jar ? "both" : "neither")}")]
            : problems;
    }

    /// <inheritdoc/>
    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var java = JavaRuntime.Find() ?? throw new DriverException("there is no java on this node", recoverable: true);
        var config = new ConfigReader(Schema.Canonical(task.Config));
        IReadOnlyList<string> command = [java.Path, .. Arguments(config)];
        if (!_isolated)
        {
            var workDirectory = RawExecDriver.WorkDirectory(task, config.Text("work_dir"));
            return Raw().StartAsync(task, new RawLaunch { Command = command[0], Args = [.. command.Skip(1)], WorkDirectory = workDirectory, Environment = task.Env }, cancellationToken);
        }

        var launch = IsolationSchema.Launch(config, command);
        var seen = _options.Chroot.Any(p => java.Home.StartsWith(p.Value + "/", StringComparison.Ordinal) && p.Key == p.Value);
        return Isolated().StartAsync(task, seen ? launch : launch with { HostDirectories = [java.Home] }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        _isolated ? Isolated().RecoverAsync(task, cancellationToken) : Task.FromResult(Raw().Recover(task));

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

    /// <summary>The arguments in the order that the launcher wants them.</summary>
    internal static IReadOnlyList<string> Arguments(ConfigReader config) =>
    [
        .. config.TextList("jvm_options") ?? [],
        .. config.Text("class_path") is { Length: > 0 } classes ? (string[])["-cp", classes] : [],
        .. config.Text("jar_path") is { Length: > 0 } jar ? (string[])["-jar", jar] : [],
        .. config.Text("class") is { Length: > 0 } main ? (string[])[main] : [],
        .. config.TextList("args") ?? [],
    ];

    private DriverFingerprint Look()
    {
        if (RawLauncher.Missing() is { } why) return new DriverFingerprint(false, false, why, EquatableMap<string>.Empty);
        return JavaRuntime.Find() is { } java
            ? new DriverFingerprint(true, true, _isolated ? "Healthy" : $"Healthy; tasks are not isolated: {IsolationFingerprint.Missing(_options)}", EquatableMap.Of(
                ("driver.java", "1"),
                ("driver.java.version", java.Version),
                ("driver.java.runtime", java.Runtime),
                ("driver.java.vm", java.Machine)))
            : new DriverFingerprint(false, false, "there is no java in JAVA_HOME or PATH", EquatableMap<string>.Empty);
    }

    private RawLauncher Raw() => new(DriverName, _watch, _time);

    private OciLauncher Isolated() => new(DriverName, IsolationFingerprint.Runtime(DriverName, _options), _options, _watch, _time);
}
