using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Actors.Contracts.Collections;

namespace Actors.JobSpec.Values;

/// <summary>Values to and from JSON and free-form configuration.</summary>
internal static class HclJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    /// <summary>JSON text, keys sorted, no blanks, characters unescaped where JSON allows; as Go escapes &lt;, &gt; and &amp;.</summary>
    public static string Write(HclValue value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Options)) Write(writer, value);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    private static void Write(Utf8JsonWriter writer, HclValue value)
    {
        if (!value.IsPresent)
        {
            writer.WriteNullValue();
            return;
        }

        switch (value.Kind)
        {
            case HclTypeKind.Bool: writer.WriteBooleanValue(value.Bool); break;
            case HclTypeKind.Number: writer.WriteRawValue(value.Number.ToString(), skipInputValidation: true); break;
            case HclTypeKind.String: writer.WriteStringValue(value.Text); break;
            case HclTypeKind.Map or HclTypeKind.Object:
                writer.WriteStartObject();
                foreach (var (key, entry) in value.Entries)
                {
                    writer.WritePropertyName(key);
                    Write(writer, entry);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteStartArray();
                foreach (var item in value.Items.AsSpan()) Write(writer, item);
                writer.WriteEndArray();
                break;
        }
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
