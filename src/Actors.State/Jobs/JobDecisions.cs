using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;

namespace Actors.State.Jobs;

/// <summary>What a job answers to its commands.</summary>
public static partial class JobDecisions
{
    /// <summary>Decides.</summary>
    /// <param name="state">The job as it is, a purged one that waits for its end included (<see cref="RegionState.FindJobRecord"/>); null when there is none.</param>
    /// <param name="region">The region's state, no older than the job's last event.</param>
    /// <param name="command">The command.</param>
    /// <param name="context">Time and ids.</param>
    public static Decision Decide(JobState? state, RegionState region, IJobCommand command, DecisionContext context)
    {
        if (state?.FindRequest(command.Context.RequestId) is { } handled) return Again(handled, command);
        if (command is RegisterJob register) return Register(state, region, register, context);
        if (state is null || (state.Purged && command is not ChangeDeployment))
            return Decision.Refuse(RefusalKind.NotFound, $"job \"{command.JobId.Id}\" in namespace \"{command.JobId.Namespace}\" not found");

        return command switch
        {
            DeregisterJob deregister => Deregister(state, deregister, context),
            CollectJob collect => Collect(state, region, collect, context),
            EvaluateJob evaluate => Evaluate(state, evaluate, context),
            RevertJob revert => Revert(state, region, revert, context),
            SetJobStability stability => SetStability(state, stability, context),
            ScaleJob scale => Scale(state, region, scale, context),
            LaunchJob launch => Launch(state, region, launch, context),
            DispatchJob dispatch => Dispatch(state, region, dispatch, context),
            TagJobVersion tag => Tag(state, tag, context),
            UntagJobVersion untag => Untag(state, untag, context),
            ChangeDeployment change => Change(state, region, change, context),
            _ => throw new ArgumentException($"{command.GetType().Name} is no command that a job knows", nameof(command)),
        };
    }

    private static Decision Again(HandledRequest handled, IJobCommand command)
    {
        EvaluationId? evaluation = handled.Evaluations.Count > 0 ? handled.Evaluations[0] : null;
        return Decision.Nothing(_ => command switch
        {
            SetJobStability or CollectJob or TagJobVersion or UntagJobVersion => new CommandAccepted(handled.Index),
            LaunchJob or DispatchJob => new ChildLaunched(handled.Index, handled.Child is { } child ? command.JobId with { Id = child } : null, evaluation),
            _ => new JobChanged(handled.Index, handled.JobModifyIndex, evaluation, []),
        });
    }

    private static Decision Deregister(JobState state, DeregisterJob command, DecisionContext context)
    {
        var job = state.Job;
        var evaluation = IsEvaluated(job)
            ? NewEvaluation(job, EvaluationTriggers.JobDeregister, context, command.EvaluationPriority)
            : null;

        // Stopping what is stopped is no new version; its evaluation may still find something to stop.
        if (job.Stop == true && !command.Purge)
        {
            return evaluation is null
                ? Decision.Nothing(index => new JobChanged(index, job.JobModifyIndex, null, []))
                : Decision.Of(
                    new JobEvaluated(state.Id, ForceReschedule: false, evaluation, command.Context.RequestId, context.Now),
                    index => new JobChanged(index, job.JobModifyIndex, evaluation.Id, []));
        }

        return Decision.Of(
            new JobDeregistered(state.Id, command.Purge, evaluation, command.Context.RequestId, context.Now),
            index => new JobChanged(index, index, evaluation?.Id, []));
    }

    private static Decision Collect(JobState state, RegionState region, CollectJob command, DecisionContext context)
    {
        if (state.Job.ModifyIndex != command.ModifyIndex || region.AllocationsOfJob(state.Id).Any(a => !a.ClientTerminal) || region.EvaluationsOfJob(state.Id).Any(e => !e.Terminal))
            return Decision.Refuse(RefusalKind.Conflict, $"job {state.Id} came back to use: it was to be collected as of index {command.ModifyIndex}, and changed at {state.Job.ModifyIndex}");

        return Decision.Of(
            new JobDeregistered(state.Id, Purge: true, Evaluation: null, command.Context.RequestId, context.Now),
            index => new CommandAccepted(index));
    }

    private static Decision Evaluate(JobState state, EvaluateJob command, DecisionContext context)
    {
        var job = state.Job;
        if (!IsEvaluated(job)) return Decision.Refuse(RefusalKind.Invalid, $"job {state.Id} is {(job.Periodic is null ? "parameterized" : "periodic")}: only what it launches can be evaluated");

        var evaluation = NewEvaluation(job, EvaluationTriggers.JobRegister, context);
        return Decision.Of(
            new JobEvaluated(state.Id, command.ForceReschedule, evaluation, command.Context.RequestId, context.Now),
            index => new JobChanged(index, job.JobModifyIndex, evaluation.Id, []));
    }

    private static Decision Revert(JobState state, RegionState region, RevertJob command, DecisionContext context)
    {
        var current = state.Job;
        if (command.EnforcePriorVersion is { } expected && expected != current.Version)
            return Decision.Refuse(RefusalKind.Conflict, $"job {state.Id} has version {current.Version}; enforcing version {expected}");
        if (command.Version == current.Version)
            return Decision.Refuse(RefusalKind.Invalid, $"job {state.Id} has version {current.Version}: can't revert to the version that it has");
        if (state.FindVersion(command.Version) is not { } earlier)
            return Decision.Refuse(RefusalKind.NotFound, $"job {state.Id} has no version {command.Version}: it has {string.Join(", ", state.Versions.Select(v => v.Version))}");

        return NewVersion(state, AsVersionOf(earlier with { Stop = false }, state, region, context), EvaluationTriggers.JobRegister, command.Context.RequestId, context, submission: state.FindSubmission(command.Version));
    }

    private static Decision SetStability(JobState state, SetJobStability command, DecisionContext context)
    {
        if (state.FindVersion(command.Version) is not { } version)
            return Decision.Refuse(RefusalKind.NotFound, $"job {state.Id} has no version {command.Version}: it has {string.Join(", ", state.Versions.Select(v => v.Version))}");
        if ((version.Stable == true) == command.Stable) return Decision.Nothing(index => new CommandAccepted(index));

        return Decision.Of(
            new JobStabilityChanged(state.Id, command.Version, command.Stable, command.Context.RequestId, context.Now),
            index => new CommandAccepted(index));
    }

    /// <summary>The evaluation that looks at a job.</summary>
    internal static Evaluation NewEvaluation(Job job, string trigger, DecisionContext context, int? priority = null) => new()
    {
        Id = EvaluationId.From(context.NewId()),
        JobId = new JobId(job.Namespace, job.Id),
        Type = job.Type,
        Priority = priority ?? job.Priority ?? DefaultPriority,
        TriggeredBy = trigger,
        CreateTime = context.Now,
        ModifyTime = context.Now,
    };

    /// <summary>Periodic and parameterized jobs have no allocations of their own: nothing is to be evaluated.</summary>
    internal static bool IsEvaluated(Job job) => job.Periodic is null && (job.ParameterizedJob is null || job.Dispatched);

    private const int DefaultPriority = 50;
}
