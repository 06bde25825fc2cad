using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Text;
using Actors.State.Nodes;

namespace Actors.State.Drafts;

/// <content>Events of nodes, reports of allocations among them.</content>
internal sealed partial class RegionDraft
{
    private void Apply(INodeEvent happened)
    {
        var draft = Open(happened.NodeId);
        draft.State = NodeTransitions.Apply(draft.State, happened, index);
        switch (happened)
        {
            case AllocationsReported reported:
                foreach (var report in reported.Reports) Apply(report, happened.NodeId);
                break;
            case NodeEvaluated evaluated:
                MarkForMigration(evaluated.Stopping, happened.NodeId);
                break;
            case NodeDrainChanged { Migrating: { } migrating }:
                MarkForMigration(migrating, happened.NodeId);
                break;
            case NodePurged:
                nodePositions.Remove(happened.NodeId);
                Settle(draft);
                break;
        }

        foreach (var evaluation in happened.Evaluations) AddEvaluation(evaluation);

        if (happened is AllocationsReported or NodeEvaluated) return;
        nodesIndex = index;
        changes.ChangedNodes.Add(happened.NodeId);
    }

    /// <summary>What comes back under the id of a node that is gone, be it in the same batch, begins anew.</summary>
    private void Settle(NodeDraft draft)
    {
        if (draft.IsEmpty) nodes[draft.Id] = new NodeDraft(new NodeEntry(draft.Id));
    }

    private void Apply(AllocationReport report, NodeId node)
    {
        // What was collected (or belongs to another node) is none of the reporter's business any more.
        if (!allocations.TryGet(report.AllocationId, out var allocation) || allocation.NodeId != node) return;

        // What was said of it, and arranged, while its node was cut off is over.
        var isBack = allocation is { ClientStatus: AllocationClientStatus.Unknown, ServerTerminal: false };
        var health = report.Health is { } told && told.Healthy != allocation.Health?.Healthy ? told with { ModifyIndex = index } : allocation.Health;
        Change(allocation, allocation with
        {
            ClientStatus = report.ClientStatus,
            ClientDescription = Texts.Share(report.ClientDescription),
            TaskStates = TaskStatesOf(report, allocation),
            Health = health,
            Network = report.Network ?? allocation.Network,
            DesiredDescription = isBack ? "" : allocation.DesiredDescription,
            FollowupEvaluation = isBack ? null : allocation.FollowupEvaluation,
            ModifyIndex = index,
            ModifyTime = at,
        });
    }

    // What is known already is kept as it is: it is old, and costs the collector nothing more.
    private IReadOnlyDictionary<string, TaskState> TaskStatesOf(AllocationReport report, Allocation allocation) =>
        NodeComparison.KnowsTasks(report, allocation)
            ? allocation.TaskStates
            : TaskStateMap.Compact(report.TaskStates, Open(allocation.JobId).Versions[allocation.JobVersion].Groups[allocation.TaskGroup].TaskNames);

    private void MarkForMigration(IReadOnlyList<AllocationId> ids, NodeId node)
    {
        foreach (var id in ids)
        {
            if (!allocations.TryGet(id, out var allocation) || allocation.NodeId != node || allocation.Terminal) continue;
            Change(allocation, allocation with { Migrate = true, ModifyIndex = index, ModifyTime = at });
        }
    }
}
