using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;

namespace Actors.Api.Mapping;

/// <summary>The domain's values as Nomad writes them.</summary>
internal static class Wire
{
    /// <summary>Nanoseconds since 1970.</summary>
    public static long UnixNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick;

    /// <summary>Nanoseconds.</summary>
    public static long Nanoseconds(TimeSpan duration) => Contracts.Jobs.GoDuration.ToNanoseconds(duration);

    /// <summary>Nothing is null, as Go's nil maps are.</summary>
    public static IReadOnlyDictionary<TKey, TValue>? OrNull<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> map) => map.Count == 0 ? null : map;

    public static string Word(AllocationDesiredStatus status) => status switch
    {
        AllocationDesiredStatus.Run => "run",
        AllocationDesiredStatus.Stop => "stop",
        AllocationDesiredStatus.Evict => "evict",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no such desired status"),
    };

    public static string Word(AllocationClientStatus status) => status switch
    {
        AllocationClientStatus.Pending => "pending",
        AllocationClientStatus.Running => "running",
        AllocationClientStatus.Complete => "complete",
        AllocationClientStatus.Failed => "failed",
        AllocationClientStatus.Lost => "lost",
        AllocationClientStatus.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no such client status"),
    };

    public static string Word(TaskRunState state) => state switch
    {
        TaskRunState.Pending => "pending",
        TaskRunState.Running => "running",
        TaskRunState.Dead => "dead",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no such task state"),
    };

    public static string Word(EvaluationStatus status) => status switch
    {
        EvaluationStatus.Pending => "pending",
        EvaluationStatus.Blocked => "blocked",
        EvaluationStatus.Complete => "complete",
        EvaluationStatus.Failed => "failed",
        EvaluationStatus.Cancelled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no such evaluation status"),
    };

    public static string Word(DeploymentStatus status) => status switch
    {
        DeploymentStatus.Running => "running",
        DeploymentStatus.Paused => "paused",
        DeploymentStatus.Failed => "failed",
        DeploymentStatus.Successful => "successful",
        DeploymentStatus.Cancelled => "cancelled",
        DeploymentStatus.Initializing => "initializing",
        DeploymentStatus.Pending => "pending",
        DeploymentStatus.Blocked => "blocked",
        DeploymentStatus.Unblocking => "unblocking",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no such deployment status"),
    };

    public static string Word(NodeStatus status) => status switch
    {
        NodeStatus.Initializing => "initializing",
        NodeStatus.Ready => "ready",
        NodeStatus.Down => "down",
        NodeStatus.Disconnected => "disconnected",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no such node status"),
    };

    public static string Word(DrainStatus status) => status switch
    {
        DrainStatus.Draining => "draining",
        DrainStatus.Complete => "complete",
        DrainStatus.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "no such status of a drain"),
    };

    public static string Word(NodeEligibility eligibility) => eligibility switch
    {
        NodeEligibility.Eligible => "eligible",
        NodeEligibility.Ineligible => "ineligible",
        _ => throw new ArgumentOutOfRangeException(nameof(eligibility), eligibility, "no such eligibility"),
    };
}
