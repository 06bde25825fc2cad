using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Drivers.Config;

namespace Actors.Drivers.Isolation;

/// <summary>What an operator sets for isolated tasks: Nomad's keys of <c>exec</c> and <c>java</c>, and some more.</summary>
internal sealed record IsolationOptions
{
    /// <summary>The directories and files of the host that tasks see, where nothing else is said: Nomad's.</summary>
    public static IReadOnlyDictionary<string, string> DefaultChroot { get; } = new[]
    {
        "/bin", "/etc", "/lib", "/lib32", "/lib64", "/run/resolvconf", "/run/systemd/resolve", "/sbin", "/usr",
    }.ToDictionary(p => p);

    /// <summary>The driver that these are for.</summary>
    public required string Driver { get; init; }

    /// <summary>The runtime, a name or path; null: the first that is there.</summary>
    public string? Runtime { get; init; }

    /// <summary>Start without <c>pivot_root</c>: for agents that live on a RAM disk.</summary>
    public bool NoPivotRoot { get; init; }

    /// <summary>Tasks have a process table of their own unless they say otherwise.</summary>
    public bool PrivatePids { get; init; } = true;

    /// <summary>Tasks have semaphores, queues and shared memory of their own unless they say otherwise.</summary>
    public bool PrivateIpc { get; init; } = true;

    /// <summary>Capabilities that tasks may have.</summary>
    public IReadOnlyList<string> AllowCapabilities { get; init; } = Capabilities.Default;

    /// <summary>User ids that no task may run as.</summary>
    public IReadOnlyList<(long From, long To)> DeniedUsers { get; init; } = [];

    /// <summary>Group ids that no task may run as.</summary>
    public IReadOnlyList<(long From, long To)> DeniedGroups { get; init; } = [];

    /// <summary>Processes that a task may have: one that forks without end must not take the node with it. 0: no limit.</summary>
    public long PidsLimit { get; init; } = 8192;

    /// <summary>What of the host tasks see, by path of the host: where they see it.</summary>
    public IReadOnlyDictionary<string, string> Chroot { get; init; } = DefaultChroot;

    /// <summary>Reads the agent's configuration.</summary>
    /// <exception cref="FormatException">A key has the wrong shape; says which.</exception>
    public static IsolationOptions Read(string driver, JsonObject? json)
    {
        var keys = new PluginOptions(
            driver, json, "enabled", "runtime", "no_pivot_root", "default_pid_mode", "default_ipc_mode", "allow_caps", "denied_host_uids", "denied_host_gids", "pids_limit", "chroot_env");
        var defaults = new IsolationOptions { Driver = driver };
        return defaults with
        {
            Runtime = keys.Text("runtime"),
            NoPivotRoot = keys.Flag("no_pivot_root") ?? false,
            PrivatePids = Mode(driver, keys, "default_pid_mode"),
            PrivateIpc = Mode(driver, keys, "default_ipc_mode"),
            AllowCapabilities = keys.Texts("allow_caps") ?? defaults.AllowCapabilities,
            DeniedUsers = Ranges(driver, keys, "denied_host_uids"),
            DeniedGroups = Ranges(driver, keys, "denied_host_gids"),
            PidsLimit = keys.Integer("pids_limit") ?? defaults.PidsLimit,
            Chroot = keys.Map("chroot_env") ?? DefaultChroot,
        };
    }

    private static bool Mode(string driver, PluginOptions keys, string key) => keys.Text(key) switch
    {
        null or "" or "private" => true,
        "host" => false,
        var other => throw new FormatException($"{driver}.{key}: expected \"private\" or \"host\", found \"{other}\""),
    };

    /// <summary>Ids and ranges of ids, such as <c>0,1000-1999</c>.</summary>
    private static List<(long From, long To)> Ranges(string driver, PluginOptions keys, string key)
    {
        var ranges = new List<(long, long)>();
        foreach (var part in (keys.Text(key) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                || !long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var to) || to < from)
                throw new FormatException($"{driver}.{key}: expected ids and ranges such as \"0,1000-1999\", found \"{part}\"");
            ranges.Add((from, to));
        }

        return ranges;
    }
}
