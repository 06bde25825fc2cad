using System.Globalization;
using System.Text.Json;

namespace Actors.Cli.Terminal;

/// <summary>
/// Reads the API's JSON leniently: a missing or null member is an empty text, zero, false or no items, as it would be in the
/// structs of Nomad's own clients. Without reflection, because a command's start counts.
/// </summary>
internal static class JsonAccess
{
    /// <summary>A member, or null when it is missing or null.</summary>
    public static JsonElement? Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    /// <summary>A member's text; of a number or flag, its JSON.</summary>
    public static string Text(this JsonElement element, string name) => element.Child(name) is not { } child
        ? ""
        : child.ValueKind == JsonValueKind.String ? child.GetString()! : child.GetRawText();

    /// <summary>A member's whole number.</summary>
    public static long Number(this JsonElement element, string name) => element.Child(name) is not { ValueKind: JsonValueKind.Number } child
        ? 0
        : child.TryGetInt64(out var number) ? number : (long)child.GetDouble();

    /// <summary>A member's number.</summary>
    public static double Real(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Number } child ? child.GetDouble() : 0;

    /// <summary>A member's flag.</summary>
    public static bool Flag(this JsonElement element, string name) => element.Child(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A member's items.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Array } child ? child.EnumerateArray() : [];

    /// <summary>A member's members, by name in order.</summary>
    public static IReadOnlyList<JsonProperty> Members(this JsonElement element, string name) =>
        element.Child(name) is { ValueKind: JsonValueKind.Object } child ? [.. child.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal)] : [];

    /// <summary>A member's time, written as RFC 3339 or as unix nanoseconds.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) => element.Child(name) switch
    {
        { ValueKind: JsonValueKind.Number } => Times.FromNanoseconds(element.Number(name)),
        { ValueKind: JsonValueKind.String } text when DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 => time,
        _ => null,
    };

    /// <summary>A value for people: text as it is, everything else as JSON.</summary>
    public static string Show(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => element.GetRawText(),
    };

    /// <summary>The value as indented JSON.</summary>
    public static string Indented(this JsonElement element)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 4, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            element.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
