using Actors.Api.Filtering;
using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/deployments</c>, <c>/v1/deployment/…</c>.</summary>
internal static class DeploymentEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Deployments";
        routes.Get("/v1/deployments", "Lists the deployments", ListAsync).Answers<List<DeploymentModel>>();
        routes.Get("/v1/deployment/{id}", "Reads a deployment", ReadAsync).Answers<DeploymentModel>();
        routes.Get("/v1/deployment/allocations/{id}", "Lists a deployment's allocations", AllocationsAsync).Answers<List<AllocListStub>>();
        routes.Put("/v1/deployment/promote/{id}", "Promotes canaries", PromoteAsync).Takes<DeploymentPromoteRequest>().Answers<DeploymentUpdateResponse>();
        routes.Put("/v1/deployment/pause/{id}", "Pauses a deployment, or lets it go on", PauseAsync).Takes<DeploymentPauseRequest>().Answers<DeploymentUpdateResponse>();
        routes.Put("/v1/deployment/fail/{id}", "Marks a deployment as failed", FailAsync).Answers<DeploymentUpdateResponse>();
        routes.Put("/v1/deployment/allocation-health/{id}", "Sets the health of allocations by hand", HealthAsync).Takes<DeploymentAllocHealthRequest>().Answers<DeploymentUpdateResponse>();
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Deployments));
        var query = request.Query;
        IEnumerable<Deployment> deployments = query.Prefix.Length > 0 ? state.Deployments.WithPrefix(query.Prefix) : state.Deployments;
        if (!query.AllNamespaces)
            deployments = deployments.Where(d => d.JobId.Namespace == query.Namespace);
        var wanted = ItemFilter.Wanted(deployments, query.Filter, DeploymentMapping.ToModel);
        await request.WriteListAsync(state.TableIndex(StateTable.Deployments), wanted, ListOrders.Deployments, DeploymentMapping.ToModel);
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Deployments, request.Id));
        var deployment = Find(state, request.Id);
        await request.WriteJsonAsync(DeploymentMapping.ToModel(deployment), deployment.ModifyIndex);
    }

    private static async Task AllocationsAsync(ApiRequest request)
    {
        var known = Find(request.Region.State, request.Id);
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, $"job:{known.JobId}"));
        var allocations = state.AllocationsOfJob(known.JobId).Where(a => a.DeploymentId == known.Id);
        await request.WriteListAsync(state.IndexOf(new WatchTarget(StateTable.Allocations, $"job:{known.JobId}")), allocations, ListOrders.Allocations, a => AllocationEndpoints.ToStub(request, state, a));
    }

    private static async Task PromoteAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<DeploymentPromoteRequest>(request.Options.MaxBodyBytes, "a promotion");
        var deployment = FindActive(request, body.DeploymentId, "promote");
        var waiting = deployment.TaskGroups.Where(g => g.Value.DesiredCanaries > 0 && !g.Value.Promoted).Select(g => g.Key).ToList();
        IReadOnlyList<string> groups = body.All || body.Groups is not { Count: > 0 } ? waiting : body.Groups;
        if (groups.FirstOrDefault(g => !deployment.TaskGroups.ContainsKey(g)) is { } unknown)
            throw ApiException.BadRequest($"deployment {deployment.Id} has no group \"{unknown}\": it has {string.Join(", ", deployment.TaskGroups.Keys)}");
        if (groups.Count == 0)
            throw ApiException.BadRequest("no canaries to promote");
        await ChangeAsync(request, deployment, new DeploymentChange(deployment.Id, null, "Deployment promoted by a user", Promote: groups));
    }

    private static async Task PauseAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<DeploymentPauseRequest>(request.Options.MaxBodyBytes, "a pause request");
        var deployment = FindActive(request, body.DeploymentId, body.Pause ? "pause" : "resume");
        await ChangeAsync(request, deployment, body.Pause
            ? new DeploymentChange(deployment.Id, DeploymentStatus.Paused, "Deployment is paused", Evaluate: false)
            : new DeploymentChange(deployment.Id, DeploymentStatus.Running, "Deployment is running"));
    }

    private static async Task FailAsync(ApiRequest request)
    {
        var deployment = FindActive(request, null, "fail");
        // A deployment that a user fails goes back as one that fails by itself: to the last version known to be good.
        var revert = deployment.TaskGroups.Values.Any(g => g.AutoRevert)
            ? request.Region.State.FindJob(deployment.JobId)?.Versions.FirstOrDefault(v => v.Stable == true && v.Version < deployment.JobVersion)?.Version
            : null;
        await ChangeAsync(request, deployment, new DeploymentChange(
            deployment.Id,
            DeploymentStatus.Failed,
            revert is { } version ? $"Deployment marked as failed by a user - rolling back to job version {version}" : "Deployment marked as failed by a user",
            RevertTo: revert));
    }

    private static async Task HealthAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<DeploymentAllocHealthRequest>(request.Options.MaxBodyBytes, "an allocation health request");
        var deployment = FindActive(request, body.DeploymentId, "set the health of allocations of");
        var health = new Dictionary<AllocationId, bool>();
        Add(body.HealthyAllocationIds, true);
        Add(body.UnhealthyAllocationIds, false);
        if (health.Count == 0)
            throw ApiException.BadRequest("must specify at least one healthy/unhealthy allocation ID");
        await ChangeAsync(request, deployment, new DeploymentChange(deployment.Id, null, "Allocation health set by a user", Health: health));

        void Add(IReadOnlyList<string>? ids, bool healthy)
        {
            foreach (var text in ids ?? [])
            {
                if (!AllocationId.TryParse(text, out var id) || request.Region.State.FindAllocation(id) is not { } allocation || allocation.DeploymentId != deployment.Id)
                    throw ApiException.BadRequest($"allocation \"{text}\" is not part of deployment {deployment.Id}");
                if (!health.TryAdd(id, healthy))
                    throw ApiException.BadRequest($"allocation \"{text}\" is named twice");
            }
        }
    }

    private static async Task ChangeAsync(ApiRequest request, Deployment deployment, DeploymentChange change)
    {
        var changed = await request.SendAsync<JobChanged>(new ChangeDeployment(request.NewCommand(), deployment.JobId, change));
        await request.WriteJsonAsync(
            new DeploymentUpdateResponse
            {
                EvalId = changed.EvaluationId?.ToString() ?? "",
                EvalCreateIndex = changed.EvaluationId is null ? 0 : changed.Index,
                DeploymentModifyIndex = changed.Index,
                RevertedJobVersion = change.RevertTo,
                Index = changed.Index,
                KnownLeader = true,
            },
            changed.Index);
    }

    private static Deployment FindActive(ApiRequest request, string? named, string verb)
    {
        if (!string.IsNullOrEmpty(named) && named != request.Id)
            throw ApiException.BadRequest($"the path names deployment {request.Id}, the body deployment {named}: give one of them");
        var deployment = Find(request.Region.State, request.Id);
        return deployment.Active ? deployment : throw ApiException.BadRequest($"can't {verb} a deployment that is {Wire.Word(deployment.Status)}");
    }

    /// <summary>Finds a deployment by its full id.</summary>
    /// <exception cref="ApiException">There is none: 404.</exception>
    public static Deployment Find(RegionState state, string id) =>
        (DeploymentId.TryParse(id, out var deployment) ? state.FindDeployment(deployment) : null) ?? throw ApiException.NotFound("deployment not found");
}
