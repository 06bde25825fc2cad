// Docker.DotNet's models are annotated as if everything were given; to leave a property null is how one leaves it to the engine.
#pragma warning disable CS8601
using System.Globalization;
using Actors.Drivers.Config;
using Docker.DotNet.Models;

namespace Actors.Drivers.Docker;

/// <summary>Turns a task into the container that the engine is asked for. Pure: the same task gives the same container.</summary>
internal static class ContainerSpec
{
    /// <summary>The label by which a container's allocation is known; Nomad's, so that what looks for it finds it.</summary>
    public const string AllocationLabel = "com.hashicorp.nomad.alloc_id";

    /// <summary>The label of the task's name.</summary>
    public const string TaskLabel = "com.hashicorp.nomad.task_name";

    /// <summary>The label of the node's id.</summary>
    public const string NodeLabel = "com.hashicorp.nomad.node_id";

    private const long Mebibyte = 1024 * 1024;

    /// <summary>The container.</summary>
    /// <exception cref="DriverException">The task asks for what the operator doesn't allow, or for what isn't there.</exception>
    public static CreateContainerParameters Build(TaskConfig task, ConfigReader config, DockerOptions options)
    {
        CheckPermissions(config, options);
        var command = config.Text("command") is { Length: > 0 } program ? (string[])[program, .. config.TextList("args") ?? []] : [.. config.TextList("args") ?? []];
        var network = NetworkMode(task, config);
        // The ports of a group's own network are mapped where that network is made.
        var ports = SharesContainer(network) ? [] : Ports(task, config);
        return new CreateContainerParameters
        {
            Name = task.HostName,
            Image = config.Text("image")!.Replace("https://", "", StringComparison.Ordinal),
            Cmd = command.Length > 0 ? command : null,
            Entrypoint = config.TextList("entrypoint") is { Count: > 0 } entrypoint ? [.. entrypoint] : null,
            Env = [.. task.Env.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}")],
            User = task.User.Length > 0 ? task.User : null,
            WorkingDir = config.Text("work_dir"),
            // With the host's network, or another container's, the engine refuses a name of its own.
            Hostname = network == "host" || SharesContainer(network) ? null : config.Text("hostname") is { Length: > 0 } name ? name : null,
            Tty = config.Flag("tty") ?? false,
            OpenStdin = config.Flag("interactive") ?? false,
            StopSignal = null,
            Labels = Labels(task, config),
            ExposedPorts = ports.Count == 0 ? null : ports.Keys.ToDictionary(p => p, _ => default(EmptyStruct)),
            Healthcheck = config.Blocks("healthchecks", DockerSchema.Healthchecks).FirstOrDefault()?.Flag("disable") == true ? new HealthcheckConfig { Test = ["NONE"] } : null,
            HostConfig = Host(task, config, options, ports, network),
            NetworkingConfig = Networking(config, network),
        };
    }

