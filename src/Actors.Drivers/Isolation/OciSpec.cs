using System.Text.Json.Nodes;
using Actors.Drivers.Processes;

namespace Actors.Drivers.Isolation;

/// <summary>What to run isolated.</summary>
internal sealed record IsolatedLaunch
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Where it starts, as the task sees it.</summary>
    public string WorkDirectory { get; init; } = "/";

    /// <summary>"private", "host", or null: the operator's choice.</summary>
    public string? PidMode { get; init; }

    /// <summary>"private", "host", or null: the operator's choice.</summary>
    public string? IpcMode { get; init; }

    /// <summary>Capabilities beyond the usual.</summary>
    public IReadOnlyList<string> AddedCapabilities { get; init; } = [];

    /// <summary>Capabilities to do without.</summary>
    public IReadOnlyList<string> DroppedCapabilities { get; init; } = [];

    /// <summary>Processes that it may have, within the operator's limit.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>Further directories of the host that it sees.</summary>
    public IReadOnlyList<string> HostDirectories { get; init; } = [];
}

/// <summary>Writes a container's <c>config.json</c> (OCI runtime specification 1.0). Pure but for looking at what the host has.</summary>
internal static class OciSpec
{
    /// <summary>Where tasks find programs when nothing else is said.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const long Mebibyte = 1024 * 1024;
    private const long Period = 100_000;

    /// <summary>The path of the task's control groups: carries the node's and the allocation's id.</summary>
    public static string ControlGroupPath(TaskConfig task) => $"{IsolatedLeftovers.Root(task.NodeId)}/{task.AllocationId}.{task.Task}";

    /// <summary>Where the resolver's configuration lies for a task whose group has name servers of its own.</summary>
    public static string ResolverFile(TaskConfig task) => Path.Combine(task.Paths.Control, "resolv.conf");

    /// <summary>The resolver's configuration (resolv.conf(5)) of a group's network.</summary>
    public static string Resolver(TaskNetwork network)
    {
        var text = new System.Text.StringBuilder();
        foreach (var server in network.DnsServers) text.Append("nameserver ").Append(server).Append('\n');
        if (network.DnsSearches.Count > 0) text.Append("search ").AppendJoin(' ', network.DnsSearches).Append('\n');
        if (network.DnsOptions.Count > 0) text.Append("options ").AppendJoin(' ', network.DnsOptions).Append('\n');
        return text.ToString();
    }

