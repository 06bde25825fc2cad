namespace Actors.Templates;

/// <summary>What a token of an action is.</summary>
internal enum TokenKind
{
    Field,
    Variable,
    Word,
    Text,
    Number,
    Symbol,
}

/// <summary>A token of an action.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its text.</param>
/// <param name="IsGlued">Nothing stands between it and the token before.</param>
internal readonly record struct Token(TokenKind Kind, string Value, bool IsGlued = false);

/// <summary>A piece of a template: text, or an action's tokens.</summary>
internal readonly record struct Piece(string? Text, IReadOnlyList<Token> Action, int Line);

/// <summary>Cuts a template into text and actions, and an action into tokens.</summary>
internal static class TemplateLexer
{
    /// <summary>The pieces of a template, white space trimmed where <c>{{-</c> and <c>-}}</c> ask for it, comments left out.</summary>
    /// <exception cref="TemplateException">An action isn't closed, or a token can't be read.</exception>
    public static List<Piece> Split(string template, string left, string right)
    {
        var pieces = new List<Piece>();
        var position = 0;
        var line = 1;
        var trimNext = false;
        while (position < template.Length)
        {
            var open = template.IndexOf(left, position, StringComparison.Ordinal);
            var text = open < 0 ? template[position..] : template[position..open];
            var shown = trimNext ? text.TrimStart() : text;
            trimNext = false;
            if (open < 0)
            {
                pieces.Add(new Piece(shown, [], line));
                break;
            }

            var start = open + left.Length;
            if (start + 1 < template.Length && template[start] == '-' && char.IsWhiteSpace(template[start + 1]))
            {
                shown = shown.TrimEnd();
                start++;
            }

            if (shown.Length > 0)
                pieces.Add(new Piece(shown, [], line));
            line += text.Count(character => character == '\n');
            var close = CloseOf(template, start, left, right, line);
            var body = template[start..close];
            position = close + right.Length;
            if (body.EndsWith('-') && body.Length > 1 && char.IsWhiteSpace(body[^2]))
            {
                body = body[..^1];
                trimNext = true;
            }

            if (!body.Trim().StartsWith("/*", StringComparison.Ordinal))
                pieces.Add(new Piece(null, Tokens(body, line), line));
            line += body.Count(character => character == '\n');
        }

        return pieces;
    }

    private static int CloseOf(string template, int start, string left, string right, int line)
    {
        // A comment may hold anything, an odd quote too.
        var comment = template.AsSpan(start).TrimStart().StartsWith("/*");
        for (var i = start; i + right.Length <= template.Length; i++)
        {
            if (!comment && template[i] is ('"' or '`'))
                i = EndOfQuote(template, i, line);
            else if (string.CompareOrdinal(template, i, right, 0, right.Length) == 0)
                return i;
        }

        throw new TemplateException(line, $"an action is opened with {left} and never closed with {right}");
    }

    private static int EndOfQuote(string text, int start, int line)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[start] == '"')
                i++;
            else if (text[i] == text[start])
                return i;
        }

        throw new TemplateException(line, $"a text is opened with {text[start]} and never closed");
    }

    private static List<Token> Tokens(string body, int line)
    {
        var tokens = new List<Token>();
        for (var i = 0; i < body.Length;)
        {
            var character = body[i];
            if (char.IsWhiteSpace(character))
            {
                i++;
            }
            else if (character is '"' or '`')
            {
                var end = EndOfQuote(body, i, line);
                tokens.Add(new Token(TokenKind.Text, character == '`' ? body[(i + 1)..end] : Unescape(body[(i + 1)..end], line)));
                i = end + 1;
            }
            else if (character is '.' or '$')
            {
                var end = i + 1;
                while (end < body.Length && (char.IsLetterOrDigit(body[end]) || body[end] is '_' or '.'))
                    end++;
                tokens.Add(new Token(character == '.' ? TokenKind.Field : TokenKind.Variable, body[i..end], i > 0 && body[i - 1] == ')'));
                i = end;
            }
            else if (char.IsAsciiDigit(character) || (character == '-' && i + 1 < body.Length && char.IsAsciiDigit(body[i + 1])))
            {
                var end = i + 1;
                while (end < body.Length && (char.IsAsciiDigit(body[end]) || body[end] == '.'))
                    end++;
                tokens.Add(new Token(TokenKind.Number, body[i..end]));
                i = end;
            }
            else if (char.IsLetter(character) || character == '_')
            {
                var end = i + 1;
                while (end < body.Length && (char.IsLetterOrDigit(body[end]) || body[end] == '_'))
                    end++;
                tokens.Add(new Token(TokenKind.Word, body[i..end]));
                i = end;
            }
            else if (character == ':' && i + 1 < body.Length && body[i + 1] == '=')
            {
                tokens.Add(new Token(TokenKind.Symbol, ":="));
                i += 2;
            }
            else if (character is '(' or ')' or '|' or ',' or '=')
            {
                tokens.Add(new Token(TokenKind.Symbol, character.ToString()));
                i++;
            }
            else
            {
                throw new TemplateException(line, $"found \"{character}\" in {{{{{body}}}}}, expected a field, a function, a text or a number");
            }
        }

        return tokens;
    }

    private static string Unescape(string text, int line)
    {
        if (!text.Contains('\\'))
            return text;
        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            plain.Append(text[++i] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '"' => '"',
                '\\' => '\\',
                var other => throw new TemplateException(line, $"found \\{other} in a text, expected one of \\n \\t \\r \\\" \\\\"),
            });
        }

        return plain.ToString();
    }
}
