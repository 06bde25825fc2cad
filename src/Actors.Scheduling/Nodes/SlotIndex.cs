using System.Numerics;
using System.Runtime.InteropServices;
using Actors.Contracts;

namespace Actors.Scheduling.Nodes;

/// <summary>
/// Where each allocation's slot is, by its identity. The identities are in the slots; here are only the slots' numbers, each beside a hash
/// of its identity, so that hardly ever a slot is looked at in vain: half of a dictionary's memory, and nothing in it for the collector to follow.
/// </summary>
internal sealed class SlotIndex
{
    private const int Least = 256;

    // Open addressing: an entry lies at its home or, where others lie there, in the first free place after it. At most half are in use.
    private Entry[] _entries = new Entry[Least];
    private int _shift = ShiftOf(Least);

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>There will be so many more soon.</summary>
    public void Reserve(int more)
    {
        if ((Count + more) * 2L <= _entries.Length) return;
        var old = _entries;
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)(Count + more) * 2)];
        _shift = ShiftOf(_entries.Length);
        foreach (var entry in old)
        {
            if (entry.Number != 0) Put(entry);
        }
    }

    /// <summary>An allocation's slot; −1: it is not known.</summary>
    public int Find(AllocationId id, AllocationSlot[] slots)
    {
        var hash = HashOf(id);
        for (var at = HomeOf(hash); _entries[at].Number != 0; at = Next(at))
        {
            if (_entries[at].Hash == hash && slots[_entries[at].Slot].Id == id) return _entries[at].Slot;
        }

        return -1;
    }

    /// <summary>Takes an allocation in that is not known yet.</summary>
    public void Add(AllocationId id, int slot)
    {
        Reserve(1);
        Put(new Entry(HashOf(id), slot + 1));
        Count++;
    }

    /// <summary>Forgets an allocation that is known.</summary>
    public void Remove(AllocationId id, int slot)
    {
        var gap = HomeOf(HashOf(id));
        while (_entries[gap].Slot != slot) gap = Next(gap);
        // What would no longer be found across the gap moves into it, which leaves a gap further on.
        for (var at = Next(gap); _entries[at].Number != 0; at = Next(at))
        {
            if (Steps(HomeOf(_entries[at].Hash), at) < Steps(gap, at)) continue;
            _entries[gap] = _entries[at];
            gap = at;
        }

        _entries[gap] = default;
        Count--;
    }

    private void Put(in Entry entry)
    {
        var at = HomeOf(entry.Hash);
        while (_entries[at].Number != 0) at = Next(at);
        _entries[at] = entry;
    }

    private int HomeOf(uint hash) => (int)(hash >> _shift);

    private int Next(int at) => (at + 1) & (_entries.Length - 1);

    private int Steps(int from, int to) => (to - from) & (_entries.Length - 1);

    private static int ShiftOf(int length) => 32 - BitOperations.Log2((uint)length);

    // Identities are random, or numbered in tests: multiplying spreads those too.
    private static uint HashOf(AllocationId id)
    {
        var parts = MemoryMarshal.Cast<AllocationId, ulong>(new ReadOnlySpan<AllocationId>(in id));
        return (uint)(((parts[0] ^ parts[1]) * 0x9E3779B97F4A7C15) >> 32);
    }

    /// <summary>One place.</summary>
    /// <param name="Hash">The hash of the identity.</param>
    /// <param name="Number">The slot's number and one; 0: the place is free.</param>
    private readonly record struct Entry(uint Hash, int Number)
    {
        public int Slot => Number - 1;
    }
}
