using System.Collections.Immutable;
using Actors.Contracts.Log;
using Actors.State.Tables;

namespace Actors.State;

/// <summary>How far an entity's own events have come.</summary>
/// <param name="SequenceNr">The entity's own number of its last event.</param>
/// <param name="Index">That event's index.</param>
internal readonly record struct Position(long SequenceNr, ulong Index);

/// <summary>How far each entity's own events have come. By parsed ids: a million evaluations would otherwise keep a million texts.</summary>
internal sealed record Positions
{
    public static readonly Positions Empty = new();

    public Table<JobId, Position> Jobs { get; init; } = Table<JobId, Position>.Empty;

    public Table<NodeId, Position> Nodes { get; init; } = Table<NodeId, Position>.Empty;

    public Table<EvaluationId, Position> Evaluations { get; init; } = Table<EvaluationId, Position>.Empty;

    /// <summary>The log itself.</summary>
    public ImmutableSortedDictionary<string, Position> Others { get; init; } = ImmutableSortedDictionary.Create<string, Position>(StringComparer.Ordinal);

    public Position Find(string persistenceId)
    {
        Position position;
        if (PersistenceIds.TryParseEvaluation(persistenceId, out var evaluation)) Evaluations.TryGet(evaluation, out position);
        else if (PersistenceIds.TryParseNode(persistenceId, out var node)) Nodes.TryGet(node, out position);
        else if (PersistenceIds.TryParseJob(persistenceId, out var job)) Jobs.TryGet(job, out position);
        else Others.TryGetValue(persistenceId, out position);
        return position;
    }
}
