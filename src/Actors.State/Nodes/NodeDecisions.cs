using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.State.Jobs;

namespace Actors.State.Nodes;

/// <summary>What a node answers to its commands.</summary>
public static partial class NodeDecisions
{
    /// <summary>Decides.</summary>
    /// <param name="state">The node as it is; null when there is none.</param>
    /// <param name="region">The region's state, no older than the node's last event.</param>
    /// <param name="command">The command.</param>
    /// <param name="context">Time and ids.</param>
    public static Decision Decide(NodeState? state, RegionState region, INodeCommand command, DecisionContext context)
    {
        if (command is RegisterNode register) return Register(state, region, register, context);
        if (state is null) return Decision.Refuse(RefusalKind.NotFound, $"node {command.NodeId} not found");
        if (state.FindRequest(command.Context.RequestId) is { } handled) return Decision.Nothing(_ => Reply(command, handled.Index, handled.Evaluations));

        return command switch
        {
            UpdateNodeStatus status => UpdateStatus(state, region, status, context),
            SetNodeEligibility eligibility => SetEligibility(state, region, eligibility, context),
            SetNodeDrain drain => SetDrain(state, region, drain, context),
            ContinueDrain drain => Continue(state, region, drain, context),
            EvaluateNode evaluate => Evaluate(state, region, evaluate, context),
            StopAllocation stop => Stop(state, region, stop, context),
            PurgeNode purge => Purge(state, region, purge, context),
            CollectNode collect => Collect(state, region, collect, context),
            ReportAllocations report => Report(state, region, report, context),
            _ => throw new ArgumentException($"{command.GetType().Name} is no command that a node knows", nameof(command)),
        };
    }

    private static ICommandReply Reply(INodeCommand command, ulong index, IReadOnlyList<EvaluationId> evaluations) => command is SetNodeEligibility or SetNodeDrain or ContinueDrain or EvaluateNode or StopAllocation or PurgeNode
        ? new NodeEvaluationsCreated(index, evaluations)
        : new CommandAccepted(index);

    private static Decision Made(INodeCommand command, params IReadOnlyList<INodeEvent> events)
    {
        EquatableList<EvaluationId> evaluations = events.SelectMany(e => e.Evaluations).Select(e => e.Id).ToEquatableList();
        return new Decision(events, index => Reply(command, index, evaluations));
    }

    private static Decision Unchanged(INodeCommand command) => Decision.Nothing(index => Reply(command, index, []));

    private static Decision Register(NodeState? state, RegionState region, RegisterNode command, DecisionContext context)
    {
        var said = command.Node;
        if (said.Id.Value == Guid.Empty || said.Name.Length == 0 || said.SecretId.Length == 0)
            return Decision.Refuse(RefusalKind.Invalid, $"a node registers with an id, a name and a secret: found id \"{said.Id}\", name \"{said.Name}\", {(said.SecretId.Length == 0 ? "no secret" : "a secret")}");

        var known = state?.Node;
        if (known is { SecretId.Length: > 0 } && known.SecretId != said.SecretId)
            return Decision.Refuse(RefusalKind.Forbidden, $"node {said.Id} ({known.Name}) is registered with another secret: another agent has its id, or this one lost its data folder");
        if (known is not null && NodeComparison.SameRegistration(known, said)) return Unchanged(command);

        var node = said with
        {
            Status = known?.Status ?? NodeStatus.Initializing,
            StatusDescription = known?.StatusDescription ?? "",
            StatusUpdatedAt = known?.StatusUpdatedAt ?? context.Now.ToUnixTimeSeconds(),
            Eligibility = known?.Eligibility ?? NodeEligibility.Eligible,
            Drain = known?.Drain,
            LastDrain = known?.LastDrain,
            ComputedClass = ComputedClass.Of(said),
            CreateIndex = known?.CreateIndex ?? 0,
            ModifyIndex = known?.ModifyIndex ?? 0,
            Events = [],
        };

        // A node that is ready and has become another one may be right (or wrong) for system jobs now.
        var matters = known is { Status: NodeStatus.Ready } && (known.ComputedClass != node.ComputedClass || !NodeComparison.SameResources(known.Resources, node.Resources));
        return Made(command, new NodeRegistered(node, matters ? EvaluationsFor(region, node.Id, withSystemJobs: true, EvaluationTriggers.NodeUpdate, context) : [], context.Now));
    }

    private static Decision UpdateStatus(NodeState state, RegionState region, UpdateNodeStatus command, DecisionContext context)
    {
        var node = state.Node;
        if (node.Status == command.Status) return Unchanged(command);
        if (command.Status == NodeStatus.Initializing)
            return Decision.Refuse(RefusalKind.Invalid, $"node {node.Id} is {node.Status.ToString().ToLowerInvariant()}: it can't begin anew without registering");

        var evaluations = EvaluationsFor(region, node.Id, command.Status == NodeStatus.Ready, EvaluationTriggers.NodeUpdate, context);
        return Made(command, new NodeStatusChanged(node.Id, command.Status, command.Description, evaluations, context.Now));
    }

