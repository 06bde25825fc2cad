using System.Runtime.CompilerServices;
using Actors.Contracts.Collections;
using Actors.Drivers.Config;
using Actors.Drivers.Podman;

namespace Actors.Drivers.Rkt;

/// <summary>
/// Runs what was written for rkt on Podman. rkt was discontinued in 2020: a job that asks for it runs where its settings
/// mean the same on Podman, with a warning, and is refused with a reason where they don't.
/// </summary>
/// <param name="podman">Podman.</param>
public sealed class RktDriver(PodmanDriver podman) : ITaskDriver
{
    /// <summary>The driver's name.</summary>
    public const string DriverName = "rkt";

    private const string Warning = "rkt was discontinued in 2020: the task runs on Podman; use the driver \"podman\"";

    // What they said is of no meaning, or the rule, on Podman.
    private static readonly string[] WithoutMeaning = ["trust_prefix", "insecure_options", "debug", "no_overlay"];

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <inheritdoc/>
    public DriverCapabilities Capabilities => podman.Capabilities;

    /// <summary>What a task's <c>config</c> may hold.</summary>
    public static ConfigSchema TaskSchema { get; } = new(
        new ConfigField("image", ConfigKind.Text) { Required = true },
        new ConfigField("command", ConfigKind.Text),
        new ConfigField("args", ConfigKind.TextList),
        new ConfigField("trust_prefix", ConfigKind.Text),
        new ConfigField("dns_servers", ConfigKind.TextList),
        new ConfigField("dns_search_domains", ConfigKind.TextList),
        new ConfigField("net", ConfigKind.TextList),
        new ConfigField("port_map", ConfigKind.TextMap),
        new ConfigField("volumes", ConfigKind.TextList),
        new ConfigField("insecure_options", ConfigKind.TextList),
        new ConfigField("no_overlay", ConfigKind.Flag),
        new ConfigField("debug", ConfigKind.Flag),
        new ConfigField("group", ConfigKind.Text));

    /// <inheritdoc/>
    public ConfigSchema Schema => TaskSchema;

    /// <inheritdoc/>
    public IReadOnlyList<ConfigProblem> Validate(EquatableMap<ConfigValue> config) => Check(config);

    /// <summary>What is wrong in a <c>config</c>, before interpolation; empty: nothing.</summary>
    public static IReadOnlyList<ConfigProblem> Check(EquatableMap<ConfigValue> config)
    {
        var problems = TaskSchema.Validate(config).ToList();
        if (problems.Any(p => !p.IsWarning)) return problems;
        problems.Add(new ConfigProblem("driver", Warning, IsWarning: true));
        problems.AddRange(WithoutMeaning.Where(config.ContainsKey).Select(key => new ConfigProblem($"config.{key}", "has no meaning on Podman, and is left out", IsWarning: true)));
        var reader = new ConfigReader(TaskSchema.Canonical(config));
        if (Refusal(reader) is { } refusal) problems.Add(refusal);
        return problems;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DriverFingerprint> FingerprintAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var found in podman.FingerprintAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return found.Healthy
                ? found with
                {
                    Description = "Healthy; tasks run on Podman",
                    Attributes = EquatableMap.Of(("driver.rkt", "1"), ("driver.rkt.version", found.Attributes.TryGetValue("driver.podman.version", out var version) ? version : "")),
                }
                : found;
        }
    }

    /// <inheritdoc/>
    public Task<IDriverTask> StartAsync(TaskConfig task, IProgress<DriverEvent> events, CancellationToken cancellationToken) => podman.StartAsync(Translate(task), events, cancellationToken);

    /// <inheritdoc/>
    public Task<IDriverTask?> RecoverAsync(TaskConfig task, TaskHandle? handle, IProgress<DriverEvent> events, CancellationToken cancellationToken) =>
        podman.RecoverAsync(Translate(task), handle, events, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Why a task can't run on Podman, or null.</summary>
    private static ConfigProblem? Refusal(ConfigReader config)
    {
        var image = config.Text("image") ?? "";
        if (!image.Contains("${", StringComparison.Ordinal) && !image.StartsWith("docker://", StringComparison.Ordinal))
            return new ConfigProblem("config.image", $"expected a Docker image (docker://…), found \"{image}\": images in rkt's own format can't be had or run any more");
        if (config.TextList("net") is { } networks && networks.Any(n => n.Length > 0 && n is not ("host" or "none" or "default" or "default-restricted")))
            return new ConfigProblem("config.net", $"expected \"host\", \"none\" or \"default\", found \"{string.Join("\", \"", networks)}\": networks of rkt's own configuration are not Podman's");
        if (config.Text("group") is { Length: > 0 })
            return new ConfigProblem("config.group", "a group of the pod has no equal on Podman; use the task's user, as \"user:group\"");
        if ((config.TextMap("port_map") ?? new Dictionary<string, string>()).FirstOrDefault(p => !IsPort(p.Value)) is { Key: not null } named)
            return new ConfigProblem($"config.port_map.{named.Key}", $"expected a port number, found \"{named.Value}\": ports named in an image's manifest are rkt's alone");
        return null;
    }

    private static bool IsPort(string text) => text.Contains("${", StringComparison.Ordinal) || ushort.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);

    private TaskConfig Translate(TaskConfig task)
    {
        var given = Schema.Canonical(task.Config);
        var reader = new ConfigReader(given);
        if (Refusal(reader) is { } refusal) throw new DriverException(refusal.ToString(), recoverable: false);
        var config = given;
        foreach (var key in (string[])[.. WithoutMeaning, "net", "group", "volumes", "port_map"]) config = config.Remove(key);
        if (reader.TextList("net")?.FirstOrDefault(n => n is "host" or "none") is { } network) config = config.SetItem("network_mode", ConfigValue.Of(network));
        if (reader.TextMap("port_map") is { } ports) config = config.SetItem("port_map", ConfigValue.Of([.. ports.Select(p => KeyValuePair.Create(p.Key, ConfigValue.Of(p.Value)))]));
        // rkt said readOnly where Podman says ro.
        if (reader.TextList("volumes") is { } volumes)
            config = config.SetItem("volumes", ConfigValue.Of([.. volumes.Select(v => ConfigValue.Of(v.Replace(":readOnly", ":ro", StringComparison.Ordinal)))]));
        return task with { Config = config };
    }
}
