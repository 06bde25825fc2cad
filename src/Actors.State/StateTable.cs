namespace Actors.State;

/// <summary>The tables of the region's state. Each has an index of its own: that of its last change.</summary>
public enum StateTable
{
    /// <summary>Jobs with their versions.</summary>
    Jobs,

    /// <summary>Nodes.</summary>
    Nodes,

    /// <summary>Allocations.</summary>
    Allocations,

    /// <summary>Evaluations.</summary>
    Evaluations,

    /// <summary>Deployments.</summary>
    Deployments,
}

/// <summary>What a blocking query waits for: any change of a table, or of one of its keys.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The key's text (<c>ToString()</c> of its id); for allocations also <c>job:namespace/id</c>, <c>node:id</c>, <c>eval:id</c>, and for evaluations and deployments <c>job:namespace/id</c>; null: the whole table.</param>
public readonly record struct WatchTarget(StateTable Table, string? Key = null);
