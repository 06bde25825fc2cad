using System.Globalization;
using System.Text.Json;

namespace Actors.Templates;

/// <summary>What template values are and how they print: JSON, or the results of functions (text, long, double, bool, null).</summary>
public static class TemplateValues
{
    /// <summary>JSON's text, numbers, flags and null as plain values; objects and arrays as they are.</summary>
    public static object? Plain(object? value) => value is not JsonElement element ? value : element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => element,
    };

    /// <summary>A member of an object; null when there is none of that name.</summary>
    public static object? Field(object? value, string name, int line) => Plain(value) switch
    {
        null => null,
        JsonElement { ValueKind: JsonValueKind.Object } element => element.TryGetProperty(name, out var member) ? Plain(member) : null,
        IReadOnlyDictionary<string, object?> map => Plain(map.GetValueOrDefault(name)),
        JsonElement or IReadOnlyList<object?> => throw new TemplateException(line, $"found .{name} of a list, which has no fields; use {{{{range}}}} or {{{{index}}}}"),
        var other => throw new TemplateException(line, $"found .{name} of {Show(other)}, which has no fields"),
    };

    /// <summary>The items of a list with their places, the members of an object with their names, or the numbers up to one.</summary>
    public static IEnumerable<(object? Key, object? Value)> Items(object? value, int line) => Plain(value) switch
    {
        null => [],
        JsonElement { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select((item, i) => ((object?)(long)i, Plain(item))),
        JsonElement members => members.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => ((object?)member.Name, Plain(member.Value))),
        IReadOnlyDictionary<string, object?> map => map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => ((object?)e.Key, Plain(e.Value))),
        IReadOnlyList<object?> list => list.Select((item, i) => ((object?)(long)i, Plain(item))),
        long count and <= 100_000 => Enumerable.Range(0, (int)Math.Max(0, count)).Select(i => ((object?)(long)i, (object?)(long)i)),
        var other => throw new TemplateException(line, $"range can't go over {Show(other)}"),
    };

    /// <summary>Go's truth: not null, false, zero or empty.</summary>
    public static bool IsTrue(object? value) => Plain(value) switch
    {
        null or false or 0L or 0.0 or "" => false,
        JsonElement { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() > 0,
        JsonElement members => members.EnumerateObject().MoveNext(),
        IReadOnlyDictionary<string, object?> map => map.Count > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        _ => true,
    };

    /// <summary>How Go prints it: <c>[a b]</c>, <c>map[k:v]</c>, <c>&lt;nil&gt;</c>.</summary>
    public static string Show(object? value) => Plain(value) switch
    {
        null => "<nil>",
        string text => text,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        JsonElement { ValueKind: JsonValueKind.Array } list => $"[{string.Join(' ', list.EnumerateArray().Select(item => Show(item)))}]",
        JsonElement members => $"map[{string.Join(' ', members.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}:{Show(member.Value)}"))}]",
        IReadOnlyDictionary<string, object?> map => $"map[{string.Join(' ', map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}:{Show(e.Value)}"))}]",
        IReadOnlyList<object?> list => $"[{string.Join(' ', list.Select(Show))}]",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };
}
