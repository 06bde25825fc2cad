using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/scaling/…</c>: the scaling policies of the registered jobs.</summary>
internal static class ScalingEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Scaling";
        routes.Get("/v1/scaling/policies", "Lists the scaling policies", ListAsync).Answers<List<ScalingPolicyListStub>>();
        routes.Get("/v1/scaling/policy/{id}", "Reads a scaling policy", ReadAsync).Answers<ScalingPolicyModel>();
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs));
        var (job, type) = (request.Parameter("job"), request.Parameter("type"));
        var policies = Policies(state)
            .Where(p => request.Query.AllNamespaces || p.Job.Namespace == request.Query.Namespace)
            .Where(p => (job.Length == 0 || p.Job.Id == job) && (type.Length == 0 || TypeOf(p.Policy) == type) && p.Policy.Id.StartsWith(request.Query.Prefix, StringComparison.Ordinal))
            .OrderBy(p => p.Policy.Id, StringComparer.Ordinal)
            .Select(p => new ScalingPolicyListStub
            {
                Id = p.Policy.Id,
                Enabled = p.Policy.Enabled ?? true,
                Type = TypeOf(p.Policy),
                Target = Target(p.Job, p.Group),
                CreateIndex = p.Job.CreateIndex,
                ModifyIndex = p.Job.JobModifyIndex,
            })
            .ToList();
        await request.WriteJsonAsync(policies, state.TableIndex(StateTable.Jobs));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs));
        var found = Policies(state).FirstOrDefault(p => p.Policy.Id == request.Id);
        if (found.Policy is not { } policy)
            throw ApiException.NotFound("policy not found");
        var shown = policy with
        {
            Type = TypeOf(policy),
            Target = Target(found.Job, found.Group).ToEquatableMap(),
            CreateIndex = found.Job.CreateIndex,
            ModifyIndex = found.Job.JobModifyIndex,
        };
        await request.WriteJsonAsync(new ScalingPolicyModel(shown), found.Job.JobModifyIndex);
    }

    private static IEnumerable<(Job Job, TaskGroup Group, ScalingPolicy Policy)> Policies(RegionState state) =>
        state.Jobs.Where(j => j.Job.Stop != true).SelectMany(j => j.Job.TaskGroups.Where(g => g.Scaling is not null).Select(g => (j.Job, g, g.Scaling!)));

    private static string TypeOf(ScalingPolicy policy) => policy.Type is { Length: > 0 } type ? type : "horizontal";

    private static Dictionary<string, string> Target(Job job, TaskGroup group) => new()
    {
        ["Namespace"] = job.Namespace,
        ["Job"] = job.Id,
        ["Group"] = group.Name,
    };
}
