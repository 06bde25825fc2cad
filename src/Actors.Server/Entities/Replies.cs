using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Server.Entities;

/// <summary>The index in a reply: a decision can't know it, for it is given when the event is written.</summary>
internal static class Replies
{
    /// <summary>The index of which a reply speaks; 0 for a refusal.</summary>
    public static ulong IndexOf(ICommandReply reply) => reply switch
    {
        JobChanged changed => changed.Index,
        ChildLaunched launched => launched.Index,
        CommandAccepted accepted => accepted.Index,
        NodeEvaluationsCreated created => created.Index,
        EvaluationFinished finished => finished.Index,
        CommandRefused => 0,
        _ => throw new ArgumentException($"{reply.GetType().Name} is not a known reply", nameof(reply)),
    };
}
