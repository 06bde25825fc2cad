using Actors.Contracts;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Reconciliation;

namespace Actors.Scheduling.Planning;

/// <summary>What a plan would do, in numbers and by allocation: Nomad's PlanAnnotations, and why replacements are needed.</summary>
/// <param name="DesiredUpdates">By group.</param>
/// <param name="DestructiveReasons">Why allocations can't take the new version as they run.</param>
/// <param name="PreemptedAllocations">What would make room, of other jobs.</param>
public sealed record PlanAnnotations(
    IReadOnlyDictionary<string, DesiredUpdates> DesiredUpdates,
    IReadOnlyDictionary<AllocationId, string> DestructiveReasons,
    IReadOnlyList<AllocationId> PreemptedAllocations);

/// <summary>Tells what a reconciliation would do: for dry runs.</summary>
public static class PlanAnnotator
{
    /// <summary>The annotations.</summary>
    /// <param name="reconciled">What would change.</param>
    /// <param name="placed">Where it would be placed; null: nothing needs a node.</param>
    public static PlanAnnotations Annotate(ReconcileResult reconciled, PlaceResult? placed)
    {
        if (placed is not { Preempted.Count: > 0 }) return new(reconciled.Desired, reconciled.DestructiveReasons, []);

        var groupOf = placed.Placed.ToDictionary(p => p.Id, p => p.TaskGroup);
        var desired = new SortedDictionary<string, DesiredUpdates>(reconciled.Desired.ToDictionary(), StringComparer.Ordinal);
        foreach (var preempted in placed.Preempted)
        {
            var group = groupOf[preempted.By];
            var numbers = desired.GetValueOrDefault(group) ?? new DesiredUpdates();
            desired[group] = numbers with { Preemptions = numbers.Preemptions + 1 };
        }

        return new(desired, reconciled.DestructiveReasons, [.. placed.Preempted.Select(p => p.Id)]);
    }
}
