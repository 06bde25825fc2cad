using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Docker;
using Docker.DotNet.Models;

namespace Actors.Drivers.Podman;

/// <summary>
/// Runs tasks as containers of Podman, over the API of its socket. Podman speaks Docker's API beside its own: a task's
/// keys are translated into a Docker task's, and what Docker has no key for is put into the container itself.
/// </summary>
public sealed class PodmanDriver : ITaskDriver, ILeftovers
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "podman";

    private readonly DockerDriver _engine;

    /// <summary>Prepares for Podman's service; it need not be there.</summary>
    /// <param name="options">The plugin's keys as the agent's configuration has them.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FormatException">A key has the wrong shape.</exception>
    public PodmanDriver(JsonObject? options, TimeProvider time)
    {
        var keys = new PluginOptions(DriverName, options, "enabled", "socket_path", "volumes", "gc", "recover_stopped", "disable_log_collection", "allow_privileged", "allow_caps", "image_pull_timeout", "pids_limit");
        var defaults = new DockerOptions();
        _engine = new DockerDriver(
            DriverName,
            defaults with
            {
                Endpoint = keys.Text("socket_path") is { Length: > 0 } socket ? socket.Contains("://", StringComparison.Ordinal) ? socket : "unix://" + socket : "unix:///run/podman/podman.sock",
                VolumesEnabled = keys.Block("volumes", "enabled", "selinuxlabel").Flag("enabled") ?? true,
                RemoveContainers = keys.Block("gc", "container").Flag("container") ?? true,
                RemoveImages = false,
                FiltersEvents = false,
                DisableLogCollection = keys.Flag("disable_log_collection") ?? false,
                AllowPrivileged = keys.Flag("allow_privileged") ?? false,
                AllowCapabilities = keys.Texts("allow_caps") ?? defaults.AllowCapabilities,
                ImagePullTimeout = keys.Duration("image_pull_timeout") ?? defaults.ImagePullTimeout,
                PidsLimit = keys.Integer("pids_limit") ?? 0,
                // The one of Podman's that its API can read back.
                LogDriver = "k8s-file",
                LogOptions = new Dictionary<string, string>(),
            },
            time)
        {
            Adjust = Adjust,
        };
    }

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities => _engine.Capabilities;

    /// <inheritdoc/>
    public ConfigSchema Schema => PodmanSchema.Task;

    /// <inheritdoc/>
    public IAsyncEnumerable<DriverFingerprint> FingerprintAsync(CancellationToken cancellationToken) => _engine.FingerprintAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        _engine.StartAsync(Translate(task), events, cancellationToken);

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        _engine.RecoverAsync(Translate(task), handle, events, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <inheritdoc/>
    async Task<IReadOnlySet<AllocationId>> ILeftovers.FindAsync(NodeId node, CancellationToken cancellationToken) =>
        new HashSet<AllocationId>([.. await ((ILeftovers)_engine).FindAsync(node, cancellationToken).ConfigureAwait(false), .. OrphanMonitors.Find()]);

    /// <inheritdoc/>
    async Task ILeftovers.RemoveAsync(NodeId node, AllocationId allocation, CancellationToken cancellationToken)
    {
        await ((ILeftovers)_engine).RemoveAsync(node, allocation, cancellationToken).ConfigureAwait(false);
        OrphanMonitors.Kill(allocation);
    }

    /// <summary>An image's whole name: Podman does not guess a registry, and what names none is Docker's.</summary>
    /// <exception cref="DriverException">It names a kind of source that the API can't take from.</exception>
    internal static string ImageName(string image)
    {
        var name = image.StartsWith("docker://", StringComparison.Ordinal) ? image["docker://".Length..] : image;
        var scheme = name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon + 1 < name.Length && name[colon + 1] == '/' ? name[..colon] : null;
        if (scheme is not null)
            throw new DriverException($"config.image: expected the name of an image in a registry, found a source of kind \"{scheme}\"", recoverable: false);

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash > 0 ? name[..slash] : "";
        if (first == "localhost" || first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)) return name;
        return slash > 0 ? $"docker.io/{name}" : $"docker.io/library/{name}";
    }

    /// <summary>A number of bytes, or with a unit: <c>64m</c>.</summary>
    /// <exception cref="DriverException">It is neither.</exception>
    internal static long Bytes(string key, string text)
    {
        var units = text.Length > 0 ? "bkmgt".IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal) : -1;
        return long.TryParse(units >= 0 ? text[..^1] : text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number << (10 * Math.Max(0, units))
            : throw new DriverException($"config.{key}: expected a size such as \"64m\", found \"{text}\"", recoverable: false);
    }

    private TaskConfig Translate(TaskConfig task)
    {
        var given = Schema.Canonical(task.Config);
        var config = given;
        foreach (var name in PodmanSchema.Own) config = config.Remove(name);
        config = config.SetItem("image", ConfigValue.Of(ImageName(given["image"].ToText() ?? "")));
        foreach (var (podman, docker) in PodmanSchema.Renamed)
        {
            if (given.TryGetValue(podman, out var value)) config = config.SetItem(docker, value);
        }

        if (new ConfigReader(given).Blocks("logging", PodmanSchema.Logging).FirstOrDefault() is { } logging)
        {
            List<KeyValuePair<string, ConfigValue>> keys = [KeyValuePair.Create("type", ConfigValue.Of(logging.Text("driver") ?? "k8s-file"))];
            if (logging.TextMap("options") is { } options) keys.Add(KeyValuePair.Create("config", ConfigValue.Of([.. options.Select(o => KeyValuePair.Create(o.Key, ConfigValue.Of(o.Value)))])));
            config = config.SetItem("logging", ConfigValue.Of(keys));
        }

        // Carried along for what Docker has no key for.
        return task with { Config = config.SetItem(PodmanSchema.Carried, ConfigValue.Of([.. given.Where(p => PodmanSchema.Own.Contains(p.Key))])) };
    }

    private static void Adjust(CreateContainerParameters container, TaskConfig task)
    {
        var own = new ConfigReader(task.Config[PodmanSchema.Carried].AsMap());
        var host = container.HostConfig!;
        if (own.Text("memory_reservation") is { Length: > 0 } reservation) host.MemoryReservation = Bytes("memory_reservation", reservation);
        if (own.Text("memory_swap") is { Length: > 0 } swap) host.MemorySwap = Bytes("memory_swap", swap);
        if (own.Integer("memory_swappiness") is { } swappiness) host.MemorySwappiness = swappiness;
        if (own.TextList("tmpfs") is { Count: > 0 } tmpfs)
            host.Tmpfs = tmpfs.Select(t => t.Split(':', 2)).ToDictionary(t => t[0], t => t.Length > 1 ? t[1] : "");
        if (own.Text("apparmor_profile") is { Length: > 0 } profile) host.SecurityOpt = [.. host.SecurityOpt ?? [], $"apparmor={profile}"];
        foreach (var option in own.TextList("selinux_opts") ?? []) host.SecurityOpt = [.. host.SecurityOpt ?? [], $"label={option}"];
    }
}
