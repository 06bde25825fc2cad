using Actors.Contracts;
using Actors.Contracts.Log;

namespace Actors.Server.RegionLog;

/// <summary>What servers tell each other about the log. <see cref="Serialization.RegionLogSerializer"/> is bound to it.</summary>
internal interface ILogMessage;

/// <summary>A server looks for the log's writer.</summary>
internal sealed record LogHello : ILogMessage;

/// <summary>The writer answers requests. Its sender is the one to send them to.</summary>
internal sealed record LogReady(long Term) : ILogMessage;

/// <summary>The writer can't answer requests now: say hello again.</summary>
internal sealed record LogNotReady : ILogMessage;

/// <summary>Something asked of the log's writer.</summary>
/// <param name="Id">The asker's own number for it.</param>
/// <param name="TimeoutMilliseconds">After so long nobody waits for it any more.</param>
internal abstract record LogRequest(long Id, int TimeoutMilliseconds);

/// <summary>Write the events of one persistence id, all or none.</summary>
/// <param name="Id">The asker's own number for it.</param>
/// <param name="TimeoutMilliseconds">After so long nobody waits for it any more.</param>
/// <param name="Events">The events, at least one; the first must follow on the persistence id's last event, and the others on it.</param>
internal sealed record AppendRequest(long Id, int TimeoutMilliseconds, IReadOnlyList<SerializedEvent> Events) : LogRequest(Id, TimeoutMilliseconds)
{
    /// <summary>About what it takes in a row or message.</summary>
    public int Bytes { get; } = Size(Events);

    public static int Size(IReadOnlyList<SerializedEvent> events)
    {
        var bytes = 0;
        foreach (var e in events)
            bytes = checked(bytes + e.Payload.Length + e.PersistenceId.Length + e.Manifest.Length + 16);
        return bytes;
    }
}

/// <summary>Where does a persistence id stand, after all that was asked before?</summary>
internal sealed record PositionRequest(long Id, int TimeoutMilliseconds, string PersistenceId) : LogRequest(Id, TimeoutMilliseconds);

/// <summary>What is the last committed index?</summary>
internal sealed record CommittedRequest(long Id, int TimeoutMilliseconds) : LogRequest(Id, TimeoutMilliseconds);

/// <summary>Requests that were made within a moment.</summary>
internal sealed record LogRequests(IReadOnlyList<LogRequest> Requests) : ILogMessage;

/// <summary>A part of a <see cref="LogRequests"/> too large for one message.</summary>
/// <param name="Id">The same for all parts of one.</param>
/// <param name="Part">From 0.</param>
/// <param name="Parts">How many there are.</param>
/// <param name="Bytes">This part of its bytes.</param>
internal sealed record LogRequestPart(long Id, int Part, int Parts, byte[] Bytes) : ILogMessage;

/// <summary>What became of a request.</summary>
internal enum LogOutcome : byte
{
    /// <summary>It is in the log; or the question is answered.</summary>
    Done,

    /// <summary>This request was not written.</summary>
    Rejected,

    /// <summary>It failed, or may have been written: its writer must recover.</summary>
    Failed,
}

/// <summary>An answer to a <see cref="LogRequest"/>.</summary>
/// <param name="Id">The request's.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Index">Of an append's first event; of a persistence id's last event; the last committed index.</param>
/// <param name="SequenceNr">Of a persistence id's last event.</param>
/// <param name="Kind">Why it was refused.</param>
/// <param name="Message">Why it was refused, for people.</param>
internal sealed record LogAnswer(long Id, LogOutcome Outcome, ulong Index = 0, long SequenceNr = 0, RefusalKind Kind = default, string? Message = null)
{
    public static LogAnswer Reject(long id, RefusalKind kind, string message) => new(id, LogOutcome.Rejected, Kind: kind, Message: message);

    public static LogAnswer Fail(long id, RefusalKind kind, string message) => new(id, LogOutcome.Failed, Kind: kind, Message: message);
}

/// <summary>Answers that became known at once.</summary>
internal sealed record LogAnswers(IReadOnlyList<LogAnswer> Answers) : ILogMessage;

/// <summary>A committed row, or a run of its events, for a replica.</summary>
/// <param name="RowNr">The row's number in the journal.</param>
/// <param name="Batch">The events.</param>
internal sealed record LogPush(long RowNr, LogBatch Batch) : ILogMessage;

/// <summary>Where the log is, for replicas that may have missed something.</summary>
internal sealed record LogBeat(long Term, ulong Index) : ILogMessage;

/// <summary>An event that was written lately: a repeated append is known again by it.</summary>
/// <param name="PersistenceId">Who wrote it.</param>
/// <param name="SequenceNr">Its number there.</param>
/// <param name="Index">Its index.</param>
/// <param name="Fingerprint">Of its bytes.</param>
internal sealed record RecentEvent(string PersistenceId, long SequenceNr, ulong Index, ulong Fingerprint);

/// <summary>Where the log's writer stands after a row: what it starts from instead of reading all rows.</summary>
/// <param name="Index">The last index.</param>
/// <param name="Term">The latest term.</param>
/// <param name="Recent">The latest events, oldest first.</param>
internal sealed record LogPosition(ulong Index, long Term, IReadOnlyList<RecentEvent> Recent) : ILogMessage
{
    public static LogPosition Start { get; } = new(0, 0, []);
}

/// <summary>
/// A snapshot of a region's state: what it consists of. Its chunks lie in one of two slots, which take turns: the other slot still has the snapshot before it,
/// so that one that is cut off by a crash harms nothing, and is overwritten by the next.
/// </summary>
/// <param name="Index">The state's index.</param>
/// <param name="RowNr">The row that holds it: what follows is read from this row on.</param>
/// <param name="Slot">0 or 1.</param>
/// <param name="Chunks">How many chunks it has; the chunks are snapshots of their own.</param>
/// <param name="Bytes">How large they are together.</param>
/// <param name="OtherChunks">How many chunks the other slot may have.</param>
internal sealed record SnapshotManifest(ulong Index, long RowNr, int Slot, int Chunks, long Bytes, int OtherChunks) : ILogMessage
{
    /// <summary>The persistence id of a chunk.</summary>
    public static string ChunkId(string snapshotPersistenceId, int slot, int chunk) => $"{snapshotPersistenceId}/{slot}/{chunk}";
}

/// <summary>A part of a snapshot.</summary>
/// <param name="Manifest">What is in it, such as <c>state-nodes/1</c>.</param>
/// <param name="Bytes">In that format.</param>
internal sealed record SnapshotChunk(string Manifest, byte[] Bytes) : ILogMessage;