    private static HostConfig Host(TaskConfig task, ConfigReader config, DockerOptions options, Dictionary<string, IList<PortBinding>> ports, string network)
    {
        var memory = task.Resources.MemoryMb * Mebibyte;
        var hard = config.Integer("memory_hard_limit") is { } configured and > 0 ? configured * Mebibyte : task.Resources.MemoryMaxMb > 0 ? task.Resources.MemoryMaxMb * Mebibyte : 0;
        var limit = hard > memory ? hard : memory;
        var logging = config.Blocks("logging", DockerSchema.Logging).FirstOrDefault();
        return new HostConfig
        {
            Memory = task.Resources.MemoryMaxMb == -1 ? 0 : limit,
            MemoryReservation = limit > memory || task.Resources.MemoryMaxMb == -1 ? memory : 0,
            // The same as the memory: no swap. An engine whose kernel can't limit swap shows −1.
            MemorySwap = task.Resources.MemoryMaxMb == -1 ? 0 : limit,
            CPUShares = Math.Max(2, task.Resources.CpuMhz),
            CPUPeriod = config.Flag("cpu_hard_limit") == true ? config.Integer("cpu_cfs_period") ?? 100_000 : 0,
            CPUQuota = config.Flag("cpu_hard_limit") == true ? Quota(task, config) : 0,
            CpusetCpus = config.Text("cpuset_cpus") ?? (task.Resources.Cores is { Count: > 0 } cores ? string.Join(',', cores) : null),
            PidsLimit = config.Integer("pids_limit") ?? (options.PidsLimit > 0 ? options.PidsLimit : null),
            PortBindings = ports.Count == 0 ? null : ports,
            Binds = Binds(task, config, options),
            Mounts = Mounts(task, config, options),
            NetworkMode = network,
            IpcMode = Optional(config, "ipc_mode"),
            PidMode = Optional(config, "pid_mode"),
            UTSMode = Optional(config, "uts_mode"),
            UsernsMode = Optional(config, "userns_mode"),
            CgroupnsMode = Optional(config, "cgroupns"),
            Privileged = config.Flag("privileged") ?? false,
            CapAdd = List(config, "cap_add"),
            CapDrop = List(config, "cap_drop"),
            GroupAdd = List(config, "group_add"),
            SecurityOpt = SecurityOptions(task, config),
            // What another container's network is like is that container's to say.
            DNS = SharesContainer(network) ? null : List(config, "dns_servers"),
            DNSSearch = SharesContainer(network) ? null : List(config, "dns_search_domains"),
            DNSOptions = SharesContainer(network) ? null : List(config, "dns_options"),
            ExtraHosts = SharesContainer(network) ? null : List(config, "extra_hosts"),
            Sysctls = config.TextMap("sysctl")?.ToDictionary(),
            StorageOpt = config.TextMap("storage_opt")?.ToDictionary(),
            Ulimits = Ulimits(config),
            Devices = Devices(config),
            ReadonlyRootfs = config.Flag("readonly_rootfs") ?? false,
            ShmSize = config.Integer("shm_size") ?? 0,
            OomScoreAdj = config.Integer("oom_score_adj") ?? options.OomScoreAdjustment,
            Init = config.Flag("init"),
            Runtime = Optional(config, "runtime"),
            VolumeDriver = Optional(config, "volume_driver"),
            LogConfig = logging is null
                ? new LogConfig { Type = options.LogDriver, Config = options.LogOptions.ToDictionary() }
                : new LogConfig { Type = logging.Text("type") ?? logging.Text("driver") ?? options.LogDriver, Config = logging.TextMap("config")?.ToDictionary() ?? [] },
        };
    }

    private static void CheckPermissions(ConfigReader config, DockerOptions options)
    {
        if (!options.AllowPrivileged && config.Flag("privileged") == true)
            throw Refused("privileged", "privileged containers are not allowed on this node (docker.allow_privileged)");

        foreach (var kind in (string[])["pid", "ipc", "uts", "userns"])
        {
            var (key, mode) = ($"{kind}_mode", config.Text($"{kind}_mode") ?? "");
            if (options.AllowedModes.TryGetValue(kind, out var allowed))
            {
                // "container" stands for every container:<name>.
                if (mode.Length > 0 && !allowed.Contains(mode.Split(':')[0])) throw Refused(key, $"the mode \"{mode}\" is not allowed on this node (docker.allowed_modes.{kind}: {string.Join(", ", allowed)})");
            }
            else if (mode == "host" && !options.AllowPrivileged)
            {
                throw Refused(key, "sharing the host's namespace is not allowed on this node (docker.allow_privileged)");
            }
        }

        foreach (var capability in config.TextList("cap_add") ?? [])
        {
            var name = capability.ToUpperInvariant().Replace("CAP_", "", StringComparison.Ordinal);
            if (!options.AllowCapabilities.Any(a => a.Equals("all", StringComparison.OrdinalIgnoreCase) || a.ToUpperInvariant().Replace("CAP_", "", StringComparison.Ordinal) == name))
                throw Refused("cap_add", $"the capability {name} is not allowed on this node (docker.allow_caps)");
        }

        if (config.Text("runtime") is { Length: > 0 } runtime && !options.AllowRuntimes.Contains(runtime))
            throw Refused("runtime", $"the runtime \"{runtime}\" is not allowed on this node (docker.allow_runtimes: {string.Join(", ", options.AllowRuntimes)})");
    }

    private static Dictionary<string, string> Labels(TaskConfig task, ConfigReader config) => new(config.TextMap("labels") ?? new Dictionary<string, string>())
    {
        [AllocationLabel] = task.AllocationId.ToString(),
        ["com.hashicorp.nomad.job_id"] = task.JobId.Id,
        ["com.hashicorp.nomad.job_name"] = task.JobName,
        ["com.hashicorp.nomad.namespace"] = task.JobId.Namespace,
        ["com.hashicorp.nomad.task_group_name"] = task.TaskGroup,
        [TaskLabel] = task.Task,
        [NodeLabel] = task.NodeId.ToString(),
        ["com.hashicorp.nomad.node_name"] = task.NodeName,
    };

