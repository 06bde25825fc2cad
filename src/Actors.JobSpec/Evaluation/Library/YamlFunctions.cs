using System.Globalization;
using System.Text;
using Actors.JobSpec.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

/// <summary>YAML by its events: an alias is known only once its anchor is complete, so there are no cycles, and it shares the value.</summary>
internal static class YamlFunctions
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private static readonly string[] TimeForms = ["yyyy-M-d'T'H:m:sK", "yyyy-M-d't'H:m:sK", "yyyy-M-d'T'H:m:s.FFFFFFFK", "yyyy-M-d't'H:m:s.FFFFFFFK", "yyyy-M-d H:m:s", "yyyy-M-d H:m:s.FFFFFFF", "yyyy-M-d"];

    public static readonly Function[] All =
    [
        new("yamldecode", [Text("text")], null, Decode),
        new("yamlencode", [Nullable("value")], null, Encode),
    ];

    private static HclValue Decode(FunctionCall call)
    {
        call.Reserve(call.Text(0).Length);
        try
        {
            var parser = new YamlDotNet.Core.Parser(new StringReader(call.Text(0)));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) return HclValue.Null;
            var value = Value(parser, new Dictionary<string, HclValue>(StringComparer.Ordinal), call, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _)) throw new FunctionException("the text has more than one document", 0);
            return value;
        }
        catch (YamlException invalid)
        {
            throw new FunctionException($"the text is not YAML: line {invalid.Start.Line}, column {invalid.Start.Column}: {invalid.Message}", 0);
        }
        catch (Exception failed) when (failed is InvalidOperationException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            // The YAML reader has its own ways to fail on text that is none.
            throw new FunctionException($"the text is not YAML: {failed.Message}", 0);
        }
    }

    private static HclValue Value(IParser parser, Dictionary<string, HclValue> anchors, FunctionCall call, int depth)
    {
        if (depth > Budget.MaxDepth) throw new FunctionException($"the YAML is nested more than {Budget.MaxDepth} deep", 0);
        if (parser.TryConsume<AnchorAlias>(out var alias))
            return anchors.TryGetValue(alias.Value.Value, out var known) ? known : throw new FunctionException($"there is no anchor {alias.Value.Value} before its use", 0);
        var start = parser.Consume<NodeEvent>();
        HclValue value;
        switch (start)
        {
            case Scalar scalar:
                value = Plain(scalar);
                break;
            case SequenceStart:
                var items = new List<HclValue>();
                while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Value(parser, anchors, call, depth + 1));
                value = HclValue.Tuple(items);
                break;
            default:
                var entries = new Dictionary<string, HclValue>(StringComparer.Ordinal);
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    var key = Value(parser, anchors, call, depth + 1);
                    if (Conversion.Convert(key, HclType.String, out _) is not { IsPresent: true } name) throw new FunctionException("a key of a YAML mapping is not text", 0);
                    var entry = Value(parser, anchors, call, depth + 1);
                    if (name.Text == "<<" && entry.IsPresent) Merge(entry, entries);
                    else entries[name.Text] = entry;
                }

                value = HclValue.Object(entries);
                break;
        }

        if (value.Size > Budget.MaxSize) throw new FunctionException("the YAML is too large", 0);
        if (!start.Anchor.IsEmpty) anchors[start.Anchor.Value] = value;
        return value;
    }

    /// <summary>A mapping, or each of a sequence of them, laid over what was read before.</summary>
    private static void Merge(HclValue merged, Dictionary<string, HclValue> into)
    {
        foreach (var mapping in merged.IsSequence ? merged.Items.AsSpan() : new ReadOnlySpan<HclValue>(in merged))
        {
            if (!mapping.IsPresent || !mapping.IsMapping) throw new FunctionException("<< takes a mapping or a sequence of them", 0);
            foreach (var (name, value) in mapping.Entries) into[name] = value;
        }
    }

    /// <summary>What is quoted or tagged as text is text; else null, bool, numbers and times are recognized, by their form or their tag.</summary>
    private static HclValue Plain(Scalar scalar)
    {
        var text = scalar.Value;
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        if (tag.StartsWith(TagPrefix, StringComparison.Ordinal)) tag = tag[TagPrefix.Length..];
        switch (tag)
        {
            case "":
                if (scalar.Style != ScalarStyle.Plain) return HclValue.Of(text);
                return Known(text) ?? Time(text) ?? Numeric(text) ?? HclValue.Of(text);
            case "str" or "!": return HclValue.Of(text);
            case "binary":
                return Convert.TryFromBase64String(text, new byte[text.Length], out _) ? HclValue.Of(text) : throw new FunctionException("what is tagged !!binary is not base64", 0);
            case "null": return HclValue.Null;
            case "bool" when Known(text) is { IsPresent: true } value: return value;
            case "int" or "float" when Numeric(text) is { } value: return value;
            case "timestamp" when Time(text) is { } value: return value;
            case "bool" or "int" or "float" or "timestamp": throw new FunctionException($"{Conversion.Quote(text)} is no {tag}, as it is tagged", 0);
            default: throw new FunctionException($"the tag {Conversion.Quote(scalar.Tag.Value)} is not supported", 0);
        }
    }

    private static HclValue? Known(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return HclValue.Null;
            case "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y": return HclValue.True;
            case "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N": return HclValue.False;
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
                throw new FunctionException($"{text} is no number here", 0);
            default: return null;
        }
    }

    private static HclValue? Numeric(string text)
    {
        if (text.StartsWith("0x", StringComparison.Ordinal)) return HclJson.ParseInteger(text[2..], 16) is { } hex && text[2] is not ('-' or '+') ? HclValue.Of(HclNumber.From(hex)) : null;
        if (text.StartsWith("0o", StringComparison.Ordinal)) return HclJson.ParseInteger(text[2..], 8) is { } octal && text[2] is not ('-' or '+') ? HclValue.Of(HclNumber.From(octal)) : null;
        var first = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        return text.Length > first && (char.IsAsciiDigit(text[first]) || text[first] == '.') && HclNumber.TryParse(text[0] == '+' ? text[1..] : text, out var number)
            ? HclValue.Of(number)
            : null;
    }

    /// <summary>A date, with or without time, as RFC 3339 has it: there is no type for times.</summary>
    private static HclValue? Time(string text)
    {
        if (text.Length < 8 || text[4] != '-' || !text.AsSpan(0, 4).ContainsAnyInRange('0', '9') || text.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9')) return null;
        return DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? HclValue.Of(time.ToString(time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture))
            : null;
    }

    private static HclValue Encode(FunctionCall call)
    {
        call.Reserve(call[0].Size * (2 + call[0].Depth));
        var text = new StringBuilder();
        Write(call[0], 0, text);

        // What is neither quoted nor bracketed has no end of its own.
        if (!call[0].IsPresent || call[0].Kind is HclTypeKind.Bool or HclTypeKind.Number) text.Append("...\n");
        return HclValue.Of(text.ToString());
    }

    /// <summary>Block style; keys and texts are quoted, texts of several lines are literal blocks. Lists of a mapping are not indented.</summary>
    private static void Write(HclValue value, int indent, StringBuilder text)
    {
        if (!value.IsPresent || value.Count == 0)
        {
            Scalar(value, indent, text);
            return;
        }

        var first = true;
        if (value.IsMapping)
        {
            foreach (var (key, entry) in value.Entries)
            {
                if (!first) text.Append(' ', indent);
                first = false;
                Quote(key, text);
                text.Append(':');
                if (entry.IsPresent && entry.Count > 0)
                {
                    var inner = entry.IsMapping ? indent + 2 : indent;
                    text.Append('\n').Append(' ', inner);
                    Write(entry, inner, text);
                }
                else
                {
                    text.Append(' ');
                    Scalar(entry, indent + 2, text);
                }
            }

            return;
        }

        foreach (var item in value.Items.AsSpan())
        {
            if (!first) text.Append(' ', indent);
            first = false;
            text.Append("- ");
            Write(item, indent + 2, text);
        }
    }

    private static void Scalar(HclValue value, int indent, StringBuilder text)
    {
        if (!value.IsPresent || value.Kind != HclTypeKind.String)
        {
            // An empty collection, a number, a bool and null are the same in JSON, which is YAML.
            text.Append(HclJson.Write(value)).Append('\n');
            return;
        }

        if (!IsBlock(value.Text))
        {
            Quote(value.Text, text);
            text.Append('\n');
            return;
        }

        var lines = value.Text.Split('\n');
        var ended = lines[^1].Length == 0;
        text.Append('|').Append(!ended ? "-" : lines[^2].Length == 0 ? "+" : "").Append('\n');
        foreach (var line in lines.AsSpan(0, ended ? lines.Length - 1 : lines.Length))
        {
            if (line.Length > 0) text.Append(' ', Math.Max(2, indent)).Append(line);
            text.Append('\n');
        }
    }

    /// <summary>Whether a text of several lines keeps its characters as a literal block.</summary>
    private static bool IsBlock(string text) =>
        text.Contains('\n', StringComparison.Ordinal)
        && text[0] is not (' ' or '\n' or '\t')
        && !text.Contains(" \n", StringComparison.Ordinal)
        && text[^1] != ' '
        && text.All(c => c is '\n' or '\t' || (!char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029' or '\uFEFF')));

    private static void Quote(string content, StringBuilder text)
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
                case '\u2028' or '\u2029' or '\uFEFF': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"); break;
                case var _ when char.IsControl(c): text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}"); break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}
