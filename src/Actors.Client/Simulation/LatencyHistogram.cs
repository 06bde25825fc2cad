using System.Numerics;

namespace Actors.Client.Simulation;

/// <summary>Durations counted in classes, each at most an eighth wider than the one before: small, without locks, and exact enough for percentiles.</summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 3;
    private readonly long[] _counts = new long[(64 - SubBits) << SubBits];

    /// <summary>How many were counted.</summary>
    public long Count => _counts.Sum();

    /// <summary>Counts one.</summary>
    public void Add(TimeSpan duration)
    {
        var micros = (ulong)Math.Max(0, duration.TotalMicroseconds);
        Interlocked.Increment(ref _counts[ClassOf(micros)]);
    }

    /// <summary>The duration that this share of those counted doesn't pass; zero when there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length && wanted > 0; i++)
        {
            seen += _counts[i];
            if (seen >= wanted) return TimeSpan.FromMicroseconds(HighestOf(i));
        }

        return TimeSpan.Zero;
    }

    private static int ClassOf(ulong micros)
    {
        if (micros < 1 << SubBits) return (int)micros;
        var shift = BitOperations.Log2(micros) - SubBits;
        return ((shift + 1) << SubBits) + (int)((micros >> shift) & ((1 << SubBits) - 1));
    }

    private static long HighestOf(int index)
    {
        if (index < 1 << SubBits) return index;
        var shift = (index >> SubBits) - 1;
        return ((1L << SubBits) + (index & ((1 << SubBits) - 1)) + 1 << shift) - 1;
    }
}
