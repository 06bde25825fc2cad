namespace Actors.State;

/// <summary>Everything a region knows, at one index: immutable, indexed, versioned.</summary>
public sealed partial class RegionState
{
    /// <summary>Before the first event.</summary>
    public static RegionState Empty { get; } = new();

    /// <summary>The index of the last event applied.</summary>
    public ulong Index { get; private init; }

    /// <summary>The latest scheduler term that has begun.</summary>
    public long Term { get; private init; }
}
