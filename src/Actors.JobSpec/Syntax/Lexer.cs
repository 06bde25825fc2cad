using System.Buffers;
using System.Globalization;
using Actors.JobSpec.Diagnostics;

namespace Actors.JobSpec.Syntax;

/// <summary>
/// Cuts HCL text into tokens. Strings and heredocs hold templates, and templates hold expressions that hold strings again:
/// a stack of modes, not recursion, so that no input is too deep for it.
/// </summary>
internal sealed class Lexer
{
    private static readonly SearchValues<char> EndsPlainText = SearchValues.Create("\"\\$%\r\n");

    private readonly string _text;
    private readonly DiagnosticBag _diagnostics;
    private readonly List<Token> _tokens;
    private readonly Stack<Mode> _modes = new();
    private int _at;

    private Lexer(DiagnosticBag diagnostics)
    {
        _text = diagnostics.Source.Text;
        _diagnostics = diagnostics;
        _tokens = new List<Token>((_text.Length / 3) + 16);
    }

    /// <summary>All tokens of the text, ended by <see cref="TokenKind.EndOfFile"/>. Comments and newlines are tokens too.</summary>
    public static List<Token> Tokenize(DiagnosticBag diagnostics) => new Lexer(diagnostics).Run();

    /// <summary>The tokens of a text that is a template without quotes (as a JSON string holds one).</summary>
    public static List<Token> TokenizeTemplate(DiagnosticBag diagnostics)
    {
        var lexer = new Lexer(diagnostics);
        lexer._modes.Push(new Mode(ModeKind.Bare, 0));
        return lexer.Run();
    }

    private List<Token> Run()
    {
        if (_text.Length > 0 && _text[0] == '\uFEFF') _at = 1;
        while (_at < _text.Length)
        {
            if (_diagnostics.Full) break;
            switch (_modes.TryPeek(out var mode) ? mode.Kind : ModeKind.Code)
            {
                case ModeKind.Code: NextCode(mode); break;
                case ModeKind.Quoted: NextQuoted(mode!); break;
                case ModeKind.Bare: NextBare(); break;
                default: NextHeredoc(mode!); break;
            }
        }

        while (_modes.TryPop(out var open))
        {
            switch (open.Kind)
            {
                case ModeKind.Quoted:
                    Error(DiagnosticCodes.Unclosed, open.Start, open.Start + 1, "this string is not closed", "end it with a double quote");
                    _tokens.Add(new Token(TokenKind.CloseQuote, _at, _at));
                    break;
                case ModeKind.Heredoc:
                    Error(DiagnosticCodes.Unclosed, open.Start, open.Start + 2, $"this heredoc is not closed: no line holds only {open.Marker}", $"add a line that holds only {open.Marker}");
                    _tokens.Add(new Token(TokenKind.CloseHeredoc, _at, _at));
                    break;
                case ModeKind.Code:
                    Error(DiagnosticCodes.Unclosed, open.Start, open.Start + 2, "this template sequence is not closed", "end it with }, or write $${ to mean the characters ${");
                    _tokens.Add(new Token(TokenKind.CloseTemplate, _at, _at));
                    break;
            }
        }

        _tokens.Add(new Token(TokenKind.EndOfFile, _text.Length, _text.Length));
        return _tokens;
    }

    private char Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void Emit(TokenKind kind, int length)
    {
        _tokens.Add(new Token(kind, _at, _at + length));
        _at += length;
    }

    private void Error(string code, int start, int end, string message, string? suggestion = null) =>
        _diagnostics.Error(code, TextRange.Between(start, Math.Min(end, _text.Length)), message, suggestion);

    private void NextCode(Mode? mode)
    {
        var c = _text[_at];
        switch (c)
        {
            case ' ' or '\t': _at++; return;
            case '\n': Emit(TokenKind.Newline, 1); return;
            case '\r' when Peek(1) == '\n': Emit(TokenKind.Newline, 2); return;
            case '#': LineComment(); return;
            case '/' when Peek(1) == '/': LineComment(); return;
            case '/' when Peek(1) == '*': BlockComment(); return;
            case '"':
                var quoted = _at;
                Emit(TokenKind.OpenQuote, 1);
                if (!PlainText()) _modes.Push(new Mode(ModeKind.Quoted, quoted));
                return;
            case '<' when Peek(1) == '<': Heredoc(); return;
            case '{':
                if (mode is not null) mode.Depth++;
                Emit(TokenKind.OpenBrace, 1);
                return;
            case '}' when mode is { Depth: 0 }:
                _modes.Pop();
                Emit(TokenKind.CloseTemplate, 1);
                return;
            case '~' when mode is { Depth: 0 } && Peek(1) == '}':
                _modes.Pop();
                Emit(TokenKind.CloseTemplate, 2);
                return;
            case '}':
                if (mode is not null) mode.Depth--;
                Emit(TokenKind.CloseBrace, 1);
                return;
        }

        if (char.IsAsciiDigit(c)) Number();
        else if (IsIdentifierStart(_at, out var length)) Identifier(length);
        else Punctuation(c);
    }

