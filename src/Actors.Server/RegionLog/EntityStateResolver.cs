using Actors.Contracts.Log;
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

/// <summary>Jobs recover from their <c>JobState</c> (also what remains of a purged one), nodes from their <c>NodeState</c> (also of one that is gone), evaluations from their <c>Evaluation</c>, the operators' from <c>OperatorState</c>.</summary>
public sealed class EntityStateResolver : IEntityStateResolver
{
    /// <inheritdoc/>
    public object? Resolve(RegionState state, string persistenceId)
    {
        if (PersistenceIds.TryParseEvaluation(persistenceId, out var evaluation))
            return state.FindEvaluation(evaluation);
        if (persistenceId == PersistenceIds.Operator)
            return state.Operator;
        if (PersistenceIds.TryParseNode(persistenceId, out var node))
            return state.FindNodeRecord(node);
        return PersistenceIds.TryParseJob(persistenceId, out var job) ? state.FindJobRecord(job) : null;
    }
}
