using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.State.Jobs;

namespace Actors.State.Drafts;

/// <content>Events of jobs, and what is derived of jobs.</content>
internal sealed partial class RegionDraft
{
    private void Apply(IJobEvent happened)
    {
        var draft = Open(happened.JobId);
        var was = draft.State;
        draft.State = JobTransitions.Apply(was, happened, index);
        if (was is not null) KeepDroppedVersions(draft, was);
        if (was is null || was.Purged) Begin(draft, draft.State, was?.Job.Status);

        switch (happened)
        {
            case JobRegistered { Job: var job }:
                foreach (var group in job.TaskGroups) draft.Groups.TryAdd(group.Name, default);
                break;
            case JobDeregistered:
                foreach (var group in draft.Groups.Keys.ToArray()) draft.Queue(group, 0, index);
                break;
            case JobLaunched { Child: var child, Evaluation: var first }:
                Launch(child, first);
                return;
            case JobLaunchSkipped:
                return;
            case JobEvaluated { ForceReschedule: true }:
                ForceReschedule(draft);
                break;
            case DeploymentChanged { Change: var change }:
                Apply(change, happened.JobId);
                break;
        }

        if (happened.Evaluation is { } evaluation) AddEvaluation(evaluation);
        if (happened is JobEvaluated) Unsettle(draft);
        else Changed(draft);
    }

    /// <summary>The child is there from now on. If someone registered a job of that name in the meantime, that one stays.</summary>
    private void Launch(Job job, Evaluation? evaluation)
    {
        var child = Open(new JobId(job.Namespace, job.Id));
        if (child.State is { Purged: false }) return;

        var before = child.State?.Job.Status;
        child.State = JobTransitions.WithVersion(child.State, job, index);
        Begin(child, child.State, before);
        foreach (var group in job.TaskGroups) child.Groups.TryAdd(group.Name, default);
        if (evaluation is not null) AddEvaluation(evaluation);
        Changed(child);
    }

    private void Begin(JobDraft draft, JobState state, string? statusBefore)
    {
        var job = state.Job;
        // What is left of a purged job of this name is not counted with its successor.
        draft.Groups.Clear();
        draft.SummaryCreateIndex = draft.SummaryIndex = index;
        if (job.Periodic is not null || IsParameterized(job)) draft.Children ??= default(ChildrenSummary);
        CountChild(draft.Id, job.ParentId, statusBefore, job.Status);
    }

    private static bool IsParameterized(Job job) => job is { ParameterizedJob: not null, Dispatched: false };

    private void KeepDroppedVersions(JobDraft draft, JobState was)
    {
        if (draft.Counts.PendingEvaluations == 0) return;
        foreach (var version in was.Versions)
        {
            if (draft.State!.FindVersion(version.Version) is null) draft.KeepVersion(version);
        }
    }

    private void ForceReschedule(JobDraft draft)
    {
        foreach (var (id, _) in draft.Allocations.ToTable())
        {
            if (allocations.TryGet(id, out var allocation) && allocation is { ClientStatus: AllocationClientStatus.Failed, ServerTerminal: false, NextAllocation: null })
                Change(allocation, allocation with { ForceReschedule = true, ModifyIndex = index, ModifyTime = at });
        }
    }

    private void Changed(JobDraft draft)
    {
        jobsIndex = index;
        changes.ChangedJobs.Add(draft.Id);
        Unsettle(draft);
    }

    private void Unsettle(JobDraft draft)
    {
        if (draft.Unsettled) return;
        draft.Unsettled = true;
        unsettled.Add(draft);
    }

    /// <summary>Derives the status of every job that the event touched; forgets versions and purged jobs that nothing needs any more.</summary>
    private void SettleJobs()
    {
        for (var i = 0; i < unsettled.Count; i++)
        {
            var draft = unsettled[i];
            draft.Unsettled = false;
            draft.DropUnusedVersions();
            if (draft.State is { } state) Settle(draft, state);

            // What comes back under this id, be it in the same batch, begins anew.
            if (draft.IsEmpty) jobs[draft.Id] = new JobDraft(new JobEntry(draft.Id));
        }

        unsettled.Clear();
    }

    private void Settle(JobDraft draft, JobState state)
    {
        var status = StatusOf(state.Job, draft);
        if (status != state.Job.Status) SetStatus(draft, state, status);
        if (state.Purged && draft.Counts is { OnClients: 0, PendingEvaluations: 0 }) Forget(draft);
    }

    private void SetStatus(JobDraft draft, JobState state, string status)
    {
        CountChild(draft.Id, state.Job.ParentId, state.Job.Status, status);
        draft.State = state with { Job = state.Job with { Status = status, ModifyIndex = index } };
        jobsIndex = index;
        changes.ChangedJobs.Add(draft.Id);
    }

    /// <summary>Counts a launched job with its parent: purged ones stay counted as dead, as Nomad does.</summary>
    private void CountChild(JobId child, string parentId, string? before, string after)
    {
        if (parentId.Length == 0 || before == after) return;

        var parent = Open(child with { Id = parentId });
        if (parent.State is null) return;

        var children = parent.Children ?? default;
        if (before is not null) children = children.With(before, -1);
        parent.Children = children.With(after, +1);
        parent.SummaryIndex = index;
    }

    private void Forget(JobDraft draft)
    {
        draft.State = null;
        jobPositions.Remove(draft.Id);
        jobsIndex = index;
        changes.ChangedJobs.Add(draft.Id);
    }

    /// <summary>Nomad's rule. System, periodic and parameterized jobs run until they are stopped; others run while an allocation does.</summary>
    private static string StatusOf(Job job, JobDraft draft)
    {
        var stopped = job.Stop == true;
        if (job.Type == JobTypes.System || job.Periodic is not null || IsParameterized(job)) return stopped ? JobStatuses.Dead : JobStatuses.Running;
        if (draft.Counts.Live > 0) return JobStatuses.Running;
        if (draft.Counts.OpenEvaluations > 0) return JobStatuses.Pending;
        return stopped || draft.Counts.Evaluated || draft.Allocations.Count > 0 ? JobStatuses.Dead : JobStatuses.Pending;
    }
}
