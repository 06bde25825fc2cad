using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;

namespace Actors.State.Drafts;

/// <content>Deployments begin, count and end.</content>
internal sealed partial class RegionDraft
{
    /// <summary>A deployment that the event changes; null when it is not known (any more).</summary>
    private DeploymentDraft? OpenDeployment(DeploymentId id)
    {
        if (openDeployments.TryGetValue(id, out var draft)) return draft;
        return deployments.TryGet(id, out var deployment) ? openDeployments[id] = new DeploymentDraft(deployment) : null;
    }

    private void CloseDeployments()
    {
        if (openDeployments.Count == 0) return;
        foreach (var (id, draft) in openDeployments)
        {
            deployments.Set(id, draft.Close(index, at));
            Touched(draft.Deployment.JobId, id);
        }

        openDeployments.Clear();
    }

    private void Touched(JobId jobId, DeploymentId id)
    {
        Open(jobId).DeploymentsIndex = index;
        deploymentsIndex = index;
        changes.ChangedDeployments.Add(id);
        changes.JobsOfDeployments.Add(jobId);
    }

    /// <summary>Begins a deployment, or changes what is wanted of one that goes on: its counts are its own.</summary>
    private void Begin(Deployment planned, JobDraft job)
    {
        if (OpenDeployment(planned.Id) is { } known)
        {
            var groups = known.Deployment.TaskGroups;
            known.Deployment = known.Deployment with
            {
                Status = planned.Status,
                StatusDescription = planned.StatusDescription,
                TaskGroups = planned.TaskGroups.ToDictionary(g => g.Key, g => !groups.TryGetValue(g.Key, out var group) ? g.Value : group with
                {
                    DesiredTotal = g.Value.DesiredTotal,
                    DesiredCanaries = g.Value.DesiredCanaries,
                }),
            };
            return;
        }

        job.Deployments = job.Deployments.Add(planned.Id);
        openDeployments[planned.Id] = new DeploymentDraft(planned with
        {
            JobId = job.Id,
            JobCreateIndex = job.State?.Job.CreateIndex ?? planned.JobCreateIndex,
            JobModifyIndex = job.State?.Job.JobModifyIndex ?? planned.JobModifyIndex,
            CreateIndex = index,
            CreateTime = at,
        });
    }

    private void Apply(DeploymentStatusUpdate update)
    {
        if (OpenDeployment(update.Id) is not { } draft || !draft.Deployment.Active) return;
        draft.Deployment = draft.Deployment with { Status = update.Status, StatusDescription = update.Description };
    }

    private void Apply(DeploymentChange change, JobId job)
    {
        // A plan may have ended it between the decision and this event: then there is nothing left to change.
        if (OpenDeployment(change.Id) is not { Deployment: { Active: true } deployment } draft || deployment.JobId != job) return;

        var resumed = deployment.Status == DeploymentStatus.Paused && change.Status == DeploymentStatus.Running;
        draft.Deployment = deployment with
        {
            Status = change.Status ?? deployment.Status,
            StatusDescription = change.Description.Length > 0 ? change.Description : deployment.StatusDescription,
            TaskGroups = deployment.TaskGroups.ToDictionary(g => g.Key, g => Change(g.Key, g.Value, change, resumed)),
        };
        foreach (var (id, healthy) in change.Health ?? new Dictionary<AllocationId, bool>())
        {
            if (allocations.TryGet(id, out var allocation) && allocation.DeploymentId == change.Id)
                Change(allocation, allocation with { Health = new DeploymentHealth(healthy, at, index), ModifyIndex = index, ModifyTime = at });
        }

        foreach (var group in change.Promote ?? [])
        {
            foreach (var id in deployment.TaskGroups.TryGetValue(group, out var promoted) ? promoted.PlacedCanaries : [])
            {
                // The client must hear of it: a canary's services have other tags.
                if (allocations.TryGet(id, out var canary) && canary.Canary)
                    Change(canary, canary with { Canary = false, ModifyIndex = index, AllocModifyIndex = index, ModifyTime = at });
            }
        }
    }

    private DeploymentGroup Change(string name, DeploymentGroup group, DeploymentChange change, bool resumed)
    {
        var promoted = change.Promote?.Contains(name) == true;
        var deadline = group.RequireProgressBy;
        if ((promoted || resumed) && deadline is not null && group.ProgressDeadline > TimeSpan.Zero) deadline = at + group.ProgressDeadline;
        if (change.RequireProgressBy is { } deadlines && deadlines.TryGetValue(name, out var given)) deadline = given;
        return group with { Promoted = group.Promoted || promoted, RequireProgressBy = deadline };
    }

    private void CountPlaced(Allocation allocation)
    {
        if (allocation.DeploymentId is not { } id || OpenDeployment(id) is not { } draft) return;

        var group = draft.Group(allocation.TaskGroup);
        group.Placed++;
        if (allocation.Canary) group.Canaries.Add(allocation.Id);
    }

    private void CountHealth(Allocation before, Allocation after)
    {
        if (after.DeploymentId is not { } id) return;
        if (before.DeploymentId != id)
        {
            CountPlaced(after);
            return;
        }

        var (was, now) = (before.Health?.Healthy, after.Health?.Healthy);
        if (was == now || OpenDeployment(id) is not { } draft) return;

        var group = draft.Group(after.TaskGroup);
        group.Healthy += (now == true ? 1 : 0) - (was == true ? 1 : 0);
        group.Unhealthy += (now == false ? 1 : 0) - (was == false ? 1 : 0);
        if (now == true && (group.HealthyAt is null || group.HealthyAt < after.Health!.At)) group.HealthyAt = after.Health!.At;
    }
}
