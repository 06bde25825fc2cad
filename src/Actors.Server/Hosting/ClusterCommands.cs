using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;

namespace Actors.Server.Hosting;

/// <inheritdoc/>
internal sealed class ClusterCommands(ServerNode server) : IClusterCommands
{
    private const int MaxLine = 1024;

    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    private static readonly string[] Help =
    [
        "cluster show                       members with their addresses, roles, status and age",
        "cluster leader                     the member that leads: log, scheduler",
        "cluster join -a <address>          this server joins the cluster of another",
        "cluster leave [-a <address>]       a member (this one, if none is named) leaves in order",
        "cluster down -a <address>          a member that is gone for good is removed at once",
        "cluster down-unreachable           all members that can't be reached are removed",
        "actor hierarchy [-s <path>]        the actors below a path (all, if none is named)",
        "cluster-sharding list-regions      the kinds of sharded entities",
        "cluster-sharding region-stats      how many entities each shard on this server has",
        "cluster-sharding list-shards       which shards are on which server",
    ];

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ExecuteAsync(string commandLine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var line in await RunAsync(commandLine, cancellationToken).ConfigureAwait(false))
            yield return line;
    }

    private async Task<IReadOnlyList<string>> RunAsync(string commandLine, CancellationToken cancellationToken)
    {
        if (commandLine.Length > MaxLine)
            throw new ArgumentException($"expected a command of at most {MaxLine} characters, found {commandLine.Length}");

        var system = server.Latest?.System ?? throw new RegionUnavailableException("the server is not started yet");
        var cluster = Cluster.Get(system);
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (words.FirstOrDefault(), words.Skip(1).FirstOrDefault()) switch
        {
            ("help" or null, _) => Help,
            ("cluster", "show" or "status") => Show(cluster),
            ("cluster", "leader") => [LeaderOf(cluster)?.Address.ToString() ?? "no leader"],
            ("cluster", "join") => Join(cluster, AddressIn(words) ?? throw Missing("cluster join")),
            ("cluster", "leave") => Leave(cluster, AddressIn(words) ?? cluster.SelfAddress),
            ("cluster", "down") => Down(cluster, AddressIn(words) ?? throw Missing("cluster down")),
            ("cluster", "down-unreachable") => [.. cluster.State.Unreachable.SelectMany(m => Down(cluster, m.Address)).DefaultIfEmpty("all members can be reached")],
            ("actor", "hierarchy") => ActorHierarchy.Describe((ExtendedActorSystem)system, Option(words, "-s")),
            ("cluster-sharding", "list-regions") => [.. ClusterSharding.Get(system).ShardTypeNames.Order(StringComparer.Ordinal)],
            ("cluster-sharding", "region-stats") => await RegionStatsAsync(system, cancellationToken).ConfigureAwait(false),
            ("cluster-sharding", "list-shards") => await ListShardsAsync(system, cancellationToken).ConfigureAwait(false),
            _ => throw new ArgumentException($"found \"{commandLine}\", expected one of:\n{string.Join('\n', Help)}"),
        };
    }

    private IReadOnlyList<string> Show(Cluster cluster)
    {
        var leader = LeaderOf(cluster);
        var names = server.Directory.Members.ToDictionary(m => m.ClusterAddress, m => m.Name);
        return
        [
            .. cluster.State.Members.OrderBy(m => m, Member.AgeOrdering).Select(m =>
                $"{m.Address} | {names.GetValueOrDefault(m.Address.ToString(), "?")} | [{string.Join(',', m.Roles)}] | {m.Status.ToString().ToLowerInvariant()} | "
                + $"{(cluster.State.Unreachable.Contains(m) ? "unreachable" : "reachable")}{(m.Equals(leader) ? " | leader" : "")} | {m.AppVersion}"),
            $"Count: {cluster.State.Members.Count} nodes",
        ];
    }

    private static Member? LeaderOf(Cluster cluster) => cluster.State.Members
        .Where(m => m.HasRole(ServerConfig.Role) && m.Status is MemberStatus.Up or MemberStatus.Leaving)
        .OrderBy(m => m, Member.AgeOrdering)
        .FirstOrDefault();

    private static string[] Join(Cluster cluster, Address address)
    {
        cluster.Join(address);
        return [$"joining {address}"];
    }

    private static string[] Leave(Cluster cluster, Address address)
    {
        Known(cluster, address);
        cluster.Leave(address);
        return [$"{address} is leaving"];
    }

    private static string[] Down(Cluster cluster, Address address)
    {
        Known(cluster, address);
        cluster.Down(address);
        return [$"{address} is marked down"];
    }

    private static void Known(Cluster cluster, Address address)
    {
        if (cluster.State.Members.All(m => m.Address != address))
            throw new ArgumentException($"{address} is not a member; these are: {string.Join(", ", cluster.State.Members.Select(m => m.Address))}");
    }

    private static async Task<IReadOnlyList<string>> RegionStatsAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var sharding = ClusterSharding.Get(system);
        foreach (var type in sharding.ShardTypeNames.Order(StringComparer.Ordinal))
        {
            var state = await sharding.ShardRegion(type).Ask<CurrentShardRegionState>(GetShardRegionState.Instance, AskTimeout, cancellationToken).ConfigureAwait(false);
            lines.Add($"{type}: {state.Shards.Count} shards, {state.Shards.Sum(s => s.EntityIds.Count)} entities on this server");
            lines.AddRange(state.Shards.OrderBy(s => s.ShardId, StringComparer.Ordinal).Select(s => $"  {s.ShardId}: {s.EntityIds.Count}"));
        }

        return lines;
    }

    private static async Task<IReadOnlyList<string>> ListShardsAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var sharding = ClusterSharding.Get(system);
        foreach (var type in sharding.ShardTypeNames.Order(StringComparer.Ordinal))
        {
            var stats = await sharding.ShardRegion(type).Ask<ClusterShardingStats>(new GetClusterShardingStats(AskTimeout), AskTimeout + AskTimeout, cancellationToken).ConfigureAwait(false);
            lines.Add(type);
            lines.AddRange(stats.Regions.Select(r => $"  {r.Key}: {string.Join(' ', r.Value.Stats.Keys.Order(StringComparer.Ordinal))}"));
        }

        return lines;
    }

    private static Address? AddressIn(string[] words) => Option(words, "-a") is not { } text
        ? null
        : Address.TryParse(text, out var address) && address.Port is not null
            ? address
            : throw new ArgumentException($"expected an address such as akka.tcp://{ServerConfig.SystemName}@10.0.0.1:4648, found \"{text}\"");

    private static string? Option(string[] words, string name)
    {
        var at = Array.IndexOf(words, name);
        return at < 0 ? null : at + 1 < words.Length ? words[at + 1] : throw new ArgumentException($"expected a value after {name}, found the end of the line");
    }

    private static ArgumentException Missing(string command) => new($"expected {command} -a <address>, found no address");
}
