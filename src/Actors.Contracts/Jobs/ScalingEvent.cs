namespace Actors.Contracts.Jobs;

/// <summary>A group's count was changed, or an autoscaler had something to say about it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Time">When.</param>
/// <param name="Count">The new count; null when it stayed.</param>
/// <param name="PreviousCount">The count before.</param>
/// <param name="Message">Why, for people.</param>
/// <param name="Error">It tells of a failure.</param>
/// <param name="EvaluationId">The evaluation that came of it, or null.</param>
/// <param name="CreateIndex">The index of the event; set by applying.</param>
public sealed record ScalingEvent(
    string Group,
    DateTimeOffset Time,
    int? Count,
    int PreviousCount,
    string Message,
    bool Error,
    EvaluationId? EvaluationId,
    ulong CreateIndex = 0);
