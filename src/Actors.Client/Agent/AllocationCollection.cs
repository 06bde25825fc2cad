using Actors.Contracts;

namespace Actors.Client.Agent;

/// <summary>An ended allocation that the servers know to have ended.</summary>
/// <param name="Id">The allocation.</param>
/// <param name="EndedAt">When.</param>
internal sealed record EndedAllocation(AllocationId Id, DateTimeOffset EndedAt);

/// <summary>Which ended allocations are removed from the machine: by age, by number, by disk.</summary>
internal static class AllocationCollection
{
    // Removed at a time for want of disk; the next look sees what that brought.
    private const int PerLook = 5;

    /// <summary>Chooses, oldest first.</summary>
    /// <param name="ended">All that have ended.</param>
    /// <param name="maxCount">Kept at most.</param>
    /// <param name="maxAge">Kept at longest.</param>
    /// <param name="isFull">The disk is so full that room is made.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<AllocationId> Choose(
        IReadOnlyCollection<EndedAllocation> ended, int maxCount, TimeSpan maxAge, bool isFull, DateTimeOffset now)
    {
        var oldestFirst = ended.OrderBy(e => e.EndedAt).ThenBy(e => e.Id).ToList();
        var tooMany = Math.Max(0, oldestFirst.Count - maxCount);
        var forDisk = isFull ? PerLook : 0;
        return [.. oldestFirst.Where((e, i) => i < tooMany || i < forDisk || now - e.EndedAt > maxAge).Select(e => e.Id)];
    }
}
