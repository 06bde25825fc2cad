using Actors.Client.Networks;
using Actors.Client.Tasks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Client.Allocations.Hooks;

/// <summary>An allocation as its hooks and its tasks see it; a changed allocation is another scope with the same facts.</summary>
/// <param name="Client">The client.</param>
/// <param name="Allocation">As the servers want it.</param>
/// <param name="Job">The version of the job it runs.</param>
/// <param name="Group">Its group.</param>
/// <param name="Node">This node.</param>
/// <param name="Region">The region.</param>
internal sealed record AllocationScope(ClientContext Client, Allocation Allocation, Job Job, TaskGroup Group, Node Node, string Region)
{
    /// <summary>What the hooks found or made.</summary>
    public AllocationFacts Facts { get; init; } = new();

    /// <summary>Its directory.</summary>
    public string Directory => Client.Directories.PathOf(Allocation.Id);

    /// <summary>Puts something into the story of each of its tasks.</summary>
    public Action<TaskEvent> Tell { get; init; } = _ => { };

    /// <summary>Stops the allocation for good.</summary>
    public Action<KillTask> Stop { get; init; } = _ => { };
}

/// <summary>What an allocation's hooks hand on to later hooks and to its tasks. Written before the first task starts, read afterwards.</summary>
internal sealed class AllocationFacts
{
    /// <summary>The allocation had a directory already: something of it may still run.</summary>
    public bool Existed { get; set; }

    /// <summary>What the hooks have to say before there are tasks to tell it.</summary>
    public List<TaskEvent> Notes { get; } = [];

    /// <summary>Its logs are kept when its directory goes.</summary>
    public bool KeepLogs { get; set; } = true;

    /// <summary>The machine was started anew since: nothing of it runs.</summary>
    public bool Rebooted { get; set; }

    /// <summary>Its network, or null when it has the host's.</summary>
    public AllocationNetwork? Network { get; set; }

    /// <summary>Held while the network is looked after.</summary>
    public SemaphoreSlim NetworkGate { get; } = new(1, 1);

    /// <summary>When this machine began with it.</summary>
    public DateTimeOffset BeganAt { get; set; }
}
