using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Processes;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.RawExec;

/// <summary>
/// Runs commands of the host as they are, without isolation. Needs <c>/bin/sh</c> and <c>setsid</c> (util-linux), which
/// every Linux distribution has.
/// </summary>
public sealed class RawExecDriver : ITaskDriver
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "raw_exec";

    private readonly TimeProvider _time;
    private readonly bool _enabled;
    private readonly HashSet<string> _denied;
    private readonly SupervisionWatch _watch = new();
    private readonly RawLauncher _launcher;

    /// <summary>Makes the driver.</summary>
    /// <param name="options">The plugin's keys: <c>enabled</c> (default true), <c>denied_envvars</c> (names that no task gets).</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public RawExecDriver(JsonObject? options, TimeProvider time)
    {
        var keys = new PluginOptions(DriverName, options, "enabled", "denied_envvars");
        (_time, _enabled, _denied) = (time, keys.Flag("enabled") ?? true, [.. keys.Texts("denied_envvars") ?? []]);
        _launcher = new RawLauncher(DriverName, _watch, time);
    }

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; } = new(SendSignals: true, Exec: true, FileSystemIsolation.None);

    /// <summary>What a task's <c>config</c> may hold.</summary>
    public static ConfigSchema TaskSchema { get; } = new(
        new ConfigField("command", ConfigKind.Text) { Required = true },
        new ConfigField("args", ConfigKind.TextList),
        new ConfigField("work_dir", ConfigKind.Text),
        new ConfigField("oom_score_adj", ConfigKind.Integer),
        new ConfigField("denied_envvars", ConfigKind.TextList),
        new ConfigField("cgroup_v2_override", ConfigKind.Text),
        new ConfigField("cgroup_v1_override", ConfigKind.TextMap));

    /// <inheritdoc/>
    public ConfigSchema Schema => TaskSchema;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Fingerprint();
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint();
        if (!fingerprint.Healthy) throw new DriverException(fingerprint.Description, recoverable: false);

        var config = new ConfigReader(Schema.Canonical(task.Config));
        var environment = task.Env.Where(v => !_denied.Contains(v.Key) && config.TextList("denied_envvars")?.Contains(v.Key) != true).ToDictionary();
        var workDirectory = WorkDirectory(task, config.Text("work_dir"));
        return _launcher.StartAsync(
            task,
            new RawLaunch
            {
                Command = Executables.Resolve(config.Text("command") ?? "", task.Paths, workDirectory, environment.GetValueOrDefault("PATH")),
                Args = config.TextList("args") ?? [],
                WorkDirectory = workDirectory,
                Environment = environment,
                OomScoreAdjustment = config.Integer("oom_score_adj"),
                ControlGroups = ControlGroups(config),
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        Task.FromResult(_launcher.Recover(task));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _watch.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static string WorkDirectory(TaskConfig task, string? configured)
    {
        if (configured is null) return task.Paths.Task;
        var path = Path.GetFullPath(configured, task.Paths.Task);
        return Directory.Exists(path)
            ? path
            : throw new DriverException($"config.work_dir: there is no directory \"{path}\"", recoverable: false);
    }

    private DriverFingerprint Fingerprint() =>
        (RawLauncher.Missing() ?? (_enabled ? null : "disabled by the agent's configuration")) is { } why
            ? new DriverFingerprint(false, false, why, EquatableMap<string>.Empty)
            : new DriverFingerprint(true, true, "Healthy", EquatableMap.Of(("driver.raw_exec", "1")));

    /// <summary>The control groups that the job puts the task into: they must be there, and are the operator's to make and remove.</summary>
    private static List<string> ControlGroups(ConfigReader config)
    {
        var groups = new List<(string Key, string Path)>();
        if (ControlGroup.IsUnified)
        {
            if (config.Text("cgroup_v2_override") is { Length: > 0 } path) groups.Add(("cgroup_v2_override", ControlGroup.Place(null, path)));
        }
        else
        {
            foreach (var (controller, path) in config.TextMap("cgroup_v1_override") ?? new Dictionary<string, string>())
                groups.Add(($"cgroup_v1_override.{controller}", ControlGroup.Place(controller, path)));
        }

        foreach (var (key, path) in groups.Where(g => !Directory.Exists(g.Path)))
            throw new DriverException($"config.{key}: there is no control group at {path}", recoverable: false);
        return [.. groups.Select(g => g.Path)];
    }
}
