using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Actors.Templates;

/// <summary>The functions of templates.</summary>
internal static class TemplateFunctions
{
    private static readonly string[] Names = ["and", "eq", "ge", "gt", "index", "join", "le", "len", "lt", "ne", "not", "or", "print", "printf", "println", "toJSON", "toLower", "toUpper"];

    /// <summary>Calls a function.</summary>
    /// <exception cref="TemplateException">There is none of that name, or it can't take these arguments.</exception>
    public static object? Call(string name, IReadOnlyList<object?> arguments, int line, IReadOnlyCollection<string> others)
    {
        var values = arguments.Select(TemplateValues.Plain).ToList();
        return name switch
        {
            "len" => Length(One(values, name, line), line),
            "not" => !TemplateValues.IsTrue(One(values, name, line)),
            "and" => AtLeast(values, 1, name, line).FirstOrDefault(value => !TemplateValues.IsTrue(value), values[^1]),
            "or" => AtLeast(values, 1, name, line).FirstOrDefault(TemplateValues.IsTrue, values[^1]),
            "eq" => AtLeast(values, 2, name, line).Skip(1).Any(other => Compare(values[0], other, name, line) == 0),
            "ne" => Two(values, name, line) != 0,
            "lt" => Two(values, name, line) < 0,
            "le" => Two(values, name, line) <= 0,
            "gt" => Two(values, name, line) > 0,
            "ge" => Two(values, name, line) >= 0,
            "print" => string.Join(' ', values.Select(TemplateValues.Show)),
            "println" => string.Join(' ', values.Select(TemplateValues.Show)) + "\n",
            "printf" => Printf(AtLeast(values, 1, name, line), line),
            "index" => AtLeast(values, 1, name, line).Skip(1).Aggregate(values[0], (value, key) => Index(value, key, line)),
            "join" => string.Join(AtLeast(values, 2, name, line)[1] as string ?? "", TemplateValues.Items(values[0], line).Select(item => TemplateValues.Show(item.Value))),
            "toJSON" => One(values, name, line) is JsonElement element ? element.GetRawText() : Json(values[0]),
            "toLower" => TemplateValues.Show(One(values, name, line)).ToLowerInvariant(),
            "toUpper" => TemplateValues.Show(One(values, name, line)).ToUpperInvariant(),
            _ => throw new TemplateException(line, $"function \"{name}\" is not supported; there are: {string.Join(", ", Names.Concat(others).Distinct().Order(StringComparer.Ordinal))}"),
        };
    }

    private static object? One(List<object?> values, string name, int line) =>
        values.Count == 1 ? values[0] : throw new TemplateException(line, $"{name} takes 1 argument, found {values.Count}");

    private static int Two(List<object?> values, string name, int line) =>
        values.Count == 2 ? Compare(values[0], values[1], name, line) : throw new TemplateException(line, $"{name} takes 2 arguments, found {values.Count}");

    private static List<object?> AtLeast(List<object?> values, int count, string name, int line) =>
        values.Count >= count ? values : throw new TemplateException(line, $"{name} takes at least {count} argument(s), found {values.Count}");

