namespace Actors.Server.RegionLog;

/// <summary>How a region's log and this server's replica of it work. The defaults are for production; tests make some smaller.</summary>
public sealed record RegionLogOptions
{
    /// <summary>The region, such as <c>global</c>: names the log's rows.</summary>
    public required string Region { get; init; }

    /// <summary>This server's name: stands in the terms that it begins.</summary>
    public required string Server { get; init; }

    /// <summary>The cluster role of servers: only they hold replicas and may lead.</summary>
    public string Role { get; init; } = "server";

    /// <summary>How long an append (or a question) may take until its caller is told that it failed.</summary>
    public TimeSpan AppendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may be missing before the same append is sent again.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the log's writer tells all replicas where it is.</summary>
    public TimeSpan BeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The most events in one row.</summary>
    public int MaxBatchEvents { get; init; } = 2_000;

    /// <summary>The most bytes of events in one row; a single larger append has a row of its own.</summary>
    public int MaxBatchBytes { get; init; } = 8 << 20;

    /// <summary>The most bytes that one append (all events of one <c>Persist</c> or <c>PersistAll</c>) may have.</summary>
    public int MaxAppendBytes { get; init; } = 32 << 20;

    /// <summary>The most bytes that may wait to be written; more is refused as overloaded.</summary>
    public long MaxQueuedBytes { get; init; } = 128L << 20;

    /// <summary>The most bytes of one message to another server; what is larger is cut into parts. Must be well below Akka.Remote's maximum frame size.</summary>
    public int MaxMessageBytes { get; init; } = 512 << 10;

    /// <summary>After this many events a snapshot of the region's state is made.</summary>
    public int SnapshotEveryEvents { get; init; } = 200_000;

    /// <summary>After this many bytes of events a snapshot of the region's state is made.</summary>
    public long SnapshotEveryBytes { get; init; } = 256L << 20;

    /// <summary>How many rows before a snapshot are kept, for replicas that lag.</summary>
    public int KeepRows { get; init; } = 1_000;

    /// <summary>After this many rows the writer stores its position, so that it starts from there.</summary>
    public int PositionEveryRows { get; init; } = 1_000;

    /// <summary>After this many bytes of rows the writer stores its position.</summary>
    public long PositionEveryBytes { get; init; } = 64L << 20;

    /// <summary>How many of the latest events are remembered, to know a repeated append again.</summary>
    public int RememberedEvents { get; init; } = 8_192;

    /// <summary>The first pause after a failed write; it doubles up to <see cref="MaxRetryPause"/>.</summary>
    public TimeSpan MinRetryPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between attempts to write again.</summary>
    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a writer that was overtaken by another one waits and watches before it begins a term of its own again. The other one must have written nothing meanwhile.</summary>
    public TimeSpan DeposedPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Finds an entity's state for its recovery.</summary>
    public IEntityStateResolver Resolver { get; init; } = new EntityStateResolver();

    /// <summary>The persistence id of the log's rows.</summary>
    public string LogPersistenceId => $"region-log-{Region}";

    /// <summary>The persistence id of the snapshots' manifests.</summary>
    public string SnapshotPersistenceId => $"region-state-{Region}";
}
