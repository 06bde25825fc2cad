using Actors.Api.Filtering;
using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/evaluations</c>, <c>/v1/evaluation/…</c>.</summary>
internal static class EvaluationEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Evaluations";
        routes.Get("/v1/evaluations", "Lists the evaluations", ListAsync).Answers<List<EvaluationModel>>();
        routes.Get("/v1/evaluations/count", "Counts the evaluations", CountAsync).Answers<EvaluationCountResponse>();
        routes.Get("/v1/evaluation/{id}", "Reads an evaluation", ReadAsync).Answers<EvaluationModel>();
        routes.Get("/v1/evaluation/{id}/allocations", "Lists what an evaluation placed", AllocationsAsync).Answers<List<AllocListStub>>();
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Evaluations));
        await request.WriteListAsync(state.TableIndex(StateTable.Evaluations), Wanted(request, state), ListOrders.Evaluations, e => EvaluationMapping.ToModel(e));
    }

    private static async Task CountAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Evaluations));
        await request.WriteJsonAsync(new EvaluationCountResponse(Wanted(request, state).Count()), state.TableIndex(StateTable.Evaluations));
    }

    private static IEnumerable<Evaluation> Wanted(ApiRequest request, RegionState state)
    {
        var query = request.Query;
        var (job, status) = (request.Parameter("job"), request.Parameter("status"));
        if (query.Filter.Length > 0 && (job.Length > 0 || status.Length > 0))
            throw ApiException.BadRequest("filter can't be given together with job or status: say all of it in the filter");

        IEnumerable<Evaluation> evaluations = query.Prefix.Length > 0 ? state.Evaluations.WithPrefix(query.Prefix)
            : job.Length > 0 && !query.AllNamespaces ? state.EvaluationsOfJob(new JobId(query.Namespace, job))
            : state.Evaluations;
        if (!query.AllNamespaces)
            evaluations = evaluations.Where(e => e.JobId.Namespace == query.Namespace);
        if (job.Length > 0)
            evaluations = evaluations.Where(e => e.JobId.Id == job);
        if (status.Length > 0)
            evaluations = evaluations.Where(e => Wire.Word(e.Status) == status);
        return ItemFilter.Wanted(evaluations, query.Filter, e => EvaluationMapping.ToModel(e));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Evaluations, request.Id));
        var evaluation = Find(state, request.Id);
        await request.WriteJsonAsync(EvaluationMapping.ToModel(evaluation, request.Flag("related") ? Related(state, evaluation) : null), evaluation.ModifyIndex);
    }

    private static async Task AllocationsAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, $"eval:{request.Id}"));
        var allocations = EvaluationId.TryParse(request.Id, out var id) ? state.AllocationsOfEvaluation(id) : Enumerable.Empty<Contracts.Allocations.Allocation>();
        await request.WriteListAsync(state.IndexOf(new WatchTarget(StateTable.Allocations, $"eval:{request.Id}")), allocations, ListOrders.Allocations, a => AllocationEndpoints.ToStub(request, state, a));
    }

    /// <summary>Finds an evaluation by its full id.</summary>
    /// <exception cref="ApiException">There is none: 404.</exception>
    public static Evaluation Find(RegionState state, string id) =>
        (EvaluationId.TryParse(id, out var evaluation) ? state.FindEvaluation(evaluation) : null) ?? throw ApiException.NotFound("eval not found");

    // Those that are linked with it, directly or over others.
    private static List<Evaluation> Related(RegionState state, Evaluation of)
    {
        var found = new Dictionary<EvaluationId, Evaluation> { [of.Id] = of };
        var open = new Queue<Evaluation>([of]);
        while (open.TryDequeue(out var next))
        {
            foreach (var link in (EvaluationId?[])[next.PreviousEvaluation, next.NextEvaluation, next.BlockedEvaluation])
            {
                if (link is { } id && !found.ContainsKey(id) && state.FindEvaluation(id) is { } evaluation)
                {
                    found[id] = evaluation;
                    open.Enqueue(evaluation);
                }
            }
        }

        found.Remove(of.Id);
        return [.. found.Values.OrderBy(e => e.CreateIndex)];
    }
}
