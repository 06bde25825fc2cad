using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Link;
using Actors.Contracts.Nodes;
using Actors.Contracts.Serialization;

namespace Actors.Server.Link;

/// <summary>What a client says when it opens its stream, read.</summary>
/// <param name="Node">Its facts.</param>
/// <param name="Known">The allocations that it has, with their AllocModifyIndex.</param>
internal sealed record ReadHello(Node Node, IReadOnlyDictionary<AllocationId, ulong> Known)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="JsonException">It can't be read: the message says where, and what was expected.</exception>
    public static ReadHello From(Hello hello)
    {
        var node = JsonSerializer.Deserialize(hello.NodeJson.Span, ContractsJson.Default.Node) ?? throw new JsonException("node_json is null");
        var known = new Dictionary<AllocationId, ulong>();
        foreach (var (text, index) in hello.KnownAllocations)
            known[AllocationId.TryParse(text, out var id) ? id : throw new JsonException($"known_allocations: expected an allocation's id, found \"{text}\"")] = index;
        return new ReadHello(node, known);
    }
}

/// <summary>Makes a client's node known and ready.</summary>
internal static class Registration
{
    /// <summary>Registers the node, then says that it is alive.</summary>
    /// <returns>The answer to the first of the two that was refused, or else to the second.</returns>
    public static async Task<ICommandReply> RunAsync(LinkContext link, Node node, string request, TimeSpan within)
    {
        var reply = await link.Commands.SendAsync(new RegisterNode(link.Commands.ContextFor(request, within), node), CancellationToken.None).ConfigureAwait(false);
        if (reply is CommandRefused)
            return reply;

        var ready = new UpdateNodeStatus(link.Commands.ContextFor(request + "-ready", within), node.Id, NodeStatus.Ready, "the client is connected");
        return await link.Commands.SendAsync(ready, CancellationToken.None).ConfigureAwait(false);
    }
}
