using Actors.Cli.Agent;

namespace Actors.Cli.Tests.Agents;

/// <summary>When an agent gives back memory that it does not need any more.</summary>
public sealed class IdleMemorySpecs
{
    private const long MiB = 1L << 20;

    // What an agent has beside its heap.
    private const long Rest = 150 * MiB;

    private readonly IdleMemory _memory = new(mostBytes: 4_096 * MiB);
    private long _allocated;

    [Fact]
    public void It_is_given_back_once_when_the_work_is_over()
    {
        GivenBack(heap: 400 * MiB);
        Assert.DoesNotContain(true, Looks(10, allocating: 500 * MiB, heap: 2_000 * MiB));

        Assert.Equal([false, false, true], Looks(3, allocating: MiB, heap: 2_000 * MiB));

        GivenBack(heap: 600 * MiB);
        Assert.DoesNotContain(true, Looks(100, allocating: MiB, heap: 800 * MiB));
    }

    [Fact]
    public void What_the_start_left_is_given_back_when_the_agent_is_idle_for_the_first_time_however_little_it_is()
    {
        Assert.DoesNotContain(true, Looks(10, allocating: 100 * MiB, heap: 40 * MiB));

        Assert.Equal([false, false, true], Looks(3, allocating: MiB, heap: 40 * MiB));
    }

    [Fact]
    public void It_is_given_back_again_after_the_heap_grew_by_half()
    {
        GivenBack(heap: 600 * MiB);

        Assert.DoesNotContain(true, Looks(10, allocating: MiB, heap: 899 * MiB));
        Assert.Contains(true, Looks(3, allocating: MiB, heap: 901 * MiB));
    }

    [Fact]
    public void Code_that_was_needed_for_the_work_counts_as_the_heap_does()
    {
        GivenBack(heap: 30 * MiB);

        Assert.Contains(true, Looks(3, allocating: MiB, heap: 60 * MiB, rest: Rest + (35 * MiB)));
    }

    [Fact]
    public void A_small_growth_is_not_worth_it()
    {
        GivenBack(heap: 20 * MiB);

        Assert.DoesNotContain(true, Looks(10, allocating: MiB, heap: 83 * MiB));
        Assert.Contains(true, Looks(3, allocating: MiB, heap: 84 * MiB));
    }

    [Fact]
    public void While_there_is_work_it_is_left_alone() =>
        Assert.DoesNotContain(true, Enumerable.Range(0, 20).SelectMany(_ => Looks(2, allocating: MiB, heap: 2_000 * MiB).Concat(Looks(1, allocating: 100 * MiB, heap: 2_000 * MiB))));

    [Fact]
    public void A_heap_that_would_take_too_long_is_left_alone() => Assert.DoesNotContain(true, Looks(10, allocating: MiB, heap: 5_000 * MiB));

    private void GivenBack(long heap) => _memory.GivenBack(new MemorySample(_allocated, heap, heap + Rest));

    private List<bool> Looks(int count, long allocating, long heap, long rest = Rest) =>
        [.. Enumerable.Range(0, count).Select(_ => _memory.IsDue(new MemorySample(_allocated += allocating, heap, heap + rest)))];
}
