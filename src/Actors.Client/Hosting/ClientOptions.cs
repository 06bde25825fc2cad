using System.Text.Json.Nodes;
using Actors.Client.Artifacts;
using Actors.Client.Fingerprints;
using Actors.Client.Networks;

namespace Actors.Client.Hosting;

/// <summary>How a client is set up. Durations are wall-clock.</summary>
public sealed record ClientOptions
{
    /// <summary>The node's name; default the host name.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>The datacenter it stands in.</summary>
    public string Datacenter { get; init; } = "dc1";

    /// <summary>Its operator's class for it, or "".</summary>
    public string NodeClass { get; init; } = "";

    /// <summary>The pool it belongs to.</summary>
    public string NodePool { get; init; } = "default";

    /// <summary>Its operator's own key-value pairs.</summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } = new Dictionary<string, string>();

    /// <summary>Servers to connect to, <c>host:rpcPort</c>; the servers tell of the others. Not needed when <see cref="ServerSource"/> is given.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Asked before each connection for servers that are known otherwise (a server in the same process whose port is chosen late); null: none.</summary>
    public Func<IReadOnlyList<string>>? ServerSource { get; init; }

    /// <summary>Where everything durable lies: the state in <c>client/state.db</c>, the allocations in <c>alloc/&lt;id&gt;</c>.</summary>
    public required string DataDir { get; init; }

    /// <summary>The drivers' own options, by driver name, each a JSON object of the driver's plugin keys (for example <c>docker</c>: <c>endpoint</c>, <c>allow_privileged</c>, <c>volumes</c>).</summary>
    public IReadOnlyDictionary<string, JsonObject> DriverOptions { get; init; } = new Dictionary<string, JsonObject>();

    /// <summary>Where the drivers' plugins are: every program in it is started as one. "": <c>plugins</c> in <see cref="DataDir"/>.</summary>
    public string PluginDir { get; init; } = "";

    /// <summary>What plugins' programs are started with, by the name of their file.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> PluginArgs { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Only these drivers are offered; empty: all that are found.</summary>
    public IReadOnlyList<string> DriverAllowList { get; init; } = [];

    /// <summary>CPU kept from allocations, in MHz.</summary>
    public int ReservedCpuMhz { get; init; }

    /// <summary>Memory kept from allocations, in MiB.</summary>
    public int ReservedMemoryMb { get; init; }

    /// <summary>Disk kept from allocations, in MiB.</summary>
    public int ReservedDiskMb { get; init; }

    /// <summary>Ports kept from allocations, such as <c>22,80,8500-8600</c>.</summary>
    public string ReservedPorts { get; init; } = "";

    /// <summary>Numbers and ranges of cores that are not given to tasks whole, such as <c>0-1,7</c>.</summary>
    public string ReservedCores { get; init; } = "";

    /// <summary>The machine's compute in MHz where the fingerprint is wrong; 0: as fingerprinted.</summary>
    public int CpuTotalComputeMhz { get; init; }

    /// <summary>The machine's memory in MiB where the fingerprint is wrong; 0: as fingerprinted.</summary>
    public int MemoryTotalMb { get; init; }

    /// <summary>The lowest dynamic port.</summary>
    public int MinDynamicPort { get; init; } = 20000;

    /// <summary>The highest dynamic port.</summary>
    public int MaxDynamicPort { get; init; } = 32000;

    /// <summary>Where this agent's HTTP API answers, <c>host:port</c>: told to the servers.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>The network interface that ports are bound on; "": that of the default route (the loopback when there is none).</summary>
    public string NetworkInterface { get; init; } = "";

    /// <summary>The address that ports are bound to; "": the first of <see cref="NetworkInterface"/>.</summary>
    public string NetworkIp { get; init; } = "";

    /// <summary>Networks of the host that jobs may name in a port's <c>host_network</c>.</summary>
    public IReadOnlyDictionary<string, HostNetworkOptions> HostNetworks { get; init; } = new Dictionary<string, HostNetworkOptions>();

    /// <summary>How groups' networks are made.</summary>
    public NetworkOptions Networks { get; init; } = new();

    /// <summary>Directories of the host that jobs may ask for, by name.</summary>
    public IReadOnlyDictionary<string, HostVolumeOptions> HostVolumes { get; init; } = new Dictionary<string, HostVolumeOptions>();

    /// <summary>Where host volumes are made that are asked for while the client runs. "": <c>host_volumes</c> in <see cref="DataDir"/>.</summary>
    public string HostVolumesDir { get; init; } = "";

    /// <summary>The longest time that a task's <c>kill_timeout</c> may ask for.</summary>
    public TimeSpan MaxKillTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What fetching a task's artifacts may cost.</summary>
    public ArtifactLimits Artifacts { get; init; } = new();

    /// <summary>How often the files that templates of running tasks are made from are looked at.</summary>
    public TimeSpan TemplateInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where clouds tell a machine about itself; "": none is asked.</summary>
    public string CloudMetadata { get; init; } = CloudFingerprint.LinkLocal;

    /// <summary>How often facts that can change are fingerprinted again.</summary>
    public TimeSpan FingerprintInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often ended allocations are looked through for removal.</summary>
    public TimeSpan CollectInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Ended allocations kept at most: the oldest go first.</summary>
    public int CollectMaxAllocations { get; init; } = 50;

    /// <summary>Ended allocations (and their logs) are kept this long at least while the disk has room, and no longer.</summary>
    public TimeSpan CollectMaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Share of the disk in use (0 to 1) from which ended allocations are removed, oldest first.</summary>
    public double CollectDiskUsage { get; init; } = 0.8;

    /// <summary>How long the logs of an allocation are kept after its directory is gone; zero: not at all.</summary>
    public TimeSpan KeepLogsFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How much of such logs is kept, of all allocations together: the oldest go first.</summary>
    public long KeepLogsBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Whether the tasks' secrets are kept in memory, where the agent may mount.</summary>
    public bool SecretsInMemory { get; init; } = true;

    /// <summary>How often it is looked how much disk each allocation uses; zero: never.</summary>
    public TimeSpan DiskInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether an allocation that uses more disk than it asked for is stopped, as failed; else its tasks' stories say so.</summary>
    public bool StopWhenDiskExceeded { get; init; }

    /// <summary>Share of the disk's inodes in use (0 to 1) from which ended allocations are removed, oldest first.</summary>
    public double CollectInodeUsage { get; init; } = 0.7;

    /// <summary>How often the machine is looked through for what is left of allocations that nobody remembers; also once after each start.</summary>
    public TimeSpan LeftoverInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the agent's graceful end stops all tasks and removes what it made: for development. Never on a crash.</summary>
    public bool StopTasksOnShutdown { get; init; }

    /// <summary>How long the graceful end may take with <see cref="StopTasksOnShutdown"/>.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A network of the host that jobs may name.</summary>
/// <param name="Interface">Its interface; "": any.</param>
/// <param name="Cidr">The block that its addresses are in; "": any.</param>
public sealed record HostNetworkOptions(string Interface = "", string Cidr = "");

/// <summary>A directory of the host that jobs may mount.</summary>
/// <param name="Path">Where it is on the host.</param>
/// <param name="ReadOnly">Jobs may only read it.</param>
public sealed record HostVolumeOptions(string Path, bool ReadOnly = false);
