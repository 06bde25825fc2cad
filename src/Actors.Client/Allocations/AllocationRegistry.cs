using System.Collections.Concurrent;
using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Drivers;
using Akka.Actor;

namespace Actors.Client.Allocations;

/// <summary>An allocation as questions about it see it.</summary>
/// <param name="Directory">Its directory.</param>
/// <param name="Group">Its group.</param>
/// <param name="HostVolumes">The names of the host volumes that it uses.</param>
/// <param name="Runner">Its actor.</param>
internal sealed record RegisteredAllocation(string Directory, TaskGroup Group, IReadOnlyList<string> HostVolumes, IActorRef Runner)
{
    /// <summary>Its running tasks, by name.</summary>
    public ConcurrentDictionary<string, IDriverTask> Running { get; } = new(StringComparer.Ordinal);

    /// <summary>Carries out its checks; null: it has none, or they have not begun.</summary>
    public CheckMonitor? Checks { get; set; }

    /// <summary>Tells whether the allocation is over: nothing will be written any more.</summary>
    public bool Ended { get; set; }
}

/// <summary>The allocations that this client has: read by the answers to questions from outside the actors.</summary>
internal sealed class AllocationRegistry
{
    private readonly ConcurrentDictionary<AllocationId, RegisteredAllocation> _allocations = new();

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<KeyValuePair<AllocationId, RegisteredAllocation>> All => [.. _allocations];

    /// <summary>One of them, or null.</summary>
    public RegisteredAllocation? Find(AllocationId id) => _allocations.GetValueOrDefault(id);

    /// <summary>Adds or replaces one.</summary>
    public void Set(AllocationId id, RegisteredAllocation allocation) => _allocations[id] = allocation;

    /// <summary>Removes one.</summary>
    public void Remove(AllocationId id) => _allocations.TryRemove(id, out _);
}
