using Actors.Contracts;
using Actors.Contracts.Link;

namespace Actors.Client.Agent;

/// <summary>What a frame of the desired set means for a client that has certain allocations.</summary>
/// <param name="Take">Allocations to start or change: the frame holds them, and the client has none or an older one.</param>
/// <param name="Remove">Allocations that the servers have forgotten.</param>
internal sealed record DesiredChanges(IReadOnlyList<DesiredAllocation> Take, IReadOnlyList<AllocationId> Remove)
{
    /// <summary>Compares. Level-triggered: the same frame twice changes nothing the second time.</summary>
    /// <param name="known">What the client has, with the index of what is desired of it.</param>
    /// <param name="frame">The frame.</param>
    /// <exception cref="FormatException">An id is none.</exception>
    public static DesiredChanges Of(IReadOnlyDictionary<AllocationId, ulong> known, Desired frame)
    {
        var take = new List<DesiredAllocation>();
        var listed = new HashSet<AllocationId>();
        foreach (var allocation in frame.Allocations)
        {
            var id = AllocationId.Parse(allocation.Id);
            listed.Add(id);
            if (allocation.AllocationJson.Length > 0 && (!known.TryGetValue(id, out var index) || index < allocation.AllocModifyIndex)) take.Add(allocation);
        }

        var removed = frame.Removed.Select(AllocationId.Parse).Where(known.ContainsKey);
        var missing = frame.Full ? known.Keys.Where(id => !listed.Contains(id)) : [];
        return new DesiredChanges(take, [.. removed.Concat(missing).Distinct()]);
    }
}