    private static bool SharesContainer(string network) => network.StartsWith("container:", StringComparison.Ordinal);

    private static string NetworkMode(TaskConfig task, ConfigReader config) =>
        config.Text("network_mode") is { Length: > 0 } mode ? mode : task.Network is { Holder.Length: > 0 } shared ? $"container:{shared.Holder}" : task.NetworkMode is "host" or "none" ? task.NetworkMode : "bridge";

    private static Dictionary<string, IList<PortBinding>> Ports(TaskConfig task, ConfigReader config)
    {
        var bindings = new Dictionary<string, IList<PortBinding>>(StringComparer.Ordinal);
        var map = config.IntegerMap("port_map") ?? new Dictionary<string, long>();
        foreach (var (label, inside) in map) Publish($"config.port_map.{label}", label, (int)inside);
        foreach (var label in config.TextList("ports") ?? []) Publish("config.ports", label, null);

        // Ports of the task's own network (the older form) are published without being named again.
        foreach (var port in task.Ports.Where(p => p.Task == task.Task && !map.ContainsKey(p.Label))) Publish(port.Label, port.Label, null);
        return bindings;

        void Publish(string place, string label, int? inside)
        {
            var port = task.Ports.FirstOrDefault(p => p.Label == label) ?? throw new DriverException(
                $"{place}: the task has no port labelled \"{label}\"{(task.Ports.Count > 0 ? $"; its ports are {string.Join(", ", task.Ports.Select(p => p.Label))}" : "")}", recoverable: false);
            var container = inside ?? (port.To > 0 ? port.To : port.Value);
            foreach (var protocol in (string[])["tcp", "udp"])
                bindings[string.Create(CultureInfo.InvariantCulture, $"{container}/{protocol}")] = [new PortBinding { HostIP = port.HostIp, HostPort = port.Value.ToString(CultureInfo.InvariantCulture) }];
        }
    }

    private static List<string> Binds(TaskConfig task, ConfigReader config, DockerOptions options)
    {
        var binds = new List<string> { $"{task.Paths.Shared}:/alloc", $"{task.Paths.Local}:/local", $"{task.Paths.Secrets}:/secrets" };
        foreach (var mount in task.Mounts)
        {
            var propagation = mount.Propagation switch { "host-to-task" => "rslave", "bidirectional" => "rshared", _ => "rprivate" };
            binds.Add($"{mount.HostPath}:{mount.TaskPath}:{(mount.ReadOnly ? "ro," : "")}{propagation}");
        }

        foreach (var volume in config.TextList("volumes") ?? [])
        {
            var parts = volume.Split(':');
            if (parts.Length is < 2 or > 3) throw Refused("volumes", $"expected \"host-path:container-path[:mode]\", found \"{volume}\"");
            parts[0] = HostPath(task, options, parts[0], named: !string.IsNullOrEmpty(config.Text("volume_driver")), "volumes");
            binds.Add(string.Join(':', parts));
        }

        return binds;
    }

    private static List<Mount>? Mounts(TaskConfig task, ConfigReader config, DockerOptions options)
    {
        var blocks = config.Blocks("mount", DockerSchema.Mount).Concat(config.Blocks("mounts", DockerSchema.Mount)).ToList();
        if (blocks.Count == 0) return null;
        return [.. blocks.Select(block =>
        {
            var type = block.Text("type") is { Length: > 0 } given ? given : "volume";
            var source = block.Text("source") ?? "";
            if (type == "bind") source = HostPath(task, options, source, named: false, "mount.source");
            else if (type == "volume" && !options.VolumesEnabled) throw Refused("mount", "volumes are not allowed on this node (docker.volumes.enabled)");
            var tmpfs = block.Blocks("tmpfs_options", DockerSchema.TmpfsOptions).FirstOrDefault();
            var bind = block.Blocks("bind_options", DockerSchema.BindOptions).FirstOrDefault();
            var volume = block.Blocks("volume_options", DockerSchema.VolumeOptions).FirstOrDefault();
            var driver = volume?.Blocks("driver_config", DockerSchema.VolumeDriver).FirstOrDefault();
            return new Mount
            {
                Type = type,
                Source = type == "tmpfs" ? null : source,
                Target = block.Text("target"),
                ReadOnly = block.Flag("readonly") ?? false,
                BindOptions = bind?.Text("propagation") is { } propagation ? new BindOptions { Propagation = propagation } : null,
                TmpfsOptions = tmpfs is null ? null : new TmpfsOptions { SizeBytes = tmpfs.Integer("size"), Mode = (uint?)tmpfs.Integer("mode") },
                VolumeOptions = volume is null ? null : new VolumeOptions
                {
                    NoCopy = volume.Flag("no_copy"),
                    Labels = volume.TextMap("labels")?.ToDictionary(),
                    DriverConfig = driver is null ? null : new Driver { Name = driver.Text("name"), Options = driver.TextMap("options")?.ToDictionary() },
                },
            };
        })];
    }

