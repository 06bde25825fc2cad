using System.Text.Json;
using Actors.Api.Http;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;

namespace Actors.Api.Endpoints;

/// <summary><c>/v1/client/…</c>: what only a client can answer, asked over its link.</summary>
internal static class ClientEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Group = "Client";
        routes.Get("/v1/client/stats", "Says what a node uses", StatsAsync);
        routes.Map("/v1/client/gc", ["GET", "PUT", "POST"], "Removes a node's ended allocations", CollectAllAsync);
        routes.Get("/v1/client/allocation/{id}/stats", "Says what an allocation uses", r => CallAsync(r, StreamMethods.AllocationStats, a => new AllocationArguments { AllocationId = a.Id, Task = r.Parameter("task") }));
        routes.Get("/v1/client/allocation/{id}/checks", "Says how an allocation's checks last went", r => CallAsync(r, StreamMethods.Checks, a => new AllocationArguments { AllocationId = a.Id }));
        routes.Map("/v1/client/allocation/{id}/gc", ["GET", "PUT", "POST"], "Removes an ended allocation from its node", r => CallAsync(r, StreamMethods.CollectAllocation, a => new AllocationArguments { AllocationId = a.Id }));
        routes.Get("/v1/client/allocation/{id}/kept-logs", "Says which node keeps the logs of an allocation that the servers have forgotten", KeptLogs.DescribeAsync);
        routes.Get("/v1/client/allocation/{id}/snapshot", "Gives the data of an ended allocation's ephemeral disk, as a tar", SnapshotAsync);
        routes.Put("/v1/client/allocation/{id}/restart", "Restarts an allocation's tasks", RestartAsync).Takes<AllocRestartRequest>();
        routes.Put("/v1/client/allocation/{id}/signal", "Signals an allocation's tasks", SignalAsync).Takes<AllocSignalRequest>();
    }

    /// <summary>The arguments as the link carries them.</summary>
    public static byte[] Write(AllocationArguments arguments) => JsonSerializer.SerializeToUtf8Bytes(arguments, StreamJson.Default.AllocationArguments);

    private static async Task StatsAsync(ApiRequest request)
    {
        await using var call = await request.Region.CallClientAsync(NodeOf(request), StreamMethods.HostStats, "{}"u8.ToArray(), request.Aborted);
        await ClientReply.WriteWholeAsync(request, call, "application/json");
    }

    private static async Task CollectAllAsync(ApiRequest request)
    {
        await using var call = await request.Region.CallClientAsync(NodeOf(request), StreamMethods.CollectAll, "{}"u8.ToArray(), request.Aborted);
        await ClientReply.WriteWholeAsync(request, call, "application/json");
    }

    private static async Task SnapshotAsync(ApiRequest request)
    {
        var allocation = AllocationEndpoints.Find(request.Region.State, request.Id);
        await using var call = await request.Region.CallClientAsync(allocation.NodeId, StreamMethods.Snapshot, Write(new AllocationArguments { AllocationId = allocation.Id }), request.Aborted);
        await ClientReply.StreamAsync(request, call, plain: true);
    }

    private static async Task RestartAsync(ApiRequest request)
    {
        var body = request.Http.Request.ContentLength is 0
            ? new AllocRestartRequest()
            : await request.ReadJsonAsync<AllocRestartRequest>(request.Options.MaxBodyBytes, "a restart request");
        await CallAsync(request, StreamMethods.Restart, a => new AllocationArguments { AllocationId = a.Id, Task = body.TaskName ?? "", AllTasks = body.AllTasks });
    }

    private static async Task SignalAsync(ApiRequest request)
    {
        var body = await request.ReadJsonAsync<AllocSignalRequest>(request.Options.MaxBodyBytes, "a signal request");
        await CallAsync(request, StreamMethods.Signal, a => new AllocationArguments { AllocationId = a.Id, Task = body.Task ?? "", Signal = body.Signal ?? "" });
    }

    private static async Task CallAsync(ApiRequest request, string method, Func<Allocation, AllocationArguments> arguments)
    {
        var allocation = AllocationEndpoints.Find(request.Region.State, request.Id);
        await using var call = await request.Region.CallClientAsync(allocation.NodeId, method, Write(arguments(allocation)), request.Aborted);
        await ClientReply.WriteWholeAsync(request, call, "application/json");
    }

    private static NodeId NodeOf(ApiRequest request)
    {
        var named = request.Parameter("node_id");
        if (named.Length == 0)
        {
            return request.Options.LocalNode?.Invoke() is { } local
                ? new NodeId(local)
                : throw ApiException.BadRequest("this agent is no client: name one with node_id");
        }

        return NodeId.TryParse(named, out var node) && request.Region.State.FindNode(node) is not null
            ? node
            : throw ApiException.NotFound("node not found");
    }
}
