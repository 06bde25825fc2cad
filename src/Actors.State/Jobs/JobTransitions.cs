using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <summary>How a job's own events change it. What follows from its allocations and evaluations (its status) is the region's to derive.</summary>
public static class JobTransitions
{
    /// <summary>The job after an event.</summary>
    /// <param name="state">Before; null when there was no such job.</param>
    /// <param name="happened">The event.</param>
    /// <param name="index">Its index.</param>
    /// <exception cref="InvalidOperationException">The event is about a job that does not exist, or is of an unknown kind.</exception>
    public static JobState Apply(JobState? state, IJobEvent happened, ulong index)
    {
        var changed = happened switch
        {
            JobRegistered registered => WithVersion(state, registered.Job, index),
            JobDeregistered deregistered => Stopped(Existing(state, happened, index), deregistered, index),
            JobEvaluated => Existing(state, happened, index),
            JobStabilityChanged stability => WithStability(Existing(state, happened, index), stability.Version, stability.Stable, index),
            DeploymentChanged deployment => AfterDeployment(Existing(state, happened, index), deployment, index),
            _ => throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of job {happened.JobId} is no event that a job knows"),
        };
        return Remember(changed, happened, index);
    }

    private static JobState Existing(JobState? state, IJobEvent happened, ulong index) => state
        ?? throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of job {happened.JobId}, which does not exist");

    private static JobState WithVersion(JobState? state, Job job, ulong index)
    {
        var continues = state is { Purged: false };
        job = job with
        {
            CreateIndex = continues ? state!.Job.CreateIndex : index,
            ModifyIndex = index,
            JobModifyIndex = index,
        };
        // After a purge the versions count on (old ones may still run), but the history starts anew.
        return new JobState
        {
            Job = job,
            Earlier = continues ? Keep(job, state!.Versions) : [],
            RecentRequests = state?.RecentRequests ?? [],
        };
    }

    private static EquatableList<Job> Keep(Job current, IEnumerable<Job> earlier)
    {
        var kept = earlier.ToList();
        var untagged = kept.Count(v => v.VersionTag is null) + (current.VersionTag is null ? 1 : 0);
        var stable = current.Stable == true ? null : kept.Find(v => v.Stable == true);
        for (var i = kept.Count - 1; i >= 0 && untagged > JobState.TrackedVersions; i--)
        {
            // The way back to the latest version known to be good always stays open.
            if (kept[i].VersionTag is not null || ReferenceEquals(kept[i], stable)) continue;
            kept.RemoveAt(i);
            untagged--;
        }

        return kept.ToEquatableList();
    }

    private static JobState Stopped(JobState state, JobDeregistered happened, ulong index)
    {
        if (happened.Purge) return state with { Purged = true, Job = state.Job with { Stop = true, ModifyIndex = index } };

        // Stopping is a new version of the job, as every other change of its specification.
        var stopped = state.Job with { Stop = true, Version = state.Job.Version + 1, Stable = false, VersionTag = null, SubmitTime = Nanoseconds(happened.At) };
        return WithVersion(state, stopped, index);
    }

    private static JobState WithStability(JobState state, ulong version, bool stable, ulong index)
    {
        Job Mark(Job job) => job.Version == version ? job with { Stable = stable, ModifyIndex = index } : job;
        return state with { Job = Mark(state.Job), Earlier = state.Earlier.Map(Mark) };
    }

    private static JobState AfterDeployment(JobState state, DeploymentChanged happened, ulong index)
    {
        if (happened.StableVersion is { } version) state = WithStability(state, version, true, index);
        return happened.Job is { } job ? WithVersion(state, job, index) : state;
    }

    private static JobState Remember(JobState state, IJobEvent happened, ulong index)
    {
        if (happened.RequestId.Length == 0) return state;

        EquatableList<EvaluationId> evaluations = happened.Evaluation is { } evaluation ? [evaluation.Id] : [];
        var request = new HandledRequest(happened.RequestId, index, state.Job.JobModifyIndex, evaluations);
        return state with { RecentRequests = state.RecentRequests.TakeLast(JobState.RememberedRequests - 1).Append(request).ToEquatableList() };
    }

    /// <summary>Nanoseconds since 1970, Nomad's unit for submit times.</summary>
    internal static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
