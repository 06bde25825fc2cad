using Actors.Api.Explaining;
using Actors.Api.Http;
using Actors.Api.Models;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/…/explain</c>: why things are as they are. With <c>?nodes=true</c> also every node by name, as things stand now.</summary>
internal static class ExplainEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Explanations";
        routes.Get("/v1/evaluation/{id}/explain", "Says why an evaluation placed what where, by node name", EvaluationAsync).Answers<EvaluationExplanation>();
        routes.Get("/v1/allocation/{id}/explain", "Says why an allocation is where it is and as it is", AllocationAsync).Answers<AllocationExplanation>();
        routes.Get("/v1/deployment/{id}/explain", "Says what a deployment waits for", DeploymentAsync).Answers<DeploymentExplanation>();
        routes.Get("/v1/job/{id}/explain", "Says what of a job runs, what doesn't, and why", JobAsync).Answers<JobExplanation>();
    }

    private static async Task EvaluationAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Evaluations, request.Id));
        var evaluation = EvaluationEndpoints.Find(state, request.Id);
        var explanation = Explanations.Of(state, evaluation);
        var groups = explanation.Failed.Keys.Concat(explanation.Placed.Select(p => p.TaskGroup)).Distinct();
        var nodes = await NodeSurvey.OfAsync(request, state, state.FindJob(evaluation.JobId)?.Job, groups);
        await request.WriteJsonAsync(explanation with { Nodes = nodes }, evaluation.ModifyIndex);
    }

    private static async Task AllocationAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, request.Id));
        var allocation = AllocationEndpoints.Find(state, request.Id);
        var nodes = await NodeSurvey.OfAsync(request, state, state.FindJobVersion(allocation.JobId, allocation.JobVersion), [allocation.TaskGroup]);
        await request.WriteJsonAsync(Explanations.Of(state, allocation) with { Nodes = nodes }, allocation.ModifyIndex);
    }

    private static async Task DeploymentAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Deployments, request.Id));
        var deployment = DeploymentEndpoints.Find(state, request.Id);
        await request.WriteJsonAsync(Explanations.Of(state, deployment), deployment.ModifyIndex);
    }

    private static async Task JobAsync(ApiRequest request)
    {
        var id = request.JobId;
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs, id.ToString()));
        var job = JobEndpoints.Find(state, id).Job;
        var nodes = await NodeSurvey.OfAsync(request, state, job, job.TaskGroups.Select(g => g.Name));
        await request.WriteJsonAsync(Explanations.Of(state, job) with { Nodes = nodes }, job.ModifyIndex);
    }
}
