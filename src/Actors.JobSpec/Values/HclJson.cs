using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Actors.Contracts.Collections;

namespace Actors.JobSpec.Values;

/// <summary>Values to and from JSON and free-form configuration.</summary>
internal static class HclJson
{
    /// <summary>JSON text, keys sorted, no blanks; escaped is only what must be, and &lt;, &gt; and &amp; as Go does.</summary>
    public static string Write(HclValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, HclValue value)
    {
        if (!value.IsPresent)
        {
            text.Append("null");
            return;
        }

        var first = true;
        switch (value.Kind)
        {
            case HclTypeKind.Bool: text.Append(value.Bool ? "true" : "false"); break;
            case HclTypeKind.Number: text.Append(value.Number.ToString()); break;
            case HclTypeKind.String: Write(text, value.Text); break;
            case HclTypeKind.Map or HclTypeKind.Object:
                text.Append('{');
                foreach (var (key, entry) in value.Entries)
                {
                    if (!first) text.Append(',');
                    first = false;
                    Write(text, key);
                    text.Append(':');
                    Write(text, entry);
                }

                text.Append('}');
                break;
            default:
                text.Append('[');
                foreach (var item in value.Items.AsSpan())
                {
                    if (!first) text.Append(',');
                    first = false;
                    Write(text, item);
                }

                text.Append(']');
                break;
        }
    }

    private static void Write(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var c in content)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }

    /// <summary>A JSON document as a value: arrays become tuples, objects objects.</summary>
    /// <exception cref="JsonException">The text is not JSON, or nested deeper than 64.</exception>
    public static HclValue Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Read(document.RootElement);
    }

    private static HclValue Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => HclValue.True,
        JsonValueKind.False => HclValue.False,
        JsonValueKind.String => HclValue.Of(element.GetString()!),
        JsonValueKind.Number => HclNumber.TryParse(element.GetRawText(), out var number)
            ? HclValue.Of(number)
            : throw new JsonException($"the number {element.GetRawText()} is too large"),
        JsonValueKind.Array => HclValue.Tuple(element.EnumerateArray().Select(Read)),
        JsonValueKind.Object => HclValue.Object(element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Read(p.Value)))),
        _ => HclValue.Null,
    };

    /// <summary>A value as free-form configuration. Numbers become 64-bit integers or doubles.</summary>
    public static ConfigValue ToConfig(HclValue value)
    {
        if (!value.IsPresent) return ConfigValue.Null;
        return value.Kind switch
        {
            HclTypeKind.Bool => ConfigValue.Of(value.Bool),
            HclTypeKind.Number => value.Number.TryToInt64(out var integer) ? ConfigValue.Of(integer) : Finite(value.Number),
            HclTypeKind.String => ConfigValue.Of(value.Text),
            HclTypeKind.Map or HclTypeKind.Object => ConfigValue.Of(value.Entries.Select(e => KeyValuePair.Create(e.Key, ToConfig(e.Value)))),
            _ => ConfigValue.Of(value.Items.Select(ToConfig)),
        };
    }

    private static ConfigValue Finite(HclNumber number)
    {
        var value = number.ToDouble();
        return double.IsFinite(value) ? ConfigValue.Of(value) : ConfigValue.Of(number.ToString());
    }

    /// <summary>Digits of a number in a base from 2 to 62, as parseint takes them; null when the text has others.</summary>
    public static BigInteger? ParseInteger(string text, int radix)
    {
        const string digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var start = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        if (text.Length == start || text.Length > 400) return null;
        var result = BigInteger.Zero;
        foreach (var c in text.AsSpan(start))
        {
            var digit = digits.IndexOf(radix <= 36 ? char.ToLower(c, CultureInfo.InvariantCulture) : c, StringComparison.Ordinal);
            if (digit < 0 || digit >= radix) return null;
            result = (result * radix) + digit;
        }

        return text[0] == '-' ? -result : result;
    }
}
