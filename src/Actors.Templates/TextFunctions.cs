using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Actors.Templates;

/// <summary>The helpers of consul-template, and those of sprig that are used most, that need nothing but their arguments and the time.</summary>
/// <param name="time">Clock of <c>timestamp</c>.</param>
public sealed class TextFunctions(TimeProvider time) : ITemplateFunctions
{
    private const string Timestamp = "timestamp";

    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    private static readonly Dictionary<string, Func<TemplateArguments, object?>> Functions = new(StringComparer.Ordinal)
    {
        ["add"] = a => Number(a, (x, y) => x + y, (x, y) => x + y),
        ["subtract"] = a => Number(a, (x, y) => y - x, (x, y) => y - x),
        ["multiply"] = a => Number(a, (x, y) => x * y, (x, y) => x * y),
        ["divide"] = a => Number(a, (x, y) => x == 0 ? throw a.Wrong("can't divide by 0") : y / x, (x, y) => y / x),
        ["modulo"] = a => a.Exactly(2).Whole(0) == 0 ? throw a.Wrong("can't divide by 0") : a.Whole(1) % a.Whole(0),
        ["minimum"] = a => Number(a, Math.Min, Math.Min),
        ["maximum"] = a => Number(a, Math.Max, Math.Max),
        ["base64Decode"] = a => Decode(a, a.Exactly(1).Text(0)),
        ["base64Encode"] = a => Convert.ToBase64String(Bytes(a.Exactly(1).Text(0))),
        ["base64URLDecode"] = a => Decode(a, a.Exactly(1).Text(0).Replace('-', '+').Replace('_', '/')),
        ["base64URLEncode"] = a => Convert.ToBase64String(Bytes(a.Exactly(1).Text(0))).Replace('+', '-').Replace('/', '_'),
        ["contains"] = a => Contains(a.Exactly(2).Value(1), a.Value(0), a),
        ["in"] = a => Contains(a.Exactly(2).Value(0), a.Value(1), a),
        ["containsAll"] = a => a.Exactly(2).Items(0).All(wanted => Contains(a.Value(1), wanted, a)),
        ["containsAny"] = a => a.Exactly(2).Items(0).Any(wanted => Contains(a.Value(1), wanted, a)),
        ["containsNone"] = a => !a.Exactly(2).Items(0).Any(wanted => Contains(a.Value(1), wanted, a)),
        ["containsNotAll"] = a => !a.Exactly(2).Items(0).All(wanted => Contains(a.Value(1), wanted, a)),
        ["indent"] = a => Indent(a.Exactly(2).Text(1), (int)Math.Clamp(a.Whole(0), 0, 1000)),
        ["join"] = a => string.Join(a.Exactly(2).Text(0), a.Items(1).Select(TemplateValues.Show)),
        ["loop"] = a => a.Count == 1 ? Loop(a, 0, a.Whole(0)) : Loop(a.Exactly(2), a.Whole(0), a.Whole(1)),
        ["md5sum"] = a => Convert.ToHexStringLower(MD5.HashData(Bytes(a.Exactly(1).Text(0)))),
        ["sha1Hex"] = a => Convert.ToHexStringLower(SHA1.HashData(Bytes(a.Exactly(1).Text(0)))),
        ["sha256Hex"] = a => Convert.ToHexStringLower(SHA256.HashData(Bytes(a.Exactly(1).Text(0)))),
        ["hmacSHA256Hex"] = a => Convert.ToHexStringLower(HMACSHA256.HashData(Bytes(a.Exactly(2).Text(0)), Bytes(a.Text(1)))),
        ["mergeMap"] = a => a.Exactly(2).Entries(0).Concat(a.Entries(1).Where(e => a.Entries(0).All(other => other.Key != e.Key))).ToDictionary(e => e.Key, e => e.Value, StringComparer.Ordinal),
        ["parseBool"] = a => a.Exactly(1).Text(0) switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" or "" => false,
            var other => throw a.Wrong($"takes true or false, found \"{other}\""),
        },
        ["parseFloat"] = a => a.Exactly(1).Text(0).Length == 0 ? 0.0 : a.Real(0),
        ["parseInt"] = a => a.Exactly(1).Text(0).Length == 0 ? 0L : a.Whole(0),
        ["parseUint"] = a => a.Exactly(1).Text(0).Length == 0 ? 0L : a.Whole(0) is >= 0 and var whole ? whole : throw a.Wrong($"takes no number below 0, found {a.Text(0)}"),
        ["parseJSON"] = a => ParseJson(a, a.Exactly(1).Text(0)),
        ["parseYAML"] = a => ParseYaml(a, a.Exactly(1).Text(0)),
        ["regexMatch"] = a => Regex(a, a.Exactly(2).Text(0)).IsMatch(a.Text(1)),
        ["regexReplaceAll"] = a => Regex(a, a.Exactly(3).Text(0)).Replace(a.Text(2), a.Text(1)),
        ["replaceAll"] = a => a.Exactly(3).Text(0).Length == 0 ? a.Text(2) : a.Text(2).Replace(a.Text(0), a.Text(1), StringComparison.Ordinal),
        ["split"] = a => a.Exactly(2).Text(1).Length == 0 ? Array.Empty<object?>() : a.Text(1).Split(a.Text(0)).ToArray<object?>(),
        ["toJSON"] = a => Json(a.Exactly(1).Value(0), null),
        ["toUnescapedJSON"] = a => Json(a.Exactly(1).Value(0), null),
        ["toJSONPretty"] = a => Json(a.Exactly(1).Value(0), Pretty),
        ["toYAML"] = a => new SerializerBuilder().Build().Serialize(Graph(a.Exactly(1).Value(0))!).TrimEnd('\n'),
        ["toLower"] = a => a.Exactly(1).Text(0).ToLowerInvariant(),
        ["toUpper"] = a => a.Exactly(1).Text(0).ToUpperInvariant(),
        ["toTitle"] = a => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(a.Exactly(1).Text(0)),
        ["trim"] = a => a.Exactly(2).Text(1).Trim(a.Text(0).ToCharArray()),
        ["trimPrefix"] = a => a.Exactly(2).Text(1) is var text && a.Text(0) is { Length: > 0 } prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        ["trimSuffix"] = a => a.Exactly(2).Text(1) is var text && a.Text(0) is { Length: > 0 } suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ["trimSpace"] = a => a.Exactly(1).Text(0).Trim(),
        ["sprig_b64enc"] = a => Convert.ToBase64String(Bytes(a.Exactly(1).Text(0))),
        ["sprig_b64dec"] = a => Decode(a, a.Exactly(1).Text(0)),
        ["sprig_coalesce"] = a => Enumerable.Range(0, a.Count).Select(a.Value).FirstOrDefault(TemplateValues.IsTrue),
        ["sprig_default"] = a => TemplateValues.IsTrue(a.AtLeast(1).Value(a.Count - 1)) ? a.Value(a.Count - 1) : a.Value(0),
        ["sprig_dict"] = a => Enumerable.Range(0, a.Count / 2).ToDictionary(i => a.Text(2 * i), i => a.Value((2 * i) + 1), StringComparer.Ordinal),
        ["sprig_empty"] = a => !TemplateValues.IsTrue(a.Exactly(1).Value(0)),
        ["sprig_hasPrefix"] = a => a.Exactly(2).Text(1).StartsWith(a.Text(0), StringComparison.Ordinal),
        ["sprig_hasSuffix"] = a => a.Exactly(2).Text(1).EndsWith(a.Text(0), StringComparison.Ordinal),
        ["sprig_list"] = a => Enumerable.Range(0, a.Count).Select(a.Value).ToArray(),
        ["sprig_lower"] = a => a.Exactly(1).Text(0).ToLowerInvariant(),
        ["sprig_nindent"] = a => "\n" + Indent(a.Exactly(2).Text(1), (int)Math.Clamp(a.Whole(0), 0, 1000)),
        ["sprig_quote"] = a => string.Join(' ', Enumerable.Range(0, a.Count).Select(i => Json(a.Text(i), null))),
        ["sprig_replace"] = a => a.Exactly(3).Text(0).Length == 0 ? a.Text(2) : a.Text(2).Replace(a.Text(0), a.Text(1), StringComparison.Ordinal),
        ["sprig_sha256sum"] = a => Convert.ToHexStringLower(SHA256.HashData(Bytes(a.Exactly(1).Text(0)))),
        ["sprig_ternary"] = a => TemplateValues.IsTrue(a.Exactly(3).Value(2)) ? a.Value(0) : a.Value(1),
        ["sprig_trim"] = a => a.Exactly(1).Text(0).Trim(),
        ["sprig_upper"] = a => a.Exactly(1).Text(0).ToUpperInvariant(),
    };

    /// <summary>The names of all helpers.</summary>
    public static IReadOnlyCollection<string> AllNames { get; } = new HashSet<string>([.. Functions.Keys, Timestamp], StringComparer.Ordinal);

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => AllNames;

    /// <inheritdoc/>
    public object? Call(string name, IReadOnlyList<object?> arguments, int line)
    {
        var given = new TemplateArguments(name, arguments, line);
        return name == Timestamp ? Now(given) : Functions[name](given);
    }

    private string Now(TemplateArguments a)
    {
        var now = time.GetUtcNow();
        if (a.Count == 0) return now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return a.Exactly(1).Text(0) == "unix"
            ? now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)
            : throw a.Wrong($"takes nothing or \"unix\", found \"{a.Text(0)}\"");
    }

    private static object Number(TemplateArguments a, Func<long, long, long> whole, Func<double, double, double> real) =>
        a.Exactly(2).AnyReal ? real(a.Real(0), a.Real(1)) : whole(a.Whole(0), a.Whole(1));

    private static bool Contains(object? where, object? what, TemplateArguments a) => TemplateValues.Plain(where) switch
    {
        null => false,
        string text => text.Contains(TemplateValues.Show(what), StringComparison.Ordinal),
        var list => TemplateValues.Items(list, 0).Any(item => TemplateValues.Show(item.Value) == TemplateValues.Show(what)),
    };

    private static object?[] Loop(TemplateArguments a, long from, long to) =>
        to - from <= 100_000 ? [.. Enumerable.Range(0, (int)Math.Max(0, to - from)).Select(i => (object?)(from + i))] : throw a.Wrong("goes over 100,000 rounds");

    private static string Indent(string text, int by) => string.Join('\n', text.Split('\n').Select(l => l.Length > 0 ? new string(' ', by) + l : l));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Decode(TemplateArguments a, string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            throw a.Wrong("takes base64, found something else");
        }
    }

    private static Regex Regex(TemplateArguments a, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, RegexTimeout);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw a.Wrong($"takes a regular expression: {e.Message}");
        }
    }

    private static object? ParseJson(TemplateArguments a, string text)
    {
        if (text.Length == 0) return new Dictionary<string, object?>();
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            throw a.Wrong($"takes JSON: {e.Message}");
        }
    }

    private static object? ParseYaml(TemplateArguments a, string text)
    {
        if (text.Length == 0) return new Dictionary<string, object?>();
        try
        {
            return FromYaml(new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object?>(text));
        }
        catch (YamlDotNet.Core.YamlException e)
        {
            throw a.Wrong($"takes YAML: {e.Message}");
        }
    }

    private static object? FromYaml(object? value) => value switch
    {
        IDictionary<object, object?> map => map.ToDictionary(e => Convert.ToString(e.Key, CultureInfo.InvariantCulture) ?? "", e => FromYaml(e.Value), StringComparer.Ordinal),
        IList<object?> list => list.Select(FromYaml).ToArray(),
        float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        byte or sbyte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => value,
    };

    private static string Json(object? value, JsonSerializerOptions? options) => JsonSerializer.Serialize(Graph(value), options);

    /// <summary>A value made of what serializers know.</summary>
    private static object? Graph(object? value) => value switch
    {
        JsonElement { ValueKind: JsonValueKind.Object } map => map.EnumerateObject().ToDictionary(m => m.Name, m => Graph(m.Value), StringComparer.Ordinal),
        JsonElement { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(item => Graph(item)).ToList(),
        JsonElement other => TemplateValues.Plain(other),
        IReadOnlyDictionary<string, object?> map => map.ToDictionary(e => e.Key, e => Graph(e.Value), StringComparer.Ordinal),
        IReadOnlyList<object?> list => list.Select(Graph).ToList(),
        _ => value,
    };
}
