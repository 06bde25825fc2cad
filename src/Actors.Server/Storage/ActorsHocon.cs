using Actors.Contracts.Log;
using Actors.Contracts.Serialization;
using Actors.Server.Hosting;
using Actors.Server.RegionLog;
using Actors.Server.Serialization;
using Akka.Configuration;

namespace Actors.Server.Storage;

/// <summary>The HOCON that an actor system of a server needs for storage and serialization. The connection itself is given by <see cref="StorageSetup"/>.</summary>
public static class ActorsHocon
{
    /// <summary>The journal of jobs, nodes and evaluations: the region's log. It is the default journal.</summary>
    public const string EntityJournalPlugin = "akka.persistence.journal.region-log";

    /// <summary>The snapshot store of jobs, nodes and evaluations: the replica. It is the default snapshot store.</summary>
    public const string EntitySnapshotPlugin = "akka.persistence.snapshot-store.region-log";

    /// <summary>The journal of the log's rows: Akka.Persistence.Sql.</summary>
    public const string JournalPlugin = "akka.persistence.journal.sql";

    /// <summary>The snapshot store of the log's positions and the state's chunks: Akka.Persistence.Sql.</summary>
    public const string SnapshotPlugin = "akka.persistence.snapshot-store.sql";

    /// <summary>The largest message between servers. What the log sends is cut to <see cref="RegionLogOptions.MaxMessageBytes"/>; the rest is for the scheduler's answers.</summary>
    public const int MaxFrameBytes = 4 << 20;

    /// <summary>The journals and snapshot stores, for a storage.</summary>
    /// <param name="storage">Which database.</param>
    public static Config Persistence(StorageOptions storage)
    {
        var provider = ProviderOf(storage.Kind);

        // Rows are never tagged: the tag table would only cost. The replay filter has nothing to filter: the unique key keeps a second writer out.
        // The log's actor makes its own pauses between attempts, so the circuit breakers only bound how long one may take.
        // Entities recover from memory, and while they wait for the log they must not keep the log's own recovery waiting: hence the many recoveries.
        return ConfigurationFactory.ParseString($$"""
            akka.persistence {
              max-concurrent-recoveries = 1000000
              journal {
                plugin = "{{EntityJournalPlugin}}"
                region-log {
                  class = "{{NameOf(typeof(RegionJournal))}}"
                  plugin-dispatcher = "akka.actor.default-dispatcher"
                  replay-dispatcher = "akka.actor.default-dispatcher"
                  replay-filter.mode = off
                  circuit-breaker { max-failures = 1000000, call-timeout = 30s, reset-timeout = 1s }
                }
                sql {
                  class = "Akka.Persistence.Sql.Journal.SqlWriteJournal, Akka.Persistence.Sql"
                  provider-name = "{{provider}}"
                  connection-string = "given by StorageSetup"
                  tag-write-mode = Csv
                  auto-initialize = true
                  parallelism = 1
                  replay-batch-size = 32
                  replay-filter.mode = off
                  circuit-breaker { max-failures = 1000000, call-timeout = 20s, reset-timeout = 1s }
                }
              }
              snapshot-store {
                plugin = "{{EntitySnapshotPlugin}}"
                region-log {
                  class = "{{NameOf(typeof(RegionSnapshotStore))}}"
                  plugin-dispatcher = "akka.actor.default-dispatcher"
                  circuit-breaker { max-failures = 1000000, call-timeout = 30s, reset-timeout = 1s }
                }
                sql {
                  class = "Akka.Persistence.Sql.Snapshot.SqlSnapshotStore, Akka.Persistence.Sql"
                  provider-name = "{{provider}}"
                  connection-string = "given by StorageSetup"
                  auto-initialize = true
                  circuit-breaker { max-failures = 1000000, call-timeout = 60s, reset-timeout = 1s }
                }
              }
            }
            """);
    }

    /// <summary>The serializers: only what has a manifest (and Akka's own messages) may cross a process boundary; anything else fails at its sender.</summary>
    public static Config Serialization()
    {
        var bindings = string.Join('\n', Manifests.Types.Select(type => $"\"{NameOf(type)}\" = actors"));
        return ConfigurationFactory.ParseString($$"""
            akka.actor {
              serializers {
                actors = "{{NameOf(typeof(ActorsSerializer))}}"
                region-log = "{{NameOf(typeof(RegionLogSerializer))}}"
              }
              serialization-identifiers {
                "{{NameOf(typeof(ActorsSerializer))}}" = {{ActorsSerializer.Id}}
                "{{NameOf(typeof(RegionLogSerializer))}}" = {{RegionLogSerializer.Id}}
              }
              serialization-bindings {
                "{{NameOf(typeof(LogBatch))}}" = region-log
                "{{NameOf(typeof(ILogMessage))}}" = region-log
                {{bindings}}
              }
              serialization-settings.allow-unregistered-types = false
            }
            """);
    }

    /// <summary>The sizes of messages between servers.</summary>
    public static Config Remote() => ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp {
          maximum-frame-size = {{MaxFrameBytes}}b
          send-buffer-size = {{2 * MaxFrameBytes}}b
          receive-buffer-size = {{2 * MaxFrameBytes}}b
        }
        """);

    /// <summary>The name by which linq2db, on which Akka.Persistence.Sql stands, knows a database.</summary>
    internal static string ProviderOf(StorageKind kind) => kind switch
    {
        StorageKind.Sqlite => "SQLite.MS",
        StorageKind.PostgreSql => "PostgreSQL.15",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "expected Sqlite or PostgreSql"),
    };

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
