using Actors.Contracts.Evaluations;

namespace Actors.State.Evaluations;

/// <summary>What an evaluation answers to the commands that need no plan.</summary>
public static class EvaluationDecisions
{
    /// <summary>Decides.</summary>
    /// <param name="evaluation">The evaluation as it is; null when there is none.</param>
    /// <param name="region">The region's state, no older than the evaluation's last event.</param>
    /// <param name="command">The command: not <see cref="ProcessEvaluation"/>, whose answer takes the scheduler.</param>
    /// <param name="context">Time and ids.</param>
    /// <exception cref="ArgumentException">The command is of another kind.</exception>
    public static Decision Decide(Evaluation? evaluation, RegionState region, IEvaluationCommand command, DecisionContext context)
    {
        if (evaluation is null)
            return Decision.Refuse(RefusalKind.NotFound, $"evaluation {command.EvaluationId} does not exist");

        return command switch
        {
            CancelEvaluation cancel => Move(evaluation, EvaluationStatus.Cancelled, cancel.Reason, null, context),
            FailEvaluation fail => Move(evaluation, EvaluationStatus.Failed, fail.Reason, fail.FollowUp, context),
            UnblockEvaluation unblock => Move(evaluation, EvaluationStatus.Pending, unblock.Reason, null, context),
            _ => throw new ArgumentException($"{command.GetType().Name} is not decided by the state alone", nameof(command)),
        };
    }

    private static Decision Move(Evaluation evaluation, EvaluationStatus to, string reason, Evaluation? followUp, DecisionContext context)
    {
        if (evaluation.Status == to) return Decision.Nothing(_ => new CommandAccepted(evaluation.ModifyIndex));
        if (evaluation.Terminal)
            return Decision.Refuse(RefusalKind.Conflict, $"evaluation {evaluation.Id} is {Word(evaluation.Status)}: it can't become {Word(to)}");

        var changed = new EvaluationStatusChanged(evaluation.Id, to, reason, followUp, context.Now);
        return Decision.Of(changed, index => new CommandAccepted(index));
    }

    private static string Word(EvaluationStatus status) => status switch
    {
        EvaluationStatus.Cancelled => "canceled",
        _ => status.ToString().ToLowerInvariant(),
    };
}
