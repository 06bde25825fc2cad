using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <content>Scaling: a group's count, and what is told about it.</content>
public static partial class JobDecisions
{
    private static Decision Scale(JobState state, RegionState region, ScaleJob command, DecisionContext context)
    {
        var job = state.Job;
        if (command.Count < 0)
            return Decision.Refuse(RefusalKind.Invalid, $"group \"{command.Group}\" of job {state.Id} can't have count {command.Count}: expected 0 or more");
        if (command is { Count: not null, Error: true })
            return Decision.Refuse(RefusalKind.Invalid, "scaling action should not contain count if error is true");
        if (job.Type is JobTypes.System or JobTypes.SysBatch)
            return Decision.Refuse(RefusalKind.Invalid, $"job {state.Id} is of type {job.Type}: it runs on every node, and can't be scaled");
        if (job.TaskGroups.FirstOrDefault(g => g.Name == command.Group) is not { } group)
            return Decision.Refuse(RefusalKind.Invalid, $"job {state.Id} has no group \"{command.Group}\": it has {string.Join(", ", job.TaskGroups.Select(g => $"\"{g.Name}\""))}");
        if (command.Count is not { } count)
        {
            return Decision.Of(
                new JobScaled(state.Id, Scaling(command, group, null, context), command.Context.RequestId, context.Now),
                index => new JobChanged(index, job.JobModifyIndex, null, []));
        }

        if (group.Scaling?.Min is { } min && count < min)
            return Decision.Refuse(RefusalKind.Invalid, $"group count was less than scaling policy minimum: {count} < {min}");
        if (group.Scaling?.Max is { } max && count > max)
            return Decision.Refuse(RefusalKind.Invalid, $"group count was greater than scaling policy maximum: {count} > {max}");
        if (region.LatestDeployment(state.Id) is { Active: true } deployment)
            return Decision.Refuse(RefusalKind.Invalid, $"job scaling blocked due to active deployment {deployment.Id}");

        var scaled = job with { TaskGroups = job.TaskGroups.Map(g => g.Name == group.Name ? g with { Count = count } : g) };
        var decision = NewVersion(state, AsVersionOf(scaled, state, region, context), EvaluationTriggers.Scaling, command.Context.RequestId, context);
        var evaluation = decision.Events.OfType<IJobEvent>().Select(e => e.Evaluation?.Id).FirstOrDefault();
        return decision with { Events = [new JobScaled(state.Id, Scaling(command, group, evaluation, context), "", context.Now), .. decision.Events] };
    }

    private static ScalingEvent Scaling(ScaleJob command, TaskGroup group, EvaluationId? evaluation, DecisionContext context) =>
        new(group.Name, context.Now, command.Count, group.Count ?? 1, command.Message, command.Error ?? false, evaluation);
}
