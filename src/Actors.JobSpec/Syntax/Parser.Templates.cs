using System.Globalization;
using System.Text;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Syntax;

internal sealed partial class Parser
{
    private ExpressionSyntax QuotedTemplate()
    {
        var open = Current;
        if (_tokens[_at + 1].Kind == TokenKind.QuotedText && _tokens[_at + 2].Kind == TokenKind.CloseQuote)
        {
            // Most strings are plain.
            var text = Unescape(_tokens[_at + 1]);
            var range = Range(open.Start, _tokens[_at + 2].End);
            _at += 2;
            Next();
            return new LiteralSyntax(range, text);
        }

        _at++;
        var parts = Parts(TokenKind.CloseQuote, quoted: true);
        var end = Current.End;
        if (Kind == TokenKind.CloseQuote) Next();
        return Template(Range(open.Start, end), parts);
    }

    private ExpressionSyntax BareTemplate()
    {
        var parts = Parts(TokenKind.EndOfFile, quoted: false);
        return Template(Range(0, _text.Length), parts);
    }

    private ExpressionSyntax Heredoc()
    {
        var open = Current;
        var flush = _text[open.Start + 2] == '-';
        _at++;
        var parts = Parts(TokenKind.CloseHeredoc, quoted: false);
        var end = Current.End;
        if (Kind == TokenKind.CloseHeredoc) Next();
        if (flush) RemoveIndent(parts);
        return Template(Range(open.Start, end), parts);
    }

    /// <summary>Builds the tree of a flat list of parts.</summary>
    private ExpressionSyntax Template(TextRange range, List<Part> parts)
    {
        Trim(parts);
        var at = 0;
        var items = Sequence(parts, ref at, range, 0);
        if (at < parts.Count)
        {
            Error(DiagnosticCodes.UnexpectedToken, parts[at].Range, $"this %{{ {parts[at].Keyword} }} belongs to no %{{ if }} or %{{ for }}");
            return new ErrorSyntax(range);
        }

        return Checked(Whole(range, items));
    }

    private static ExpressionSyntax Whole(TextRange range, ExpressionSyntax[] items) => items switch
    {
        [] => new LiteralSyntax(range, HclValue.EmptyText),
        [LiteralSyntax { Value.Kind: HclTypeKind.String } only] => only with { Range = range },
        [TemplateIfSyntax or TemplateForSyntax] => new TemplateSyntax(range, items),
        [ErrorSyntax] => items[0],
        [LiteralSyntax] => new TemplateWrapSyntax(range, items[0]),
        [var only] => new TemplateWrapSyntax(range, only),
        _ => new TemplateSyntax(range, items),
    };

    private ExpressionSyntax[] Sequence(List<Part> parts, ref int at, TextRange range, int depth)
    {
        var first = _expressions.Count;
        while (at < parts.Count)
        {
            var part = parts[at];
            if (part.Keyword is "else" or "endif" or "endfor") break;
            at++;
            if (part.Literal is not null)
            {
                if (part.Literal.Length > 0) _expressions.Add(new LiteralSyntax(part.Range, TextValue(part.Literal)));
            }
            else if (part.Keyword is null)
            {
                _expressions.Add(part.Value!);
            }
            else if (depth >= MaxDepth)
            {
                Error(DiagnosticCodes.TooDeep, part.Range, $"this is nested more than {MaxDepth} levels deep");
                at = parts.Count;
                Taken(_expressions, first);
                return [new ErrorSyntax(part.Range)];
            }
            else
            {
                _expressions.Add(Directive(parts, part, ref at, range, depth));
            }
        }

        return Taken(_expressions, first);
    }

    private ExpressionSyntax Directive(List<Part> parts, Part part, ref int at, TextRange range, int depth)
    {
        var body = Joined(part.Range, Sequence(parts, ref at, range, depth + 1));
        if (part.Keyword == "for")
        {
            if (End("endfor", parts, part, ref at)) return Checked(new TemplateForSyntax(part.Range, part.KeyName, part.ValueName!, part.Value!, body));
            return new ErrorSyntax(part.Range);
        }

        ExpressionSyntax otherwise = new LiteralSyntax(part.Range, HclValue.EmptyText);
        if (at < parts.Count && parts[at].Keyword == "else")
        {
            at++;
            otherwise = Joined(part.Range, Sequence(parts, ref at, range, depth + 1));
        }

        return End("endif", parts, part, ref at) ? Checked(new TemplateIfSyntax(part.Range, part.Value!, body, otherwise)) : new ErrorSyntax(part.Range);
    }

