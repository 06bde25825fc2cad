using Actors.Drivers.Config;
using Actors.Drivers.Docker;

namespace Actors.Drivers.Podman;

/// <summary>What a Podman task's <c>config</c> may hold: the keys of Nomad's Podman driver.</summary>
internal static class PodmanSchema
{
    /// <summary>Under which the keys that Docker has none for are carried along; no job can write it.</summary>
    public const string Carried = ".podman";

    /// <summary>Keys that Docker's tasks know by another name.</summary>
    public static IReadOnlyDictionary<string, string> Renamed { get; } = new Dictionary<string, string> { ["working_dir"] = "work_dir", ["userns"] = "userns_mode" };

    /// <summary>Keys that Docker's tasks don't have.</summary>
    public static IReadOnlyList<string> Own { get; } =
        ["working_dir", "userns", "logging", "memory_reservation", "memory_swap", "memory_swappiness", "tmpfs", "apparmor_profile", "selinux_opts"];

    public static ConfigSchema Auth { get; } = new(
        new ConfigField("username", ConfigKind.Text),
        new ConfigField("password", ConfigKind.Text),
        new ConfigField("tls_verify", ConfigKind.Flag));

    public static ConfigSchema Logging { get; } = new(
        new ConfigField("driver", ConfigKind.Text),
        new ConfigField("options", ConfigKind.TextMap));

    public static ConfigSchema Task { get; } = new(
        new ConfigField("image", ConfigKind.Text) { Required = true },
        new ConfigField("args", ConfigKind.TextList),
        new ConfigField("apparmor_profile", ConfigKind.Text),
        new ConfigField("auth", ConfigKind.Block) { Fields = Auth },
        new ConfigField("auth_soft_fail", ConfigKind.Flag),
        new ConfigField("cap_add", ConfigKind.TextList),
        new ConfigField("cap_drop", ConfigKind.TextList),
        new ConfigField("command", ConfigKind.Text),
        new ConfigField("cpu_cfs_period", ConfigKind.Integer),
        new ConfigField("cpu_hard_limit", ConfigKind.Flag),
        new ConfigField("devices", ConfigKind.Blocks) { Fields = DockerSchema.Device },
        new ConfigField("dns_options", ConfigKind.TextList),
        new ConfigField("dns_search_domains", ConfigKind.TextList),
        new ConfigField("dns_servers", ConfigKind.TextList),
        new ConfigField("entrypoint", ConfigKind.TextList),
        new ConfigField("extra_hosts", ConfigKind.TextList),
        new ConfigField("force_pull", ConfigKind.Flag),
        new ConfigField("hostname", ConfigKind.Text),
        new ConfigField("image_pull_timeout", ConfigKind.Text),
        new ConfigField("init", ConfigKind.Flag),
        new ConfigField("ipc_mode", ConfigKind.Text),
        new ConfigField("labels", ConfigKind.TextMap),
        new ConfigField("logging", ConfigKind.Block) { Fields = Logging },
        new ConfigField("memory_reservation", ConfigKind.Text),
        new ConfigField("memory_swap", ConfigKind.Text),
        new ConfigField("memory_swappiness", ConfigKind.Integer),
        new ConfigField("network_mode", ConfigKind.Text),
        new ConfigField("pid_mode", ConfigKind.Text),
        new ConfigField("pids_limit", ConfigKind.Integer),
        new ConfigField("port_map", ConfigKind.IntegerMap),
        new ConfigField("ports", ConfigKind.TextList),
        new ConfigField("privileged", ConfigKind.Flag),
        new ConfigField("readonly_rootfs", ConfigKind.Flag),
        new ConfigField("security_opt", ConfigKind.TextList),
        new ConfigField("selinux_opts", ConfigKind.TextList),
        new ConfigField("shm_size", ConfigKind.Integer),
        new ConfigField("sysctl", ConfigKind.TextMap),
        new ConfigField("tmpfs", ConfigKind.TextList),
        new ConfigField("tty", ConfigKind.Flag),
        new ConfigField("ulimit", ConfigKind.TextMap),
        new ConfigField("userns", ConfigKind.Text),
        new ConfigField("volumes", ConfigKind.TextList),
        new ConfigField("working_dir", ConfigKind.Text));
}
