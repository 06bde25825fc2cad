using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <content>Registering: a job's new version.</content>
public static partial class JobDecisions
{
    /// <summary>Begins every refusal because of an enforced index: Nomad's tools look for it.</summary>
    public const string EnforceIndexPrefix = "Enforcing job modify index";

    private static Decision Register(JobState? state, RegionState region, RegisterJob command, DecisionContext context)
    {
        if (region.SchedulerConfiguration.RejectJobRegistration)
            return Decision.Refuse(RefusalKind.Forbidden, "job registration is switched off in the scheduler's configuration (RejectJobRegistration)");
        if (new JobId(command.Job.Namespace, command.Job.Id) != command.JobId)
            return Decision.Refuse(RefusalKind.Invalid, $"the job is {command.Job.Namespace}/{command.Job.Id}, but was sent to {command.JobId}");

        var existing = state is { Purged: false } ? state : null;
        if (command.EnforceIndex is { } expected && NotAsExpected(existing, expected) is { } conflict)
            return Decision.Refuse(RefusalKind.Conflict, $"{EnforceIndexPrefix} {expected}: {conflict}");
        if (existing is not null && Forbidden(existing.Job, command.Job) is { } problem)
            return Decision.Refuse(RefusalKind.Invalid, problem);

        var job = command.Job;
        if (existing is not null && command.PreserveCounts)
            job = job with { TaskGroups = job.TaskGroups.Map(g => g with { Count = existing.Job.TaskGroups.FirstOrDefault(e => e.Name == g.Name)?.Count ?? g.Count }) };

        return NewVersion(state, AsVersionOf(job, state, region, context), EvaluationTriggers.JobRegister, command.Context.RequestId, context, command.EvaluationPriority, command.Submission);
    }

    private static string? NotAsExpected(JobState? existing, ulong expected) => (existing, expected) switch
    {
        (null, 0) => null,
        (null, _) => "job does not exist",
        (_, 0) => "job already exists",
        var (state, index) => state.Job.JobModifyIndex == index ? null : $"job exists with conflicting job modify index: {state.Job.JobModifyIndex}",
    };

    private static string? Forbidden(Job existing, Job wanted)
    {
        if (existing.Type != wanted.Type) return $"cannot update job from type \"{existing.Type}\" to \"{wanted.Type}\"";
        if ((existing.Periodic is null) != (wanted.Periodic is null)) return $"cannot update {(existing.Periodic is null ? "non-periodic job to being periodic" : "periodic job to being non-periodic")}";
        return (existing.ParameterizedJob is null) != (wanted.ParameterizedJob is null)
            ? $"cannot update {(existing.ParameterizedJob is null ? "non-parameterized job to being parameterized" : "parameterized job to being non-parameterized")}"
            : null;
    }

    /// <summary>The job as the next version: what is the servers' own is theirs, whatever the caller sent.</summary>
    private static Job AsVersionOf(Job wanted, JobState? state, RegionState region, DecisionContext context)
    {
        var existing = state is { Purged: false } ? state.Job : null;
        return wanted with
        {
            // What an earlier job of this name left goes by the numbers of its versions: they are not given again.
            Version = (state?.Job.Version ?? region.LastVersionOf(new JobId(wanted.Namespace, wanted.Id))) is { } last ? last + 1 : 0,
            SubmitTime = JobTransitions.Nanoseconds(context.Now),
            Status = existing?.Status ?? (IsEvaluated(wanted) && wanted.Type != JobTypes.System ? JobStatuses.Pending : JobStatuses.Running),
            StatusDescription = "",
            Stable = false,
            VersionTag = null,
            CreateIndex = existing?.CreateIndex ?? 0,
            ModifyIndex = existing?.ModifyIndex ?? 0,
            JobModifyIndex = existing?.JobModifyIndex ?? 0,
            TaskGroups = wanted.TaskGroups.Map(g => g.Scaling is { } scaling ? g with { Scaling = Owned(scaling, g.Name, existing, context) } : g),
        };
    }

    private static ScalingPolicy Owned(ScalingPolicy policy, string group, Job? existing, DecisionContext context)
    {
        var known = existing?.TaskGroups.FirstOrDefault(g => g.Name == group)?.Scaling;
        return policy with
        {
            Id = known?.Id ?? context.NewId().ToString("D"),
            CreateIndex = known?.CreateIndex ?? 0,
            ModifyIndex = known?.ModifyIndex ?? 0,
        };
    }

    /// <summary>Registers a version, unless nothing is different: then the job is only evaluated.</summary>
    private static Decision NewVersion(JobState? state, Job job, string trigger, string requestId, DecisionContext context, int? priority = null, JobSubmission? submission = null)
    {
        var evaluation = IsEvaluated(job) ? NewEvaluation(job, trigger, context, priority) : null;
        if (state is { Purged: false } && SameSpecification(state.Job, job))
        {
            var unchanged = state.Job.JobModifyIndex;
            return evaluation is null
                ? Decision.Nothing(index => new JobChanged(index, unchanged, null, []))
                : Decision.Of(
                    new JobEvaluated(state.Id, ForceReschedule: false, evaluation, requestId, context.Now),
                    index => new JobChanged(index, unchanged, evaluation.Id, []));
        }

        return Decision.Of(
            new JobRegistered(new JobId(job.Namespace, job.Id), job, evaluation, requestId, context.Now, submission),
            index => new JobChanged(index, index, evaluation?.Id, []));
    }

    /// <summary>Whether two versions of a job say the same, apart from what the servers keep about them.</summary>
    public static bool SameSpecification(Job one, Job other) => one == other with
    {
        Version = one.Version,
        SubmitTime = one.SubmitTime,
        Status = one.Status,
        StatusDescription = one.StatusDescription,
        Stable = one.Stable,
        VersionTag = one.VersionTag,
        CreateIndex = one.CreateIndex,
        ModifyIndex = one.ModifyIndex,
        JobModifyIndex = one.JobModifyIndex,
    };
}
