using Actors.Contracts;
using Actors.State;

namespace Actors.Server.RegionLog;

/// <summary>Finds what an entity recovers from: its state within the region's.</summary>
public interface IEntityStateResolver
{
    /// <summary>The entity's state, or null when the region has none (any more).</summary>
    /// <param name="state">The region's state.</param>
    /// <param name="persistenceId">The entity, such as <c>job-default/web</c>.</param>
    object? Resolve(RegionState state, string persistenceId);
}

/// <summary>Jobs recover from their <c>JobState</c> (also what remains of a purged one), nodes from their <c>NodeState</c> (also of one that is gone), evaluations from their <c>Evaluation</c>.</summary>
public sealed class EntityStateResolver : IEntityStateResolver
{
    /// <summary>What the persistence id of a job begins with; its namespace, '/' and its id follow.</summary>
    public const string JobPrefix = "job-";

    /// <summary>What the persistence id of a node begins with; its UUID follows.</summary>
    public const string NodePrefix = "node-";

    /// <summary>What the persistence id of an evaluation begins with; its UUID follows.</summary>
    public const string EvaluationPrefix = "eval-";

    /// <inheritdoc/>
    public object? Resolve(RegionState state, string persistenceId)
    {
        if (persistenceId.StartsWith(JobPrefix, StringComparison.Ordinal) && persistenceId.Contains('/', StringComparison.Ordinal))
            return state.FindJobRecord(JobId.Parse(persistenceId[JobPrefix.Length..]));
        if (persistenceId.StartsWith(NodePrefix, StringComparison.Ordinal) && NodeId.TryParse(persistenceId[NodePrefix.Length..], out var node))
            return state.FindNodeRecord(node);
        if (persistenceId.StartsWith(EvaluationPrefix, StringComparison.Ordinal) && EvaluationId.TryParse(persistenceId[EvaluationPrefix.Length..], out var evaluation))
            return state.FindEvaluation(evaluation);
        return null;
    }
}
