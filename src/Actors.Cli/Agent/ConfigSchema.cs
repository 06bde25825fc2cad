using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Cli.Hocon;
using Actors.Client.Artifacts;
using Actors.Client.Hosting;
using Actors.Client.Networks;
using Actors.Contracts.Text;
using Actors.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Cli.Agent;

/// <summary>Every key that an agent's configuration may have, within <c>actors</c>. The files in <c>hocon/</c> explain each.</summary>
internal static class ConfigSchema
{
    private const int MaxPort = 65535;
    private const long Megabyte = 1024 * 1024;
    private const string Ranges = "numbers and ranges such as 22,80,8500-8600";

    /// <summary>The words for log levels.</summary>
    public static IReadOnlyDictionary<string, LogLevel> LogLevels { get; } = new Dictionary<string, LogLevel>
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["warn"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
    };

    private static readonly Dictionary<string, StorageKind> Storages = new() { ["sqlite"] = StorageKind.Sqlite, ["postgresql"] = StorageKind.PostgreSql };

    private static readonly Dictionary<string, string> Synchronous = new() { ["full"] = "FULL", ["normal"] = "NORMAL" };

    /// <summary>The keys.</summary>
    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        ConfigKey.Text("name", (s, value) => s with { Name = value }),
        ConfigKey.Text("region", (s, value) => s with { Region = value }),
        ConfigKey.Text("datacenter", (s, value) => s with { Datacenter = value }),
        ConfigKey.Text("data-dir", (s, value) => s with { DataDir = value }),
        ConfigKey.Text("bind-addr", (s, value) => s with { BindAddress = value }),
        ConfigKey.Text("advertise-addr", (s, value) => s with { AdvertiseAddress = value }),
        ConfigKey.Choice("log-level", LogLevels, (s, value) => s with { LogLevel = value }),
        ConfigKey.Whole("ports.http", 0, MaxPort, (s, value) => s with { HttpPort = value }),
        ConfigKey.Whole("ports.rpc", 0, MaxPort, (s, value) => s with { RpcPort = value }),
        ConfigKey.Whole("ports.cluster", 0, MaxPort, (s, value) => s with { ClusterPort = value }),

        ConfigKey.Flag("server.enabled", (s, value) => s with { ServerEnabled = value }),
        ConfigKey.Whole("server.bootstrap-expect", 1, 9, (s, value) => Server(s, o => o with { BootstrapExpect = value })),
        ConfigKey.List("server.join", "a list of host:port", (s, value) => Server(s, o => o with { Seeds = value }), ConfigKey.IsHostAndPort),
        ConfigKey.Choice("server.storage.kind", Storages, (s, value) => Storage(s, o => o with { Kind = value })),
        ConfigKey.Text("server.storage.connection-string", (s, value) => Storage(s, o => o with { ConnectionString = value })),
        ConfigKey.Choice("server.storage.synchronous", Synchronous, (s, value) => Storage(s, o => o with { Synchronous = value })),
        ConfigKey.Duration("server.min-heartbeat-ttl", TimeSpan.FromSeconds(1), (s, value) => Server(s, o => o with { HeartbeatTtl = value })),
        ConfigKey.Real("server.max-heartbeats-per-second", 1, 1e6, (s, value) => Server(s, o => o with { MaxHeartbeatsPerSecond = value })),
        ConfigKey.Duration("server.heartbeat-grace", TimeSpan.Zero, (s, value) => Server(s, o => o with { HeartbeatGrace = value })),
        ConfigKey.Duration("server.failover-heartbeat-ttl", TimeSpan.FromSeconds(1), (s, value) => Server(s, o => o with { FailoverHeartbeatTtl = value })),
        ConfigKey.Real("server.mass-down-share", 0, 1, (s, value) => Server(s, o => o with { MassDownShare = value })),
        ConfigKey.Whole("server.evaluation-parallelism", 1, 1024, (s, value) => Server(s, o => o with { EvaluationParallelism = value })),

