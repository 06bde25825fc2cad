namespace Actors.Cli.Agent;

/// <summary>What the heap is like at a moment.</summary>
/// <param name="AllocatedBytes">All that was ever allocated.</param>
/// <param name="CommittedBytes">What the heap has of the machine's memory.</param>
internal readonly record struct HeapSample(long AllocatedBytes, long CommittedBytes)
{
    /// <summary>Now.</summary>
    public static HeapSample Take() => new(GC.GetTotalAllocatedBytes(), GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
}

/// <summary>
/// When to give back what a burst of work left in the heap. The collector looks at the heap when something is allocated; after a burst hardly anything is, and so
/// several times what is in use would stay taken. Then the heap is collected as a whole and packed, once: when the agent has been idle for some looks and
/// the heap has grown by half, and by enough to be worth the while, since the last time.
/// </summary>
/// <param name="mostBytes">A larger heap is left alone: packing it would take too long.</param>
internal sealed class IdleHeap(long mostBytes)
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Less is not worth the while: an idle agent's heap grows by half of this between two collections of its own.</summary>
    private const long LeastGrowth = 48L << 20;

    /// <summary>Who allocates less between two looks is idle: heartbeats of thousands of clients, and people who look on.</summary>
    private const long IdleBytes = 32L << 20;

    private const int IdleLooks = 3;

    private HeapSample _last;
    private long _packed;
    private int _idle;

    /// <summary>Packs the heap now and then until asked to stop.</summary>
    /// <param name="mostBytes">A larger heap is left alone.</param>
    /// <param name="time">The clock of the looks.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task KeepAsync(long mostBytes, TimeProvider time, CancellationToken stop)
    {
        var heap = new IdleHeap(mostBytes);
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                if (!heap.IsDue(HeapSample.Take()))
                    continue;

                Pack();
                heap.Packed(HeapSample.Take());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <summary>Collects everything, and gives all that is free back to the machine.</summary>
    public static void Pack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>Looks again.</summary>
    /// <returns>The heap is to be packed now.</returns>
    public bool IsDue(HeapSample now)
    {
        _idle = now.AllocatedBytes - _last.AllocatedBytes < IdleBytes ? _idle + 1 : 0;
        _last = now;
        return _idle >= IdleLooks && now.CommittedBytes <= mostBytes && now.CommittedBytes >= _packed + Math.Max(LeastGrowth, _packed / 2);
    }

    /// <summary>It is packed.</summary>
    public void Packed(HeapSample after) => (_last, _packed, _idle) = (after, after.CommittedBytes, 0);
}
