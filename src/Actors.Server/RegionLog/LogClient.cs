using Actors.Contracts;
using Actors.Contracts.Log;
using Akka.Actor;

namespace Actors.Server.RegionLog;

/// <summary>This server's side of talking to the log's writer, wherever it is. Thread-safe; <see cref="LogClientActor"/> does the sending.</summary>
/// <param name="options">How long things may take.</param>
internal sealed class LogClient(RegionLogOptions options)
{
    private long _lastId;
    private long _pendingBytes;

    /// <summary>A request whose answer is awaited.</summary>
    internal sealed class Pending(LogRequest request, TimeSpan timeout, TimeProvider time) : INoSerializationVerificationNeeded
    {
        private readonly long _asked = time.GetTimestamp();

        public LogRequest Request { get; } = request;

        public TaskCompletionSource<LogAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>How often it was sent: an answer to a request sent twice doesn't tell what became of the first one.</summary>
        public int Sent { get; set; }

        /// <summary>When it was sent last.</summary>
        public long SentAt { get; set; }

        public TimeSpan Age => time.GetElapsedTime(_asked);

        public bool IsLate => Age > timeout;

        public TimeSpan SinceSent => time.GetElapsedTime(SentAt);
    }

    /// <summary>Who sends; set once at start.</summary>
    public IActorRef Actor { get; set; } = ActorRefs.Nobody;

    /// <summary>Writes events of one persistence id, all or none.</summary>
    /// <returns>The index of the first one.</returns>
    /// <exception cref="RegionLogException">They were not written, or nobody knows. <c>Data["rejected"]</c> is true when they surely were not.</exception>
    public async Task<LogAnswer> AppendAsync(IReadOnlyList<SerializedEvent> events)
    {
        var id = Interlocked.Increment(ref _lastId);
        var append = new AppendRequest(id, (int)options.AppendTimeout.TotalMilliseconds, events);
        if (append.Bytes > options.MaxAppendBytes)
            return LogAnswer.Reject(id, RefusalKind.Invalid, RegionJournal.TooLarge(events[0], append.Bytes, options));

        var pending = Interlocked.Add(ref _pendingBytes, append.Bytes);
        try
        {
            return pending > options.MaxQueuedBytes && pending > append.Bytes
                ? LogAnswer.Reject(id, RefusalKind.Overloaded, $"{pending >> 20} MiB of events wait on this server to be written to the region's log, more than {options.MaxQueuedBytes >> 20} MiB may not: try again later")
                : await AskAsync(append, options.AppendTimeout).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _pendingBytes, -append.Bytes);
        }
    }

    /// <summary>Where a persistence id stands, after everything that was asked of the log before.</summary>
    /// <exception cref="RegionLogException">The log doesn't answer.</exception>
    public async Task<(long SequenceNr, ulong Index)> PositionAsync(string persistenceId)
    {
        var answer = await AskAsync(new PositionRequest(Interlocked.Increment(ref _lastId), (int)options.AppendTimeout.TotalMilliseconds, persistenceId), options.AppendTimeout).ConfigureAwait(false);
        return answer.Outcome == LogOutcome.Done ? (answer.SequenceNr, answer.Index) : throw ErrorOf(answer);
    }

    /// <summary>The last committed index.</summary>
    /// <exception cref="RegionLogException">The log doesn't answer.</exception>
    public async Task<ulong> CommittedAsync()
    {
        var answer = await AskAsync(new CommittedRequest(Interlocked.Increment(ref _lastId), (int)options.AppendTimeout.TotalMilliseconds), options.AppendTimeout).ConfigureAwait(false);
        return answer.Outcome == LogOutcome.Done ? answer.Index : throw ErrorOf(answer);
    }

    /// <summary>A refusal as an exception.</summary>
    public static RegionLogException ErrorOf(LogAnswer answer) => new(answer.Kind, answer.Message ?? "the region's log gave no reason");

    private Task<LogAnswer> AskAsync(LogRequest request, TimeSpan timeout)
    {
        var pending = new Pending(request, timeout, options.Time);
        Actor.Tell(pending, ActorRefs.NoSender);
        return pending.Answer.Task;
    }
}
