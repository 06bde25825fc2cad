using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Actors.Contracts.Collections;

/// <summary>
/// The path of what can't be read, through serializers that are called within one another: each knows the path from its own
/// beginning only, so the rest travels with the exception.
/// </summary>
public static class JsonPlace
{
    private const string Rest = "Actors.JsonPlace.Rest";

    /// <summary>The whole path, such as <c>$.Job.TaskGroups[0].Count</c>.</summary>
    public static string Of(JsonException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return (error.Path ?? "$") + (error.Data[Rest] as string ?? "");
    }

    /// <summary>Reads a part of a value with the part's own serializer.</summary>
    /// <typeparam name="T">The part's type.</typeparam>
    /// <param name="reader">Stands at the part.</param>
    /// <param name="type">How to read it.</param>
    /// <param name="step">From the value to the part: <c>[2]</c>, <c>.key</c>, or "" when it is the whole value.</param>
    /// <exception cref="JsonException">It can't be read: <see cref="Of"/> tells the place.</exception>
    public static T? Read<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type, string step)
    {
        try
        {
            return JsonSerializer.Deserialize(ref reader, type);
        }
        catch (JsonException e) when (e.InnerException is not JsonException || e.Data.Contains(Rest))
        {
            // Without a path of its own, so that the serializer around this one sets its.
            var cut = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
            var error = new JsonException(cut < 0 ? e.Message : e.Message[..cut], e);
            error.Data[Rest] = step + Of(e)[1..];
            throw error;
        }
    }

    /// <summary>Whether an exception says that a value can't be read: what <see cref="Utf8JsonReader"/> throws, and converters.</summary>
    internal static bool IsOfReading(Exception error) => error is JsonException or FormatException or InvalidOperationException;

    /// <summary>What a part that can't be read is told with by the reader of the value around it.</summary>
    /// <param name="step">From the value to the part, as in <see cref="Read"/>.</param>
    /// <param name="error">Why the part can't be read: <see cref="IsOfReading"/>.</param>
    internal static JsonException At(string step, Exception error)
    {
        var outer = new JsonException(error.Message, error);
        outer.Data[Rest] = step + (error.Data[Rest] as string ?? "");
        return outer;
    }

    /// <summary>The same, for a property's value.</summary>
    internal static JsonException At(JsonEncodedText property, Exception error) => At(property.EncodedUtf8Bytes.IsEmpty ? "" : $".{property}", error);

    /// <summary>Whether the reader stands at this property; then it goes on to its value.</summary>
    /// <param name="reader">Stands at a property's name.</param>
    /// <param name="name">The property.</param>
    /// <param name="property">The last one that was entered: the place of what can't be read.</param>
    internal static bool Enters(ref Utf8JsonReader reader, JsonEncodedText name, ref JsonEncodedText property)
    {
        if (!reader.ValueTextEquals(name.EncodedUtf8Bytes)) return false;

        property = name;
        return reader.Read();
    }

    /// <summary>Checks that the reader stands at an object's beginning.</summary>
    /// <exception cref="JsonException">It doesn't.</exception>
    internal static void ExpectObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"expected an object, found {reader.TokenType}");
    }

    /// <summary>Checks that the reader stands at an array's beginning.</summary>
    /// <exception cref="JsonException">It doesn't.</exception>
    internal static void ExpectArray(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException($"expected an array, found {reader.TokenType}");
    }
}
