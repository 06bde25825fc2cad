namespace Actors.Client.Artifacts;

/// <summary>What fetching an artifact may cost at most.</summary>
public sealed record ArtifactLimits
{
    /// <summary>How long one download over HTTP or S3 may take.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long one clone may take.</summary>
    public TimeSpan GitTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Bytes of one artifact, as it is fetched.</summary>
    public long MaxBytes { get; init; } = 100L * 1024 * 1024 * 1024;

    /// <summary>Bytes of one artifact, unpacked.</summary>
    public long MaxUnpackedBytes { get; init; } = 100L * 1024 * 1024 * 1024;

    /// <summary>Files of one artifact, unpacked.</summary>
    public int MaxFiles { get; init; } = 4096;

    /// <summary>Attempts at one download before the task's restart policy takes over.</summary>
    public int Attempts { get; init; } = 3;
}