    private static Decision SetEligibility(NodeState state, RegionState region, SetNodeEligibility command, DecisionContext context)
    {
        var node = state.Node;
        if (node.Eligibility == command.Eligibility) return Unchanged(command);
        if (command.Eligibility == NodeEligibility.Eligible && node.Drain is not null)
            return Decision.Refuse(RefusalKind.Invalid, $"node {node.Id} is draining: stop the drain before it takes new allocations");

        var evaluations = command.Eligibility == NodeEligibility.Eligible
            ? EvaluationsFor(region, node.Id, withSystemJobs: true, EvaluationTriggers.NodeUpdate, context)
            : [];
        return Made(command, new NodeEligibilityChanged(node.Id, command.Eligibility, evaluations, context.Now, command.Context.RequestId));
    }

    private static Decision Evaluate(NodeState state, RegionState region, EvaluateNode command, DecisionContext context)
    {
        var evaluations = EvaluationsFor(region, state.Node.Id, withSystemJobs: true, EvaluationTriggers.NodeUpdate, context);
        return Made(command, new NodeEvaluated(state.Node.Id, evaluations, [], context.Now, command.Context.RequestId));
    }

    private static Decision Stop(NodeState state, RegionState region, StopAllocation command, DecisionContext context)
    {
        if (region.FindAllocation(command.AllocationId) is not { } allocation || allocation.NodeId != state.Node.Id)
            return Decision.Refuse(RefusalKind.NotFound, $"node {state.Node.Id} has no allocation {command.AllocationId}");

        var evaluation = EvaluationOf(region, allocation, EvaluationTriggers.AllocStop, context);
        return Made(command, new NodeEvaluated(state.Node.Id, [evaluation], allocation.Terminal ? [] : [allocation.Id], context.Now, command.Context.RequestId));
    }

    private static Decision Purge(NodeState state, RegionState region, PurgeNode command, DecisionContext context) =>
        Made(command, new NodePurged(state.Node.Id, EvaluationsFor(region, state.Node.Id, withSystemJobs: false, EvaluationTriggers.NodeUpdate, context), context.Now));

    private static Decision Collect(NodeState state, RegionState region, CollectNode command, DecisionContext context)
    {
        var node = state.Node;
        if (node.ModifyIndex != command.ModifyIndex || node.Status != NodeStatus.Down || region.AllocationsOfNode(node.Id).Any(a => !a.Terminal))
            return Decision.Refuse(RefusalKind.Conflict, $"node {node.Id} came back to use: it was to be collected as of index {command.ModifyIndex}, and changed at {node.ModifyIndex}");

        return Made(command, new NodePurged(node.Id, [], context.Now));
    }

    /// <summary>One evaluation for each job that has something going on at the node, and on wish for each system job that may want it.</summary>
    private static Evaluation[] EvaluationsFor(RegionState region, NodeId node, bool withSystemJobs, string trigger, DecisionContext context)
    {
        var evaluations = new Dictionary<JobId, Evaluation>();
        foreach (var allocation in region.AllocationsOfNode(node))
        {
            if (!allocation.Terminal && !evaluations.ContainsKey(allocation.JobId)) evaluations.Add(allocation.JobId, EvaluationOf(region, allocation, trigger, context));
        }

        if (withSystemJobs)
        {
            foreach (var state in region.Jobs)
            {
                if (state.Job is { Type: JobTypes.System or JobTypes.SysBatch, Stop: not true } job && JobDecisions.IsEvaluated(job) && !evaluations.ContainsKey(state.Id))
                    evaluations.Add(state.Id, JobDecisions.NewEvaluation(job, trigger, context) with { NodeId = node });
            }
        }

        return [.. evaluations.Values];
    }

    private static Evaluation EvaluationOf(RegionState region, Allocation allocation, string trigger, DecisionContext context)
    {
        // Of a job that was purged there may be nothing left: what remains of it is stopped all the same.
        var job = region.FindJobRecord(allocation.JobId)?.Job ?? region.FindJobVersion(allocation.JobId, allocation.JobVersion);
        return new Evaluation
        {
            Id = EvaluationId.From(context.NewId()),
            JobId = allocation.JobId,
            Type = job?.Type ?? JobTypes.Service,
            Priority = job?.Priority ?? 50,
            TriggeredBy = trigger,
            NodeId = allocation.NodeId,
            CreateTime = context.Now,
            ModifyTime = context.Now,
        };
    }
}
