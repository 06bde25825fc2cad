using Actors.State.Collection;

namespace Actors.Server.Hosting;

/// <summary>How a server of a region is set up. Durations are wall-clock; ports 0 mean: any free one (tests).</summary>
public sealed record ServerOptions
{
    /// <summary>The region, such as <c>global</c>: names its log.</summary>
    public string Region { get; init; } = "global";

    /// <summary>This server's name, unique in the region.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>Where everything durable of this server lies.</summary>
    public required string DataDir { get; init; }

    /// <summary>The address that it listens on.</summary>
    public string BindAddress { get; init; } = "127.0.0.1";

    /// <summary>The address under which others reach it; null: <see cref="BindAddress"/>.</summary>
    public string? AdvertiseAddress { get; init; }

    /// <summary>The HTTP API's port.</summary>
    public int HttpPort { get; init; } = 4646;

    /// <summary>The client link's port (HTTP/2).</summary>
    public int RpcPort { get; init; } = 4647;

    /// <summary>The port for other servers (Akka.Remote).</summary>
    public int ClusterPort { get; init; } = 4648;

    /// <summary>The servers' <c>host:clusterPort</c>: the same list, in the same order, on all of them. Empty: this server is alone, and begins a cluster of its own each time it starts.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>How many servers the region is to have, if there are more than <see cref="Seeds"/>: a majority of them must be there before one leads.</summary>
    public int BootstrapExpect { get; init; } = 1;

    /// <summary>Where the region's log lies.</summary>
    public StorageOptions Storage { get; init; } = new();

    /// <summary>The shortest time within which a client must send its next heartbeat. Nomad's <c>min_heartbeat_ttl</c>.</summary>
    public TimeSpan HeartbeatTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many heartbeats a second the clients together may send at most: with more clients, each gets more time. Nomad's <c>max_heartbeats_per_second</c>.</summary>
    public double MaxHeartbeatsPerSecond { get; init; } = 50;

    /// <summary>What is added to a client's time before it is held for dead. Nomad's <c>heartbeat_grace</c>.</summary>
    public TimeSpan HeartbeatGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long clients have to come back to a new leader. Nomad's <c>failover_heartbeat_ttl</c>.</summary>
    public TimeSpan FailoverHeartbeatTtl { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The share of the living clients (0 to 1) that may be marked down at once; more must be confirmed by staying silent for another grace.</summary>
    public double MassDownShare { get; init; } = 0.1;

    /// <summary>How many evaluations may be worked on at once, in the whole region. Most of the time each of them waits for the log, which writes many at once: so it is far more than there are cores.</summary>
    public int EvaluationParallelism { get; init; } = Math.Max(64, Environment.ProcessorCount * 16);

    /// <summary>How often what nobody needs any more is forgotten.</summary>
    public TimeSpan GcInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long what has ended is kept. Nomad's <c>eval_gc_threshold</c>, <c>job_gc_threshold</c> …</summary>
    public GcThresholds Gc { get; init; } = new();

    /// <summary>HOCON that overrides what the server sets for its actor system; null: none.</summary>
    public string? ActorSystemConfig { get; init; }

    /// <summary>The host under which others reach this server.</summary>
    public string AdvertisedHost => AdvertiseAddress ?? BindAddress;
}

/// <summary>Where the region's log lies.</summary>
public sealed record StorageOptions
{
    /// <summary>Which database.</summary>
    public StorageKind Kind { get; init; } = StorageKind.Sqlite;

    /// <summary>Its connection string; null: the file <c>server/region.db</c> in the data folder (SQLite only).</summary>
    public string? ConnectionString { get; init; }

    /// <summary>SQLite's <c>synchronous</c>: <c>FULL</c> keeps an acknowledged write through a power loss, <c>NORMAL</c> through a killed process only.</summary>
    public string Synchronous { get; init; } = "FULL";
}

/// <summary>The databases that can hold a region's log.</summary>
public enum StorageKind
{
    /// <summary>A file in the data folder: for exactly one server.</summary>
    Sqlite,

    /// <summary>A PostgreSQL server: for several servers.</summary>
    PostgreSql,
}
