using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Processes;

namespace Actors.Drivers.RawExec;

/// <summary>
/// Runs commands of the host as they are, without isolation. Needs <c>/bin/sh</c> and <c>setsid</c> (util-linux), which
/// every Linux distribution has.
/// </summary>
/// <param name="options">The plugin's keys: <c>enabled</c> (default true), <c>denied_envvars</c> (names that no task gets).</param>
/// <param name="time">The clock.</param>
public sealed class RawExecDriver(JsonObject? options, TimeProvider time) : ITaskDriver
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "raw_exec";

    // A process is there within a few milliseconds; longer than this, something is badly wrong with the machine.
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly bool _enabled = options?["enabled"]?.GetValue<bool>() ?? true;
    private readonly HashSet<string> _denied = [.. (options?["denied_envvars"] as JsonArray)?.Select(v => v?.GetValue<string>() ?? "") ?? []];
    private readonly RawExecWatcher _watcher = new();

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; } = new(SendSignals: true, Exec: true, FileSystemIsolation.None);

    /// <inheritdoc/>
    public ConfigSchema Schema { get; } = new(
        new ConfigField("command", ConfigKind.Text) { Required = true },
        new ConfigField("args", ConfigKind.TextList),
        new ConfigField("work_dir", ConfigKind.Text),
        new ConfigField("oom_score_adj", ConfigKind.Integer),
        new ConfigField("denied_envvars", ConfigKind.TextList),
        new ConfigField("cgroup_v2_override", ConfigKind.Text),
        new ConfigField("cgroup_v1_override", ConfigKind.TextMap));

    /// <inheritdoc/>
    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Fingerprint();
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint();
        if (!fingerprint.Healthy) throw new DriverException(fingerprint.Description, recoverable: false);

        var config = new ConfigReader(Schema.Canonical(task.Config));
        var environment = task.Env.Where(v => !_denied.Contains(v.Key) && config.TextList("denied_envvars")?.Contains(v.Key) != true).ToDictionary();
        var workDirectory = WorkDirectory(task, config.Text("work_dir"));
        var command = Executables.Resolve(config.Text("command") ?? "", task.Paths, workDirectory, environment.GetValueOrDefault("PATH"));
        try
        {
            await RawExecTask.RemoveRemainsAsync(task, cancellationToken).ConfigureAwait(false);
            PrepareControl(task, RawExecScript.Write(
                task.Paths.Control, Executables.Setsid!, workDirectory, command, config.TextList("args") ?? [],
                environment, config.Integer("oom_score_adj"), !task.Logs.Disabled));
            var supervisor = Spawn(task, environment);
            // A matter of milliseconds, and not given up: what is half started could not be found and removed.
            var started = await WaitForPidAsync(task, supervisor).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                await RawExecTask.RemoveRemainsAsync(task, CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            return new RawExecTask(task, started, supervisor, _watcher, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new DriverException($"could not start {command}: {e.Message}", recoverable: true, e);
        }
    }

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        Task.FromResult<IDriverTask?>(SupervisedProcess.Read(task.Paths.Control) is { } process
            ? new RawExecTask(task, process, supervisor: null, _watcher, time)
            : null);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        return ValueTask.CompletedTask;
    }

    private DriverFingerprint Fingerprint()
    {
        if (!OperatingSystem.IsLinux()) return Missing("raw_exec needs Linux");
        if (!_enabled) return Missing("disabled by the agent's configuration");
        if (Executables.Setsid is null) return Missing("the program setsid (util-linux) is not in PATH");
        return File.Exists("/bin/sh")
            ? new DriverFingerprint(true, true, "Healthy", EquatableMap.Of(("driver.raw_exec", "1")))
            : Missing("there is no /bin/sh");

        static DriverFingerprint Missing(string why) => new(false, false, why, EquatableMap<string>.Empty);
    }

    private static string WorkDirectory(TaskConfig task, string? configured)
    {
        if (configured is null) return task.Paths.Task;
        var path = Path.GetFullPath(configured, task.Paths.Task);
        return Directory.Exists(path)
            ? path
            : throw new DriverException($"config.work_dir: there is no directory \"{path}\"", recoverable: false);
    }

    private static void PrepareControl(TaskConfig task, string script)
    {
        var control = Directory.CreateDirectory(task.Paths.Control, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        foreach (var name in (string[])[RawExecScript.SupervisorFile, RawExecScript.PidFile, RawExecScript.ExitFile])
            File.Delete(Path.Combine(control, name));

        File.WriteAllText(Path.Combine(control, RawExecScript.BootFile), ProcessTable.BootId);
        var path = Path.Combine(control, RawExecScript.FileName);
        using (var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(script));
        }

        if (task.User.Length == 0) return;
        var user = Executables.FindUser(task.User);
        foreach (var owned in Directory.EnumerateFiles(control).Prepend(control))
        {
            if (Libc.Chown(owned, user.Id, user.Group) is var error and not 0)
                throw new DriverException($"could not give {owned} to user {task.User}: error {error} (does the agent run as root?)", recoverable: false);
        }
    }

    private static Process Spawn(TaskConfig task, IReadOnlyDictionary<string, string> environment)
    {
        IReadOnlyList<string> command =
        [
            .. task.Network is { } network ? Executables.Enter(network.Namespace, task.User) : [],
            Executables.Setsid!, "/bin/sh", Path.Combine(task.Paths.Control, RawExecScript.FileName),
        ];
        var start = new ProcessStartInfo(command[0])
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            // Redirected, a child is no user of the agent's terminal; the script replaces the pipes at once.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in command.Skip(1)) start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        if (task is { User.Length: > 0, Network: null }) start.UserName = task.User;
        var process = Process.Start(start) ?? throw new DriverException("the operating system started no process", recoverable: true);
        process.StandardInput.Dispose();
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
        return process;
    }

    private async Task<SupervisedProcess> WaitForPidAsync(TaskConfig task, Process supervisor)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (SupervisedProcess.Read(task.Paths.Control) is { Pid: not 0 } process) return process;
            if (supervisor.HasExited)
                throw new DriverException($"the supervising shell ended at once with code {supervisor.ExitCode}", recoverable: true);

            if (time.GetElapsedTime(started) > StartDeadline)
            {
                supervisor.Kill(entireProcessTree: true);
                throw new DriverException($"no process was there after {StartDeadline.TotalSeconds:0} s", recoverable: true);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), time).ConfigureAwait(false);
        }
    }
}
