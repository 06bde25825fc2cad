using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.State;

namespace Actors.Server.Liveness;

/// <summary>What a node that is not heard any more is held for.</summary>
internal static class SilentNodes
{
    /// <summary>Down; but disconnected while something on it said that it outlives that for a time (a group's <c>disconnect</c> or <c>max_client_disconnect</c>). Nomad's rule.</summary>
    public static NodeStatus StatusOf(RegionState state, NodeId node) => state.AllocationsOfNode(node).Any(a => !a.Terminal && Outlives(state, a.JobId, a.JobVersion, a.TaskGroup))
        ? NodeStatus.Disconnected
        : NodeStatus.Down;

    private static bool Outlives(RegionState state, JobId job, ulong version, string group) =>
        state.FindJobVersion(job, version)?.TaskGroups.FirstOrDefault(g => g.Name == group) is { } found
        && (found.Disconnect?.LostAfter ?? found.MaxClientDisconnect) > TimeSpan.Zero;
}
