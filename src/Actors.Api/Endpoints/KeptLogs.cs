using System.Text.Json;
using Actors.Api.Http;
using Actors.Contracts;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Server;

namespace Actors.Api.Endpoints;

/// <summary>Finds the logs of an allocation that the servers have forgotten: its node may keep them still, and only the nodes know.</summary>
internal static class KeptLogs
{
    private const int NodesAtOnce = 32;
    private const int MostNodes = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The allocation's node: as the servers know it, else the one that keeps its logs.</summary>
    /// <exception cref="ApiException">404: nobody has them; 400: there are too many nodes to ask them all.</exception>
    public static async Task<(AllocationId Allocation, NodeId Node)> LocateAsync(ApiRequest request)
    {
        if (!AllocationId.TryParse(request.Id, out var id)) throw ApiException.NotFound("alloc not found");
        if (request.Region.State.FindAllocation(id) is { } known) return (id, known.NodeId);
        return (id, (await FindAsync(request, id)).Node);
    }

    /// <summary>Answers which node keeps an allocation's logs, and of which tasks.</summary>
    public static async Task DescribeAsync(ApiRequest request)
    {
        if (!AllocationId.TryParse(request.Id, out var id)) throw ApiException.NotFound("alloc not found");
        var (node, tasks) = await FindAsync(request, id);
        using var answer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(answer))
        {
            json.WriteStartObject();
            json.WriteString("NodeID", node.ToString());
            json.WritePropertyName("Tasks");
            json.WriteRawValue(tasks);
            json.WriteEndObject();
        }

        await request.WriteBytesAsync(answer.ToArray(), "application/json");
    }

    private static async Task<(NodeId Node, byte[] Tasks)> FindAsync(ApiRequest request, AllocationId id)
    {
        var state = request.Region.State;
        var named = request.Parameter("node_id");
        if (named.Length > 0 && !(NodeId.TryParse(named, out var one) && state.FindNode(one) is not null)) throw ApiException.NotFound("node not found");
        var nodes = named.Length > 0 && NodeId.TryParse(named, out var only) ? [only] : state.Nodes.ToArray().Where(n => n.Status == NodeStatus.Ready).Select(n => n.Id).ToArray();
        if (nodes.Length > MostNodes) throw ApiException.BadRequest($"the servers have forgotten the allocation, and {nodes.Length} nodes are too many to ask them all: name its node with node_id");

        using var found = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        found.CancelAfter(Patience);
        (NodeId Node, byte[] Tasks)? holder = null;
        try
        {
            await Parallel.ForEachAsync(nodes, new ParallelOptions { MaxDegreeOfParallelism = NodesAtOnce, CancellationToken = found.Token }, async (node, stop) =>
            {
                if (await AskAsync(request, node, id, stop) is not { } tasks) return;
                holder = (node, tasks);
                await found.CancelAsync();
            });
        }
        catch (OperationCanceledException) when (holder is null && !request.Aborted.IsCancellationRequested)
        {
            throw ApiException.NotFound($"alloc not found: the servers have forgotten it, and not all nodes answered within {Patience.TotalSeconds} s");
        }
        catch (OperationCanceledException) when (holder is not null)
        {
            return holder.Value;
        }

        return holder ?? throw ApiException.NotFound("alloc not found");
    }

    private static async Task<byte[]?> AskAsync(ApiRequest request, NodeId node, AllocationId id, CancellationToken stop)
    {
        try
        {
            await using var call = await request.Region.CallClientAsync(node, StreamMethods.KeptLogs, ClientEndpoints.Write(new AllocationArguments { AllocationId = id }), stop);
            await call.CompleteAsync(stop);
            using var answer = new MemoryStream();
            await foreach (var piece in call.ReadAllAsync(stop)) answer.Write(piece.Span);
            return answer.ToArray();
        }
        catch (Exception e) when (e is ClientCallException or ClientUnreachableException)
        {
            // It keeps none, or is out of reach: another one may have them.
            return null;
        }
    }
}
