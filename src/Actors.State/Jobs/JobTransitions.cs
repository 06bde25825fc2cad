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
            JobRegistered registered => WithVersion(state, registered.Job, index, registered.Submission),
            JobDeregistered deregistered => Stopped(Existing(state, happened, index), deregistered, index),
            JobEvaluated => Existing(state, happened, index),
            JobStabilityChanged stability => WithStability(Existing(state, happened, index), stability.Version, stability.Stable, index),
            JobLaunched launched => Launched(Existing(state, happened, index), launched.Due),
            JobLaunchSkipped skipped => Launched(Existing(state, happened, index), skipped.Due),
            JobVersionTagged tagged => WithTag(Existing(state, happened, index), tagged, index),
            JobScaled scaled => WithScaling(Existing(state, happened, index), scaled.Scaling with { CreateIndex = index }),
            DeploymentChanged deployment => AfterDeployment(Existing(state, happened, index), deployment, index),
            _ => throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of job {happened.JobId} is no event that a job knows"),
        };
        return Remember(changed, happened, index);
    }

    private static JobState Existing(JobState? state, IJobEvent happened, ulong index) => state
        ?? throw new InvalidOperationException($"index {index}: {happened.GetType().Name} of job {happened.JobId}, which does not exist");

    /// <summary>A job with a new version.</summary>
    internal static JobState WithVersion(JobState? state, Job job, ulong index, JobSubmission? submission = null)
    {
        var continues = state is { Purged: false };
        job = job with
        {
            CreateIndex = continues ? state!.Job.CreateIndex : index,
            ModifyIndex = index,
            JobModifyIndex = index,
        };
        // After a purge the versions count on (old ones may still run), but the history starts anew.
        EquatableList<Job> earlier = continues ? Keep(job, state!.Versions) : [];
        return new JobState
        {
            Job = job,
            Earlier = earlier,
            RecentRequests = state?.RecentRequests ?? [],
            PeriodicFrom = ScheduleBegins(continues ? state : null, job),
            Submissions = Keep(continues ? state!.Submissions : null, earlier, job.Version, submission),
            Scalings = continues ? state!.Scalings : null,
        };
    }

    /// <summary>A schedule that stays goes on where it was: what is due but not launched yet is not lost by a change of something else.</summary>
    private static DateTimeOffset? ScheduleBegins(JobState? state, Job job) =>
        job.Periodic is null ? null
        : state is not null && state.Job.Stop != true && state.Job.Periodic == job.Periodic ? state.LaunchedUntil
        : SubmittedAt(job);

    private static EquatableList<VersionSubmission>? Keep(EquatableList<VersionSubmission>? known, EquatableList<Job> earlier, ulong version, JobSubmission? submission)
    {
        var kept = (known ?? []).Where(s => earlier.Any(e => e.Version == s.Version));
        if (submission is not null) kept = kept.Append(new VersionSubmission(version, submission));
        var list = kept.ToEquatableList();
        return list.IsEmpty ? null : list;
    }

    private static JobState Launched(JobState state, DateTimeOffset? due) => due > state.LaunchedUntil ? state with { PeriodicFrom = due } : state;

    private static JobState WithTag(JobState state, JobVersionTagged happened, ulong index)
    {
        Job Mark(Job job) => job.Version == happened.Version ? job with { VersionTag = happened.Tag, ModifyIndex = index } : job;
        return state with { Job = Mark(state.Job), Earlier = state.Earlier.Map(Mark) };
    }

    private static JobState WithScaling(JobState state, ScalingEvent scaling)
    {
        var all = (state.Scalings ?? []).Append(scaling).ToList();
        if (all.Count(s => s.Group == scaling.Group) > JobState.TrackedScalings) all.RemoveAt(all.FindIndex(s => s.Group == scaling.Group));
        return state with { Scalings = all.ToEquatableList() };
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
        var request = new HandledRequest(happened.RequestId, index, state.Job.JobModifyIndex, evaluations, (happened as JobLaunched)?.Child.Id);
        return state with { RecentRequests = state.RecentRequests.TakeLast(JobState.RememberedRequests - 1).Append(request).ToEquatableList() };
    }

    /// <summary>When a version was submitted.</summary>
    internal static DateTimeOffset SubmittedAt(Job job) => DateTimeOffset.UnixEpoch.AddTicks(job.SubmitTime / TimeSpan.NanosecondsPerTick);

    /// <summary>Nanoseconds since 1970, Nomad's unit for submit times.</summary>
    internal static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
