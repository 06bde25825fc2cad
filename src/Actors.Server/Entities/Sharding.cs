using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Server.Hosting;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace Actors.Server.Entities;

/// <summary>Routes commands to jobs by their id.</summary>
internal sealed class JobExtractor() : HashCodeMessageExtractor(Sharding.Shards)
{
    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as IWithJobId)?.JobId.ToString();
}

/// <summary>Routes commands to nodes by their id.</summary>
internal sealed class NodeExtractor() : HashCodeMessageExtractor(Sharding.Shards)
{
    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as IWithNodeId)?.NodeId.ToString();
}

/// <summary>Routes commands to evaluations by their id.</summary>
internal sealed class EvaluationExtractor() : HashCodeMessageExtractor(Sharding.Shards)
{
    /// <inheritdoc/>
    public override string? EntityId(object message) => (message as IWithEvaluationId)?.EvaluationId.ToString();
}

/// <summary>Starts the shard regions of the entities.</summary>
internal static class Sharding
{
    /// <summary>Ten for each of the seven servers that a region may have. Never changed while a cluster lives: all servers must agree on it.</summary>
    public const int Shards = 70;

    /// <summary>Starts one region.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="typeName">The entities' kind: names the region.</param>
    /// <param name="props">Makes the props of an entity from its id.</param>
    /// <param name="extractor">Routes messages to entities.</param>
    public static Task<IActorRef> StartAsync(ActorSystem system, string typeName, Func<string, Props> props, IMessageExtractor extractor)
    {
        var settings = ClusterShardingSettings.Create(system).WithRole(ServerConfig.Role);
        return ClusterSharding.Get(system).StartAsync(
            typeName, props, settings, extractor, ShardAllocationStrategy.LeastShardAllocationStrategy(absoluteLimit: 20, relativeLimit: 1.0), EntityStop.Instance);
    }
}