    /// <summary>A path for a bind: inside the task's directory when relative; of the host only where that is allowed.</summary>
    private static string HostPath(TaskConfig task, DockerOptions options, string path, bool named, string key)
    {
        if (named)
            return options.VolumesEnabled ? path : throw Refused(key, "volumes are not allowed on this node (docker.volumes.enabled)");

        var full = Path.GetFullPath(path, task.Paths.Task);
        var inside = full == task.Paths.Allocation || full.StartsWith(task.Paths.Allocation + "/", StringComparison.Ordinal);
        if (options.VolumesEnabled || (inside && !Path.IsPathRooted(path))) return full;
        throw Refused(key, $"\"{path}\" lies outside the task's directory, and paths of the host are not allowed on this node (docker.volumes.enabled)");
    }

    /// <summary>The engine wants a seccomp profile itself, where the job names its file.</summary>
    private static List<string>? SecurityOptions(TaskConfig task, ConfigReader config) => List(config, "security_opt") is not { } given ? null : [.. given.Select(option =>
    {
        var parts = option.Split('=', 2);
        if (parts.Length < 2) parts = option.Split(':', 2);
        if (parts.Length < 2 || parts[0] != "seccomp" || parts[1] == "unconfined") return option;
        try
        {
            return $"seccomp={System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.GetFullPath(parts[1], task.Paths.Task)))!.ToJsonString()}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            throw Refused("security_opt", $"the seccomp profile \"{parts[1]}\" can't be read: {e.Message}");
        }
    })];

    private static List<Ulimit>? Ulimits(ConfigReader config) => config.TextMap("ulimit") is not { Count: > 0 } limits ? null : [.. limits.Select(limit =>
    {
        var parts = limit.Value.Split(':');
        return parts.Length <= 2 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var soft) && long.TryParse(parts[^1], CultureInfo.InvariantCulture, out var hard)
            ? new Ulimit { Name = limit.Key, Soft = soft, Hard = hard }
            : throw Refused($"ulimit.{limit.Key}", $"expected \"soft[:hard]\" in whole numbers, found \"{limit.Value}\"");
    })];

    private static List<DeviceMapping>? Devices(ConfigReader config) => config.Blocks("devices", DockerSchema.Device) is not { Count: > 0 } devices ? null : [.. devices.Select(device => new DeviceMapping
    {
        PathOnHost = device.Text("host_path"),
        PathInContainer = device.Text("container_path") ?? device.Text("host_path"),
        CgroupPermissions = device.Text("cgroup_permissions") ?? "rwm",
    })];

    private static NetworkingConfig? Networking(ConfigReader config, string network)
    {
        var (aliases, ipv4, ipv6) = (config.TextList("network_aliases"), config.Text("ipv4_address"), config.Text("ipv6_address"));
        if (aliases is null && ipv4 is null && ipv6 is null && config.Text("mac_address") is null) return null;
        return new NetworkingConfig
        {
            EndpointsConfig = new Dictionary<string, EndpointSettings>
            {
                [network] = new()
                {
                    Aliases = aliases is null ? null : [.. aliases],
                    MacAddress = config.Text("mac_address"),
                    IPAMConfig = ipv4 is null && ipv6 is null ? null : new EndpointIPAMConfig { IPv4Address = ipv4, IPv6Address = ipv6 },
                },
            },
        };
    }

    /// <summary>The share of the period that the task's MHz are of one core: Nomad's formula for cpu_hard_limit.</summary>
    private static long Quota(TaskConfig task, ConfigReader config) =>
        Math.Max(1000, (long)(task.Resources.CpuMhz / task.MhzPerCore * (config.Integer("cpu_cfs_period") ?? 100_000)));

    private static string? Optional(ConfigReader config, string key) => config.Text(key) is { Length: > 0 } text ? text : null;

    private static List<string>? List(ConfigReader config, string key) => config.TextList(key) is { Count: > 0 } list ? [.. list] : null;

    private static DriverException Refused(string key, string why) => new($"config.{key}: {why}", recoverable: false);
}
