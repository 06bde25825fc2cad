using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts.Collections;

/// <summary>The names of an enumeration's values in JSON, for converters by hand: those that <see cref="JsonStringEnumMemberNameAttribute"/> gives them.</summary>
/// <typeparam name="TEnum">The enumeration; its values are 0, 1, 2 …</typeparam>
internal sealed class JsonNames<TEnum> where TEnum : struct, Enum
{
    private readonly TEnum[] values = Enum.GetValues<TEnum>();
    private readonly JsonEncodedText[] names;

    public JsonNames() => names = Array.ConvertAll(values, value =>
        JsonEncodedText.Encode(typeof(TEnum).GetField(value.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.ToString()));

    /// <summary>Reads a value by its name.</summary>
    /// <exception cref="JsonException">There is no value of this name.</exception>
    public TEnum Read(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (reader.ValueTextEquals(names[i].EncodedUtf8Bytes)) return values[i];
        }

        throw new JsonException($"expected one of {string.Join(", ", names)}, found \"{reader.GetString()}\"");
    }

    /// <summary>Writes a property with a value's name.</summary>
    public void Write(Utf8JsonWriter writer, JsonEncodedText property, TEnum value)
    {
        var at = Array.IndexOf(values, value);
        if (at < 0) throw new JsonException($"{typeof(TEnum).Name} has no value {value}");

        writer.WriteString(property, names[at]);
    }
}
