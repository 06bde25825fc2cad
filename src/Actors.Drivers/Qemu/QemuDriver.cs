using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Processes;
using Actors.Drivers.RawExec;
using Actors.Drivers.Supervision;

namespace Actors.Drivers.Qemu;

/// <summary>Runs virtual machines with QEMU: one process of the host for each.</summary>
public sealed class QemuDriver : ITaskDriver
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "qemu";

    private const string DefaultEmulator = "qemu-system-x86_64";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly string SearchPath = (Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/local/bin:/usr/bin:/bin";

    private readonly TimeProvider _time;
    private readonly SupervisionWatch _watch = new();
    private readonly RawLauncher _launcher;
    private readonly IReadOnlyList<string> _imagePaths;
    private readonly IReadOnlyList<string>? _argsAllowed;
    private readonly IReadOnlyList<string>? _emulatorsAllowed;
    private readonly ConcurrentDictionary<string, (DateTime Changed, string Version)> _versions = new(StringComparer.Ordinal);

    /// <summary>Makes the driver.</summary>
    /// <param name="options">The plugin's keys: <c>image_paths</c> (directories of the host that images may lie in), <c>args_allowlist</c>, <c>emulators_allowlist</c>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public QemuDriver(JsonObject? options, TimeProvider time)
    {
        var keys = new PluginOptions(DriverName, options, "image_paths", "args_allowlist", "emulators_allowlist");
        _time = time;
        _imagePaths = keys.Texts("image_paths") ?? [];
        _argsAllowed = keys.Texts("args_allowlist");
        _emulatorsAllowed = keys.Texts("emulators_allowlist");
        _launcher = new RawLauncher(DriverName, _watch, time)
        {
            NewTask = (task, process) => new QemuTask(task, process, _watch, time, Graceful(task)),
        };
    }

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities { get; } = new(SendSignals: false, Exec: false, FileSystemIsolation.Image);

    /// <summary>What a task's <c>config</c> may hold.</summary>
    public static ConfigSchema TaskSchema { get; } = new(
        new ConfigField("image_path", ConfigKind.Text) { Required = true },
        new ConfigField("emulator", ConfigKind.Text),
        new ConfigField("machine_type", ConfigKind.Text),
        new ConfigField("drive_interface", ConfigKind.Text) { OneOf = ["ide", "scsi", "sd", "mtd", "floppy", "pflash", "virtio", "none"] },
        new ConfigField("accelerator", ConfigKind.Text),
        new ConfigField("graceful_shutdown", ConfigKind.Flag),
        new ConfigField("guest_agent", ConfigKind.Flag),
        new ConfigField("args", ConfigKind.TextList),
        new ConfigField("port_map", ConfigKind.IntegerMap));

    /// <inheritdoc/>
    public ConfigSchema Schema => TaskSchema;

    /// <inheritdoc/>
    public IAsyncEnumerable<DriverFingerprint> FingerprintAsync(CancellationToken cancellationToken) => Fingerprints.WatchAsync(Look, LookEvery, _time, cancellationToken);

    /// <inheritdoc/>
    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken)
    {
        if (RawLauncher.Missing() is { } why) throw new DriverException(why, recoverable: false);
        var config = new ConfigReader(Schema.Canonical(task.Config));
        var emulator = Emulator(config);
        return _launcher.StartAsync(
            task,
            new RawLaunch { Command = emulator, Args = Arguments(task, config, Image(task, config)), WorkDirectory = task.Paths.Task, Environment = task.Env },
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

    /// <summary>QEMU's command line for a task.</summary>
    internal IReadOnlyList<string> Arguments(TaskConfig task, ConfigReader config, string image)
    {
        var accelerator = config.Text("accelerator") is { Length: > 0 } given ? given : "tcg";
        var memory = string.Create(CultureInfo.InvariantCulture, $"{task.Resources.MemoryMb}M");
        if (task.Resources.MemoryMb is < 128 or > 4_000_000)
            throw new DriverException($"resources.memory: a virtual machine has 128 MB to 4000000 MB, found {task.Resources.MemoryMb}", recoverable: false);

        List<string> args =
        [
            "-machine", $"type={(config.Text("machine_type") is { Length: > 0 } machine ? machine : "pc")},accel={accelerator}",
            "-name", task.HostName,
            "-m", memory,
            "-drive", $"file={Escape(image)},if={(config.Text("drive_interface") is { Length: > 0 } drive ? drive : "ide")}",
            "-nographic",
        ];
        if (task.Resources.Cores is { Count: > 0 } cores) args.AddRange(["-smp", cores.Count.ToString(CultureInfo.InvariantCulture)]);
        // The paths are relative: a socket's whole path may not be longer than 107 bytes.
        if (config.Flag("graceful_shutdown") == true) args.AddRange(["-qmp", $"unix:{QemuTask.Monitor},server=on,wait=off"]);
        if (config.Flag("guest_agent") == true)
        {
            args.AddRange(
            [
                "-chardev", $"socket,path={QemuTask.Agent},server=on,wait=off,id=qga0",
                "-device", "virtio-serial", "-device", "virtserialport,chardev=qga0,name=org.qemu.guest_agent.0",
            ]);
        }

        var further = config.TextList("args") ?? [];
        Check(further);
        args.AddRange(further);
        args.AddRange(Network(task, config));
        if (accelerator == "kvm") args.AddRange(["-enable-kvm", "-cpu", "host"]);
        return args;
    }

    private static IEnumerable<string> Network(TaskConfig task, ConfigReader config)
    {
        if (config.IntegerMap("port_map") is not { Count: > 0 } map) return [];
        var forwards = new System.Text.StringBuilder();
        foreach (var (label, inside) in map)
        {
            var port = task.Ports.FirstOrDefault(p => p.Label == label) ?? throw new DriverException(
                $"config.port_map.{label}: the task has no port labelled \"{label}\"{(task.Ports.Count > 0 ? $"; its ports are {string.Join(", ", task.Ports.Select(p => p.Label))}" : "")}", recoverable: false);
            foreach (var protocol in (string[])["udp", "tcp"])
                forwards.Append(CultureInfo.InvariantCulture, $",hostfwd={protocol}:{port.HostIp}:{port.Value}-:{inside}");
        }

        return ["-netdev", $"user,id=user.0{forwards}", "-device", "virtio-net,netdev=user.0"];
    }

    private void Check(IReadOnlyList<string> args)
    {
        if (_argsAllowed is null) return;
        foreach (var flag in args.Where(a => a.StartsWith('-')))
        {
            if (!_argsAllowed.Contains(flag)) throw new DriverException($"config.args: {flag} is not allowed on this node (qemu.args_allowlist)", recoverable: false);
        }
    }

    private string Emulator(ConfigReader config)
    {
        var name = config.Text("emulator") is { Length: > 0 } given ? given : DefaultEmulator;
        if (_emulatorsAllowed is not null && !_emulatorsAllowed.Contains(name))
            throw new DriverException($"config.emulator: \"{name}\" is not allowed on this node (qemu.emulators_allowlist)", recoverable: false);
        if (!Path.GetFileName(name).StartsWith("qemu-system-", StringComparison.Ordinal))
            throw new DriverException($"config.emulator: expected a program named qemu-system-…, found \"{name}\"", recoverable: false);
        return (Path.IsPathRooted(name) ? File.Exists(name) ? name : null : Executables.Find(name, SearchPath))
            ?? throw new DriverException($"config.emulator: there is no \"{name}\" on this node", recoverable: false);
    }

    private string Image(TaskConfig task, ConfigReader config)
    {
        var given = config.Text("image_path") ?? "";
        var path = Path.GetFullPath(given, task.Paths.Task);
        if (!File.Exists(path)) throw new DriverException($"config.image_path: there is no file \"{given}\" in the task's directory", recoverable: false);
        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (_imagePaths.Append(task.Paths.Allocation).Any(allowed => real.StartsWith(allowed.TrimEnd('/') + "/", StringComparison.Ordinal))) return real;
        throw new DriverException($"config.image_path: \"{given}\" lies outside the allocation's directory and the paths that this node allows (qemu.image_paths)", recoverable: false);
    }

    private bool Graceful(TaskConfig task) => new ConfigReader(Schema.Canonical(task.Config)).Flag("graceful_shutdown") == true;

    private DriverFingerprint Look()
    {
        if (RawLauncher.Missing() is { } why) return Missing(why);
        if (Executables.Find(DefaultEmulator, SearchPath) is not { } emulator) return Missing($"there is no {DefaultEmulator} in PATH");
        var changed = File.GetLastWriteTimeUtc(emulator);
        if (!_versions.TryGetValue(emulator, out var known) || known.Changed != changed) _versions[emulator] = known = (changed, Version(emulator));
        return known.Version.Length > 0
            ? new DriverFingerprint(true, true, "Healthy", EquatableMap.Of(("driver.qemu", "1"), ("driver.qemu.version", known.Version)))
            : Missing($"{emulator} does not tell its version");

        static DriverFingerprint Missing(string text) => new(false, false, text, EquatableMap<string>.Empty);
    }

    /// <summary>The number in <c>QEMU emulator version 7.2.22 (…)</c>.</summary>
    private static string Version(string emulator)
    {
        using var process = Process.Start(new ProcessStartInfo(emulator, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true });
        if (process is null) return "";
        var text = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(AnswerWithin))
        {
            process.Kill();
            return "";
        }

        var words = text.GetAwaiter().GetResult().Split([' ', '\n']);
        var at = Array.IndexOf(words, "version");
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : "";
    }

    /// <summary>A comma is doubled where QEMU would take it for the next option.</summary>
    private static string Escape(string path) => path.Replace(",", ",,", StringComparison.Ordinal);
}
