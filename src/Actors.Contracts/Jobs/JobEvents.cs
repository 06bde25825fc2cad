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
public sealed record JobRegistered(JobId JobId, Job Job, Evaluation? Evaluation, string RequestId, DateTimeOffset At) : IJobEvent;

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
