using Actors.State.Snapshots;

namespace Actors.State;

/// <content>Snapshots: in many small pieces, never one blob.</content>
public sealed partial class RegionState
{
    /// <summary>The state in pieces, made one by one while they are taken. The same state gives the same pieces.</summary>
    /// <param name="maxBytesPerChunk">How large a piece may become before it is compressed; a single job, node or evaluation that is larger makes a larger one.</param>
    public IEnumerable<StateChunk> ToChunks(int maxBytesPerChunk = 1 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytesPerChunk);
        return SnapshotWriter.Write(this, maxBytesPerChunk);
    }

    /// <summary>The state whose pieces these are. They may come in any order; in that of <see cref="ToChunks"/> the least memory is needed.</summary>
    /// <exception cref="InvalidDataException">A piece is missing or damaged.</exception>
    /// <exception cref="NotSupportedException">A newer version wrote them.</exception>
    /// <exception cref="System.Text.Json.JsonException">A piece is damaged.</exception>
    public static RegionState FromChunks(IEnumerable<StateChunk> chunks)
    {
        var reader = new SnapshotReader();
        foreach (var chunk in chunks) reader.Add(chunk);
        return reader.Finish();
    }
}
