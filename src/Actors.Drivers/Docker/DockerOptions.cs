using System.Text.Json.Nodes;
using Actors.Drivers.Config;
using Actors.Drivers.Isolation;

namespace Actors.Drivers.Docker;

/// <summary>The plugin's keys: what an operator allows and sets for all Docker tasks of a node. Defaults are Nomad's.</summary>
public sealed record DockerOptions
{
    /// <summary>The engine's address; default <c>DOCKER_HOST</c>, else <c>unix:///var/run/docker.sock</c>.</summary>
    public string Endpoint { get; init; } =
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock";

    /// <summary>Tasks may be privileged and share the host's pid, ipc, uts and user namespaces; default false.</summary>
    public bool AllowPrivileged { get; init; }

    /// <summary>Tasks may mount any path of the host and named volumes; default false.</summary>
    public bool VolumesEnabled { get; init; }

    /// <summary>Capabilities that tasks may add; "all" allows all. Default: those that Docker gives anyway.</summary>
    public IReadOnlyList<string> AllowCapabilities { get; init; } = Capabilities.Default;

    /// <summary>OCI runtimes that tasks may choose.</summary>
    public IReadOnlyList<string> AllowRuntimes { get; init; } = ["runc", "nvidia"];

    /// <summary>The file with registry credentials, as <c>docker login</c> writes it; "" for none.</summary>
    public string AuthConfigFile { get; init; } = "";

    /// <summary>The program that has registry credentials, without its <c>docker-credential-</c>; "" for none.</summary>
    public string AuthHelper { get; init; } = "";

    /// <summary>Where container output is kept until it is collected; default json-file.</summary>
    public string LogDriver { get; init; } = "json-file";

    /// <summary>Its options. Two files of 10 MB: that much output outlasts a time without an agent (Nomad keeps two of 2 MB).</summary>
    public IReadOnlyDictionary<string, string> LogOptions { get; init; } = new Dictionary<string, string> { ["max-file"] = "2", ["max-size"] = "10m" };

    /// <summary>Output is not collected into the allocation's log files.</summary>
    public bool DisableLogCollection { get; init; }

    /// <summary>How long a pull may take in all.</summary>
    public TimeSpan ImagePullTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a pull may make no progress.</summary>
    public TimeSpan PullActivityTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Processes that a container may have; 0: no limit.</summary>
    public long PidsLimit { get; init; }

    /// <summary>For the kernel's choice of victims, where a task does not say.</summary>
    public long OomScoreAdjustment { get; init; }

    /// <summary>How often a container of the same name is removed to make place for a task's.</summary>
    public int ContainerExistsAttempts { get; init; } = 5;

    /// <summary>Containers of ended tasks are removed.</summary>
    public bool RemoveContainers { get; init; } = true;

    /// <summary>Images that were pulled for tasks are removed when no task uses them any more.</summary>
    public bool RemoveImages { get; init; } = true;

    /// <summary>How long after the last task an image stays.</summary>
    public TimeSpan ImageDelay { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Containers of this node that no task knows are removed.</summary>
    public bool RemoveDangling { get; init; } = true;

    /// <summary>The image of the container that holds a group's network; "": one of our own making.</summary>
    public string InfraImage { get; init; } = "";

    /// <summary>The modes that tasks may choose, by kind of namespace (<c>pid</c>, <c>ipc</c>, <c>uts</c>, <c>userns</c>); a kind that is not there follows <see cref="AllowPrivileged"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> AllowedModes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The engine's filter of events is to be trusted: not Podman's.</summary>
    public bool FiltersEvents { get; init; } = true;

    /// <summary>Reads the agent's configuration of the plugin.</summary>
    /// <exception cref="FormatException">A key has the wrong shape, or there is no such key; says which.</exception>
    public static DockerOptions Read(JsonObject? json)
    {
        var keys = new PluginOptions(
            "docker", json, "enabled", "endpoint", "allow_privileged", "volumes", "allow_caps", "allow_runtimes", "nvidia_runtime", "auth", "logging", "extra_labels", "gc",
            "disable_log_collection", "image_pull_timeout", "pull_activity_timeout", "pids_limit", "oom_score_adj", "container_exists_attempts", "infra_image",
            "infra_image_pull_timeout", "allowed_modes", "tls", "windows_allow_insecure_container_admin");
        if (keys.Block("tls", "cert", "key", "ca").Text("cert") is not null)
            throw new FormatException("docker.tls: engines are reached by a socket of this machine, or by plain tcp inside a network that is trusted; TLS to an engine is not supported");

        var defaults = new DockerOptions();
        var (auth, logging, collection) = (keys.Block("auth", "config", "helper"), keys.Block("logging", "type", "config"), keys.Block("gc", "image", "image_delay", "container", "dangling_containers"));
        var modes = keys.Block("allowed_modes", "pid", "ipc", "uts", "userns");
        return defaults with
        {
            Endpoint = keys.Text("endpoint") ?? defaults.Endpoint,
            AllowPrivileged = keys.Flag("allow_privileged") ?? defaults.AllowPrivileged,
            VolumesEnabled = keys.Block("volumes", "enabled", "selinuxlabel").Flag("enabled") ?? defaults.VolumesEnabled,
            AllowCapabilities = keys.Texts("allow_caps") ?? defaults.AllowCapabilities,
            AllowRuntimes = keys.Texts("allow_runtimes") ?? (keys.Text("nvidia_runtime") is { } nvidia ? [.. defaults.AllowRuntimes, nvidia] : defaults.AllowRuntimes),
            AuthConfigFile = auth.Text("config") ?? defaults.AuthConfigFile,
            AuthHelper = auth.Text("helper") ?? defaults.AuthHelper,
            LogDriver = logging.Text("type") ?? defaults.LogDriver,
            LogOptions = logging.Map("config") ?? defaults.LogOptions,
            DisableLogCollection = keys.Flag("disable_log_collection") ?? defaults.DisableLogCollection,
            ImagePullTimeout = keys.Duration("image_pull_timeout") ?? defaults.ImagePullTimeout,
            PullActivityTimeout = keys.Duration("pull_activity_timeout") ?? defaults.PullActivityTimeout,
            PidsLimit = keys.Integer("pids_limit") ?? defaults.PidsLimit,
            OomScoreAdjustment = keys.Integer("oom_score_adj") ?? defaults.OomScoreAdjustment,
            ContainerExistsAttempts = (int)(keys.Integer("container_exists_attempts") ?? defaults.ContainerExistsAttempts),
            RemoveContainers = collection.Flag("container") ?? defaults.RemoveContainers,
            RemoveImages = collection.Flag("image") ?? defaults.RemoveImages,
            ImageDelay = collection.Duration("image_delay") ?? defaults.ImageDelay,
            RemoveDangling = collection.Block("dangling_containers", "enabled", "dry_run", "period", "creation_grace").Flag("enabled") ?? defaults.RemoveDangling,
            InfraImage = keys.Text("infra_image") ?? defaults.InfraImage,
            AllowedModes = ((string[])["pid", "ipc", "uts", "userns"]).Where(kind => modes.Texts(kind) is not null).ToDictionary(kind => kind, kind => modes.Texts(kind)!),
        };
    }
}