    private static int Compare(object? left, object? right, string name, int line) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) or (_, null) when name is "eq" or "ne" => 1,
        (long a, long b) => a.CompareTo(b),
        (long or double, long or double) => Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(right, CultureInfo.InvariantCulture)),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) when name is "eq" or "ne" => a.CompareTo(b),
        _ => throw new TemplateException(line, $"{name} can't compare {TemplateValues.Show(left)} with {TemplateValues.Show(right)}"),
    };

    private static long Length(object? value, int line) => value switch
    {
        null => 0,
        string text => Encoding.UTF8.GetByteCount(text),
        JsonElement { ValueKind: JsonValueKind.Array } list => list.GetArrayLength(),
        JsonElement members => members.EnumerateObject().Count(),
        IReadOnlyDictionary<string, object?> map => map.Count,
        IReadOnlyList<object?> list => list.Count,
        _ => throw new TemplateException(line, $"len can't take {TemplateValues.Show(value)}"),
    };

    private static object? Index(object? value, object? key, int line) => (value, key) switch
    {
        (JsonElement { ValueKind: JsonValueKind.Array } list, long place) => place >= 0 && place < list.GetArrayLength()
            ? TemplateValues.Plain(list[(int)place])
            : throw new TemplateException(line, $"index {place} is outside a list of {list.GetArrayLength()}"),
        (JsonElement { ValueKind: JsonValueKind.Object } members, string name) => members.TryGetProperty(name, out var member) ? TemplateValues.Plain(member) : null,
        (IReadOnlyDictionary<string, object?> map, string name) => TemplateValues.Plain(map.GetValueOrDefault(name)),
        (IReadOnlyList<object?> list, long place) => place >= 0 && place < list.Count
            ? TemplateValues.Plain(list[(int)place])
            : throw new TemplateException(line, $"index {place} is outside a list of {list.Count}"),
        (null, _) => null,
        _ => throw new TemplateException(line, $"index can't look up {TemplateValues.Show(key)} in {TemplateValues.Show(value)}"),
    };

    private static string Json(object? value) => value switch
    {
        string text => $"\"{JsonEncodedText.Encode(text)}\"",
        null => "null",
        _ => TemplateValues.Show(value),
    };

    // Go's verbs %s %v %d %q %f %t %%, with flags '-' and '0', width and precision.
    private static string Printf(List<object?> values, int line)
    {
        var format = values[0] as string ?? throw new TemplateException(line, "printf's first argument must be a text");
        var text = new StringBuilder();
        var argument = 1;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            if (++i < format.Length && format[i] == '%')
            {
                text.Append('%');
                continue;
            }

            var start = i;
            while (i < format.Length && (char.IsAsciiDigit(format[i]) || format[i] is '-' or '.' or '+'))
                i++;
            if (i >= format.Length)
                throw new TemplateException(line, $"printf's format \"{format}\" ends within a verb");
            if (argument >= values.Count)
                throw new TemplateException(line, $"printf's format \"{format}\" has more verbs than arguments");
            text.Append(Padded(format[start..i], Verb(format[i], format[start..i], values[argument++], line)));
        }

        return argument == values.Count ? text.ToString() : throw new TemplateException(line, $"printf's format \"{format}\" has fewer verbs than arguments");
    }

    private static string Verb(char verb, string options, object? value, int line)
    {
        var precision = options.Contains('.') && int.TryParse(options[(options.IndexOf('.') + 1)..], CultureInfo.InvariantCulture, out var digits) ? digits : -1;
        switch (verb)
        {
            case 's' or 'v':
                var shown = TemplateValues.Show(value);
                return precision >= 0 && precision < shown.Length ? shown[..precision] : shown;
            case 'q':
                return Json(TemplateValues.Show(value));
            case 'd' when value is long whole:
                return whole.ToString(CultureInfo.InvariantCulture);
            case 't' when value is bool:
                return TemplateValues.Show(value);
            case 'f' when value is long or double:
                return Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString($"F{(precision < 0 ? 6 : precision)}", CultureInfo.InvariantCulture);
            case 'd' or 't' or 'f':
                throw new TemplateException(line, $"printf's %{verb} can't print {TemplateValues.Show(value)}");
            default:
                throw new TemplateException(line, $"printf's %{verb} is not supported; there are: %s %v %q %d %f %t %%");
        }
    }

    private static string Padded(string options, string text)
    {
        var size = options.Split('.')[0].TrimStart('+');
        var left = size.StartsWith('-');
        var zeros = size.StartsWith('0');
        return int.TryParse(size.TrimStart('-'), CultureInfo.InvariantCulture, out var width) && width <= 1000
            ? left ? text.PadRight(width) : text.PadLeft(width, zeros ? '0' : ' ')
            : text;
    }
}
