using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Feasibility;

/// <summary>
/// One side of a constraint, an affinity or a spread: a literal, or a reference to something a node has. References are
/// written <c>${attr.kernel.name}</c>; the form of Nomad's first versions without braces (<c>$attr.kernel.name</c>) is read too.
/// </summary>
internal readonly struct Target
{
    private enum Source
    {
        Literal,
        NodeId,
        NodeName,
        Datacenter,
        NodeClass,
        NodePool,
        Attribute,
        Meta,
        Unknown,
    }

    private readonly Source _source;
    private readonly string _key;

    private Target(Source source, string key, bool unique)
    {
        _source = source;
        _key = key;
        Unique = unique;
    }

    /// <summary>It differs from node to node within a computed class, so that the class says nothing about it.</summary>
    public bool Unique { get; }

    /// <summary>Every node of a computed class has the same. (What a driver says of itself is part of no class, and escapes none.)</summary>
    public bool SharedByClass => !Unique && !(_source == Source.Attribute && _key.StartsWith("driver.", StringComparison.Ordinal));

    /// <summary>It is the same for every node.</summary>
    public bool IsLiteral => _source == Source.Literal;

    /// <summary>Reads a target as a job has it.</summary>
    public static Target Parse(string text)
    {
        var reference = text switch
        {
            ['$', '{', .. var inner, '}'] => inner.Trim(),
            ['$', .. var inner] when inner.StartsWith("attr.", StringComparison.Ordinal)
                                     || inner.StartsWith("meta.", StringComparison.Ordinal)
                                     || inner.StartsWith("node.", StringComparison.Ordinal) => inner,
            _ => null,
        };
        if (reference is null) return new Target(Source.Literal, text, false);

        if (After(reference, "attr.") is { } attribute) return new Target(Source.Attribute, attribute, IsUnique(attribute));
        if (After(reference, "meta.") is { } meta) return new Target(Source.Meta, meta, IsUnique(meta));
        return reference switch
        {
            "node.unique.id" => new Target(Source.NodeId, "", true),
            "node.unique.name" => new Target(Source.NodeName, "", true),
            "node.datacenter" => new Target(Source.Datacenter, "", false),
            "node.class" => new Target(Source.NodeClass, "", false),
            "node.pool" => new Target(Source.NodePool, "", false),
            _ => new Target(Source.Unknown, reference, false),
        };
    }

    /// <summary>The value on a node, or null when the node has none.</summary>
    public string? Resolve(Node node) => _source switch
    {
        Source.Literal => _key,
        Source.NodeId => node.Id.ToString(),
        Source.NodeName => node.Name,
        Source.Datacenter => node.Datacenter,
        Source.NodeClass => node.NodeClass,
        Source.NodePool => node.NodePool,
        Source.Attribute => node.Attributes.TryGetValue(_key, out var value) ? value : DriverAttribute(node),
        Source.Meta => node.Meta.TryGetValue(_key, out var value) ? value : null,
        _ => null,
    };

    // What a driver's own fingerprint found counts as an attribute of the node: driver.<name> and driver.<name>.<…>.
    private string? DriverAttribute(Node node)
    {
        if (After(_key, "driver.") is not { } rest) return null;
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        if (!node.Drivers.TryGetValue(dot < 0 ? rest : rest[..dot], out var driver) || !driver.Detected) return null;
        if (dot < 0) return "1";
        return driver.Attributes.TryGetValue(_key, out var value) ? value : null;
    }

    private static string? After(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static bool IsUnique(string key) => key.StartsWith("unique.", StringComparison.Ordinal);
}
