using System.Runtime.InteropServices;

namespace Actors.Scheduling.Nodes;

/// <summary>Well-mixed numbers from identities: how ties are broken without chance.</summary>
internal static class Hash
{
    /// <summary>Spreads every bit over all bits (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A number from an identity, the same on every machine.</summary>
    public static ulong Of(Guid id)
    {
        Span<Guid> one = [id];
        var parts = MemoryMarshal.Cast<Guid, ulong>(one);
        return Mix(parts[0]) ^ Mix(parts[1] + 1);
    }
}
