using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;
using Actors.State;

namespace Actors.Api.Explaining;

/// <summary>Asks the scheduler about every node, as things stand now: a dry run that places one allocation of each group.</summary>
internal static class NodeSurvey
{
    /// <summary>Every node for each of a job's groups; null when the request doesn't ask for it.</summary>
    /// <param name="request">The request; <c>nodes=true</c> asks.</param>
    /// <param name="state">The state.</param>
    /// <param name="job">The job.</param>
    /// <param name="groups">Its groups.</param>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<NodeExplanation>>?> OfAsync(ApiRequest request, RegionState state, Job? job, IEnumerable<string> groups)
    {
        if (!request.Flag("nodes") || job is null)
            return null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        patience.CancelAfter(request.Options.ReadTimeout);
        var surveys = new Dictionary<string, IReadOnlyList<NodeExplanation>>(StringComparer.Ordinal);
        foreach (var group in groups.Where(name => job.TaskGroups.Any(g => g.Name == name)))
        {
            // One by one: what one group would take must not be missing for the next.
            var result = await request.Region.PlanAsync(
                new PlaceRequest(
                    EvaluationId.From(Guid.NewGuid()),
                    new JobId(job.Namespace, job.Id),
                    job.Version,
                    state.Index,
                    [new GroupPlacement(group, [new PlacementSlot(0)])],
                    [],
                    AllAtOnce: false,
                    request.Time.GetUtcNow() + request.Options.ReadTimeout,
                    DryRun: true,
                    Job: job)
                { EveryNode = true },
                patience.Token);
            surveys[group] = Nodes(result.Failed.GetValueOrDefault(group) ?? result.Metrics.FirstOrDefault());
        }

        return surveys;
    }

    /// <summary>The nodes, the best first, then those that come nearest.</summary>
    private static List<NodeExplanation> Nodes(AllocationMetric? metric) => metric is null
        ? []
        :
        [
            .. metric.ScoreMetaData.Select(s => new NodeExplanation { NodeId = s.NodeId.ToString(), NodeName = s.NodeName, Scores = s.Scores, NormScore = s.NormScore }),
            .. metric.Verdicts.SelectMany(v => v.Nearest.Select(n => new NodeExplanation { NodeId = n.NodeId.ToString(), NodeName = n.NodeName, Check = v.Check, Needed = v.Needed, Had = n.Had })),
        ];
}
