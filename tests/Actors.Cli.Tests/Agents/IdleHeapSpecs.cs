using Actors.Cli.Agent;

namespace Actors.Cli.Tests.Agents;

public sealed class IdleHeapSpecs
{
    private const long MiB = 1L << 20;

    private readonly IdleHeap _heap = new(mostBytes: 4_096 * MiB);
    private long _allocated;

    [Fact]
    public void A_heap_is_packed_once_when_the_work_is_over()
    {
        Assert.DoesNotContain(true, Looks(10, allocating: 500 * MiB, committed: 2_000 * MiB));

        Assert.Equal([false, false, true], Looks(3, allocating: MiB, committed: 2_000 * MiB));

        _heap.Packed(new HeapSample(_allocated, 600 * MiB));
        Assert.DoesNotContain(true, Looks(100, allocating: MiB, committed: 800 * MiB));
    }

    [Fact]
    public void It_is_packed_again_after_it_grew_by_half()
    {
        _heap.Packed(new HeapSample(0, 600 * MiB));

        Assert.DoesNotContain(true, Looks(10, allocating: MiB, committed: 899 * MiB));
        Assert.Contains(true, Looks(3, allocating: MiB, committed: 901 * MiB));
    }

    [Fact]
    public void While_there_is_work_it_is_left_alone() =>
        Assert.DoesNotContain(true, Enumerable.Range(0, 20).SelectMany(_ => Looks(2, allocating: MiB, committed: 2_000 * MiB).Concat(Looks(1, allocating: 100 * MiB, committed: 2_000 * MiB))));

    [Theory]
    [InlineData(47)]
    [InlineData(5_000)]
    public void A_small_growth_is_not_worth_it_and_one_that_would_take_too_long_is_left_alone(int committed) =>
        Assert.DoesNotContain(true, Looks(10, allocating: MiB, committed * MiB));

    private List<bool> Looks(int count, long allocating, long committed) =>
        [.. Enumerable.Range(0, count).Select(_ => _heap.IsDue(new HeapSample(_allocated += allocating, committed)))];
}
