using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>The identity of a deployment: the rollout of one job version. Written as a lower-case UUID with dashes, as Nomad does.</summary>
/// <param name="Value">The 128-bit value.</param>
[JsonConverter(typeof(UuidJsonConverter<DeploymentId>))]
public readonly record struct DeploymentId(Guid Value) : IUuid<DeploymentId>
{
    /// <summary>The first eight hexadecimal digits, as shown to people.</summary>
    public string Short => Value.ToString("N")[..8];

    /// <inheritdoc/>
    public static DeploymentId From(Guid value) => new(value);

    /// <summary>Reads a full UUID. Prefixes are not accepted: look them up in the state.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeploymentId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var value);
        id = new DeploymentId(value);
        return ok;
    }

    /// <summary>Reads a full UUID.</summary>
    /// <exception cref="FormatException">The text is not a UUID.</exception>
    public static DeploymentId Parse(string text) => new(Guid.ParseExact(text, "D"));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <inheritdoc/>
    public int CompareTo(DeploymentId other) => Value.CompareTo(other.Value);
}
