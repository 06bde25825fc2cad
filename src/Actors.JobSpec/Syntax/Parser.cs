using System.Runtime.InteropServices;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Syntax;

/// <summary>
/// HCL's grammar by recursive descent over the tokens. After a mistake it goes on at the next line of the same block, so that
/// one run reports them all. Bodies here; expressions and templates in the other parts.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Deepest nesting of blocks and expressions together.</summary>
    public const int MaxDepth = 100;

    /// <summary>Longest chain of operators in one expression.</summary>
    public const int MaxHeight = 400;

    /// <summary>How many names, texts and numbers are kept to be used again, and how long a text may be for it.</summary>
    private const int MostShared = 1000;
    private const int LongestShared = 64;

    private readonly string _text;
    private readonly DiagnosticBag _diagnostics;
    private readonly List<Token> _tokens;
    private readonly TextRange? _fixed;

    /// <summary>Names seen: files repeat a few of them over and over.</summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Short texts and numbers seen, for the same reason.</summary>
    private readonly Dictionary<string, HclValue> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HclValue> _numbers = new(StringComparer.Ordinal);

    // What is being gathered for the lists of the tree that are open. They nest as the text does, so each kind needs but one stack.
    private readonly List<AttributeSyntax> _attributes = [];
    private readonly List<BlockSyntax> _blocks = [];
    private readonly List<ExpressionSyntax> _expressions = [];
    private int _at;
    private int _depth;
    private bool _gaveUp;
    private bool _newlinesMatter = true;

    private Parser(DiagnosticBag diagnostics, List<Token> tokens, string? text = null, TextRange? place = null)
    {
        _text = text ?? diagnostics.Source.Text;
        _diagnostics = diagnostics;
        _tokens = tokens;
        _fixed = place;
        SkipIgnored();
    }

    private Token Current => _tokens[_at];

    private TokenKind Kind => _tokens[_at].Kind;

    /// <summary>A whole file.</summary>
    public static BodySyntax ParseFile(DiagnosticBag diagnostics)
    {
        var parser = new Parser(diagnostics, Lexer.Tokenize(diagnostics));
        return parser.Body(0, TokenKind.EndOfFile);
    }

    /// <summary>A text that is one expression, such as a variable's value on the command line.</summary>
    public static ExpressionSyntax ParseExpression(DiagnosticBag diagnostics)
    {
        var parser = new Parser(diagnostics, Lexer.Tokenize(diagnostics));
        parser.SkipNewlines();
        var expression = parser.Expression();
        parser.SkipNewlines();
        if (parser.Kind != TokenKind.EndOfFile) parser.Unexpected("the end of the expression");
        return expression;
    }

    /// <summary>A whole file that is a template without quotes.</summary>
    public static ExpressionSyntax ParseTemplate(DiagnosticBag diagnostics) =>
        new Parser(diagnostics, Lexer.TokenizeTemplate(diagnostics)).BareTemplate();

    /// <summary>A text that is a template without quotes and stands, in another spelling, at <paramref name="place"/> of the source.</summary>
    public static ExpressionSyntax ParseTemplate(DiagnosticBag diagnostics, string text, TextRange place)
    {
        if (!text.Contains("${", StringComparison.Ordinal) && !text.Contains("%{", StringComparison.Ordinal))
            return new LiteralSyntax(place, HclValue.Of(text));
        var lexing = new DiagnosticBag(new SourceText(diagnostics.Source.File, text));
        var tokens = Lexer.TokenizeTemplate(lexing);
        foreach (var item in lexing.Items) diagnostics.Error(item.Code, place, item.Message, item.Suggestion);
        return lexing.ErrorCount > 0 ? new ErrorSyntax(place) : new Parser(diagnostics, tokens, text, place).BareTemplate();
    }

    private BodySyntax Body(int start, TokenKind end)
    {
        var attributes = _attributes.Count;
        var blocks = _blocks.Count;
        HashSet<string>? names = null;
        var oneLine = end == TokenKind.CloseBrace && Kind != TokenKind.Newline;
        while (true)
        {
            while (Kind is TokenKind.Newline) Next();
            if (Kind == end || Kind == TokenKind.EndOfFile || _diagnostics.Full) break;
            var errors = _diagnostics.ErrorCount;
            if (Kind == TokenKind.CloseBrace)
            {
                Error(DiagnosticCodes.UnexpectedToken, Current.Range, "this } closes nothing");
                Next();
                continue;
            }

            var first = _at;
            Item(attributes, ref names);
            if (_diagnostics.ErrorCount > errors)
            {
                SkipItem(first);
                continue;
            }

            EndOfItem(end, oneLine);
        }

        return new BodySyntax(Range(start, Kind == end ? Current.End : Current.Start), Taken(_attributes, attributes), Taken(_blocks, blocks));
    }

    private void EndOfItem(TokenKind end, bool oneLine)
    {
        if (Kind is TokenKind.Newline or TokenKind.EndOfFile || Kind == end) return;
        if (oneLine && Kind is TokenKind.Comma or TokenKind.Identifier)
        {
            _diagnostics.Warning(DiagnosticCodes.SharedLine, Current.Range, "several attributes share a line", "write each attribute on its own line");
            if (Kind == TokenKind.Comma) Next();
            return;
        }

        Unexpected("a new line after this", Kind == TokenKind.Comma ? "attributes of a block are not separated by commas" : null);
        SkipItem(_at);
    }

    /// <summary>Adds an attribute or a block to the body whose attributes start at <paramref name="firstAttribute"/>.</summary>
    private void Item(int firstAttribute, ref HashSet<string>? names)
    {
        var nameRange = Range(Current.Start, Current.End);
        string name;
        if (Kind == TokenKind.Identifier)
        {
            name = NameText(Current);
            Next();
        }
        else if (Kind == TokenKind.OpenQuote && PlainQuoted() is { } quoted)
        {
            nameRange = Range(nameRange.Start, _tokens[_at - 1].End);
            name = quoted;
        }
        else
        {
            Unexpected("the name of an attribute or a block");
            return;
        }

        if (Kind is TokenKind.Assign or TokenKind.Colon)
        {
            if (Kind == TokenKind.Colon) Error(DiagnosticCodes.UnexpectedToken, Current.Range, $"an attribute is set with '=', found ':'", $"write {name} = …");
            Next();
            var value = Expression();
            var attributes = CollectionsMarshal.AsSpan(_attributes)[firstAttribute..];
            if (IsTaken(name, attributes, ref names))
            {
                var first = _diagnostics.Source.Span(_attributes.FindLast(attribute => attribute.Name == name).NameRange);
                Error(DiagnosticCodes.DuplicateAttribute, nameRange, $"{name} is set twice in this block; it was first set on line {first.Line}", "remove one of the two");
                return;
            }

            _attributes.Add(new AttributeSyntax(name, nameRange, value));
            return;
        }

        Block(name, nameRange);
    }

    /// <summary>Whether the name is set already. Most bodies are small: only a large one gets an index.</summary>
    private static bool IsTaken(string name, ReadOnlySpan<AttributeSyntax> attributes, ref HashSet<string>? names)
    {
        if (names is null && attributes.Length < 16)
        {
            foreach (var attribute in attributes)
            {
                if (attribute.Name == name) return true;
            }

            return false;
        }

        if (names is null)
        {
            names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var attribute in attributes) names.Add(attribute.Name);
        }

        return !names.Add(name);
    }

    private void Block(string type, TextRange typeRange)
    {
        var first = _expressions.Count;
        while (Kind is TokenKind.Identifier or TokenKind.OpenQuote)
        {
            if (Kind == TokenKind.Identifier)
            {
                _expressions.Add(new LiteralSyntax(Range(Current.Start, Current.End), TextValue(Span(Current))));
                Next();
            }
            else
            {
                _expressions.Add(QuotedTemplate());
            }
        }

        var labels = Taken(_expressions, first);
        if (Kind != TokenKind.OpenBrace)
        {
            Unexpected(
                labels.Length == 0 ? $"'=' and a value, or a block's {{, after {type}" : "'{' to open the block",
                labels.Length == 1 && Kind is TokenKind.Newline or TokenKind.EndOfFile ? $"to set an attribute write {type} = {_text[labels[0].Range.Start..labels[0].Range.End]}" : null);
            return;
        }

        if (!Enter()) return;
        var newlines = _newlinesMatter;
        _newlinesMatter = true;
        var open = Current;
        Next();
        var body = Body(open.Start, TokenKind.CloseBrace);
        if (Kind == TokenKind.CloseBrace)
        {
            Next();
        }
        else if (!_diagnostics.Full && !_gaveUp)
        {
            Error(DiagnosticCodes.Unclosed, Range(typeRange.Start, open.End), $"the block {type} is not closed", "add the missing }");
        }

        _newlinesMatter = newlines;
        _depth--;
        _blocks.Add(new BlockSyntax(type, typeRange, labels, body));
    }

    /// <summary>A quoted string without templates or escapes; null, and no token taken, for any other.</summary>
    private string? PlainQuoted()
    {
        if (_tokens[_at + 1].Kind == TokenKind.QuotedText && _tokens[_at + 2].Kind == TokenKind.CloseQuote
            && _tokens[_at + 3].Kind is TokenKind.Assign or TokenKind.OpenBrace or TokenKind.OpenQuote or TokenKind.Colon)
        {
            var text = Text(_tokens[_at + 1]);
            if (text.Contains('\\', StringComparison.Ordinal)) return null;
            _at += 2;
            Next();
            return text;
        }

        return null;
    }

    private bool Enter()
    {
        if (++_depth <= MaxDepth) return true;
        _depth--;
        Error(DiagnosticCodes.TooDeep, Current.Range, $"this is nested more than {MaxDepth} levels deep");
        GiveUp();
        return false;
    }

    /// <summary>Goes to the end of the file; that blocks are open there is no mistake of the file.</summary>
    private void GiveUp()
    {
        _at = _tokens.Count - 1;
        _gaveUp = true;
    }

    private void Next()
    {
        if (_at < _tokens.Count - 1) _at++;
        SkipIgnored();
    }

    private void SkipIgnored()
    {
        while (Kind == TokenKind.Comment || (!_newlinesMatter && Kind == TokenKind.Newline)) _at++;
    }

    private void SkipNewlines()
    {
        while (Kind is TokenKind.Newline or TokenKind.Comment) _at++;
    }

    /// <summary>
    /// Goes on after a mistake: to the end of the line on which the brackets that the item opened are closed again; if they
    /// never are, to the end of the line of the mistake.
    /// </summary>
    private void SkipItem(int first)
    {
        var open = new Stack<TokenKind>();
        for (var i = first; i < _tokens.Count; i++)
        {
            var kind = _tokens[i].Kind;
            if (kind == TokenKind.EndOfFile) break;
            if (i >= _at && open.Count == 0 && kind is TokenKind.Newline or TokenKind.CloseBrace)
            {
                _at = i;
                return;
            }

            if (Closing(kind) is { } closing)
            {
                open.Push(closing);
            }
            else if (kind is TokenKind.CloseBrace or TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseTemplate or TokenKind.CloseQuote or TokenKind.CloseHeredoc)
            {
                if (!open.TryPop(out var wanted) || wanted != kind) break;
            }
        }

        while (Kind is not (TokenKind.EndOfFile or TokenKind.Newline)) _at++;
    }

    private static TokenKind? Closing(TokenKind opening) => opening switch
    {
        TokenKind.OpenBrace => TokenKind.CloseBrace,
        TokenKind.OpenParen => TokenKind.CloseParen,
        TokenKind.OpenBracket => TokenKind.CloseBracket,
        TokenKind.OpenInterpolation or TokenKind.OpenDirective => TokenKind.CloseTemplate,
        TokenKind.OpenQuote => TokenKind.CloseQuote,
        TokenKind.OpenHeredoc => TokenKind.CloseHeredoc,
        _ => null,
    };

    private string Text(Token token) => _text[token.Start..token.End];

    private ReadOnlySpan<char> Span(Token token) => _text.AsSpan(token.Start, token.End - token.Start);

    /// <summary>Takes from a stack what was put there since it held <paramref name="count"/> elements.</summary>
    private static T[] Taken<T>(List<T> stack, int count)
    {
        var items = CollectionsMarshal.AsSpan(stack)[count..].ToArray();
        CollectionsMarshal.SetCount(stack, count);
        return items;
    }

    private HclValue TextValue(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestShared) return HclValue.Of(text.ToString());
        var known = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out var value)) return value;
        value = HclValue.Of(text.ToString());
        if (_texts.Count < MostShared) _texts.Add(value.Text, value);
        return value;
    }

    /// <summary>Null for what is no number.</summary>
    private HclValue? NumberValue(ReadOnlySpan<char> text)
    {
        var known = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(text, out var value)) return value;
        if (!HclNumber.TryParse(text, out var number)) return null;
        value = HclValue.Of(number);
        if (_numbers.Count < MostShared) _numbers.Add(text.ToString(), value);
        return value;
    }

    private string NameText(Token token)
    {
        var span = Span(token);
        var known = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(span, out var name)) return name;
        name = span.ToString();
        if (_names.Count < MostShared) _names.Add(name);
        return name;
    }

    private TextRange Range(int start, int end) => _fixed ?? TextRange.Between(start, end);

    private void Error(string code, TextRange range, string message, string? suggestion = null) =>
        _diagnostics.Error(code, _fixed ?? range, message, suggestion);

    private void Unexpected(string wanted, string? suggestion = null)
    {
        if (Kind == TokenKind.Invalid) return;
        Error(DiagnosticCodes.UnexpectedToken, Current.Range, $"expected {wanted}, found {Describe(Current)}", suggestion);
    }

    private string Describe(Token token) => token.Kind switch
    {
        TokenKind.EndOfFile => "the end of the file",
        TokenKind.Newline => "the end of the line",
        TokenKind.OpenQuote => "a string",
        TokenKind.QuotedText or TokenKind.HeredocText => "text",
        TokenKind.CloseQuote => "the end of a string",
        TokenKind.OpenHeredoc or TokenKind.CloseHeredoc => "a heredoc",
        TokenKind.Number => $"the number {Text(token)}",
        TokenKind.Identifier => $"the name {Shorten(Text(token))}",
        _ => $"'{Text(token)}'",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
