namespace Actors.Contracts.Log;

/// <summary>One event at its place in the region's total order.</summary>
/// <param name="Index">Its number in the region's log, from 1, without gaps: the index of the HTTP API, of blocking queries and of replay.</param>
/// <param name="PersistenceId">The entity that wrote it, such as <c>job-default/web</c>.</param>
/// <param name="SequenceNr">The entity's own count of its events, from 1.</param>
/// <param name="Event">What happened.</param>
public sealed record LogEntry(ulong Index, string PersistenceId, long SequenceNr, IRegionEvent Event);

/// <summary>An event as bytes: how it travels to the log, lies in a batch, and goes out to the replicas. It is turned into bytes once, by its writer, and read once by each other server.</summary>
/// <param name="PersistenceId">The entity that wrote it.</param>
/// <param name="SequenceNr">The entity's own count of its events, from 1.</param>
/// <param name="Manifest">The event's type and version, such as <c>job-registered/1</c>.</param>
/// <param name="Payload">The event, as its manifest's format.</param>
/// <param name="Term">The term that fences it, or null for an event any owner may write.</param>
public sealed record SerializedEvent(string PersistenceId, long SequenceNr, string Manifest, byte[] Payload, long? Term = null)
{
    /// <summary>What the bytes say, in the process that wrote them: there nobody needs to read them. It doesn't travel, and isn't stored.</summary>
    public IRegionEvent? Event { get; init; }
}

/// <summary>What is stored as one row: all that was written at once.</summary>
/// <param name="FirstIndex">The index of the first event; the others follow without gaps.</param>
/// <param name="Term">The term of the log's writer when it wrote this.</param>
/// <param name="Events">The events in order.</param>
public sealed record LogBatch(ulong FirstIndex, long Term, IReadOnlyList<SerializedEvent> Events)
{
    /// <summary>The index of the last event; <see cref="FirstIndex"/> − 1 for a batch without events.</summary>
    public ulong LastIndex => FirstIndex + (ulong)Events.Count - 1;
}

/// <summary>A new term began: plans of an older term are refused from here on. Written by the log itself, under <see cref="TermStarted.LogPersistenceId"/>.</summary>
/// <param name="Term">The new term: one more than the last.</param>
/// <param name="Server">The server whose scheduler leads, by name.</param>
/// <param name="At">When it began.</param>
public sealed record TermStarted(long Term, string Server, DateTimeOffset At) : IRegionEvent
{
    /// <summary>The persistence id under which the log writes events of its own.</summary>
    public const string LogPersistenceId = "region-log";
}
