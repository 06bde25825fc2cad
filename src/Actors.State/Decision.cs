namespace Actors.State;

/// <summary>What a decision may not make by itself, or it would not be the same twice.</summary>
/// <param name="Now">The time.</param>
/// <param name="NewId">Makes identities.</param>
public sealed record DecisionContext(DateTimeOffset Now, Func<Guid> NewId);

/// <summary>What comes of a command.</summary>
/// <param name="Events">What is to be persisted, all or nothing; empty: nothing has to change.</param>
/// <param name="Reply">The answer, from the index of the last event; without events, from that of the state that was looked at.</param>
public sealed record Decision(IReadOnlyList<IRegionEvent> Events, Func<ulong, ICommandReply> Reply)
{
    /// <summary>One event, and the answer once it is in the log.</summary>
    public static Decision Of(IRegionEvent happened, Func<ulong, ICommandReply> reply) => new([happened], reply);

    /// <summary>Nothing has to change.</summary>
    public static Decision Nothing(Func<ulong, ICommandReply> reply) => new([], reply);

    /// <summary>It can't be.</summary>
    /// <param name="kind">What to make of it.</param>
    /// <param name="message">What was found, what was expected.</param>
    public static Decision Refuse(RefusalKind kind, string message)
    {
        var refusal = new CommandRefused(kind, message);
        return new Decision([], _ => refusal);
    }
}
