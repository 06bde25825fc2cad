namespace Actors.Contracts;

/// <summary>What every command carries: who asked, until when the answer is of use, and the trace it belongs to.</summary>
/// <param name="RequestId">The same for every retry of one request: a command that was already carried out is answered again, not done again.</param>
/// <param name="Deadline">After it nobody waits for the answer any more, and the command is dropped.</param>
/// <param name="Traceparent">The W3C trace context of the caller, or null.</param>
public sealed record CommandContext(string RequestId, DateTimeOffset Deadline, string? Traceparent = null);

/// <summary>A wish to change something in the region, sent to the aggregate that owns it.</summary>
public interface IRegionCommand
{
    /// <summary>Request id, deadline and trace.</summary>
    CommandContext Context { get; }
}

/// <summary>Something that happened, and is in the region's log. Everything a replay needs is in it: identities and times too.</summary>
public interface IRegionEvent
{
    /// <summary>When the owner decided it, by its clock.</summary>
    DateTimeOffset At { get; }
}

/// <summary>An event that only the scheduler of the current term may write.</summary>
public interface IFencedEvent : IRegionEvent
{
    /// <summary>The term of the scheduler that made the decision. The log refuses it when a later term has begun.</summary>
    long Term { get; }
}

/// <summary>Any answer to a command.</summary>
public interface ICommandReply;

/// <summary>The command is carried out, and in the log.</summary>
/// <param name="Index">The index of the (last) event that it wrote; of the last event there was, when nothing had to change.</param>
public sealed record CommandAccepted(ulong Index) : ICommandReply;

/// <summary>The command is not carried out, and left nothing behind.</summary>
/// <param name="Kind">What to make of it.</param>
/// <param name="Message">For people: what was found, what was expected, and what to do.</param>
public sealed record CommandRefused(RefusalKind Kind, string Message) : ICommandReply;

/// <summary>Why a command is refused. The HTTP API maps each to a status code.</summary>
public enum RefusalKind
{
    /// <summary>What the command names does not exist (404).</summary>
    NotFound,

    /// <summary>What the command says can't be (400).</summary>
    Invalid,

    /// <summary>The state changed under the caller: read again (409; 500 on Nomad's routes that answer so).</summary>
    Conflict,

    /// <summary>Not allowed to this caller (403).</summary>
    Forbidden,

    /// <summary>There is no leader, or the log can't write now: try again (503).</summary>
    Unavailable,

    /// <summary>The deadline passed; it is not known whether the command was carried out: ask again with the same request id (504).</summary>
    Timeout,

    /// <summary>Too much at once: try again later (429).</summary>
    Overloaded,
}
