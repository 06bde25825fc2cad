namespace Actors.Cli.Agent;

/// <summary>What the agent has of the machine's memory at a moment.</summary>
/// <param name="AllocatedBytes">All that was ever allocated.</param>
/// <param name="CommittedBytes">What the heap has.</param>
/// <param name="ResidentBytes">What the process has: the heap, code and the pages of libraries.</param>
internal readonly record struct MemorySample(long AllocatedBytes, long CommittedBytes, long ResidentBytes)
{
    /// <summary>Now.</summary>
    public static MemorySample Take() => new(GC.GetTotalAllocatedBytes(), GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, Environment.WorkingSet);
}

/// <summary>
/// When to give back what a burst of work left in memory. The collector looks at the heap when something is allocated; after a burst hardly anything is, and so
/// several times what is in use would stay taken, and so would the code that only the burst ran through. Then the heap is collected as a whole and packed, once, and
/// the code let go: when the agent has been idle for some looks and has grown by half a heap, and by enough to be worth the while, since the last time. The first
/// burst is the start: it is over when the agent is idle for the first time, not when it is ready, for then it may have hundreds of tasks to find again.
/// </summary>
/// <param name="mostBytes">A larger heap is left alone: packing it would take too long.</param>
internal sealed class IdleMemory(long mostBytes)
{
    /// <summary>How often to look.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Less is not worth the while: an idle agent's heap, and the code it needs after all, grow by half of this between two collections of its own.</summary>
    private const long LeastGrowth = 64L << 20;

    /// <summary>Who allocates less between two looks is idle: heartbeats of thousands of clients, and people who look on.</summary>
    private const long IdleBytes = 32L << 20;

    private const int IdleLooks = 3;

    private MemorySample _last;
    private MemorySample? _given;
    private int _idle;

    /// <summary>Gives back now and then until asked to stop.</summary>
    /// <param name="mostBytes">A larger heap is left alone.</param>
    /// <param name="time">The clock of the looks.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task KeepAsync(long mostBytes, TimeProvider time, CancellationToken stop)
    {
        var memory = new IdleMemory(mostBytes) { _last = MemorySample.Take() };
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                if (!memory.IsDue(MemorySample.Take()))
                    continue;

                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                UnusedCode.GiveBack();
                memory.GivenBack(MemorySample.Take());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <summary>Looks again.</summary>
    /// <returns>It is to be given back now.</returns>
    public bool IsDue(MemorySample now)
    {
        _idle = now.AllocatedBytes - _last.AllocatedBytes < IdleBytes ? _idle + 1 : 0;
        _last = now;
        return _idle >= IdleLooks && now.CommittedBytes <= mostBytes
            && (_given is not { } given || now.ResidentBytes >= given.ResidentBytes + Math.Max(LeastGrowth, given.CommittedBytes / 2));
    }

    /// <summary>It is given back.</summary>
    public void GivenBack(MemorySample after) => (_last, _given, _idle) = (after, after, 0);
}
