namespace Actors.Drivers.Isolation;

/// <summary>The kernel's capabilities (capabilities(7)) by name, as jobs and operators write them: in any case, with or without <c>CAP_</c>.</summary>
internal static class Capabilities
{
    /// <summary>What a task of a container engine has, and what Nomad's drivers allow, when nothing is said.</summary>
    public static IReadOnlyList<string> Default { get; } =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ];

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Default, "AUDIT_CONTROL", "AUDIT_READ", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "DAC_READ_SEARCH", "IPC_LOCK", "IPC_OWNER", "LEASE",
        "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "NET_BROADCAST", "NET_RAW", "PERFMON", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE",
        "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
    ];

    /// <summary>The one way to write a name: upper case, without <c>CAP_</c>.</summary>
    public static string Canonical(string name)
    {
        var upper = name.Trim().ToUpperInvariant();
        return upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper[4..] : upper;
    }

    /// <summary>Whether a list holds a capability; "all" holds all.</summary>
    public static bool Holds(IReadOnlyList<string> list, string capability) =>
        list.Any(c => Canonical(c) is var name && (name == "ALL" || name == Canonical(capability)));

    /// <summary>What a task has: the default ones that are allowed, and what it asks for, without what it gives up.</summary>
    /// <exception cref="DriverException">It asks for one that is not allowed, or that there is not.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> added, IReadOnlyList<string> dropped, IReadOnlyList<string> allowed, string option)
    {
        var has = Default.Where(c => Holds(allowed, c)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, key) in added.Select(a => (Canonical(a), "cap_add")).Concat(dropped.Select(d => (Canonical(d), "cap_drop"))))
        {
            if (name == "ALL" || All.Contains(name)) continue;
            var nearest = Config.NearestName.Find(name, All);
            throw new DriverException($"config.{key}: there is no capability \"{name}\"{(nearest is null ? "" : $"; did you mean {nearest}?")}", recoverable: false);
        }

        if (dropped.Any(d => Canonical(d) == "ALL")) has.Clear();
        foreach (var capability in added.Select(Canonical).SelectMany(a => a == "ALL" ? All : [a]))
        {
            if (!Holds(allowed, capability)) throw new DriverException($"config.cap_add: the capability {capability} is not allowed on this node ({option})", recoverable: false);
            has.Add(capability);
        }

        foreach (var capability in dropped.Select(Canonical)) has.Remove(capability);
        return [.. has.Order(StringComparer.Ordinal)];
    }
}
