namespace Actors.Contracts.Log;

/// <summary>
/// What nobody needs any more is forgotten. Written under <see cref="TermStarted.LogPersistenceId"/> by the server that leads.
/// Applying it looks again: what came back to use meanwhile stays. Jobs and nodes are not in it: their owners forget them.
/// </summary>
/// <param name="Term">The term of the server that leads.</param>
/// <param name="Evaluations">Evaluations that ended.</param>
/// <param name="Allocations">Allocations that ended.</param>
/// <param name="Deployments">Deployments that ended.</param>
/// <param name="At">When.</param>
public sealed record StateCollected(
    long Term,
    IReadOnlyList<EvaluationId> Evaluations,
    IReadOnlyList<AllocationId> Allocations,
    IReadOnlyList<DeploymentId> Deployments,
    DateTimeOffset At) : IFencedEvent;
