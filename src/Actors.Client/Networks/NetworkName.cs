using Actors.Contracts;

namespace Actors.Client.Networks;

/// <summary>
/// What an allocation's network is called on the machine: its namespace, and the id by which CNI plugins know it in
/// leases and in the comments of their rules. Holds the node, so that an agent touches nothing of another's.
/// </summary>
/// <param name="node">This node.</param>
internal sealed class NetworkName(NodeId node)
{
    /// <summary>Where named namespaces are.</summary>
    public const string Directory = "/var/run/netns";

    private readonly string _prefix = $"actors-{node.ToString()[..8]}-";

    /// <summary>The name of an allocation's network.</summary>
    public string Of(AllocationId allocation) => _prefix + allocation;

    /// <summary>The path of an allocation's namespace.</summary>
    public string PathOf(AllocationId allocation) => Path.Combine(Directory, Of(allocation));

    /// <summary>The allocation that a name belongs to; null when it is none of this node's.</summary>
    public AllocationId? Parse(string name) =>
        name.StartsWith(_prefix, StringComparison.Ordinal) && AllocationId.TryParse(name[_prefix.Length..], out var id) ? id : null;
}