    /// <summary>The specification.</summary>
    /// <exception cref="DriverException">The task asks for what the operator doesn't allow, or for what isn't there.</exception>
    public static JsonObject Build(TaskConfig task, IsolatedLaunch launch, IsolationOptions options)
    {
        var user = User(task, options);
        var environment = new Dictionary<string, string>(task.Env);
        environment.TryAdd("PATH", DefaultPath);
        return new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["hostname"] = task.Network?.Hostname is { Length: > 0 } hostname ? hostname : null,
            ["process"] = new JsonObject
            {
                ["terminal"] = false,
                ["user"] = new JsonObject { ["uid"] = user.Id, ["gid"] = user.Group, ["additionalGids"] = List(user.Groups.Select(g => JsonValue.Create(g))) },
                ["args"] = Texts(launch.Command),
                ["env"] = Texts(environment.Select(v => $"{v.Key}={v.Value}").Order(StringComparer.Ordinal)),
                ["cwd"] = launch.WorkDirectory,
                ["capabilities"] = CapabilitySets(user.Id == 0, launch, options),
            },
            ["root"] = new JsonObject { ["path"] = task.Paths.Task, ["readonly"] = false },
            ["mounts"] = List(Mounts(task, launch, options)),
            ["linux"] = new JsonObject
            {
                ["namespaces"] = List(Namespaces(task, launch, options)),
                ["cgroupsPath"] = ControlGroupPath(task),
                ["resources"] = Resources(task, launch, options),
                ["maskedPaths"] = Texts(["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"]),
                ["readonlyPaths"] = Texts(["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]),
            },
        };
    }

    /// <summary>The user that a task runs as: nobody, when it does not say.</summary>
    /// <exception cref="DriverException">There is no such user, or the operator denies it.</exception>
    public static UserIds User(TaskConfig task, IsolationOptions options)
    {
        var user = Executables.FindUser(task.User.Length > 0 ? task.User : "nobody");
        if (options.DeniedUsers.Any(r => user.Id >= r.From && user.Id <= r.To))
            throw new DriverException($"user: the user id {user.Id} is not allowed on this node ({options.Driver}.denied_host_uids)", recoverable: false);
        foreach (var group in user.Groups.Prepend(user.Group))
        {
            if (options.DeniedGroups.Any(r => group >= r.From && group <= r.To))
                throw new DriverException($"user: the group id {group} is not allowed on this node ({options.Driver}.denied_host_gids)", recoverable: false);
        }

        return user;
    }

    private static JsonObject CapabilitySets(bool root, IsolatedLaunch launch, IsolationOptions options)
    {
        var all = Capabilities.Of(launch.AddedCapabilities, launch.DroppedCapabilities, options.AllowCapabilities, $"{options.Driver}.allow_caps");
        // Whoever is not root has only what was asked for by name; the rest bounds what its programs can gain.
        var held = root ? all : [.. all.Where(c => Capabilities.Holds(launch.AddedCapabilities, c))];
        return new JsonObject
        {
            ["bounding"] = Names(all),
            ["permitted"] = Names(held),
            ["effective"] = Names(held),
            ["inheritable"] = Names(root ? [] : held),
            ["ambient"] = Names(root ? [] : held),
        };

        static JsonArray Names(IEnumerable<string> names) => Texts(names.Select(n => "CAP_" + n));
    }

    private static IEnumerable<JsonObject> Namespaces(TaskConfig task, IsolatedLaunch launch, IsolationOptions options)
    {
        yield return new JsonObject { ["type"] = "mount" };
        if (Private(launch.PidMode, options.PrivatePids, "pid_mode")) yield return new JsonObject { ["type"] = "pid" };
        if (Private(launch.IpcMode, options.PrivateIpc, "ipc_mode")) yield return new JsonObject { ["type"] = "ipc" };
        if (ControlGroup.IsUnified) yield return new JsonObject { ["type"] = "cgroup" };
        if (task.Network is not { } network) yield break;
        yield return new JsonObject { ["type"] = "network", ["path"] = network.Namespace };
        if (network.Hostname.Length > 0) yield return new JsonObject { ["type"] = "uts" };
    }

    private static bool Private(string? mode, bool otherwise, string key) => mode switch
    {
        null or "" => otherwise,
        "private" => true,
        // An operator who keeps tasks apart by default has not allowed a job to undo that.
        "host" when !otherwise => false,
        _ => throw new DriverException($"config.{key}: sharing the host's is not allowed on this node (default_{key} is \"private\")", recoverable: false),
    };

    private static IEnumerable<JsonObject> Mounts(TaskConfig task, IsolatedLaunch launch, IsolationOptions options)
    {
        foreach (var (host, inside) in options.Chroot.OrderBy(p => p.Value, StringComparer.Ordinal))
        {
            if (IsThere(host) && new FileInfo(host).LinkTarget is null) yield return Bind(host, inside, "ro");
        }

        foreach (var host in launch.HostDirectories) yield return Bind(host, host, "ro");
        yield return Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        yield return Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        yield return Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        yield return Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
        yield return Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
        yield return Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro");
        yield return Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
        yield return Bind(task.Paths.Shared, "/alloc", "rw");
        if (task.Network is { DnsServers.Count: > 0 }) yield return Bind(ResolverFile(task), "/etc/resolv.conf", "ro");
        foreach (var mount in task.Mounts)
        {
            yield return Bind(mount.HostPath, mount.TaskPath, mount.ReadOnly ? "ro" : "rw", mount.Propagation switch
            {
                "host-to-task" => "rslave",
                "bidirectional" => "rshared",
                _ => "rprivate",
            });
        }
    }

    private static bool IsThere(string path) => File.Exists(path) || Directory.Exists(path);

    private static JsonObject Bind(string source, string destination, params string[] options) => Mount(destination, "bind", source, ["rbind", .. options]);

    private static JsonObject Mount(string destination, string type, string source, params string[] options) => new()
    {
        ["destination"] = destination,
        ["type"] = type,
        ["source"] = source,
        ["options"] = Texts(options),
    };

    private static JsonObject Resources(TaskConfig task, IsolatedLaunch launch, IsolationOptions options)
    {
        var memory = task.Resources.MemoryMb * Mebibyte;
        var limit = task.Resources.MemoryMaxMb > task.Resources.MemoryMb ? task.Resources.MemoryMaxMb * Mebibyte : memory;
        var cpu = new JsonObject { ["shares"] = Math.Max(2, task.Resources.CpuMhz) };
        if (task.Resources.Cores is { Count: > 0 } cores)
        {
            cpu["cpus"] = string.Join(',', cores);
            cpu["quota"] = cores.Count * Period;
            cpu["period"] = Period;
        }

        var resources = new JsonObject
        {
            ["cpu"] = cpu,
            ["devices"] = List([new JsonObject { ["allow"] = false, ["access"] = "rwm" }]),
        };
        if (task.Resources.MemoryMaxMb != -1 && limit > 0)
        {
            resources["memory"] = new JsonObject { ["limit"] = limit, ["swap"] = limit };
            if (limit > memory) resources["memory"]!["reservation"] = memory;
        }

        var processes = launch.PidsLimit is { } wanted and > 0 ? options.PidsLimit > 0 ? Math.Min(wanted, options.PidsLimit) : wanted : options.PidsLimit;
        if (processes > 0) resources["pids"] = new JsonObject { ["limit"] = processes };
        return resources;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => List(texts.Select(t => JsonValue.Create(t)));

    private static JsonArray List(IEnumerable<JsonNode?> nodes) => new([.. nodes]);
}
