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
}
