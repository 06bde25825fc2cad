namespace Actors.Contracts.Evaluations;

/// <summary>Carries the id of the evaluation it is about: routes to its actor.</summary>
public interface IWithEvaluationId
{
    /// <summary>The evaluation.</summary>
    EvaluationId EvaluationId { get; }
}

/// <summary>A command to one evaluation's actor.</summary>
public interface IEvaluationCommand : IRegionCommand, IWithEvaluationId;

/// <summary>It is this evaluation's turn: reconcile, place, commit. Answered with <see cref="EvaluationFinished"/> when the log has its outcome.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Term">The term of the scheduler that gives the turn.</param>
/// <param name="MinIndex">The state must be at this index or later.</param>
public sealed record ProcessEvaluation(CommandContext Context, EvaluationId EvaluationId, long Term, ulong MinIndex) : IEvaluationCommand;

/// <summary>A later evaluation of the same job takes its place.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record CancelEvaluation(CommandContext Context, EvaluationId EvaluationId, string Reason) : IEvaluationCommand;

/// <summary>It could not be worked out, too often: give up (a follow-up tries later).</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="FollowUp">The evaluation that tries later, or null.</param>
public sealed record FailEvaluation(CommandContext Context, EvaluationId EvaluationId, string Reason, Evaluation? FollowUp) : IEvaluationCommand;

/// <summary>Capacity that may help appeared: a blocked evaluation is pending again.</summary>
/// <param name="Context">Request id, deadline, trace.</param>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Reason">What appeared, for people.</param>
public sealed record UnblockEvaluation(CommandContext Context, EvaluationId EvaluationId, string Reason) : IEvaluationCommand;

/// <summary>An evaluation's turn is over.</summary>
/// <param name="EvaluationId">The evaluation.</param>
/// <param name="Status">What became of it; <see cref="EvaluationStatus.Pending"/> when it must be given another turn.</param>
/// <param name="Index">The index of its last event.</param>
/// <param name="Problem">Why it needs another turn, or null.</param>
public sealed record EvaluationFinished(EvaluationId EvaluationId, EvaluationStatus Status, ulong Index, string? Problem = null) : ICommandReply;
