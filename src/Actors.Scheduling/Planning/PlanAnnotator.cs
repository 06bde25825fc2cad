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
    public static PlanAnnotations Annotate(ReconcileResult reconciled, PlaceResult? placed) =>
        new(reconciled.Desired, reconciled.DestructiveReasons, []);
}
