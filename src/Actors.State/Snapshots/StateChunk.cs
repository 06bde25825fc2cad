namespace Actors.State.Snapshots;

/// <summary>A piece of a snapshot of the region's state. The pieces of one snapshot can be read back in any order.</summary>
/// <param name="Manifest">What the payload is, with its version: see <see cref="ChunkManifests"/>.</param>
/// <param name="Payload">The rows, compressed.</param>
public sealed record StateChunk(string Manifest, byte[] Payload);

/// <summary>The kinds of chunks. A manifest is never changed or reused: a changed shape gets a new version, and the old one stays readable.</summary>
public static class ChunkManifests
{
    /// <summary>The index, the term, and how many rows of each kind there are: one for each snapshot.</summary>
    public const string Header = "state-header/1";

    /// <summary>Jobs with their versions, numbers and positions.</summary>
    public const string Jobs = "state-jobs/1";

    /// <summary>Nodes with their positions.</summary>
    public const string Nodes = "state-nodes/1";

    /// <summary>Evaluations with their positions.</summary>
    public const string Evaluations = "state-evaluations/1";

    /// <summary>Deployments.</summary>
    public const string Deployments = "state-deployments/1";

    /// <summary>Allocations, by job.</summary>
    public const string Allocations = "state-allocations/1";
}
