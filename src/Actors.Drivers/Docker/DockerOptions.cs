using System.Text.Json.Nodes;

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
    public IReadOnlyList<string> AllowCapabilities { get; init; } = DefaultCapabilities;

    /// <summary>OCI runtimes that tasks may choose.</summary>
    public IReadOnlyList<string> AllowRuntimes { get; init; } = ["runc", "nvidia"];

    /// <summary>The file with registry credentials, as <c>docker login</c> writes it; "" for none.</summary>
    public string AuthConfigFile { get; init; } = "";

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

    private static readonly string[] DefaultCapabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>Reads the agent's configuration of the plugin.</summary>
    /// <exception cref="FormatException">A key has the wrong shape; says which.</exception>
    public static DockerOptions Read(JsonObject? json)
    {
        var defaults = new DockerOptions();
        if (json is null) return defaults;
        var logging = Block(json, "logging");
        return defaults with
        {
            Endpoint = Text(json, "endpoint") ?? defaults.Endpoint,
            AllowPrivileged = Flag(json, "allow_privileged") ?? defaults.AllowPrivileged,
            VolumesEnabled = Flag(Block(json, "volumes"), "enabled") ?? defaults.VolumesEnabled,
            AllowCapabilities = Texts(json, "allow_caps") ?? defaults.AllowCapabilities,
            AllowRuntimes = Texts(json, "allow_runtimes") ?? defaults.AllowRuntimes,
            AuthConfigFile = Text(Block(json, "auth"), "config") ?? defaults.AuthConfigFile,
            LogDriver = Text(logging, "type") ?? defaults.LogDriver,
            LogOptions = Block(logging, "config")?.ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "") ?? defaults.LogOptions,
            DisableLogCollection = Flag(json, "disable_log_collection") ?? defaults.DisableLogCollection,
            ImagePullTimeout = Duration(json, "image_pull_timeout") ?? defaults.ImagePullTimeout,
            PullActivityTimeout = Duration(json, "pull_activity_timeout") ?? defaults.PullActivityTimeout,
            PidsLimit = Text(json, "pids_limit") is { } limit ? long.Parse(limit, System.Globalization.CultureInfo.InvariantCulture) : defaults.PidsLimit,
        };
    }

    private static JsonObject? Block(JsonObject? json, string key) => json?[key] switch
    {
        null => null,
        JsonObject block => block,
        JsonArray { Count: 1 } list when list[0] is JsonObject block => block,
        var other => throw new FormatException($"docker.{key}: expected a block, found {other}"),
    };

    private static string? Text(JsonObject? json, string key) => json?[key]?.ToString();

    private static bool? Flag(JsonObject? json, string key) => json?[key] switch
    {
        null => null,
        var value when bool.TryParse(value.ToString(), out var flag) => flag,
        var other => throw new FormatException($"docker.{key}: expected true or false, found {other}"),
    };

    private static IReadOnlyList<string>? Texts(JsonObject json, string key) => json[key] switch
    {
        null => null,
        JsonArray list => [.. list.Select(v => v?.ToString() ?? "")],
        var one => [one.ToString()],
    };

    private static TimeSpan? Duration(JsonObject json, string key) => json[key] switch
    {
        null => null,
        var value when Actors.Contracts.Jobs.GoDuration.TryParse(value.ToString(), out var duration) => duration,
        var other => throw new FormatException($"docker.{key}: expected a duration such as \"5m\", found {other}"),
    };
}
