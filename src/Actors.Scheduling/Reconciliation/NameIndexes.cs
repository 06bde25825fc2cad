namespace Actors.Scheduling.Reconciliation;

/// <summary>The numbers in the names of a group's allocations: the lowest free ones are given out.</summary>
internal sealed class NameIndexes(Func<IEnumerable<int>> inUse)
{
    private HashSet<int>? _taken;
    private int _next;

    /// <summary>The lowest number that is not in use, in use from now on.</summary>
    public int Next()
    {
        _taken ??= [.. inUse()];
        while (_taken.Contains(_next)) _next++;
        return _next++;
    }
}
