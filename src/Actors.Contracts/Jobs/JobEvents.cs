using Actors.Contracts.Evaluations;

namespace Actors.Contracts.Jobs;

/// <summary>Something that happened to one job.</summary>
public interface IJobEvent : IRegionEvent, IWithJobId
{
    /// <summary>The evaluation that must follow from it, or null; stored with it, so that it is never lost.</summary>
    Evaluation? Evaluation { get; }

    /// <summary>The request that made it: a retry is answered from it.</summary>
    string RequestId { get; }
}

/// <summary>The job is new, or has a new version.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Job">As it is from now on, version, submit time and status included; indexes are set by applying.</param>
/// <param name="Evaluation">The evaluation that follows.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
/// <param name="Submission">The text that this version was made from, or null.</param>
public sealed record JobRegistered(JobId JobId, Job Job, Evaluation? Evaluation, string RequestId, DateTimeOffset At, JobSubmission? Submission = null) : IJobEvent;

/// <summary>The job is stopped.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Purge">And forgotten once its allocations have ended.</param>
/// <param name="Evaluation">The evaluation that follows.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record JobDeregistered(JobId JobId, bool Purge, Evaluation? Evaluation, string RequestId, DateTimeOffset At) : IJobEvent;

/// <summary>Someone asked to look at the job again.</summary>
/// <param name="JobId">The job.</param>
/// <param name="ForceReschedule">Failed allocations are placed again at once.</param>
/// <param name="Evaluation">The evaluation that follows.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record JobEvaluated(JobId JobId, bool ForceReschedule, Evaluation? Evaluation, string RequestId, DateTimeOffset At) : IJobEvent;

/// <summary>A version is known to be good, or no longer.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Version">The version.</param>
/// <param name="Stable">Known to be good?</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record JobStabilityChanged(JobId JobId, ulong Version, bool Stable, string RequestId, DateTimeOffset At) : IJobEvent
{
    /// <inheritdoc/>
    public Evaluation? Evaluation => null;
}

/// <summary>A deployment went on, was promoted, paused or ended.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Change">What changed.</param>
/// <param name="Job">The job's new version, when the change goes back to an earlier one; else null.</param>
/// <param name="Evaluation">The evaluation that follows.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
/// <param name="StableVersion">The version that has proved good by it, or null.</param>
public sealed record DeploymentChanged(JobId JobId, DeploymentChange Change, Job? Job, Evaluation? Evaluation, string RequestId, DateTimeOffset At, ulong? StableVersion = null) : IJobEvent;

/// <summary>A periodic or parameterized job launched a child: the child is there from now on.</summary>
/// <param name="JobId">The parent.</param>
/// <param name="Child">The child as it is registered.</param>
/// <param name="Due">The time of the parent's schedule that it is launched for; null: someone asked for it.</param>
/// <param name="Evaluation">The evaluation that places the child.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record JobLaunched(JobId JobId, Job Child, DateTimeOffset? Due, Evaluation? Evaluation, string RequestId, DateTimeOffset At) : IJobEvent;

/// <summary>A periodic job's time came, and nothing was launched.</summary>
/// <param name="JobId">The periodic job.</param>
/// <param name="Due">The time.</param>
/// <param name="Reason">Why not, for people.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record JobLaunchSkipped(JobId JobId, DateTimeOffset Due, string Reason, string RequestId, DateTimeOffset At) : IJobEvent
{
    /// <inheritdoc/>
    public Evaluation? Evaluation => null;
}

/// <summary>A version of the job got a name, or lost it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Version">The version.</param>
/// <param name="Tag">The name; null: none any more.</param>
/// <param name="RequestId">The request that made it.</param>
/// <param name="At">When.</param>
public sealed record JobVersionTagged(JobId JobId, ulong Version, JobVersionTag? Tag, string RequestId, DateTimeOffset At) : IJobEvent
{
    /// <inheritdoc/>
    public Evaluation? Evaluation => null;
}

/// <summary>Someone scaled a group of the job, or told why not. A new count is a new version, in the event that follows.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Scaling">What happened.</param>
/// <param name="RequestId">The request that made it; "" when the event that follows has it.</param>
/// <param name="At">When.</param>
public sealed record JobScaled(JobId JobId, ScalingEvent Scaling, string RequestId, DateTimeOffset At) : IJobEvent
{
    /// <inheritdoc/>
    public Evaluation? Evaluation => null;
}
