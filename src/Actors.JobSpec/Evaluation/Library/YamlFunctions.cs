using System.Text;
using Actors.JobSpec.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

/// <summary>YAML by its events: an alias is known only once its anchor is complete, so there are no cycles, and it shares the value.</summary>
internal static class YamlFunctions
{
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
                    if (name.Text == "<<" && entry.IsMapping && entry.IsPresent)
                    {
                        foreach (var (merged, from) in entry.Entries) entries.TryAdd(merged, from);
                    }
                    else
                    {
                        entries[name.Text] = entry;
                    }
                }

                value = HclValue.Object(entries);
                break;
        }

        if (value.Size > Budget.MaxSize) throw new FunctionException("the YAML is too large", 0);
        if (!start.Anchor.IsEmpty) anchors[start.Anchor.Value] = value;
        return value;
    }

    /// <summary>The core schema: what is quoted or tagged as text is text, else null, bool and numbers are recognized.</summary>
    private static HclValue Plain(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal))) return HclValue.Of(text);
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return HclValue.Null;
            case "true" or "True" or "TRUE": return HclValue.True;
            case "false" or "False" or "FALSE": return HclValue.False;
        }

        if (text.StartsWith("0x", StringComparison.Ordinal) && HclJson.ParseInteger(text[2..], 16) is { } hex) return HclValue.Of(HclNumber.From(hex));
        if (text.StartsWith("0o", StringComparison.Ordinal) && HclJson.ParseInteger(text[2..], 8) is { } octal) return HclValue.Of(HclNumber.From(octal));
        var first = text[0] is '-' or '+' ? 1 : 0;
        return text.Length > first && (char.IsAsciiDigit(text[first]) || text[first] == '.') && HclNumber.TryParse(text.TrimStart('+'), out var number)
            ? HclValue.Of(number)
            : HclValue.Of(text);
    }

    private static HclValue Encode(FunctionCall call)
    {
        call.Reserve(call[0].Size * (2 + call[0].Depth));
        var text = new StringBuilder();
        Write(call[0], 0, text);
        return HclValue.Of(text.ToString());
    }

    private static void Write(HclValue value, int indent, StringBuilder text)
    {
        if (value.IsPresent && value.IsMapping && value.Count > 0)
        {
            var first = true;
            foreach (var (key, entry) in value.Entries)
            {
                if (!first) text.Append(' ', indent);
                first = false;
                text.Append(HclJson.Write(HclValue.Of(key))).Append(':');
                Nested(entry, indent, text);
            }

            return;
        }

        if (value.IsPresent && value.IsSequence && value.Count > 0)
        {
            for (var i = 0; i < value.Count; i++)
            {
                if (i > 0) text.Append(' ', indent);
                text.Append("- ");
                Write(value.Items[i], indent + 2, text);
            }

            return;
        }

        // A scalar or an empty collection is the same in JSON, which is YAML.
        text.Append(HclJson.Write(value)).Append('\n');
    }

    private static void Nested(HclValue value, int indent, StringBuilder text)
    {
        if (value.IsPresent && value.Count > 0)
        {
            text.Append('\n').Append(' ', indent + 2);
            Write(value, indent + 2, text);
            return;
        }

        text.Append(' ');
        Write(value, indent, text);
    }
}
