using System.Text;
using System.Text.Json;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class EncodingFunctions
{
    public static readonly Function[] All =
    [
        new("base64encode", [Text("text")], null, call => HclValue.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Text(0))))),
        new("base64decode", [Text("text")], null, Base64Decode),
        new("jsonencode", [Nullable("value")], null, JsonEncode),
        new("jsondecode", [Text("text")], null, JsonDecode),
        new("csvdecode", [Text("text")], null, CsvDecode),
        new("urlencode", [Text("text")], null, call => HclValue.Of(UrlEncode(call.Text(0)))),
    ];

    private static HclValue Base64Decode(FunctionCall call)
    {
        try
        {
            return HclValue.Of(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(call.Text(0))));
        }
        catch (FormatException)
        {
            throw new FunctionException("the text is not base64", 0);
        }
        catch (ArgumentException)
        {
            throw new FunctionException("the decoded bytes are not UTF-8 text", 0);
        }
    }

    private static HclValue JsonEncode(FunctionCall call)
    {
        call.Reserve(call[0].Size * 2);
        return HclValue.Of(HclJson.Write(call[0]));
    }

    private static HclValue JsonDecode(FunctionCall call)
    {
        call.Reserve(call.Text(0).Length);
        try
        {
            return HclJson.Read(call.Text(0));
        }
        catch (JsonException invalid)
        {
            throw new FunctionException($"the text is not JSON: {invalid.Message}", 0);
        }
        catch (InvalidOperationException)
        {
            throw new FunctionException("the text is not JSON: it has half a surrogate pair", 0);
        }
    }

    /// <summary>Rows after the first as objects, keyed by the first row (RFC 4180).</summary>
    private static HclValue CsvDecode(FunctionCall call)
    {
        call.Reserve(call.Text(0).Length);
        var rows = Rows(call.Text(0)).ToList();
        if (rows.Count == 0) throw new FunctionException("a first row with the names is needed", 0);
        var names = rows[0];
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count) throw new FunctionException("two columns have the same name", 0);
        var items = new List<HclValue>(rows.Count - 1);
        for (var i = 1; i < rows.Count; i++)
        {
            if (rows[i].Count != names.Count) throw new FunctionException($"row {i + 1} has {rows[i].Count} fields, the first has {names.Count}", 0);
            items.Add(HclValue.Object(names.Zip(rows[i], (name, field) => KeyValuePair.Create(name, HclValue.Of(field)))));
        }

        return HclValue.List(HclType.Object(names.Select(name => KeyValuePair.Create(name, HclType.String))), items);
    }

    /// <summary>Rows end with a line feed, with or without carriage return before it; empty lines are none.</summary>
    private static IEnumerable<List<string>> Rows(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (text.EndsWith('\r')) text = text[..^1];
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '\n')
            {
                at++;
                continue;
            }

            var row = new List<string>();
            while (true)
            {
                row.Add(Field(text, ref at));
                if (at >= text.Length || text[at++] == '\n') break;
            }

            yield return row;
        }
    }

    /// <summary>A field up to, not with, the comma or line feed after it.</summary>
    private static string Field(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var end = text.AsSpan(at).IndexOfAny(',', '\n');
            var plain = end < 0 ? text[at..] : text[at..(at + end)];
            if (plain.Contains('"', StringComparison.Ordinal)) throw new FunctionException("a field that is not quoted has a quote in it", 0);
            at += plain.Length;
            return plain;
        }

        var field = new StringBuilder();
        while (true)
        {
            var quote = text.IndexOf('"', ++at);
            if (quote < 0) throw new FunctionException("a quoted field is not closed", 0);
            field.Append(text, at, quote - at);
            at = quote + 1;
            if (at >= text.Length || text[at] is ',' or '\n') return field.ToString();
            if (text[at] != '"') throw new FunctionException("a quoted field is followed by something other than a comma", 0);
            field.Append('"');
        }
    }

    /// <summary>As a query component: blanks become +, everything but letters, digits and -_.~ its bytes in hex.</summary>
    private static string UrlEncode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~') encoded.Append(c);
            else if (c == ' ') encoded.Append('+');
            else encoded.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
