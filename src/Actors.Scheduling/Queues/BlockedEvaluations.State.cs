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

        woken.AddRange(Reconfigure(state.SchedulerConfiguration));
        foreach (var id in changes.Nodes)
        {
            if (state.FindNode(id) is { AcceptsAllocations: true } node) Wake(node, changes.To, $"node {node.Name} came or changed", woken);
        }

        var freed = new HashSet<NodeId>();
        foreach (var change in changes.Allocations)
        {
            if (!change.Ended || !freed.Add(change.NodeId)) continue;
            if (state.FindNode(change.NodeId) is { AcceptsAllocations: true } node) Wake(node, changes.To, $"an allocation ended on node {node.Name}", woken);
        }

        return woken;
    }

    /// <summary>The operator's choices, as they are now: another algorithm, or leave to preempt, may help any of those that wait.</summary>
    /// <param name="configuration">The choices. The first ones that are told wake nobody.</param>
    /// <returns>Those to be woken; they are no longer blocked here.</returns>
    public IReadOnlyList<Awakening> Reconfigure(SchedulerConfiguration configuration)
    {
        var before = _configuration;
        _configuration = configuration;
        if (before is null || before == configuration) return [];
        var all = ByPriority(_blocked.Values);
        foreach (var evaluation in all) Remove(evaluation.Id);
        return [.. all.Select(e => new Awakening(e, "the scheduler's configuration changed"))];
    }

    private void Wake(Node node, ulong index, string reason, List<Awakening> woken)
    {
        foreach (var evaluation in Wake(node.ComputedClass, index)) woken.Add(new Awakening(evaluation, reason));
    }
}
