using Actors.Contracts;
using Actors.Scheduling.Nodes;
using CsCheck;

namespace Actors.Scheduling.Tests.Properties;

public class SlotIndexProperties
{
    // Few identities, so that they come and go again; some alike but for one end, so that they lie beside each other.
    private static readonly Gen<AllocationId> IdGen = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40], (high, low) => AllocationId.From(new Guid(high, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)low)));

    [Fact]
    public void Allocations_come_and_go_and_each_is_found_in_its_slot_and_nothing_else_is() =>
        IdGen.Array[0, 2_000].Sample(
            ids =>
            {
                var (slots, known) = (new AllocationSlots(), new Dictionary<AllocationId, int>());
                foreach (var id in ids)
                {
                    Assert.Equal(known.GetValueOrDefault(id, -1), slots.Find(id));
                    if (known.Remove(id, out var slot)) slots.Remove(slot);
                    else known[id] = slots.Add(new AllocationSlot { Id = id, Ports = [] });
                }

                Assert.Equal(known.Count, slots.Count);
                Assert.Equal(known.Count, known.Values.Distinct().Count());
                foreach (var (id, slot) in known)
                {
                    Assert.Equal(slot, slots.Find(id));
                    Assert.Equal(id, slots[slot].Id);
                }
            },
            iter: 200);
}
