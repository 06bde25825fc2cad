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

    private static IEnumerable<List<string>> Rows(string text)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (c == '"' && field.Length == 0)
            {
                at++;
                while (true)
                {
                    var end = text.IndexOf('"', at);
                    if (end < 0) throw new FunctionException("a quoted field is not closed", 0);
                    field.Append(text, at, end - at);
                    at = end + 1;
                    if (at >= text.Length || text[at] != '"') break;
                    field.Append('"');
                    at++;
                }

                if (at < text.Length && text[at] is not (',' or '\n' or '\r')) throw new FunctionException("a quoted field is followed by something other than a comma", 0);
                if (at >= text.Length || text[at] is '\n' or '\r')
                {
                    row.Add(field.ToString());
                    field.Clear();
                    while (at < text.Length && text[at] is '\n' or '\r') at++;
                    yield return row;
                    row = [];
                    continue;
                }

                row.Add(field.ToString());
                field.Clear();
                at++;
                if (at == text.Length) row.Add("");
                continue;
            }

            at++;
            if (c == ',')
            {
                row.Add(field.ToString());
                field.Clear();
                if (at == text.Length) row.Add("");
            }
            else if (c is '\n' or '\r')
            {
                if (row.Count > 0 || field.Length > 0)
                {
                    row.Add(field.ToString());
                    field.Clear();
                    yield return row;
                    row = [];
                }
            }
            else
            {
                field.Append(c);
            }
        }

        if (field.Length > 0) row.Add(field.ToString());
        if (row.Count > 0) yield return row;
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
