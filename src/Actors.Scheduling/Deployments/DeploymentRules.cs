using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.State;

namespace Actors.Scheduling.Deployments;

/// <summary>What a deployment needs next: to be called when something of it changed, and at its next deadline. A pure function.</summary>
public static class DeploymentRules
{
    /// <summary>The change that is due, or null.</summary>
    /// <param name="state">The state.</param>
    /// <param name="deployment">The deployment, as the state has it.</param>
    /// <param name="now">The time.</param>
    public static DeploymentChange? Next(RegionState state, Deployment deployment, DateTimeOffset now)
    {
        if (!deployment.Active) return null;
        var job = state.FindJob(deployment.JobId)?.Job;
        if (job is null or { Stop: true }) return Cancelled(deployment, "the job was stopped");
        if (job.Version != deployment.JobVersion) return Cancelled(deployment, "a newer version of the job took its place");
        if (deployment.Status != DeploymentStatus.Running) return null;

        var progress = Progress.Of(state, deployment);
        if (progress.Failure(deployment, now) is { } failure) return Failed(state, job, deployment, failure);
        if (progress.Complete(deployment))
        {
            return new DeploymentChange(deployment.Id, DeploymentStatus.Successful, "all of it is healthy", MarkStable: true, Evaluate: false);
        }

        if (progress.Promotable(deployment) is { Count: > 0 } groups)
        {
            return new DeploymentChange(deployment.Id, null, "its canaries are healthy and were promoted by themselves", Promote: groups);
        }

        return NeedsTurn(state, deployment, progress) ? new DeploymentChange(deployment.Id, null, "") : null;
    }

    /// <summary>When <see cref="Next"/> must be asked again even if nothing changes, or null.</summary>
    /// <param name="state">The state.</param>
    /// <param name="deployment">The deployment, as the state has it.</param>
    public static DateTimeOffset? NextDeadline(RegionState state, Deployment deployment)
    {
        if (deployment.Status != DeploymentStatus.Running) return null;
        return Progress.Of(state, deployment).NextDeadline(deployment);
    }

    /// <summary>What a deployment waits for, by group; nothing when it is over.</summary>
    /// <param name="state">The state.</param>
    /// <param name="deployment">The deployment, as the state has it.</param>
    public static IReadOnlyList<DeploymentWait> WaitsFor(RegionState state, Deployment deployment)
    {
        if (!deployment.Active) return [];
        return deployment.Status == DeploymentStatus.Paused ? [DeploymentWait.Paused] : Progress.Of(state, deployment).WaitsFor(deployment);
    }

    private static DeploymentChange Cancelled(Deployment deployment, string why) => new(deployment.Id, DeploymentStatus.Cancelled, why, Evaluate: false);

    private static DeploymentChange Failed(RegionState state, Job job, Deployment deployment, string why)
    {
        if (!deployment.TaskGroups.Values.Any(g => g.AutoRevert)) return new DeploymentChange(deployment.Id, DeploymentStatus.Failed, why);

        var stable = state.FindJob(deployment.JobId)!.Versions.FirstOrDefault(v => v.Stable == true && v.Version != job.Version);
        if (stable is null) return new DeploymentChange(deployment.Id, DeploymentStatus.Failed, $"{why}; there is no stable version to go back to");

        // Going back to what is the same would begin the same rollout again, and again.
        return SameSpecification(stable, job)
            ? new DeploymentChange(deployment.Id, DeploymentStatus.Failed, $"{why}; the stable version {stable.Version} is the same")
            : new DeploymentChange(deployment.Id, DeploymentStatus.Failed, $"{why}; goes back to version {stable.Version}", RevertTo: stable.Version);
    }

    private static bool SameSpecification(Job left, Job right) => Plain(left) == Plain(right);

    private static Job Plain(Job job) => job with
    {
        Version = 0,
        Stable = null,
        SubmitTime = 0,
        Status = "",
        StatusDescription = "",
        CreateIndex = 0,
        ModifyIndex = 0,
        JobModifyIndex = 0,
        VersionTag = null,
    };

    // Something became healthy (or a promotion came) that no evaluation has seen, and there is more to roll out.
    private static bool NeedsTurn(RegionState state, Deployment deployment, Progress progress)
    {
        if (progress.LatestHealthIndex == 0 || !progress.HasMore(deployment)) return false;
        ulong seen = 0;
        foreach (var evaluation in state.EvaluationsOfJob(deployment.JobId))
        {
            if (evaluation.Status == EvaluationStatus.Pending && evaluation.WaitUntil is null) return false;
            if (evaluation.Status == EvaluationStatus.Complete) seen = Math.Max(seen, evaluation.SnapshotIndex);
            else if (evaluation.Status == EvaluationStatus.Blocked) seen = Math.Max(seen, evaluation.SnapshotIndex);
        }

        return progress.LatestHealthIndex > seen;
    }
}
