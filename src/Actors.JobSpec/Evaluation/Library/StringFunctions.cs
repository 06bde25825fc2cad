using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Actors.Contracts.Text;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class StringFunctions
{
    public static readonly Function[] All =
    [
        new("upper", [Text("text")], null, call => HclValue.Of(call.Text(0).ToUpperInvariant())),
        new("lower", [Text("text")], null, call => HclValue.Of(call.Text(0).ToLowerInvariant())),
        new("title", [Text("text")], null, Title),
        new("trimspace", [Text("text")], null, call => HclValue.Of(call.Text(0).Trim())),
        new("trim", [Text("text"), Text("cutset")], null, Trim),
        new("trimprefix", [Text("text"), Text("prefix")], null, call => HclValue.Of(call.Text(0).StartsWith(call.Text(1), StringComparison.Ordinal) ? call.Text(0)[call.Text(1).Length..] : call.Text(0))),
        new("trimsuffix", [Text("text"), Text("suffix")], null, call => HclValue.Of(call.Text(0).EndsWith(call.Text(1), StringComparison.Ordinal) ? call.Text(0)[..^call.Text(1).Length] : call.Text(0))),
        new("chomp", [Text("text")], null, call => HclValue.Of(call.Text(0).TrimEnd('\n', '\r'))),
        new("strlen", [Text("text")], null, call => HclValue.Of(new StringInfo(call.Text(0)).LengthInTextElements)),
        new("strrev", [Text("text")], null, call => HclValue.Of(Reverse(call.Text(0)))),
        new("reverse", [Any("list or text")], null, ReverseAny),
        new("substr", [Text("text"), Number("offset"), Number("length")], null, Substring),
        new("join", [Text("separator"), new("list", HclType.ListOfString)], new("list", HclType.ListOfString), Join),
        new("split", [Text("separator"), Text("text")], null, Split),
        new("replace", [Text("text"), Text("search"), Text("replacement")], null, Replace),
        new("regex_replace", [Text("text"), Text("pattern"), Text("replacement")], null, call => RegexReplace(call, call.Text(1))),
        new("indent", [Number("blanks"), Text("text")], null, Indent),
    ];

    /// <summary>The first letter of each word in upper case. As in Go, any ASCII character but letters, digits and _ ends a word; beyond ASCII blanks do.</summary>
    private static HclValue Title(FunctionCall call)
    {
        var text = call.Text(0).ToCharArray();
        for (var i = 0; i < text.Length; i++)
        {
            if (i == 0 || EndsWord(call.Text(0)[i - 1])) text[i] = char.ToUpperInvariant(text[i]);
        }

        return HclValue.Of(new string(text));

        static bool EndsWord(char c) => c <= '\x7f' ? !(char.IsAsciiLetterOrDigit(c) || c == '_') : !char.IsLetterOrDigit(c) && char.IsWhiteSpace(c);
    }

    /// <summary>By characters, not by halves of them.</summary>
    private static HclValue Trim(FunctionCall call)
    {
        var cut = call.Text(1).EnumerateRunes().ToHashSet();
        var (start, end) = (0, call.Text(0).Length);
        while (start < end && Rune.TryGetRuneAt(call.Text(0), start, out var first) && cut.Contains(first)) start += first.Utf16SequenceLength;
        while (end > start && Rune.DecodeLastFromUtf16(call.Text(0).AsSpan(start, end - start), out var last, out var length) == System.Buffers.OperationStatus.Done && cut.Contains(last)) end -= length;
        return HclValue.Of(call.Text(0)[start..end]);
    }

    private static string Reverse(string text)
    {
        var elements = StringInfo.ParseCombiningCharacters(text);
        var reversed = new StringBuilder(text.Length);
        for (var i = elements.Length - 1; i >= 0; i--)
            reversed.Append(text, elements[i], (i + 1 < elements.Length ? elements[i + 1] : text.Length) - elements[i]);
        return reversed.ToString();
    }

    /// <summary>Of text the characters, of a list the elements. (Nomad's takes only text, though its documentation shows a list.)</summary>
    private static HclValue ReverseAny(FunctionCall call)
    {
        var value = call[0];
        if (value.Kind == HclTypeKind.Tuple) return HclValue.Tuple(value.Items.Reverse());
        if (value.IsSequence) return HclValue.List(value.Type.Element, value.Items.Reverse());
        return Conversion.Convert(value, HclType.String, out _) is { } text
            ? HclValue.Of(Reverse(text.Text))
            : throw new FunctionException("a list or a string is needed", 0);
    }

    private static HclValue Substring(FunctionCall call)
    {
        var text = new StringInfo(call.Text(0));
        var total = text.LengthInTextElements;
        var offset = call.Integer(1);
        var length = call.Integer(2);
        if (offset < 0) offset = Math.Max(0, total + offset);
        if (length < -1) throw new FunctionException("the length is −1 (to the end) or more", 2);
        if (offset >= total || length == 0) return HclValue.EmptyText;
        var count = length == -1 ? total - offset : Math.Min(length, total - offset);
        return HclValue.Of(text.SubstringByTextElements(offset, count));
    }

    private static HclValue Join(FunctionCall call)
    {
        var separator = call.Text(0);
        var parts = new List<string>();
        long length = 0;
        for (var i = 1; i < call.Arguments.Length; i++)
        {
            foreach (var item in call[i].Items)
            {
                if (item.IsNull) throw new FunctionException("an element is null", i);
                parts.Add(item.Text);
                length += item.Text.Length + separator.Length;
            }
        }

        call.Reserve(length);
        return HclValue.Of(string.Join(separator, parts));
    }

    /// <summary>An empty separator splits into characters. Between separators there is a text even where it is empty, so an empty text is split into one.</summary>
    private static HclValue Split(FunctionCall call)
    {
        var (separator, text) = (call.Text(0), call.Text(1));
        call.Reserve(text.Length);
        return HclValue.List(HclType.String, separator.Length > 0 ? text.Split(separator).Select(HclValue.Of) : text.EnumerateRunes().Select(rune => HclValue.Of(rune.ToString())));
    }

    /// <summary>A search text in slashes is a pattern. The empty text is found before and after every character.</summary>
    private static HclValue Replace(FunctionCall call)
    {
        var (text, search, replacement) = (call.Text(0), call.Text(1), call.Text(2));
        if (search.Length > 1 && search[0] == '/' && search[^1] == '/') return RegexReplace(call, search[1..^1]);
        if (search.Length == 0)
        {
            call.Reserve(text.Length + ((long)(text.Length + 1) * replacement.Length));
            return HclValue.Of(replacement + string.Concat(text.EnumerateRunes().Select(rune => rune + replacement)));
        }

        var count = 0;
        for (var at = text.IndexOf(search, StringComparison.Ordinal); at >= 0; at = text.IndexOf(search, at + search.Length, StringComparison.Ordinal)) count++;
        call.Reserve(text.Length + ((long)count * (replacement.Length - search.Length)));
        return HclValue.Of(text.Replace(search, replacement, StringComparison.Ordinal));
    }

    private static HclValue RegexReplace(FunctionCall call, string pattern)
    {
        call.Reserve(call.Text(0).Length);
        try
        {
            var text = Re2.Replace(Re2.Compile(pattern), call.Text(0), call.Text(2), (int)Budget.MaxSize);
            call.Reserve(text.Length);
            return HclValue.Of(text);
        }
        catch (ArgumentException invalid)
        {
            throw new FunctionException($"the pattern is not a regular expression: {invalid.Message}", 1);
        }
        catch (InvalidOperationException)
        {
            throw new FunctionException("the result would be too large");
        }
        catch (RegexMatchTimeoutException)
        {
            throw new FunctionException("the pattern takes too long on this text", 1);
        }
    }

    private static HclValue Indent(FunctionCall call)
    {
        var blanks = call.Integer(0);
        if (blanks is < 0 or > 1000) throw new FunctionException("from 0 to 1000 blanks", 0);
        var text = call.Text(1);
        call.Reserve(text.Length + ((long)text.Count(c => c == '\n') * blanks));
        return HclValue.Of(text.Replace("\n", "\n" + new string(' ', blanks), StringComparison.Ordinal));
    }
}
