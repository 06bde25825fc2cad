using Actors.Contracts.Collections;

namespace Actors.Contracts.Operators;

/// <summary>A pool of nodes, with what an operator says about it.</summary>
public sealed record NodePool
{
    /// <summary>The pool of nodes and jobs that name none.</summary>
    public const string Default = "default";

    /// <summary>The pool that every node is in.</summary>
    public const string All = "all";

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Opaque metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>The index that created it; set by applying.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index that last changed it; set by applying.</summary>
    public ulong ModifyIndex { get; init; }
}
