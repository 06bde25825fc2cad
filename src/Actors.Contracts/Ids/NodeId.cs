using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>The identity of a client node: it stays the same when the agent restarts. Written as a lower-case UUID with dashes, as Nomad does.</summary>
/// <param name="Value">The 128-bit value.</param>
[JsonConverter(typeof(UuidJsonConverter<NodeId>))]
public readonly record struct NodeId(Guid Value) : IUuid<NodeId>
{
    /// <summary>The first eight hexadecimal digits, as shown to people.</summary>
    public string Short => Value.ToString("N")[..8];

    /// <inheritdoc/>
    public static NodeId From(Guid value) => new(value);

    /// <summary>Reads a full UUID. Prefixes are not accepted: look them up in the state.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var value);
        id = new NodeId(value);
        return ok;
    }

    /// <summary>Reads a full UUID.</summary>
    /// <exception cref="FormatException">The text is not a UUID.</exception>
    public static NodeId Parse(string text) => new(Guid.ParseExact(text, "D"));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);
}
