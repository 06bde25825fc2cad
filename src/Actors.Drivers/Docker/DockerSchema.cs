using Actors.Drivers.Config;

namespace Actors.Drivers.Docker;

/// <summary>What a Docker task's <c>config</c> may hold: Nomad's keys.</summary>
internal static class DockerSchema
{
    public static ConfigSchema Auth { get; } = new(
        new ConfigField("username", ConfigKind.Text),
        new ConfigField("password", ConfigKind.Text),
        new ConfigField("email", ConfigKind.Text),
        new ConfigField("server_address", ConfigKind.Text));

    public static ConfigSchema Device { get; } = new(
        new ConfigField("host_path", ConfigKind.Text) { Required = true },
        new ConfigField("container_path", ConfigKind.Text),
        new ConfigField("cgroup_permissions", ConfigKind.Text));

    public static ConfigSchema Logging { get; } = new(
        new ConfigField("type", ConfigKind.Text),
        new ConfigField("driver", ConfigKind.Text),
        new ConfigField("config", ConfigKind.TextMap));

    public static ConfigSchema BindOptions { get; } = new(new ConfigField("propagation", ConfigKind.Text));

    public static ConfigSchema TmpfsOptions { get; } = new(
        new ConfigField("size", ConfigKind.Integer),
        new ConfigField("mode", ConfigKind.Integer));

    public static ConfigSchema VolumeDriver { get; } = new(
        new ConfigField("name", ConfigKind.Text),
        new ConfigField("options", ConfigKind.TextMap));

    public static ConfigSchema VolumeOptions { get; } = new(
        new ConfigField("no_copy", ConfigKind.Flag),
        new ConfigField("labels", ConfigKind.TextMap),
        new ConfigField("driver_config", ConfigKind.Block) { Fields = VolumeDriver });

    public static ConfigSchema Mount { get; } = new(
        new ConfigField("type", ConfigKind.Text) { OneOf = ["bind", "volume", "tmpfs"] },
        new ConfigField("target", ConfigKind.Text) { Required = true },
        new ConfigField("source", ConfigKind.Text),
        new ConfigField("readonly", ConfigKind.Flag),
        new ConfigField("bind_options", ConfigKind.Block) { Fields = BindOptions },
        new ConfigField("tmpfs_options", ConfigKind.Block) { Fields = TmpfsOptions },
        new ConfigField("volume_options", ConfigKind.Block) { Fields = VolumeOptions });

    public static ConfigSchema Healthchecks { get; } = new(new ConfigField("disable", ConfigKind.Flag));

    public static ConfigSchema Task { get; } = new(
        new ConfigField("image", ConfigKind.Text) { Required = true },
        new ConfigField("advertise_ipv6_address", ConfigKind.Flag),
        new ConfigField("args", ConfigKind.TextList),
        new ConfigField("auth", ConfigKind.Block) { Fields = Auth },
        new ConfigField("auth_soft_fail", ConfigKind.Flag),
        new ConfigField("cap_add", ConfigKind.TextList),
        new ConfigField("cap_drop", ConfigKind.TextList),
        new ConfigField("cgroupns", ConfigKind.Text) { OneOf = ["", "host", "private"] },
        new ConfigField("command", ConfigKind.Text),
        new ConfigField("container_exists_attempts", ConfigKind.Integer),
        new ConfigField("cpuset_cpus", ConfigKind.Text),
        new ConfigField("cpu_hard_limit", ConfigKind.Flag),
        new ConfigField("cpu_cfs_period", ConfigKind.Integer),
        new ConfigField("devices", ConfigKind.Blocks) { Fields = Device },
        new ConfigField("dns_search_domains", ConfigKind.TextList),
        new ConfigField("dns_options", ConfigKind.TextList),
        new ConfigField("dns_servers", ConfigKind.TextList),
        new ConfigField("entrypoint", ConfigKind.TextList),
        new ConfigField("extra_hosts", ConfigKind.TextList),
        new ConfigField("force_pull", ConfigKind.Flag),
        new ConfigField("group_add", ConfigKind.TextList),
        new ConfigField("healthchecks", ConfigKind.Block) { Fields = Healthchecks },
        new ConfigField("hostname", ConfigKind.Text) { Aliases = ["host_name"] },
        new ConfigField("image_pull_timeout", ConfigKind.Text),
        new ConfigField("init", ConfigKind.Flag),
        new ConfigField("interactive", ConfigKind.Flag),
        new ConfigField("ipc_mode", ConfigKind.Text),
        new ConfigField("ipv4_address", ConfigKind.Text),
        new ConfigField("ipv6_address", ConfigKind.Text),
        new ConfigField("isolation", ConfigKind.Text),
        new ConfigField("labels", ConfigKind.TextMap),
        new ConfigField("load", ConfigKind.Text),
        new ConfigField("logging", ConfigKind.Block) { Fields = Logging },
        new ConfigField("mac_address", ConfigKind.Text),
        new ConfigField("memory_hard_limit", ConfigKind.Integer),
        new ConfigField("mount", ConfigKind.Blocks) { Fields = Mount },
        new ConfigField("mounts", ConfigKind.Blocks) { Fields = Mount },
        new ConfigField("network_aliases", ConfigKind.TextList),
        new ConfigField("network_mode", ConfigKind.Text),
        new ConfigField("oom_score_adj", ConfigKind.Integer),
        new ConfigField("pids_limit", ConfigKind.Integer),
        new ConfigField("pid_mode", ConfigKind.Text),
        new ConfigField("ports", ConfigKind.TextList),
        new ConfigField("port_map", ConfigKind.IntegerMap),
        new ConfigField("privileged", ConfigKind.Flag) { Aliases = ["priviledged"] },
        new ConfigField("readonly_rootfs", ConfigKind.Flag),
        new ConfigField("runtime", ConfigKind.Text),
        new ConfigField("security_opt", ConfigKind.TextList),
        new ConfigField("shm_size", ConfigKind.Integer),
        new ConfigField("storage_opt", ConfigKind.TextMap),
        new ConfigField("sysctl", ConfigKind.TextMap),
        new ConfigField("tty", ConfigKind.Flag),
        new ConfigField("ulimit", ConfigKind.TextMap),
        new ConfigField("userns_mode", ConfigKind.Text),
        new ConfigField("uts_mode", ConfigKind.Text),
        new ConfigField("volumes", ConfigKind.TextList),
        new ConfigField("volume_driver", ConfigKind.Text),
        new ConfigField("work_dir", ConfigKind.Text));
}
