using Actors.Contracts;
using Actors.Contracts.Allocations;

namespace Actors.Scheduling.Nodes;

/// <summary>An allocation (or a reservation of one) as the table keeps it.</summary>
internal struct AllocationSlot
{
    public AllocationId Id;

    /// <summary>Its node's row; −1: its node is not known (any more).</summary>
    public int Row;

    /// <summary>Its job and group as numbers.</summary>
    public int Job;
    public int Group;

    public int Cpu;
    public int Memory;
    public int Disk;
    public int Cores;

    /// <summary>The neighbours in its node's and its job's list; −1: none.</summary>
    public int NextOnNode;
    public int PreviousOnNode;
    public int NextOfJob;
    public int PreviousOfJob;

    /// <summary>Its room is lent out while a plan that stops it is being placed.</summary>
    public bool Suspended;

    /// <summary>It is not in the state yet: a plan under way holds it.</summary>
    public bool Reserved;

    /// <summary>The ports it holds.</summary>
    public IReadOnlyList<AllocatedPort> Ports;

    /// <summary>The cores, devices and sole volumes it holds; null: none.</summary>
    public SlotExtras? Extras;
}

/// <summary>The slots of all allocations, and where each lies.</summary>
internal sealed class AllocationSlots
{
    private readonly SlotIndex _index = new();
    private readonly Stack<int> _free = new();
    private AllocationSlot[] _slots = new AllocationSlot[256];
    private int _count;

    public int Count => _index.Count;

    public ref AllocationSlot this[int slot] => ref _slots[slot];

    /// <summary>There will be so many more soon.</summary>
    public void Reserve(int more)
    {
        _index.Reserve(more);
        if (_count + more > _slots.Length) Array.Resize(ref _slots, Math.Max(_count + more, _slots.Length * 2));
    }

    /// <summary>Where an allocation lies; −1: it is not known.</summary>
    public int Find(AllocationId id) => _index.Find(id, _slots);

    public int Add(in AllocationSlot allocation)
    {
        if (Find(allocation.Id) >= 0) throw new InvalidOperationException($"allocation {allocation.Id} is in the node table already");
        if (!_free.TryPop(out var slot))
        {
            if (_count == _slots.Length) Array.Resize(ref _slots, _count * 2);
            slot = _count++;
        }

        _slots[slot] = allocation;
        _index.Add(allocation.Id, slot);
        return slot;
    }

    public void Remove(int slot)
    {
        _index.Remove(_slots[slot].Id, slot);
        _slots[slot] = default;
        _free.Push(slot);
    }
}