    private void LineComment()
    {
        var end = _text.IndexOf('\n', _at);
        if (end < 0) end = _text.Length;
        else if (_text[end - 1] == '\r') end--;
        Emit(TokenKind.Comment, end - _at);
    }

    private void BlockComment()
    {
        var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            Error(DiagnosticCodes.Unclosed, _at, _at + 2, "this comment is not closed", "end it with */");
            _at = _text.Length;
            return;
        }

        Emit(TokenKind.Comment, end + 2 - _at);
    }

    private void Number()
    {
        var end = _at;
        while (end < _text.Length && char.IsAsciiDigit(_text[end])) end++;
        if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
        {
            end++;
            while (end < _text.Length && char.IsAsciiDigit(_text[end])) end++;
        }

        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            var exponent = end + 1;
            if (exponent < _text.Length && _text[exponent] is '+' or '-') exponent++;
            if (exponent < _text.Length && char.IsAsciiDigit(_text[exponent]))
            {
                end = exponent;
                while (end < _text.Length && char.IsAsciiDigit(_text[end])) end++;
            }
        }

        Emit(TokenKind.Number, end - _at);
    }

    private void Identifier(int firstLength)
    {
        var end = _at + firstLength;
        while (end < _text.Length && IsIdentifierPart(end, out var length)) end += length;
        Emit(TokenKind.Identifier, end - _at);
    }

    private bool IsIdentifierStart(int at, out int length)
    {
        var c = _text[at];
        length = 1;
        if (char.IsAscii(c)) return char.IsAsciiLetter(c) || c == '_';
        if (!System.Text.Rune.TryGetRuneAt(_text, at, out var rune)) return false;
        length = rune.Utf16SequenceLength;
        return System.Text.Rune.IsLetter(rune);
    }

    private bool IsIdentifierPart(int at, out int length)
    {
        var c = _text[at];
        length = 1;
        if (char.IsAscii(c)) return char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        if (!System.Text.Rune.TryGetRuneAt(_text, at, out var rune)) return false;
        length = rune.Utf16SequenceLength;
        return System.Text.Rune.IsLetterOrDigit(rune)
            || System.Text.Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
    }

    private void Punctuation(char c)
    {
        var next = Peek(1);
        switch (c)
        {
            case '[': Emit(TokenKind.OpenBracket, 1); return;
            case ']': Emit(TokenKind.CloseBracket, 1); return;
            case '(': Emit(TokenKind.OpenParen, 1); return;
            case ')': Emit(TokenKind.CloseParen, 1); return;
            case '=' when next == '=': Emit(TokenKind.Equal, 2); return;
            case '=' when next == '>': Emit(TokenKind.Arrow, 2); return;
            case '=': Emit(TokenKind.Assign, 1); return;
            case '!' when next == '=': Emit(TokenKind.NotEqual, 2); return;
            case '!': Emit(TokenKind.Not, 1); return;
            case '<' when next == '=': Emit(TokenKind.LessOrEqual, 2); return;
            case '<': Emit(TokenKind.Less, 1); return;
            case '>' when next == '=': Emit(TokenKind.GreaterOrEqual, 2); return;
            case '>': Emit(TokenKind.Greater, 1); return;
            case '&' when next == '&': Emit(TokenKind.And, 2); return;
            case '|' when next == '|': Emit(TokenKind.Or, 2); return;
            case '+': Emit(TokenKind.Plus, 1); return;
            case '-': Emit(TokenKind.Minus, 1); return;
            case '*': Emit(TokenKind.Star, 1); return;
            case '/': Emit(TokenKind.Slash, 1); return;
            case '%': Emit(TokenKind.Percent, 1); return;
            case '?': Emit(TokenKind.Question, 1); return;
            case ':': Emit(TokenKind.Colon, 1); return;
            case ',': Emit(TokenKind.Comma, 1); return;
            case '.' when next == '.' && Peek(2) == '.': Emit(TokenKind.Ellipsis, 3); return;
            case '.': Emit(TokenKind.Dot, 1); return;
        }

        var length = char.IsHighSurrogate(c) && char.IsLowSurrogate(next) ? 2 : 1;
        var (message, suggestion) = c switch
        {
            '\'' or '\u2018' or '\u2019' => ("single quotes do not make a string", "use double quotes: \"…\""),
            '\u201C' or '\u201D' => ("typographic quotes do not make a string", "use double quotes: \"…\""),
            '`' => ("backquotes do not make a string", "use double quotes, or a heredoc for several lines"),
            ';' => ("';' does not separate attributes", "write each attribute on its own line"),
            '&' => ("there is no operator '&'", "did you mean \"&&\"?"),
            '|' => ("there is no operator '|'", "did you mean \"||\"?"),
            '$' when next == '{' => ("a template sequence is only possible inside a string", "write the expression itself, or put it in double quotes"),
            '\uFEFF' => ("a byte order mark is only possible at the start of the file", "remove it"),
            _ => ($"the character {Describe(c, length)} has no meaning here", null as string),
        };
        if (c is '\'' or '\u2018' or '\u201C' or '`')
        {
            // One report for the whole would-be string.
            var closing = c switch { '\u2018' => '\u2019', '\u201C' => '\u201D', _ => c };
            var rest = _text.AsSpan(_at + 1);
            var end = rest.IndexOfAny(closing, '\n');
            if (end >= 0 && rest[end] == closing) length = end + 2;
        }

        Error(DiagnosticCodes.InvalidCharacter, _at, _at + length, message, suggestion);
        Emit(TokenKind.Invalid, length);
    }

    private string Describe(char c, int length) =>
        length == 2 ? $"'{_text.Substring(_at, 2)}'"
        : char.IsControl(c) || char.IsSurrogate(c) || char.IsWhiteSpace(c) ? string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}")
        : $"'{c}'";

    /// <summary>Takes the rest of a string that holds neither escapes nor templates, as most don't; false, and nothing taken, for any other.</summary>
    private bool PlainText()
    {
        var length = _text.AsSpan(_at).IndexOfAny(EndsPlainText);
        if (length < 0 || _text[_at + length] != '"') return false;
        if (length > 0) Emit(TokenKind.QuotedText, length);
        Emit(TokenKind.CloseQuote, 1);
        return true;
    }

    private void NextQuoted(Mode mode)
    {
        if (_text[_at] == '"')
        {
            _modes.Pop();
            Emit(TokenKind.CloseQuote, 1);
            return;
        }

        var end = _at;
        while (end < _text.Length)
        {
            var c = _text[end];
            if (c is '"') break;
            if (c is '\n' || (c == '\r' && end + 1 < _text.Length && _text[end + 1] == '\n'))
            {
                if (_modes.Skip(1).FirstOrDefault() is { Kind: ModeKind.Code } template)
                {
                    CloseTemplate(mode, template);
                    return;
                }

                if (end > _at) Emit(TokenKind.QuotedText, end - _at);
                Error(DiagnosticCodes.Unclosed, mode.Start, end, "this string is not closed on its line", "end it with a double quote, or use a heredoc (<<EOF) for several lines");
                _modes.Pop();
                _tokens.Add(new Token(TokenKind.CloseQuote, _at, _at));
                return;
            }

            if (c == '\\' && end + 1 < _text.Length && _text[end + 1] is not ('\n' or '\r'))
            {
                end += 2;
                continue;
            }

            var opens = OpensTemplate(end);
            if (opens < 0)
            {
                end -= opens;
                continue;
            }

            if (opens > 0) break;
            end++;
        }

        if (end > _at) Emit(TokenKind.QuotedText, end - _at);
        else OpenTemplate();
    }

    /// <summary>
    /// A string that begins inside an interpolation and has no end on its line is the end of the string around it:
    /// the interpolation lacks its }.
    /// </summary>
    private void CloseTemplate(Mode quoted, Mode template)
    {
        Error(DiagnosticCodes.Unclosed, template.Start, template.Start + 2, "this template sequence is not closed", "end it with }, or write $${ to mean the characters ${");
        _modes.Pop();
        _modes.Pop();
        _tokens.RemoveRange(_tokens.FindLastIndex(token => token.Start == quoted.Start), _tokens.Count - _tokens.FindLastIndex(token => token.Start == quoted.Start));
        _tokens.Add(new Token(TokenKind.CloseTemplate, quoted.Start, quoted.Start));
        _at = quoted.Start;
    }

    private void NextBare()
    {
        var end = _at;
        while (end < _text.Length)
        {
            var opens = OpensTemplate(end);
            if (opens > 0) break;
            end += opens < 0 ? -opens : 1;
        }

        if (end > _at) Emit(TokenKind.HeredocText, end - _at);
        else OpenTemplate();
    }

    private void NextHeredoc(Mode mode)
    {
        var end = _at;
        while (end < _text.Length)
        {
            if (end == 0 || _text[end - 1] == '\n')
            {
                if (ClosesHeredoc(end, mode.Marker!, out var close))
                {
                    if (end > _at) Emit(TokenKind.HeredocText, end - _at);
                    _modes.Pop();
                    Emit(TokenKind.CloseHeredoc, close - _at);
                    return;
                }
            }

            var opens = OpensTemplate(end);
            if (opens > 0) break;
            end += opens < 0 ? -opens : 1;
        }

        if (end > _at) Emit(TokenKind.HeredocText, end - _at);
        else OpenTemplate();
    }

    /// <summary>Length of a template's opening at <paramref name="at"/>; negative for an escaped one; 0 for none.</summary>
    private int OpensTemplate(int at)
    {
        var c = _text[at];
        if (c is not ('$' or '%') || at + 1 >= _text.Length) return 0;
        if (_text[at + 1] == c && at + 2 < _text.Length && _text[at + 2] == '{') return -3;
        if (_text[at + 1] != '{') return 0;
        return at + 2 < _text.Length && _text[at + 2] == '~' ? 3 : 2;
    }

    private void OpenTemplate()
    {
        var length = OpensTemplate(_at);
        _modes.Push(new Mode(ModeKind.Code, _at));
        Emit(_text[_at] == '$' ? TokenKind.OpenInterpolation : TokenKind.OpenDirective, length);
    }

    private void Heredoc()
    {
        var start = _at;
        var at = _at + 2;
        if (at < _text.Length && _text[at] == '-') at++;
        var nameStart = at;
        if (at < _text.Length && IsIdentifierStart(at, out var length))
        {
            at += length;
            while (at < _text.Length && IsIdentifierPart(at, out length)) at += length;
        }

        var name = _text[nameStart..at];
        while (at < _text.Length && _text[at] is ' ' or '\t' or '\r') at++;
        if (name.Length == 0 && SpacedName(ref at) is { } spaced)
        {
            Error(DiagnosticCodes.InvalidHeredoc, start, nameStart + 1, "the name of a heredoc follows << without a blank", $"write {_text[start..nameStart]}{spaced}");
            name = spaced;
        }

        if (name.Length == 0 || at >= _text.Length || _text[at] != '\n')
        {
            Error(DiagnosticCodes.InvalidHeredoc, start, Math.Max(at, start + 2), "a heredoc starts with <<NAME at the end of a line", "for example <<EOF, then the text, then a line that holds only EOF");
            Emit(TokenKind.Invalid, Math.Max(at, start + 2) - start);
            return;
        }

        _modes.Push(new Mode(ModeKind.Heredoc, start) { Marker = name });
        Emit(TokenKind.OpenHeredoc, at + 1 - start);
    }

    /// <summary>A name alone on the rest of the line; <paramref name="at"/> moves past it then.</summary>
    private string? SpacedName(ref int at)
    {
        var end = at;
        while (end < _text.Length && _text[end] is not ('\n' or '\r' or ' ' or '\t')) end++;
        if (end == at || end >= _text.Length || !_text.AsSpan(at, end - at).ContainsAnyInRange('A', 'Z')) return null;
        foreach (var c in _text.AsSpan(at, end - at)) if (!char.IsAsciiLetterOrDigit(c) && c != '_') return null;
        var name = _text[at..end];
        while (end < _text.Length && _text[end] is ' ' or '\t' or '\r') end++;
        if (end >= _text.Length || _text[end] != '\n') return null;
        at = end;
        return name;
    }

    private bool ClosesHeredoc(int lineStart, string marker, out int end)
    {
        var at = lineStart;
        end = 0;
        while (at < _text.Length && _text[at] is ' ' or '\t') at++;
        if (!_text.AsSpan(at).StartsWith(marker, StringComparison.Ordinal)) return false;
        end = at + marker.Length;
        at = end;
        while (at < _text.Length && _text[at] is ' ' or '\t' or '\r') at++;
        return at == _text.Length || _text[at] == '\n';
    }

    private enum ModeKind
    {
        Code,
        Quoted,
        Heredoc,
        Bare,
    }

    private sealed class Mode(ModeKind kind, int start)
    {
        public ModeKind Kind { get; } = kind;

        public int Start { get; } = start;

        /// <summary>Braces open inside an interpolation.</summary>
        public int Depth { get; set; }

        /// <summary>Closing name of a heredoc.</summary>
        public string? Marker { get; init; }
    }
}
