using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.State;

namespace Actors.Scheduling.Queues;

/// <summary>An evaluation to be woken, and why.</summary>
/// <param name="Evaluation">The evaluation.</param>
/// <param name="Reason">What appeared, for people.</param>
public sealed record Awakening(Evaluation Evaluation, string Reason);

public sealed partial class BlockedEvaluations
{
    private SchedulerConfiguration? _configuration;

    /// <summary>
    /// Follows the state: takes in what became blocked, forgets what no longer is, and finds what the changes may help. Room appears when a
    /// node that accepts allocations came or changed, and when an allocation on such a node ended.
    /// </summary>
    /// <param name="state">The state after the changes.</param>
    /// <param name="changes">The changes.</param>
    /// <returns>Those to be woken; they are no longer blocked here.</returns>
    public IReadOnlyList<Awakening> Apply(RegionState state, StateChanges changes)
    {
        var woken = new List<Awakening>();
        foreach (var id in changes.Evaluations)
        {
            if (state.FindEvaluation(id) is not { Status: EvaluationStatus.Blocked } evaluation) Remove(id);
            else if (!Contains(id) && Block(evaluation)) woken.Add(new Awakening(evaluation, "room appeared while it was being placed"));
        }

        // Another algorithm, or leave to preempt, may help any of them.
        if (_configuration is not null && _configuration != state.SchedulerConfiguration) WakeAll("the scheduler's configuration changed", woken);
        _configuration = state.SchedulerConfiguration;

        foreach (var id in changes.Nodes)
        {
            if (state.FindNode(id) is { AcceptsAllocations: true } node) Wake(node, changes.To, $"node {node.Name} came or changed", woken);
        }

        var freed = new HashSet<NodeId>();
        foreach (var change in changes.Allocations)
        {
            var allocation = state.FindAllocation(change.Id);
            if (allocation is { Terminal: false } || !freed.Add(change.NodeId)) continue;
            if (state.FindNode(change.NodeId) is { AcceptsAllocations: true } node) Wake(node, changes.To, $"an allocation ended on node {node.Name}", woken);
        }

        return woken;
    }

    private void WakeAll(string reason, List<Awakening> woken)
    {
        foreach (var evaluation in ByPriority(_blocked.Values))
        {
            Remove(evaluation.Id);
            woken.Add(new Awakening(evaluation, reason));
        }
    }

    private void Wake(Node node, ulong index, string reason, List<Awakening> woken)
    {
        foreach (var evaluation in Wake(node.ComputedClass, index)) woken.Add(new Awakening(evaluation, reason));
    }
}
