using Actors.Api.Filtering;
using Actors.Api.Http;
using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Nodes;
using Actors.State;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/allocations</c>, <c>/v1/allocation/…</c>.</summary>
internal static class AllocationEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Allocations";
        routes.Get("/v1/allocations", "Lists the allocations", ListAsync).Answers<List<AllocListStub>>();
        routes.Get("/v1/allocation/{id}", "Reads an allocation", ReadAsync).Answers<AllocModel>();
        routes.Put("/v1/allocation/{id}/stop", "Stops an allocation and replaces it", StopAsync).Answers<AllocStopResponse>();
        routes.Get("/v1/allocation/{id}/services", "Lists an allocation's services that the region knows", ServicesAsync).Answers<List<ServiceRegistrationModel>>();
    }

    /// <summary>Finds an allocation by its full id.</summary>
    /// <exception cref="ApiException">There is none: 404.</exception>
    public static Allocation Find(RegionState state, string id) =>
        (AllocationId.TryParse(id, out var allocation) ? state.FindAllocation(allocation) : null) ?? throw ApiException.NotFound("alloc not found");

    /// <summary>An allocation in a list, with the type of the job's version that it runs.</summary>
    public static AllocListStub ToStub(ApiRequest request, RegionState state, Allocation allocation) => AllocationMapping.ToStub(
        allocation,
        state.FindJobVersion(allocation.JobId, allocation.JobVersion)?.Type ?? "",
        withTaskStates: request.Parameter("task_states").Length == 0 || request.Flag("task_states"),
        withResources: request.Flag("resources"));

    private static async Task ListAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations));
        var query = request.Query;
        IEnumerable<Allocation> allocations = query.Prefix.Length > 0 ? state.Allocations.WithPrefix(query.Prefix) : state.Allocations;
        if (!query.AllNamespaces)
            allocations = allocations.Where(a => a.JobId.Namespace == query.Namespace);
        var wanted = ItemFilter.Wanted(allocations, query.Filter, a => ToStub(request, state, a));
        await request.WriteListAsync(state.TableIndex(StateTable.Allocations), wanted, ListOrders.Allocations, a => ToStub(request, state, a));
    }

    private static async Task ReadAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, request.Id));
        var allocation = Find(state, request.Id);
        await request.WriteJsonAsync(AllocationMapping.ToModel(allocation, state.FindJobVersion(allocation.JobId, allocation.JobVersion)), allocation.ModifyIndex);
    }

    private static async Task StopAsync(ApiRequest request)
    {
        var allocation = Find(request.Region.State, request.Id);
        var reply = await request.SendAsync<NodeEvaluationsCreated>(new StopAllocation(request.NewCommand(), allocation.NodeId, allocation.Id));
        await request.WriteJsonAsync(
            new AllocStopResponse { EvalId = reply.Evaluations.Count > 0 ? reply.Evaluations[0].ToString() : "", Index = reply.Index, KnownLeader = true },
            reply.Index);
    }

    private static async Task ServicesAsync(ApiRequest request)
    {
        var state = await request.ReadAsync(new WatchTarget(StateTable.Allocations, request.Id));
        var allocation = Find(state, request.Id);
        await request.WriteJsonAsync(ServiceMapping.Of(allocation, state), allocation.ModifyIndex);
    }
}
