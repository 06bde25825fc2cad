namespace Actors.Server.RegionLog;

/// <summary>Counts rows and bytes until something is due.</summary>
/// <param name="count">Due after so many.</param>
/// <param name="bytes">Due after so many bytes.</param>
internal sealed class RowBudget(long count, long bytes)
{
    private long _count;
    private long _bytes;
    private long _leastBytes;

    /// <summary>From now on, bytes alone make it due only when there are so many.</summary>
    public void RequireBytes(long least) => _leastBytes = least;

    /// <summary>Adds to what was spent.</summary>
    /// <returns>It is due; the count begins anew.</returns>
    public bool Spend(long spentBytes, long spentCount = 1)
    {
        _count += spentCount;
        _bytes += spentBytes;
        if (_count < count && _bytes < Math.Max(bytes, _leastBytes))
            return false;
        _count = 0;
        _bytes = 0;
        return true;
    }
}
