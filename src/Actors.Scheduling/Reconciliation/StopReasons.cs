namespace Actors.Scheduling.Reconciliation;

/// <summary>Why allocations stop, for people.</summary>
internal static class StopReasons
{
    public const string JobStopped = "the job is stopped";
    public const string GroupRemoved = "the job no longer has this group";
    public const string NotNeeded = "no longer needed: the group's count is reached without it";
    public const string Updated = "replaced by a newer version of the job";
    public const string Migrating = "moved to another node";
    public const string Lost = "its node is down";
    public const string LostLater = "its node is down; replaced when its client must have stopped it";
    public const string NodeGone = "its node is gone";
    public const string DisconnectedTooLong = "its node was disconnected for too long";
    public const string Disconnected = "its node is disconnected; it may come back";
    public const string Rescheduled = "failed, and placed again";
    public const string RescheduledLater = "failed; placed again later";
    public const string CanaryNotNeeded = "canary of a deployment that ended";
    public const string Reconnected = "not kept when its node came back";
    public const string NodeNotFeasible = "its node no longer fits the job";
    public const string NodeDraining = "its node is being drained";
}