        ConfigKey.Flag("client.enabled", (s, value) => s with { ClientEnabled = value }),
        ConfigKey.List("client.servers", "a list of host:port", (s, value) => Client(s, o => o with { Servers = value }), ConfigKey.IsHostAndPort),
        ConfigKey.Text("client.node-class", (s, value) => Client(s, o => o with { NodeClass = value })),
        ConfigKey.Text("client.node-pool", (s, value) => Client(s, o => o with { NodePool = value })),
        new("client.meta.*", "a text", (s, node, path) => Meta(s, string.Join('.', path.Skip(2)), node)),
        ConfigKey.Text("client.network-interface", (s, value) => Client(s, o => o with { NetworkInterface = value })),
        ConfigKey.Text("client.network-ip", (s, value) => Client(s, o => o with { NetworkIp = value })),
        new("client.host-networks.*.interface", "an interface's name", (s, node, path) => node is HoconScalar { Text.Length: > 0 } text ? Network(s, path[2], o => o with { Interface = text.Text }) : null),
        new("client.host-networks.*.cidr", "a block of addresses such as 10.0.0.0/8", (s, node, path) => node is HoconScalar text && System.Net.IPNetwork.TryParse(text.Text, out _) ? Network(s, path[2], o => o with { Cidr = text.Text }) : null),
        ConfigKey.Text("client.cni.path", (s, value) => Networks(s, o => o with { CniPath = value })),
        ConfigKey.Text("client.cni.config-dir", (s, value) => Networks(s, o => o with { CniConfigDir = value })),
        ConfigKey.Text("client.bridge.name", (s, value) => Networks(s, o => o with { BridgeName = value })),
        new("client.bridge.subnet", "a block of IPv4 addresses such as 172.26.64.0/20", (s, node, path) => node is HoconScalar text && System.Net.IPNetwork.TryParse(text.Text, out _) ? Networks(s, o => o with { BridgeSubnet = text.Text }) : null),
        ConfigKey.Flag("client.bridge.hairpin", (s, value) => Networks(s, o => o with { BridgeHairpin = value })),
        ConfigKey.Whole("client.min-dynamic-port", 1, MaxPort, (s, value) => Client(s, o => o with { MinDynamicPort = value })),
        ConfigKey.Whole("client.max-dynamic-port", 1, MaxPort, (s, value) => Client(s, o => o with { MaxDynamicPort = value })),
        ConfigKey.Whole("client.reserved.cpu", 0, int.MaxValue, (s, value) => Client(s, o => o with { ReservedCpuMhz = value })),
        ConfigKey.Whole("client.reserved.memory", 0, int.MaxValue, (s, value) => Client(s, o => o with { ReservedMemoryMb = value })),
        ConfigKey.Whole("client.reserved.disk", 0, int.MaxValue, (s, value) => Client(s, o => o with { ReservedDiskMb = value })),
        new("client.reserved.ports", Ranges, (s, node, _) => node is HoconScalar text && NumberRanges.IsValid(text.Text) ? Client(s, o => o with { ReservedPorts = text.Text }) : null),
        new("client.reserved.cores", Ranges, (s, node, _) => node is HoconScalar text && NumberRanges.IsValid(text.Text) ? Client(s, o => o with { ReservedCores = text.Text }) : null),
        ConfigKey.Whole("client.cpu-total-compute", 0, int.MaxValue, (s, value) => Client(s, o => o with { CpuTotalComputeMhz = value })),
        ConfigKey.Whole("client.memory-total-mb", 0, int.MaxValue, (s, value) => Client(s, o => o with { MemoryTotalMb = value })),
        new("client.host-volumes.*.path", "an absolute path", (s, node, path) => node is HoconScalar { Text: ['/', ..] } text ? Volume(s, path[2], o => o with { Path = text.Text }) : null),
        new("client.host-volumes.*.read-only", "true or false", (s, node, path) => node is HoconScalar { Text: "true" or "false" } flag ? Volume(s, path[2], o => o with { ReadOnly = flag.Text == "true" }) : null),
        ConfigKey.Text("client.host-volumes-dir", (s, value) => Client(s, o => o with { HostVolumesDir = value })),
        ConfigKey.Duration("client.max-kill-timeout", TimeSpan.Zero, (s, value) => Client(s, o => o with { MaxKillTimeout = value })),
        ConfigKey.Duration("client.artifact.read-timeout", TimeSpan.FromSeconds(1), (s, value) => Artifacts(s, o => o with { ReadTimeout = value })),
        ConfigKey.Duration("client.artifact.git-timeout", TimeSpan.FromSeconds(1), (s, value) => Artifacts(s, o => o with { GitTimeout = value })),
        ConfigKey.Whole("client.artifact.max-size-mb", 1, int.MaxValue, (s, value) => Artifacts(s, o => o with { MaxBytes = value * Megabyte })),
        ConfigKey.Whole("client.artifact.max-unpacked-size-mb", 1, int.MaxValue, (s, value) => Artifacts(s, o => o with { MaxUnpackedBytes = value * Megabyte })),
        ConfigKey.Whole("client.artifact.max-files", 1, int.MaxValue, (s, value) => Artifacts(s, o => o with { MaxFiles = value })),
        ConfigKey.Duration("client.template-interval", TimeSpan.FromMilliseconds(100), (s, value) => Client(s, o => o with { TemplateInterval = value })),
        ConfigKey.Text("client.cloud-metadata", (s, value) => Client(s, o => o with { CloudMetadata = value })),
        ConfigKey.Duration("client.fingerprint-interval", TimeSpan.FromSeconds(1), (s, value) => Client(s, o => o with { FingerprintInterval = value })),
        ConfigKey.Duration("client.gc.interval", TimeSpan.FromSeconds(1), (s, value) => Client(s, o => o with { CollectInterval = value })),
        ConfigKey.Whole("client.gc.max-allocs", 0, int.MaxValue, (s, value) => Client(s, o => o with { CollectMaxAllocations = value })),
        ConfigKey.Duration("client.gc.max-age", TimeSpan.Zero, (s, value) => Client(s, o => o with { CollectMaxAge = value })),
        ConfigKey.Real("client.gc.disk-usage", 0, 1, (s, value) => Client(s, o => o with { CollectDiskUsage = value })),
        ConfigKey.Duration("client.kept-logs.max-age", TimeSpan.Zero, (s, value) => Client(s, o => o with { KeepLogsFor = value })),
        ConfigKey.Whole("client.kept-logs.max-size-mb", 0, int.MaxValue, (s, value) => Client(s, o => o with { KeepLogsBytes = value * Megabyte })),
        ConfigKey.Flag("client.secrets-in-memory", (s, value) => Client(s, o => o with { SecretsInMemory = value })),
        ConfigKey.Duration("client.ephemeral-disk.interval", TimeSpan.Zero, (s, value) => Client(s, o => o with { DiskInterval = value })),
        ConfigKey.Flag("client.ephemeral-disk.stop-when-exceeded", (s, value) => Client(s, o => o with { StopWhenDiskExceeded = value })),
        ConfigKey.Real("client.gc.inode-usage", 0, 1, (s, value) => Client(s, o => o with { CollectInodeUsage = value })),
        ConfigKey.Duration("client.gc.leftover-interval", TimeSpan.FromSeconds(1), (s, value) => Client(s, o => o with { LeftoverInterval = value })),
        ConfigKey.Flag("client.stop-tasks-on-shutdown", (s, value) => Client(s, o => o with { StopTasksOnShutdown = value })),
        ConfigKey.Duration("client.shutdown-timeout", TimeSpan.Zero, (s, value) => Client(s, o => o with { ShutdownTimeout = value })),
        ConfigKey.Text("client.plugin-dir", (s, value) => Client(s, o => o with { PluginDir = value })),
        new("client.plugins.*.args", "a list of texts", (s, node, path) => node is HoconArray args && args.Items.All(item => item is HoconScalar)
            ? Client(s, o => o with { PluginArgs = new Dictionary<string, IReadOnlyList<string>>(o.PluginArgs) { [path[2]] = [.. args.Items.Select(item => ((HoconScalar)item).Text)] } })
            : null),
        ConfigKey.List("client.driver-allowlist", "a list of driver names", (s, value) => Client(s, o => o with { DriverAllowList = value })),
        new("client.drivers.*", "an object with the driver's own options", (s, node, path) => node is HoconObject options && ToJson(options) is JsonObject json ? s.WithDriver(path[2], json) : null),
    ];

    private static AgentSettings Server(AgentSettings settings, Func<ServerOptions, ServerOptions> change) => settings with { Server = change(settings.Server) };

    private static AgentSettings Storage(AgentSettings settings, Func<StorageOptions, StorageOptions> change) => Server(settings, server => server with { Storage = change(server.Storage) });

    private static AgentSettings Client(AgentSettings settings, Func<ClientOptions, ClientOptions> change) => settings with { Client = change(settings.Client) };

    private static AgentSettings Artifacts(AgentSettings settings, Func<ArtifactLimits, ArtifactLimits> change) => Client(settings, client => client with { Artifacts = change(client.Artifacts) });

    // A key with dots that isn't in quotes is read as objects within each other: for the job it is one key all the same.
    private static AgentSettings? Meta(AgentSettings settings, string key, HoconNode node)
    {
        switch (node)
        {
            case HoconScalar text:
                return Client(settings, client => client with { Meta = new Dictionary<string, string>(client.Meta) { [key] = text.Text } });
            case HoconObject nested:
                AgentSettings? result = settings;
                foreach (var (name, member) in nested.Members)
                    result = result is null ? null : Meta(result, $"{key}.{name}", member.Value);
                return result;
            default:
                return null;
        }
    }

    private static AgentSettings Networks(AgentSettings settings, Func<NetworkOptions, NetworkOptions> change) => Client(settings, client => client with { Networks = change(client.Networks) });

    private static AgentSettings Network(AgentSettings settings, string name, Func<HostNetworkOptions, HostNetworkOptions> change) => Client(settings, client => client with
    {
        HostNetworks = new Dictionary<string, HostNetworkOptions>(client.HostNetworks) { [name] = change(client.HostNetworks.GetValueOrDefault(name) ?? new HostNetworkOptions()) },
    });

    private static AgentSettings Volume(AgentSettings settings, string name, Func<HostVolumeOptions, HostVolumeOptions> change) => Client(settings, client => client with
    {
        HostVolumes = new Dictionary<string, HostVolumeOptions>(client.HostVolumes) { [name] = change(client.HostVolumes.GetValueOrDefault(name) ?? new HostVolumeOptions("")) },
    });

    // HOCON doesn't know a number from a text, so what looks like one and isn't in quotes is one.
    private static JsonNode? ToJson(HoconNode node) => node switch
    {
        HoconObject members => new JsonObject(members.Members.Select(member => KeyValuePair.Create(member.Key.Replace('-', '_'), ToJson(member.Value.Value)))),
        HoconArray array => new JsonArray([.. array.Items.Select(ToJson)]),
        HoconScalar { IsQuoted: true } text => JsonValue.Create(text.Text),
        HoconScalar { Text: "true" or "yes" or "on" } => JsonValue.Create(true),
        HoconScalar { Text: "false" or "no" or "off" } => JsonValue.Create(false),
        HoconScalar { IsNull: true } => null,
        HoconScalar scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        HoconScalar scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => JsonValue.Create(real),
        HoconScalar scalar => JsonValue.Create(scalar.Text),
        _ => null,
    };
}
