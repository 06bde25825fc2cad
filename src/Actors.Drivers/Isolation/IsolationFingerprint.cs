using System.Collections.Concurrent;
using Actors.Contracts.Collections;
using Actors.Drivers.Processes;
using Actors.Drivers.RawExec;

namespace Actors.Drivers.Isolation;

/// <summary>Looks whether this machine can isolate tasks.</summary>
internal static class IsolationFingerprint
{
    // A runtime that was found is not asked again while its file is the same.
    private static readonly ConcurrentDictionary<string, (OciRuntime Runtime, DateTime Changed)> Found = new(StringComparer.Ordinal);

    /// <summary>The runtime.</summary>
    /// <exception cref="DriverException">There is none.</exception>
    public static OciRuntime Runtime(string driver, IsolationOptions options) =>
        Find(options) ?? throw new DriverException($"{driver}: there is no {options.Runtime ?? "runc or crun"} on this node", recoverable: true);

    /// <summary>Why tasks can't be isolated here, or null.</summary>
    public static string? Missing(IsolationOptions options) =>
        RawLauncher.Missing()
        ?? (!Environment.IsPrivilegedProcess ? "the agent must run as root to isolate tasks"
        : !ControlGroup.Available ? "control groups are not mounted at /sys/fs/cgroup"
        : Find(options) is null ? $"there is no {options.Runtime ?? "runc or crun"} on this node"
        : null);

    /// <summary>The fingerprint of a driver that does nothing else.</summary>
    public static DriverFingerprint Look(string driver, IsolationOptions options)
    {
        if (Missing(options) is { } why) return new DriverFingerprint(false, false, why, EquatableMap<string>.Empty);
        var runtime = Runtime(driver, options);
        return new DriverFingerprint(true, true, "Healthy", EquatableMap.Of(
            ($"driver.{driver}", "1"),
            ($"driver.{driver}.runtime", runtime.Name),
            ($"driver.{driver}.runtime.version", runtime.Version)));
    }

    private static OciRuntime? Find(IsolationOptions options)
    {
        var key = options.Runtime ?? "";
        if (Found.TryGetValue(key, out var found) && File.Exists(found.Runtime.Path) && File.GetLastWriteTimeUtc(found.Runtime.Path) == found.Changed) return found.Runtime;
        if (OciRuntime.Find(options.Runtime) is not { } runtime) return null;
        Found[key] = (runtime, File.GetLastWriteTimeUtc(runtime.Path));
        return runtime;
    }
}
