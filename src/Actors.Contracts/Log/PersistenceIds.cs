using System.Diagnostics.CodeAnalysis;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;

namespace Actors.Contracts.Log;

/// <summary>The names under which entities write to the log: <c>job-namespace/id</c>, <c>node-uuid</c>, <c>eval-uuid</c>.</summary>
public static class PersistenceIds
{
    private const string Job = "job-";
    private const string Node = "node-";
    private const string Evaluation = "eval-";

    /// <summary>The operators'.</summary>
    public const string Operator = "operator";

    /// <summary>A job's.</summary>
    public static string Of(JobId id) => $"{Job}{id}";

    /// <summary>A node's.</summary>
    public static string Of(NodeId id) => $"{Node}{id}";

    /// <summary>An evaluation's.</summary>
    public static string Of(EvaluationId id) => $"{Evaluation}{id}";

    /// <summary>That of the entity that owns an event.</summary>
    /// <exception cref="NotSupportedException">No entity owns such an event.</exception>
    public static string OwnerOf(IRegionEvent happened) => happened switch
    {
        IJobEvent job => Of(job.JobId),
        INodeEvent node => Of(node.NodeId),
        IEvaluationEvent evaluation => Of(evaluation.EvaluationId),
        IOperatorEvent => Operator,
        TermStarted or StateCollected => TermStarted.LogPersistenceId,
        _ => throw new NotSupportedException($"nobody owns {happened.GetType().Name}"),
    };

    /// <summary>The job that writes under a name.</summary>
    public static bool TryParseJob(string persistenceId, out JobId id)
    {
        id = default;
        if (!persistenceId.StartsWith(Job, StringComparison.Ordinal)) return false;
        var slash = persistenceId.IndexOf('/', StringComparison.Ordinal);
        if (slash <= Job.Length) return false;
        id = new JobId(persistenceId[Job.Length..slash], persistenceId[(slash + 1)..]);
        return true;
    }

    /// <summary>The node that writes under a name.</summary>
    public static bool TryParseNode([NotNullWhen(true)] string? persistenceId, out NodeId id)
    {
        var parsed = TryParseUuid(persistenceId, Node, out var uuid);
        id = NodeId.From(uuid);
        return parsed;
    }

    /// <summary>The evaluation that writes under a name.</summary>
    public static bool TryParseEvaluation([NotNullWhen(true)] string? persistenceId, out EvaluationId id)
    {
        var parsed = TryParseUuid(persistenceId, Evaluation, out var uuid);
        id = EvaluationId.From(uuid);
        return parsed;
    }

    private static bool TryParseUuid([NotNullWhen(true)] string? persistenceId, string prefix, out Guid uuid)
    {
        uuid = default;
        return persistenceId is not null
            && persistenceId.StartsWith(prefix, StringComparison.Ordinal)
            && Guid.TryParseExact(persistenceId.AsSpan(prefix.Length), "D", out uuid);
    }
}
