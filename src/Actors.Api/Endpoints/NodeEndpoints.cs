using Actors.Api.Filtering;
using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/nodes</c>, <c>/v1/node/…</c>.</summary>
internal static class NodeEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Nodes";
        routes.Get("/v1/nodes", "Lists the nodes", ListAsync).Answers<List<NodeListStub>>();
        routes.Get("/v1/node/{id}", "Reads a node", ReadAsync).Answers<NodeModel>();
        routes.Get("/v1/node/{id}/allocations", "Lists a node's allocations", AllocationsAsync).Answers<List<AllocModel>>();
        routes.Put("/v1/node/{id}/evaluate", "Looks again at the jobs of a node", EvaluateAsync).Answers<NodeUpdateResponse>();
        routes.Put("/v1/node/{id}/drain", "Empties a node, or stops that", DrainAsync).Takes<NodeDrainRequest>().Answers<NodeUpdateResponse>();
        routes.Put("/v1/node/{id}/eligibility", "Lets allocations come to a node, or keeps them away", EligibilityAsync).Takes<NodeEligibilityRequest>().Answers<NodeUpdateResponse>();
        routes.Put("/v1/node/{id}/purge", "Removes a node for good", PurgeAsync).Answers<NodeUpdateResponse>();
    }

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes));
        await WriteNodesAsync(request, state, request.Query.Prefix.Length > 0 ? state.Nodes.WithPrefix(request.Query.Prefix) : state.Nodes);
    }

    /// <summary>Answers with nodes, as the query wants them.</summary>
    public static Task WriteNodesAsync(ApiRequest request, RegionState state, IEnumerable<Node> nodes)
    {
        var (os, resources) = (request.Flag("os"), request.Flag("resources"));
        var wanted = ItemFilter.Wanted(nodes, request.Query.Filter, NodeMapping.ToModel);
        return request.WriteListAsync(state.TableIndex(StateTable.Nodes), wanted, ListOrders.Nodes, n => NodeMapping.ToStub(n, os, resources));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Nodes, request.Id));
        var node = Find(state, request.Id);
        await request.WriteJsonAsync(NodeMapping.ToModel(node), node.ModifyIndex);
    }

    private static async Task AllocationsAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, $"node:{request.Id}"));
        var node = Find(state, request.Id);
        List<AllocModel> allocations = [.. state.AllocationsOfNode(node.Id).Select(a => AllocationMapping.ToModel(a, state.FindJobVersion(a.JobId, a.JobVersion)))];
        await request.WriteJsonAsync(allocations, state.IndexOf(new WatchTarget(StateTable.Allocations, $"node:{node.Id}")));
    }

    private static async Task EvaluateAsync(ApiRequest request)
    {
        var node = Find(request.Region.State, request.Id);
        await AnswerAsync(request, node.Id, await request.SendAnyAsync(new EvaluateNode(request.NewCommand(), node.Id)));
    }

    private static async Task DrainAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<NodeDrainRequest>(request.Options.MaxBodyBytes, "a node drain request");
        var node = Find(request.Region.State, SameNode(request, body.NodeId));
        var drain = body.DrainSpec is { } spec
            ? new DrainStrategy(spec.Deadline switch { < 0 => TimeSpan.Zero, 0 => null, var ns => new TimeSpan(ns / TimeSpan.NanosecondsPerTick) }, spec.IgnoreSystemJobs, request.Time.GetUtcNow())
            : null;
        await AnswerAsync(request, node.Id, await request.SendAnyAsync(new SetNodeDrain(request.NewCommand(), node.Id, drain, body.MarkEligible, body.Meta)));
    }

    private static async Task EligibilityAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<NodeEligibilityRequest>(request.Options.MaxBodyBytes, "a node eligibility request");
        var node = Find(request.Region.State, SameNode(request, body.NodeId));
        var eligibility = body.Eligibility switch
        {
            "eligible" => NodeEligibility.Eligible,
            "ineligible" => NodeEligibility.Ineligible,
            var other => throw ApiException.BadRequest($"invalid scheduling eligibility \"{other}\": expected eligible or ineligible"),
        };
        await AnswerAsync(request, node.Id, await request.SendAnyAsync(new SetNodeEligibility(request.NewCommand(), node.Id, eligibility)));
    }

    private static async Task PurgeAsync(ApiRequest request)
    {
        var node = Find(request.Region.State, request.Id);
        await AnswerAsync(request, node.Id, await request.SendAnyAsync(new PurgeNode(request.NewCommand(), node.Id)));
    }

    private static Task AnswerAsync(ApiRequest request, NodeId node, ICommandReply reply)
    {
        var (index, evaluations) = reply switch
        {
            NodeEvaluationsCreated created => (created.Index, created.Evaluations),
            CommandAccepted accepted => (accepted.Index, []),
            _ => throw new InvalidOperationException($"a node's command was answered with {reply.GetType().Name}"),
        };
        return request.WriteJsonAsync(
            new NodeUpdateResponse
            {
                NodeModifyIndex = request.Region.State.FindNode(node)?.ModifyIndex ?? index,
                EvalIds = evaluations.Count == 0 ? null : [.. evaluations.Select(e => e.ToString())],
                EvalCreateIndex = evaluations.Count == 0 ? 0 : index,
                Index = index,
                KnownLeader = true,
            },
            index);
    }

    private static string SameNode(ApiRequest request, string? named) => string.IsNullOrEmpty(named) || named == request.Id
        ? request.Id
        : throw ApiException.BadRequest($"the path names node {request.Id}, the body node {named}: give one of them");

    private static Node Find(RegionState state, string id) =>
        (NodeId.TryParse(id, out var node) ? state.FindNode(node) : null) ?? throw ApiException.NotFound("node not found");
}
