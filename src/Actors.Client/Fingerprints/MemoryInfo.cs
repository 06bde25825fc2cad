using System.Globalization;

namespace Actors.Client.Fingerprints;

/// <summary>The machine's memory, in bytes.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Free">Used by nothing.</param>
/// <param name="Available">Free, or freed at once when needed.</param>
internal sealed record MemoryInfo(long Total, long Free, long Available)
{
    /// <summary>Reads /proc/meminfo.</summary>
    public static MemoryInfo Read()
    {
        var values = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines("/proc/meminfo"))
        {
            var parts = line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length >= 2 && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var kib)) values[parts[0]] = kib * 1024;
        }

        return new MemoryInfo(values.GetValueOrDefault("MemTotal"), values.GetValueOrDefault("MemFree"), values.GetValueOrDefault("MemAvailable"));
    }
}