    private bool End(string keyword, List<Part> parts, Part open, ref int at)
    {
        if (at < parts.Count && parts[at].Keyword == keyword)
        {
            at++;
            return true;
        }

        Error(DiagnosticCodes.Unclosed, open.Range, $"this %{{ {open.Keyword} }} is not closed", $"end it with %{{ {keyword} }}");
        at = parts.Count;
        return false;
    }

    private static ExpressionSyntax Joined(TextRange range, ExpressionSyntax[] items) =>
        items.Length == 0 ? new LiteralSyntax(range, HclValue.EmptyText) : new TemplateSyntax(range, items);

    private List<Part> Parts(TokenKind end, bool quoted)
    {
        var parts = new List<Part>();
        var lineStart = true;
        while (Kind != end && Kind != TokenKind.EndOfFile)
        {
            var token = Current;
            switch (token.Kind)
            {
                case TokenKind.QuotedText or TokenKind.HeredocText:
                    var literal = quoted ? Unescape(token).Text : UnescapeTemplate(Text(token));
                    parts.Add(new Part { Range = Range(token.Start, token.End), Literal = literal, AtLineStart = lineStart });
                    lineStart = literal.EndsWith('\n');
                    _at++;
                    break;
                case TokenKind.OpenInterpolation or TokenKind.OpenDirective:
                    parts.Add(Sequence(token));
                    lineStart = false;
                    break;
                default:
                    _at++;
                    break;
            }
        }

        return parts;
    }

    /// <summary>An interpolation or directive; the token after it is taken raw, since text may follow.</summary>
    private Part Sequence(Token open)
    {
        var newlines = EnterInline();
        var part = new Part { Range = Range(open.Start, open.End), };
        if (open.Kind == TokenKind.OpenInterpolation) part.Value = Expression();
        else DirectiveHead(part);
        _newlinesMatter = newlines;
        if (Kind != TokenKind.CloseTemplate)
        {
            if (part.Value is not ErrorSyntax) Unexpected("'}' to end the template sequence", "write $${ to mean the characters ${");
            SkipTemplate();
            part.Value = new ErrorSyntax(part.Range);
        }

        part.Range = Range(open.Start, Current.End);
        part.TrimsBefore = open.End - open.Start == 3;
        part.TrimsAfter = Current.End - Current.Start == 2;
        if (Kind == TokenKind.CloseTemplate) _at++;
        return part;
    }

    private void SkipTemplate()
    {
        var open = 0;
        while (Kind != TokenKind.EndOfFile)
        {
            if (Kind is TokenKind.OpenInterpolation or TokenKind.OpenDirective) open++;
            else if (Kind == TokenKind.CloseTemplate && open-- == 0) return;
            _at++;
        }
    }

    private void DirectiveHead(Part part)
    {
        var keyword = Kind == TokenKind.Identifier ? Text(Current) : "";
        switch (keyword)
        {
            case "if":
                Next();
                part.Keyword = keyword;
                part.Value = Expression();
                return;
            case "for":
                Next();
                part.Keyword = keyword;
                part.Value = Iterators(out var keyName, out var valueName) ? Expression() : new ErrorSyntax(part.Range);
                part.KeyName = keyName;
                part.ValueName = valueName;
                return;
            case "else" or "endif" or "endfor":
                Next();
                part.Keyword = keyword;
                return;
            default:
                Unexpected("if, else, endif, for or endfor in a template directive", "write %%{ to mean the characters %{");
                part.Value = new ErrorSyntax(part.Range);
                return;
        }
    }

