using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Contracts.Operators;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/node/pools</c>, <c>/v1/node/pool/…</c>. A pool is there when it was made, and as long as a node names it.</summary>
internal static class NodePoolEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Node pools";
        routes.Get("/v1/node/pools", "Lists the node pools", ListAsync).Answers<List<NodePoolModel>>();
        routes.Put("/v1/node/pools", "Makes or changes a node pool", ApplyAsync).Takes<NodePoolModel>();
        routes.Get("/v1/node/pool/{id}", "Reads a node pool", ReadAsync).Answers<NodePoolModel>();
        routes.Put("/v1/node/pool/{id}", "Makes or changes a node pool", ApplyAsync).Takes<NodePoolModel>();
        routes.Delete("/v1/node/pool/{id}", "Removes a node pool", DeleteAsync);
        routes.Get("/v1/node/pool/{id}/nodes", "Lists the nodes of a pool", NodesAsync).Answers<List<NodeListStub>>();
        routes.Get("/v1/node/pool/{id}/jobs", "Lists the jobs of a pool", JobsAsync).Answers<List<JobListStub>>();
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes));
        List<NodePoolModel> all = [.. NodePools.All(state).Where(p => p.Name.StartsWith(request.Query.Prefix, StringComparison.Ordinal)).Select(ToModel)];
        await request.WriteJsonAsync(all, Math.Max(state.Operator.ModifyIndex, state.TableIndex(StateTable.Nodes)));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes));
        var pool = Find(state, request.Id);
        await request.WriteJsonAsync(ToModel(pool), pool.ModifyIndex);
    }

    private static async Task ApplyAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<NodePoolModel>(request.Options.MaxBodyBytes, "a node pool");
        if (request.Id.Length > 0 && request.Id != body.Name)
            throw ApiException.BadRequest($"Node pool name does not match: the path names \"{request.Id}\", the body \"{body.Name}\"");
        var pool = new NodePool { Name = body.Name, Description = body.Description ?? "", Meta = (body.Meta ?? new Dictionary<string, string>()).ToEquatableMap() };
        request.SetIndex((await request.SendAsync<CommandAccepted>(new ApplyNodePool(request.NewCommand(), pool))).Index);
    }

    private static async Task DeleteAsync(ApiRequest request) =>
        request.SetIndex((await request.SendAsync<CommandAccepted>(new DeleteNodePool(request.NewCommand(), request.Id))).Index);

    private static async Task NodesAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes));
        var pool = Find(state, request.Id).Name;
        await NodeEndpoints.WriteNodesAsync(request, state, state.Nodes.Where(n => pool == NodePool.All || n.NodePool == pool));
    }

    private static async Task JobsAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Jobs));
        var pool = Find(state, request.Id).Name;
        var jobs = state.Jobs.Where(j => j.Job.NodePool == pool && (request.Query.AllNamespaces || j.Job.Namespace == request.Query.Namespace));
        await request.WriteListAsync(state.TableIndex(StateTable.Jobs), jobs, ListOrders.Jobs, j => JobMapping.ToStub(j, state.SummaryOf(j.Id), withMeta: false));
    }

    private static NodePool Find(RegionState state, string name) => NodePools.All(state).FirstOrDefault(p => p.Name == name) ?? throw ApiException.NotFound("node pool not found");

    private static NodePoolModel ToModel(NodePool pool) => new()
    {
        Name = pool.Name,
        Description = pool.Description,
        Meta = pool.Meta.Count == 0 ? null : pool.Meta.ToDictionary(m => m.Key, m => m.Value),
        CreateIndex = pool.CreateIndex,
        ModifyIndex = pool.ModifyIndex,
    };
}
