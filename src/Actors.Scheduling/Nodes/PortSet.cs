using System.Numerics;

namespace Actors.Scheduling.Nodes;

/// <summary>The ports in use on one address: a bit each, in pages that exist once something in them is used.</summary>
internal sealed class PortSet
{
    private const int PageBits = 10;
    private const int PageSize = 1 << PageBits;
    private const int MaxPort = 65535;

    private readonly ulong[]?[] _pages = new ulong[]?[(MaxPort + 1) / PageSize];

    /// <summary>Whether a port is in use.</summary>
    public bool Contains(int port) =>
        (uint)port <= MaxPort && _pages[port >> PageBits] is { } page && (page[(port & (PageSize - 1)) >> 6] & (1UL << (port & 63))) != 0;

    /// <summary>Takes a port. Taking it twice is taking it once.</summary>
    public void Add(int port)
    {
        if ((uint)port > MaxPort) return;
        var page = _pages[port >> PageBits] ??= new ulong[PageSize / 64];
        page[(port & (PageSize - 1)) >> 6] |= 1UL << (port & 63);
    }

    /// <summary>Gives a port back.</summary>
    public void Remove(int port)
    {
        if ((uint)port <= MaxPort && _pages[port >> PageBits] is { } page) page[(port & (PageSize - 1)) >> 6] &= ~(1UL << (port & 63));
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(_pages);

    /// <summary>The first free port from <paramref name="start"/> on, going round within the range; −1: none is free.</summary>
    public int FirstFree(int start, int min, int max)
    {
        var found = FirstFreeWithin(start, max);
        return found >= 0 ? found : FirstFreeWithin(min, start - 1);
    }

    /// <summary>How many ports of a range are free.</summary>
    public int FreeWithin(int min, int max)
    {
        var used = 0;
        for (var port = min; port <= max;)
        {
            if (_pages[port >> PageBits] is not { } page)
            {
                port = ((port >> PageBits) + 1) << PageBits;
                continue;
            }

            var bits = page[(port & (PageSize - 1)) >> 6] & (ulong.MaxValue << (port & 63));
            var last = (port & ~63) + 63;
            if (last > max) bits &= ulong.MaxValue >> (last - max);
            used += BitOperations.PopCount(bits);
            port = last + 1;
        }

        return Math.Max(0, max - min + 1 - used);
    }

    private int FirstFreeWithin(int from, int to)
    {
        var port = from;
        while (port <= to)
        {
            if (_pages[port >> PageBits] is not { } page) return port;
            var free = ~page[(port & (PageSize - 1)) >> 6] & (ulong.MaxValue << (port & 63));
            if (free != 0)
            {
                var found = (port & ~63) + BitOperations.TrailingZeroCount(free);
                return found <= to ? found : -1;
            }

            port = (port & ~63) + 64;
        }

        return -1;
    }
}