    /// <summary>Applies the ~ of template sequences: all blanks and new lines of the text beside it go.</summary>
    private static void Trim(List<Part> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].TrimsBefore && i > 0 && parts[i - 1].Literal is { } before) parts[i - 1].Literal = before.TrimEnd();
            if (parts[i].TrimsAfter && i + 1 < parts.Count && parts[i + 1].Literal is { } after) parts[i + 1].Literal = after.TrimStart();
        }
    }

    /// <summary>Takes from each line the blanks that all lines start with.</summary>
    private static void RemoveIndent(List<Part> parts)
    {
        var indent = int.MaxValue;
        foreach (var part in parts)
        {
            if (part.Literal is null) continue;
            foreach (var (start, end) in LinesStarting(part))
            {
                var blanks = 0;
                while (start + blanks < end && part.Literal[start + blanks] is ' ' or '\t') blanks++;
                var empty = start + blanks < part.Literal.Length && part.Literal[start + blanks] is '\n' or '\r';
                if (!empty) indent = Math.Min(indent, blanks);
            }
        }

        if (indent is int.MaxValue or 0) return;
        foreach (var part in parts)
        {
            if (part.Literal is null) continue;
            var text = new StringBuilder(part.Literal.Length);
            var at = 0;
            foreach (var (start, end) in LinesStarting(part))
            {
                text.Append(part.Literal, at, start - at);
                at = start;
                while (at < end && at < start + indent && part.Literal[at] is ' ' or '\t') at++;
            }

            text.Append(part.Literal, at, part.Literal.Length - at);
            part.Literal = text.ToString();
        }
    }

    private static IEnumerable<(int Start, int End)> LinesStarting(Part part)
    {
        var literal = part.Literal!;
        var start = part.AtLineStart ? 0 : literal.IndexOf('\n', StringComparison.Ordinal) + 1;
        if (!part.AtLineStart && start == 0) yield break;
        while (start < literal.Length)
        {
            var end = literal.IndexOf('\n', start);
            if (end < 0) end = literal.Length;
            yield return (start, end);
            start = end + 1;
        }
    }

    private static string UnescapeTemplate(string raw) =>
        raw.Contains("{", StringComparison.Ordinal)
            ? raw.Replace("$${", "${", StringComparison.Ordinal).Replace("%%{", "%{", StringComparison.Ordinal)
            : raw;

    private HclValue Unescape(Token token)
    {
        if (!Span(token).ContainsAny('\\', '{')) return TextValue(Span(token));
        var raw = Text(token);
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (c is '$' or '%' && i + 2 < raw.Length && raw[i + 1] == c && raw[i + 2] == '{')
            {
                text.Append(c).Append('{');
                i += 2;
                continue;
            }

            if (c != '\\')
            {
                text.Append(c);
                continue;
            }

            var at = i;
            var escape = ++i < raw.Length ? raw[i] : '\0';
            switch (escape)
            {
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case '"': text.Append('"'); break;
                case '\\': text.Append('\\'); break;
                case 'u' or 'U':
                    var digits = escape == 'u' ? 4 : 8;
                    if (i + digits < raw.Length
                        && uint.TryParse(raw.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                        && (Rune.IsValid(code) || code is >= 0xD800 and <= 0xDFFF))
                    {
                        text.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "\uFFFD");
                        i += digits;
                        break;
                    }

                    Error(DiagnosticCodes.InvalidEscape, TextRange.Between(token.Start + at, Math.Min(token.Start + at + 2 + digits, token.End)), $"\\{escape} is followed by {digits} hexadecimal digits of a character");
                    break;
                default:
                    Error(DiagnosticCodes.InvalidEscape, TextRange.Between(token.Start + at, Math.Min(token.Start + at + 2, token.End)), $"there is no escape \\{escape}", "the escapes are \\n \\r \\t \\\" \\\\ \\uNNNN \\UNNNNNNNN; write \\\\ for a backslash");
                    break;
            }
        }

        return TextValue(text.ToString());
    }

    /// <summary>A stretch of a template: text, an interpolation, or one end of a directive.</summary>
    private sealed class Part
    {
        public TextRange Range { get; set; }

        public string? Literal { get; set; }

        public bool AtLineStart { get; init; }

        public string? Keyword { get; set; }

        public ExpressionSyntax? Value { get; set; }

        public string? KeyName { get; set; }

        public string? ValueName { get; set; }

        public bool TrimsBefore { get; set; }

        public bool TrimsAfter { get; set; }
    }
}
