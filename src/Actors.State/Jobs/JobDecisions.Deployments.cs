using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <content>Deployments: what their watcher or a user decided.</content>
public static partial class JobDecisions
{
    private static Decision Change(JobState state, RegionState region, ChangeDeployment command, DecisionContext context)
    {
        var change = command.Change;
        if (region.FindDeployment(change.Id) is not { } deployment || deployment.JobId != state.Id)
            return Decision.Refuse(RefusalKind.NotFound, $"job {state.Id} has no deployment {change.Id}");
        if (!deployment.Active)
            return Decision.Refuse(RefusalKind.Conflict, $"deployment {deployment.Id} has ended ({deployment.Status.ToString().ToLowerInvariant()}): it can't change any more");
        if (NotPromotable(region, deployment, change) is { } notReady) return Decision.Refuse(RefusalKind.Conflict, notReady);
        foreach (var id in change.Health?.Keys ?? [])
        {
            if (region.FindAllocation(id)?.DeploymentId != deployment.Id)
                return Decision.Refuse(RefusalKind.Invalid, $"deployment {deployment.Id} has no allocation {id}");
        }

        Job? reverted = null;
        if (change.RevertTo is { } version)
        {
            if (state.FindVersion(version) is not { } earlier)
                return Decision.Refuse(RefusalKind.NotFound, $"job {state.Id} has no version {version}: it has {string.Join(", ", state.Versions.Select(v => v.Version))}");

            var job = AsVersionOf(earlier with { Stop = false }, state, region, context);
            if (!state.Purged && !SameSpecification(state.Job, job)) reverted = job;
        }

        var evaluated = (reverted ?? state.Job) is var current && change.Evaluate && IsEvaluated(current)
            ? NewEvaluation(current, EvaluationTriggers.DeploymentWatcher, context) with { DeploymentId = deployment.Id }
            : null;
        var happened = new DeploymentChanged(
            state.Id, change, reverted, evaluated, command.Context.RequestId, context.Now, change.MarkStable ? deployment.JobVersion : null);
        return Decision.Of(happened, index => new JobChanged(index, reverted is null ? state.Job.JobModifyIndex : index, evaluated?.Id, []));
    }

    private static string? NotPromotable(RegionState region, Deployment deployment, DeploymentChange change)
    {
        foreach (var name in change.Promote ?? [])
        {
            if (!deployment.TaskGroups.TryGetValue(name, out var group))
                return $"deployment {deployment.Id} has no group \"{name}\"";
            if (group.DesiredCanaries == 0)
                return $"group \"{name}\" of deployment {deployment.Id} has no canaries to promote";

            var healthy = group.PlacedCanaries.Count(id => region.FindAllocation(id) is { Terminal: false, Health.Healthy: true });
            if (healthy < group.DesiredCanaries)
                return $"Task group \"{name}\" has {healthy}/{group.DesiredCanaries} healthy allocations";
        }

        return null;
    }
}
