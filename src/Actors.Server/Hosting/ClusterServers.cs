using Akka.Cluster;

namespace Actors.Server.Hosting;

/// <summary>The servers among the members of a cluster.</summary>
internal static class ClusterServers
{
    /// <summary>The servers that are full members now, reachable or not, as this one knows it.</summary>
    public static IEnumerable<Member> UpServers(this Cluster cluster) =>
        cluster.State.Members.Where(m => m.Status == MemberStatus.Up && m.HasRole(ServerConfig.Role));
}
