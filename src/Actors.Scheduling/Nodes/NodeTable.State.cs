using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Scheduling;
using Actors.State;

namespace Actors.Scheduling.Nodes;

public sealed partial class NodeTable
{
    private SchedulerConfiguration? _configured;

    /// <summary>The table of a state: how a new leader begins.</summary>
    /// <param name="state">The state.</param>
    public static NodeTable Build(RegionState state)
    {
        var table = new NodeTable();
        foreach (var node in state.Nodes) table.Upsert(node);
        table._allocations.Reserve(state.Allocations.Count);
        foreach (var allocation in state.Allocations)
        {
            if (!allocation.Terminal) table.Upsert(allocation, state);
        }

        table.Index = state.Index;
        table.Configure(state);
        return table;
    }

    /// <summary>Follows the state. What was reserved for a plan that is in the log now becomes fact; what was reserved for an evaluation that ended without it is free.</summary>
    /// <param name="state">The state after the changes.</param>
    /// <param name="changes">The changes.</param>
    /// <exception cref="InvalidOperationException">The changes don't follow on what the table shows: build it anew.</exception>
    public void Apply(RegionState state, StateChanges changes)
    {
        if (changes.To <= Index) return;
        if (changes.From > Index) throw new InvalidOperationException($"the node table shows index {Index}, and can't follow changes from index {changes.From} on");

        foreach (var id in changes.Nodes)
        {
            if (state.FindNode(id) is { } node) Upsert(node);
            else Remove(id);
        }

        foreach (var id in changes.Jobs)
        {
            if (_jobNumbers.TryGetValue(id, out var number) && state.FindJob(id) is { } known) Describe(number, known.Job);
        }

        foreach (var change in changes.Allocations)
        {
            // One that ended may be gone as it was, or go on again.
            var now = change.Ended ? state.FindAllocation(change.Id) : change.Allocation;
            if (now is { Terminal: false }) Upsert(now, state);
            else Remove(change.Id);
        }

        foreach (var entry in changes.Entries)
        {
            if (entry.Event is IEvaluationEvent ended) Settle(ended.EvaluationId);
        }

        Index = changes.To;
        Configure(state);
    }

    private void Configure(RegionState state)
    {
        if (ReferenceEquals(_configured, state.SchedulerConfiguration)) return;
        Configuration = _configured = state.SchedulerConfiguration;
    }

    private void Upsert(Allocation allocation, RegionState state)
    {
        var number = NumberOf(allocation.JobId);
        var entry = _jobs[number];
        if (!entry.IsKnown)
        {
            if (state.FindJobVersion(allocation.JobId, allocation.JobVersion) is { } job) Describe(number, job);
            if (state.FindJob(allocation.JobId) is { } current) Describe(number, current.Job);
        }

        // Hardly any job has volumes for one writer only.
        Upsert(allocation, entry.HasSoleVolumes ? state.FindJobVersion(allocation.JobId, allocation.JobVersion)?.TaskGroups.FirstOrDefault(g => g.Name == allocation.TaskGroup) : null);
    }

    // What the plan took up is an allocation now, the rest of the reservation is free.
    private void Settle(Contracts.EvaluationId evaluation)
    {
        if (!_reservations.Remove(evaluation, out var reservation)) return;
        foreach (var id in reservation.Allocations)
        {
            var slot = _allocations.Find(id);
            if (slot >= 0 && _allocations[slot].Reserved) Drop(slot);
        }
    }
}
