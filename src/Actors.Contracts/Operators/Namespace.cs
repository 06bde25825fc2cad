using Actors.Contracts.Collections;

namespace Actors.Contracts.Operators;

/// <summary>A name space of jobs.</summary>
public sealed record Namespace
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Opaque metadata.</summary>
    public EquatableMap<string> Meta { get; init => field = value ?? EquatableMap<string>.Empty; } = EquatableMap<string>.Empty;

    /// <summary>What its jobs may use; null: everything.</summary>
    public NamespaceCapabilities? Capabilities { get; init; }

    /// <summary>The index that created it; set by applying.</summary>
    public ulong CreateIndex { get; init; }

    /// <summary>The index that last changed it; set by applying.</summary>
    public ulong ModifyIndex { get; init; }
}

/// <summary>What the jobs of a namespace may use. A list that is empty says nothing.</summary>
public sealed record NamespaceCapabilities
{
    /// <summary>Only these drivers.</summary>
    public EquatableList<string> EnabledTaskDrivers { get; init => field = value ?? []; } = [];

    /// <summary>Not these drivers.</summary>
    public EquatableList<string> DisabledTaskDrivers { get; init => field = value ?? []; } = [];

    /// <summary>Only these network modes.</summary>
    public EquatableList<string> EnabledNetworkModes { get; init => field = value ?? []; } = [];

    /// <summary>Not these network modes.</summary>
    public EquatableList<string> DisabledNetworkModes { get; init => field = value ?? []; } = [];
}
