using System.Globalization;
using Actors.Server.Entities;
using Actors.Server.Storage;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DistributedData;

namespace Actors.Server.Hosting;

/// <summary>The HOCON of a server's actor system. Everything not said here is Akka's default.</summary>
internal static class ServerConfig
{
    /// <summary>The name of every server's actor system: part of their addresses.</summary>
    public const string SystemName = "actors";

    /// <summary>The cluster role of servers.</summary>
    public const string Role = "server";

    /// <summary>Threads for the sessions of clients: thousands of them that read reports and write what should be on their nodes at once must leave half of the machine to requests, to the log and to placing.</summary>
    public const string ClientLinkDispatcher = "actors.client-link-dispatcher";

    /// <summary>Where evaluations and the scheduler compute: apart from what must answer at once, such as heartbeats.</summary>
    public const string SchedulingDispatcher = "actors.scheduling-dispatcher";

    /// <summary>The configuration for some options, with the operator's overrides on top.</summary>
    public static Config For(ServerOptions options)
    {
        var config = ConfigurationFactory.ParseString(Text(options))
            .WithFallback(Serializers())
            .WithFallback(ActorsHocon.Serialization())
            .WithFallback(ActorsHocon.Persistence(options.Storage))
            .WithFallback(ActorsHocon.Remote())

            // The extensions' defaults come with them, but only when the first of each is made: settings are read before.
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(DistributedData.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig());
        return options.ActorSystemConfig is { } overrides ? ConfigurationFactory.ParseString(overrides).WithFallback(config) : config;
    }

    private static string Text(ServerOptions options) => string.Create(CultureInfo.InvariantCulture, $$"""
        akka {
          loglevel = INFO
          stdout-loglevel = OFF
          stdout-logger-class = "{{typeof(EarlyLogger).AssemblyQualifiedName}}"
          loggers = ["{{typeof(LoggerBridge).AssemblyQualifiedName}}"]
          logger-startup-timeout = 10s
          log-dead-letters = 5
          log-dead-letters-during-shutdown = off
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          coordinated-shutdown.exit-clr = off

          actor {
            provider = cluster
          }

          persistence.internal-stash-overflow-strategy = "{{typeof(OverloadedConfigurator).AssemblyQualifiedName}}"

          remote.dot-netty.tcp {
            hostname = "{{options.BindAddress}}"
            public-hostname = "{{options.AdvertisedHost}}"
            port = {{options.ClusterPort}}
            # The answer about a hundred thousand placements is one message.
            maximum-frame-size = 32 MiB
          }
          # A server that was restarted is let in again soon.
          remote.retry-gate-closed-for = 1s
          remote.handshake-timeout = 5s

          cluster {
            roles = [{{Role}}]
            # A handful of servers: they can afford to talk often, and so agree within a fraction of a second.
            periodic-tasks-initial-delay = 50ms
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            unreachable-nodes-reaper-interval = 250ms
            seed-node-timeout = 2s
            retry-unsuccessful-join-after = 3s
            allow-weakly-up-members = off
            log-info = off
            run-coordinated-shutdown-when-down = on
            failure-detector {
              heartbeat-interval = 400ms
              # Below it, a machine that is merely busy would count as gone.
              acceptable-heartbeat-pause = 2500ms
            }
            # What must never be decided twice is fenced in the log itself (terms, unique rows): two leaders for a
            # moment cost a refused plan, no more. So the margins can be short. (None at all, and a singleton waits for
            # its dead predecessor for ever.)
            down-removal-margin = 100ms
            split-brain-resolver {
              active-strategy = keep-majority
              stable-after = 1s
              down-all-when-unstable = off
              keep-majority.role = "{{Role}}"
            }
            singleton {
              role = "{{Role}}"
              hand-over-retry-interval = 200ms
              min-number-of-hand-over-retries = 10
              consider-app-version = on
            }
            singleton-proxy {
              role = "{{Role}}"
              singleton-identification-interval = 100ms
              buffer-size = 10000
            }
            sharding {
              role = "{{Role}}"
              state-store-mode = ddata
              remember-entities = off
              passivate-idle-entity-after = 300s
              retry-interval = 200ms
              coordinator-failure-backoff = 500ms
              waiting-for-state-timeout = 1s
              shard-failure-backoff = 1s
              entity-restart-backoff = 1s
              handoff-timeout = 10s
              least-shard-allocation-strategy.rebalance-absolute-limit = 20
              distributed-data.durable.keys = []
            }
            distributed-data {
              role = "{{Role}}"
              gossip-interval = 500ms
              notify-subscribers-interval = 100ms
              durable.keys = []
            }
          }
        }

        {{ClientLinkDispatcher}} {
          type = Dispatcher
          executor = fork-join-executor
          throughput = 5
          fork-join-executor {
            parallelism-min = 1
            parallelism-factor = 0.5
            parallelism-max = 32
          }
        }

        {{SchedulingDispatcher}} {
          type = Dispatcher
          executor = fork-join-executor
          throughput = 1
          fork-join-executor {
            parallelism-min = 2
            parallelism-factor = 1.0
            parallelism-max = 64
          }
        }
        """);

    /// <summary>
    /// A majority of the servers that the region is to have must be there before one leads, so that none begins on its own. Not Akka's
    /// <c>min-nr-of-members</c>: with it, members that are all still joining need nobody's agreement, two of them can make each other members
    /// at once, and the one that began as the oldest then hands its singletons over and never takes them again.
    /// </summary>
    public static int Expected(ServerOptions options) => (Math.Max(options.BootstrapExpect, options.Seeds.Count) / 2) + 1;

    private static Config Serializers()
    {
        var name = typeof(ServerMessageSerializer).AssemblyQualifiedName;
        var bindings = string.Join('\n', ServerMessageSerializer.Types.Select(t => $"\"{t.AssemblyQualifiedName}\" = server-messages"));
        return ConfigurationFactory.ParseString($$"""
            akka.actor {
              serializers.server-messages = "{{name}}"
              serialization-bindings {
                {{bindings}}
              }
            }
            """);
    }
}
