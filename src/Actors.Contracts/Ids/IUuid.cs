using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>An identity that is a UUID. Ordered, so that lists page by it.</summary>
/// <typeparam name="TSelf">The identity's own type.</typeparam>
public interface IUuid<TSelf> : IComparable<TSelf> where TSelf : struct, IUuid<TSelf>
{
    /// <summary>The 128-bit value.</summary>
    Guid Value { get; }

    /// <summary>Wraps a value.</summary>
    static abstract TSelf From(Guid value);
}

/// <summary>Writes an identity as its UUID text, both as a value and as the key of an object.</summary>
/// <typeparam name="TId">The identity's type.</typeparam>
public sealed class UuidJsonConverter<TId> : JsonConverter<TId> where TId : struct, IUuid<TId>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The text is not a UUID.</exception>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out var value) ? TId.From(value) : Parse(reader.GetString());

    /// <inheritdoc/>
    public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[36];
        value.Value.TryFormat(text, out var written, "D");
        writer.WriteStringValue(text[..written]);
    }

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value.ToString("D"));

    private static TId Parse(string? text) => Guid.TryParseExact(text, "D", out var value)
        ? TId.From(value)
        : throw new JsonException($"expected a UUID such as 1b4e28ba-2fa1-11d2-883f-0016d3cca427, found {(text is null ? "null" : $"\"{text}\"")}");
}
