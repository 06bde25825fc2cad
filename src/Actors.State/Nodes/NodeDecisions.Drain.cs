using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;

namespace Actors.State.Nodes;

/// <content>Emptying a node, step by step.</content>
public static partial class NodeDecisions
{
    private static Decision SetDrain(NodeState state, RegionState region, SetNodeDrain command, DecisionContext context)
    {
        var node = state.Node;
        var requestId = command.Context.RequestId;
        if (command.Drain is not { } wanted)
        {
            var eligibility = command.MarkEligible ? NodeEligibility.Eligible : node.Eligibility;
            if (node.Drain is null && node.Eligibility == eligibility) return Unchanged(command);

            var evaluations = eligibility == NodeEligibility.Eligible ? EvaluationsFor(region, node.Id, withSystemJobs: true, EvaluationTriggers.NodeUpdate, context) : [];
            return Made(command, new NodeDrainChanged(node.Id, null, eligibility, evaluations, context.Now, requestId, Meta: command.Meta));
        }

        if (wanted.Deadline < TimeSpan.Zero)
            return Decision.Refuse(RefusalKind.Invalid, $"the drain of node {node.Id} can't have the deadline {wanted.Deadline}: expected zero (at once), a duration, or none");

        // Changing a drain does not begin it anew.
        var drain = wanted with { StartedAt = node.Drain?.StartedAt ?? context.Now };
        if (drain == node.Drain) return Unchanged(command);

        var step = DrainRules.Next(region, node.Id, drain, context.Now);
        var began = new NodeDrainChanged(node.Id, drain, NodeEligibility.Ineligible, ForMoving(region, step, context), context.Now, requestId, [.. step.Migrating.Select(a => a.Id)], command.Meta);
        return step.Complete ? Made(command, began, Ended(node, context)) : Made(command, began);
    }

    private static Decision Continue(NodeState state, RegionState region, ContinueDrain command, DecisionContext context)
    {
        var node = state.Node;
        if (node.Drain is not { } drain) return Unchanged(command);

        var step = DrainRules.Next(region, node.Id, drain, context.Now);
        if (step.Complete) return Made(command, Ended(node, context));
        return step.Migrating.Count == 0
            ? Unchanged(command)
            : Made(command, new NodeEvaluated(node.Id, ForMoving(region, step, context), [.. step.Migrating.Select(a => a.Id)], context.Now));
    }

    // The node stays closed: an emptied node is about to be worked on.
    private static NodeDrainChanged Ended(Node node, DecisionContext context) => new(node.Id, null, NodeEligibility.Ineligible, [], context.Now);

    private static Evaluation[] ForMoving(RegionState region, DrainStep step, DecisionContext context) =>
        [.. step.Migrating.DistinctBy(a => a.JobId).Select(a => EvaluationOf(region, a, EvaluationTriggers.NodeDrain, context))];
}
