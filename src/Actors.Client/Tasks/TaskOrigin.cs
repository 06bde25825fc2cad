using Actors.Client.Allocations.Hooks;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Client.Tasks;

/// <summary>What a task is started from: changes when the allocation is updated in place.</summary>
/// <param name="Scope">The allocation and what its hooks made.</param>
/// <param name="Task">The task.</param>
internal sealed record TaskOrigin(AllocationScope Scope, JobTask Task)
{
    /// <summary>The allocation.</summary>
    public Allocation Allocation => Scope.Allocation;

    /// <summary>Its job.</summary>
    public Job Job => Scope.Job;

    /// <summary>Its group.</summary>
    public TaskGroup Group => Scope.Group;

    /// <summary>This node.</summary>
    public Node Node => Scope.Node;

    /// <summary>The region.</summary>
    public string Region => Scope.Region;
}

/// <summary>A configuration that its driver does not accept.</summary>
/// <param name="message">All problems with their places.</param>
internal sealed class InvalidTaskException(string message) : Exception(message);
