using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Actors.Contracts.Allocations;

namespace Actors.Client.Networks;

/// <summary>An allocation's network as it was made; kept in the allocation's directory.</summary>
/// <param name="Mode"><c>bridge</c>, <c>none</c> or <c>cni/…</c>.</param>
/// <param name="Namespace">The path of its namespace.</param>
/// <param name="Inode">Which namespace that was: another one under the same path is not it.</param>
/// <param name="Holder">What holds it, in its driver's words; "": nothing.</param>
/// <param name="Status">Its interface and addresses; null for <c>none</c>.</param>
/// <param name="Result">What the last CNI plugin answered: its plugins want it back.</param>
internal sealed record AllocationNetwork(string Mode, string Namespace, ulong Inode, string Holder, NetworkStatus? Status, JsonNode? Result)
{
    /// <summary>The file's name in the allocation's control directory.</summary>
    public const string FileName = "network.json";
}

/// <summary>The JSON of what the client itself reads again, made at compile time.</summary>
[JsonSerializable(typeof(AllocationNetwork))]
internal sealed partial class NetworkJson : JsonSerializerContext;
