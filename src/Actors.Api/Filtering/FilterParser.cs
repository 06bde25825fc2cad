using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Actors.Contracts.Text;

namespace Actors.Api.Filtering;

/// <summary>Reads filter expressions: recursive descent, <c>or</c> binds weakest, then <c>and</c>, then <c>not</c>.</summary>
internal sealed class FilterParser
{
    private const int MaxDepth = 100;

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    public FilterParser(string text) => _tokens = Tokenize(text);

    private enum Kind
    {
        Word,
        Text,
        Symbol,
        End,
    }

    private readonly record struct Token(Kind Kind, string Value, int Column)
    {
        public override string ToString() => Kind == Kind.End ? "the end" : $"\"{Value}\" at column {Column + 1}";
    }

    private Token Current => _tokens[_at];

    public FilterExpression Parse()
    {
        var expression = Or();
        return Current.Kind == Kind.End ? expression : throw Unexpected("and, or, or the end");
    }

    private FilterExpression Or()
    {
        if (++_depth > MaxDepth)
            throw new FilterException($"the filter is nested more than {MaxDepth} levels deep");
        var left = And();
        while (Take("or"))
            left = new OrExpression(left, And());
        _depth--;
        return left;
    }

    private FilterExpression And()
    {
        var left = Not();
        while (Take("and"))
            left = new AndExpression(left, Not());
        return left;
    }

    private FilterExpression Not()
    {
        var negations = 0;
        while (Take("not"))
            negations++;
        var inner = Primary();
        return negations % 2 == 1 ? new NotExpression(inner) : inner;
    }

    private FilterExpression Primary()
    {
        if (TakeSymbol("("))
        {
            var inner = Or();
            return TakeSymbol(")") ? inner : throw Unexpected("\")\"");
        }

        if (Current is { Kind: Kind.Word, Value: "any" or "all" } && _tokens[_at + 1].Kind == Kind.Word && _tokens[_at + 1].Value is not ("in" or "is" or "not" or "contains" or "matches"))
            throw new FilterException($"\"{Current.Value}\" over the items of a list is not supported here: use contains or in (column {Current.Column + 1})");

        var first = Current;
        if (first.Kind == Kind.Text)
        {
            // A quoted text is a value on the left of in, or a JSON pointer as selector.
            _at++;
            if (Take("in"))
                return new ContainsExpression(SelectorHere(), first.Value);
            if (Take("not"))
                return Take("in") ? new NotExpression(new ContainsExpression(SelectorHere(), first.Value)) : throw Unexpected("in");
            if (first.Value.StartsWith('/'))
                return Comparison(new Selector([.. first.Value[1..].Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]));
            throw Unexpected("in or not in");
        }

        if (first.Kind != Kind.Word)
            throw Unexpected("a selector or a value");
        if (_tokens[_at + 1] is { Kind: Kind.Word, Value: "in" })
        {
            _at += 2;
            return new ContainsExpression(SelectorHere(), first.Value);
        }

        if (_tokens[_at + 1] is { Kind: Kind.Word, Value: "not" } && _tokens[_at + 2] is { Kind: Kind.Word, Value: "in" })
        {
            _at += 3;
            return new NotExpression(new ContainsExpression(SelectorHere(), first.Value));
        }

        return Comparison(SelectorHere());
    }

    private FilterExpression Comparison(Selector selector)
    {
        if (TakeSymbol("=="))
            return new EqualExpression(selector, Value());
        if (TakeSymbol("!="))
            return new NotExpression(new EqualExpression(selector, Value()));
        if (Take("contains"))
            return new ContainsExpression(selector, Value());
        if (Take("matches"))
            return new MatchesExpression(selector, Pattern());
        if (Take("is"))
        {
            var not = Take("not");
            if (!Take("empty"))
                throw Unexpected("empty");
            return not ? new NotExpression(new EmptyExpression(selector)) : new EmptyExpression(selector);
        }

        if (Take("not"))
        {
            if (Take("contains"))
                return new NotExpression(new ContainsExpression(selector, Value()));
            if (Take("matches"))
                return new NotExpression(new MatchesExpression(selector, Pattern()));
            throw Unexpected("contains or matches");
        }

        throw Unexpected("==, !=, contains, matches, in, is empty, or a \"not\" of these");
    }

    private Selector SelectorHere()
    {
        if (Current.Kind == Kind.Text && Current.Value.StartsWith('/'))
            return new Selector(_tokens[_at++].Value[1..].Split('/'));
        if (Current.Kind != Kind.Word || !char.IsAsciiLetter(Current.Value[0]))
            throw Unexpected("a selector such as Name or Meta[\"key\"]");

        var parts = new List<string>(_tokens[_at++].Value.Split('.'));
        while (true)
        {
            if (TakeSymbol("["))
            {
                if (Current.Kind is not (Kind.Text or Kind.Word))
                    throw Unexpected("a key in quotes");
                parts.Add(_tokens[_at++].Value);
                if (!TakeSymbol("]"))
                    throw Unexpected("\"]\"");
            }
            else if (Current is { Kind: Kind.Word, Value: ['.', ..] })
            {
                parts.AddRange(_tokens[_at++].Value[1..].Split('.'));
            }
            else
            {
                break;
            }
        }

        return parts.TrueForAll(p => p.Length > 0) ? new Selector(parts) : throw new FilterException($"the selector \"{string.Join('.', parts)}\" has an empty part");
    }

    private string Value() => Current.Kind is Kind.Text or Kind.Word ? _tokens[_at++].Value : throw Unexpected("a value");

    private Regex Pattern()
    {
        var pattern = Value();
        try
        {
            return Re2.Compile(pattern);
        }
        catch (ArgumentException e)
        {
            throw new FilterException($"\"{pattern}\" is not a regular expression that can be used here: {e.Message}");
        }
    }

    private bool Take(string word) => Current.Kind == Kind.Word && Current.Value == word && Advance();

    private bool TakeSymbol(string symbol) => Current.Kind == Kind.Symbol && Current.Value == symbol && Advance();

    private bool Advance()
    {
        _at++;
        return true;
    }

    private FilterException Unexpected(string expected) => new($"filter: expected {expected}, found {Current}");

    private static List<Token> Tokenize(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c is '"' or '`')
            {
                tokens.Add(new Token(Kind.Text, Quoted(text, ref at), start));
            }
            else if (c is '(' or ')' or '[' or ']' or '{' or '}' or ',')
            {
                tokens.Add(new Token(Kind.Symbol, c.ToString(), start));
                at++;
            }
            else if (c is '=' or '!' && at + 1 < text.Length && text[at + 1] == '=')
            {
                tokens.Add(new Token(Kind.Symbol, c + "=", start));
                at += 2;
            }
            else if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '*' or ':' or '+')
            {
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '/' or '*' or ':' or '+'))
                    at++;
                tokens.Add(new Token(Kind.Word, text[start..at], start));
            }
            else
            {
                throw new FilterException(string.Create(CultureInfo.InvariantCulture, $"filter: \"{c}\" at column {at + 1} has no meaning here (a text goes in double quotes)"));
            }
        }

        tokens.Add(new Token(Kind.End, "", text.Length));
        tokens.Add(new Token(Kind.End, "", text.Length));
        return tokens;
    }

    private static string Quoted(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (quote == '"' && text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
            else
            {
                value.Append(text[at]);
            }

            at++;
        }

        if (at >= text.Length)
            throw new FilterException(string.Create(CultureInfo.InvariantCulture, $"filter: the text that begins at column {start + 1} has no end"));
        at++;
        return value.ToString();
    }
}
