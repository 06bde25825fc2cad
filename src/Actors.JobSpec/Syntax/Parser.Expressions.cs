using Actors.JobSpec.Values;

namespace Actors.JobSpec.Syntax;

internal sealed partial class Parser
{
    private ExpressionSyntax Expression()
    {
        if (!Enter()) return new ErrorSyntax(Current.Range);
        var expression = Conditional();
        _depth--;
        return expression;
    }

    private ExpressionSyntax Conditional()
    {
        var condition = Binary(0);
        if (Kind != TokenKind.Question) return condition;
        Next();
        SkipLineBreak();
        var then = Expression();
        SkipLineBreak();
        if (!Take(TokenKind.Colon, "':' and the value for when the condition is false")) return new ErrorSyntax(condition.Range);
        SkipLineBreak();
        var otherwise = Expression();
        return Checked(new ConditionalSyntax(Range(condition.Range.Start, otherwise.Range.End), condition, then, otherwise));
    }

    private ExpressionSyntax Binary(int level)
    {
        var left = Unary();
        while (Precedence(Kind) is var precedence && precedence > level)
        {
            var op = Kind;
            Next();
            var right = Binary(precedence);
            left = Checked(new BinarySyntax(Range(left.Range.Start, right.Range.End), op, left, right));
            if (left is ErrorSyntax) return left;
        }

        return left;
    }

    private ExpressionSyntax Checked(ExpressionSyntax expression)
    {
        if (expression.Height <= MaxHeight) return expression;
        Error(DiagnosticCodes.TooDeep, expression.Range, $"this expression chains more than {MaxHeight} operators");
        GiveUp();
        return new ErrorSyntax(expression.Range);
    }

    private static int Precedence(TokenKind kind) => kind switch
    {
        TokenKind.Or => 1,
        TokenKind.And => 2,
        TokenKind.Equal or TokenKind.NotEqual => 3,
        TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual => 4,
        TokenKind.Plus or TokenKind.Minus => 5,
        TokenKind.Star or TokenKind.Slash or TokenKind.Percent => 6,
        _ => 0,
    };

    private ExpressionSyntax Unary()
    {
        if (Kind is not (TokenKind.Minus or TokenKind.Not))
        {
            var start = Current.Start;
            return Access(Primary(), start);
        }

        if (!Enter()) return new ErrorSyntax(Current.Range);
        var op = Current;
        Next();
        var operand = Unary();
        _depth--;
        return Checked(new UnarySyntax(Range(op.Start, operand.Range.End), op.Kind, operand));
    }

    private ExpressionSyntax Access(ExpressionSyntax target, int start)
    {
        var end = start;
        List<AccessStep>? steps = null;
        while (target is not ErrorSyntax)
        {
            if (Kind == TokenKind.Dot)
            {
                var dot = Current;
                Next();
                switch (Kind)
                {
                    case TokenKind.Identifier:
                        end = Current.End;
                        (steps ??= []).Add(new AccessStep(AccessKind.Attribute, Range(dot.Start, end), Name: NameText(Current)));
                        Next();
                        break;
                    case TokenKind.Star:
                        end = Current.End;
                        (steps ??= []).Add(new AccessStep(AccessKind.AttributeSplat, Range(dot.Start, end)));
                        Next();
                        break;
                    case TokenKind.Number:
                        end = Current.End;

                        // "a.0.1" lexes its tail as one number.
                        foreach (var part in Text(Current).Split('.'))
                        {
                            var number = HclNumber.TryParse(part, out var value) ? HclValue.Of(value) : HclValue.Unknown;
                            (steps ??= []).Add(new AccessStep(AccessKind.Index, Range(dot.Start, Current.End), Key: new LiteralSyntax(Range(Current.Start, Current.End), number)));
                        }

                        Next();
                        break;
                    default:
                        Unexpected("the name of an attribute after '.'");
                        return new ErrorSyntax(target.Range);
                }

                continue;
            }

            if (Kind != TokenKind.OpenBracket) break;
            var open = Current;
            var newlines = EnterInline();
            if (Kind == TokenKind.Star && _tokens[_at + 1].Kind == TokenKind.CloseBracket)
            {
                Next();
                LeaveInline(newlines);
                end = Current.End;
                (steps ??= []).Add(new AccessStep(AccessKind.FullSplat, Range(open.Start, end)));
                Next();
                continue;
            }

            var key = Expression();
            LeaveInline(newlines);
            if (key is ErrorSyntax) return key;
            end = Current.End;
            if (!Take(TokenKind.CloseBracket, "']' to close the index")) return new ErrorSyntax(target.Range);
            (steps ??= []).Add(new AccessStep(AccessKind.Index, Range(open.Start, end), Key: key));
        }

        if (steps is null) return target;
        var text = target is NameSyntax { Name: not ("var" or "local") } ? _text[start..end] : null;
        return Checked(new AccessSyntax(Range(start, end), target, [.. steps], text));
    }

    private ExpressionSyntax Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Next();
                if (NumberValue(Span(token)) is { } number) return new LiteralSyntax(Range(token.Start, token.End), number);
                Error(DiagnosticCodes.InvalidNumber, token.Range, "this number is too large or too fine");
                return new ErrorSyntax(Range(token.Start, token.End));
            case TokenKind.Identifier: return NameOrCall(token);
            case TokenKind.OpenQuote: return QuotedTemplate();
            case TokenKind.OpenHeredoc: return Heredoc();
            case TokenKind.OpenParen:
                var newlines = EnterInline();
                var inner = Expression();
                LeaveInline(newlines);
                var end = Current.End;
                return Take(TokenKind.CloseParen, "')' to close the parenthesis") ? Checked(new ParenthesesSyntax(Range(token.Start, end), inner)) : new ErrorSyntax(inner.Range);
            case TokenKind.OpenBracket: return TupleOrFor();
            case TokenKind.OpenBrace: return ObjectOrFor();
            default:
                Unexpected("a value", token.Kind == TokenKind.Newline ? "write the value on the same line" : null);
                return new ErrorSyntax(Range(token.Start, token.End));
        }
    }

    private ExpressionSyntax NameOrCall(Token token)
    {
        var name = NameText(token);
        var range = Range(token.Start, token.End);
        Next();
        if (Kind != TokenKind.OpenParen)
        {
            return name switch
            {
                "true" => new LiteralSyntax(range, HclValue.True),
                "false" => new LiteralSyntax(range, HclValue.False),
                "null" => new LiteralSyntax(range, HclValue.Null),
                _ => new NameSyntax(range, name),
            };
        }

        var newlines = EnterInline();
        var arguments = _expressions.Count;
        var expand = false;
        while (Kind is not (TokenKind.CloseParen or TokenKind.EndOfFile))
        {
            var argument = Expression();
            if (argument is ErrorSyntax)
            {
                Taken(_expressions, arguments);
                LeaveInline(newlines);
                return argument;
            }

            _expressions.Add(argument);
            if (Kind == TokenKind.Ellipsis)
            {
                expand = true;
                Next();
                if (Kind == TokenKind.Comma) Next();
                break;
            }

            if (Kind != TokenKind.Comma) break;
            Next();
        }

        LeaveInline(newlines);
        var end = Current.End;
        var items = Taken(_expressions, arguments);
        return Take(TokenKind.CloseParen, "',' or ')' in the arguments of ", name)
            ? Checked(new CallSyntax(Range(token.Start, end), name, range, items, expand))
            : new ErrorSyntax(range);
    }

    private ExpressionSyntax TupleOrFor()
    {
        var open = Current;
        var newlines = EnterInline();
        ExpressionSyntax result;
        if (IsFor())
        {
            result = For(open, TokenKind.CloseBracket);
            LeaveInline(newlines);
            if (result is not ErrorSyntax) Next();
            return result;
        }

        var first = _expressions.Count;
        while (Kind is not (TokenKind.CloseBracket or TokenKind.EndOfFile))
        {
            var item = Expression();
            if (item is ErrorSyntax)
            {
                Taken(_expressions, first);
                LeaveInline(newlines);
                return item;
            }

            _expressions.Add(item);
            if (Kind != TokenKind.Comma) break;
            Next();
        }

        LeaveInline(newlines);
        var end = Current.End;
        var items = Taken(_expressions, first);
        return Take(TokenKind.CloseBracket, "',' or ']' in the list")
            ? Checked(new TupleSyntax(Range(open.Start, end), items))
            : new ErrorSyntax(Range(open.Start, open.End));
    }

    private ExpressionSyntax ObjectOrFor()
    {
        var open = Current;
        var newlines = _newlinesMatter;
        _newlinesMatter = true;
        Next();
        SkipNewlines();
        if (IsFor())
        {
            _newlinesMatter = false;
            SkipIgnored();
            var loop = For(open, TokenKind.CloseBrace);
            LeaveInline(newlines);
            if (loop is not ErrorSyntax) Next();
            return loop;
        }

        var items = new List<(ExpressionSyntax, ExpressionSyntax)>();
        while (true)
        {
            SkipNewlines();
            if (Kind is TokenKind.CloseBrace or TokenKind.EndOfFile) break;
            var key = Kind == TokenKind.Identifier && _tokens[_at + 1].Kind is TokenKind.Assign or TokenKind.Colon ? Key() : Expression();
            if (key is not ErrorSyntax && Kind is TokenKind.Assign or TokenKind.Colon)
            {
                Next();
                SkipLineBreak();
                var value = Expression();
                items.Add((key, value));
                if (value is not ErrorSyntax && Kind is TokenKind.Comma or TokenKind.Newline)
                {
                    Next();
                    continue;
                }

                if (value is not ErrorSyntax && Kind == TokenKind.CloseBrace) break;
                if (value is not ErrorSyntax) Unexpected("',' or a new line or '}' in the object");
            }
            else if (key is not ErrorSyntax)
            {
                Unexpected("'=' and a value after the key");
            }

            _newlinesMatter = newlines;
            return new ErrorSyntax(Range(open.Start, open.End));
        }

        _newlinesMatter = newlines;
        var end = Current.End;
        return Take(TokenKind.CloseBrace, "'}' to close the object")
            ? Checked(new ObjectSyntax(Range(open.Start, end), items))
            : new ErrorSyntax(Range(open.Start, open.End));
    }

    /// <summary>A bare name as a key is text, not a reference.</summary>
    private LiteralSyntax Key()
    {
        var token = Current;
        Next();
        return new LiteralSyntax(Range(token.Start, token.End), TextValue(Span(token)));
    }

    private bool IsFor() =>
        Kind == TokenKind.Identifier && Span(Current) is "for"
        && NextSignificant(_at + 1) == TokenKind.Identifier;

    private TokenKind NextSignificant(int at)
    {
        while (_tokens[at].Kind is TokenKind.Comment or TokenKind.Newline) at++;
        return _tokens[at].Kind;
    }

    /// <summary>From "for" to the closing bracket, which is not taken.</summary>
    private ExpressionSyntax For(Token open, TokenKind close)
    {
        var error = new ErrorSyntax(Range(open.Start, Current.End));
        Next();
        if (!Iterators(out var keyName, out var valueName)) return error;
        var collection = Expression();
        if (!Take(TokenKind.Colon, "':' after the collection of a for expression")) return error;
        var value = Expression();
        ExpressionSyntax? key = null;
        var group = false;
        if (Kind == TokenKind.Arrow)
        {
            if (close == TokenKind.CloseBracket)
            {
                Unexpected("']'", "a for expression with => is written in braces: {for … : key => value}");
                return error;
            }

            Next();
            key = value;
            value = Expression();
            if (Kind == TokenKind.Ellipsis)
            {
                group = true;
                Next();
            }
        }
        else if (close == TokenKind.CloseBrace)
        {
            Unexpected("'=>' and the value of a for expression in braces", "a for expression without => is written in brackets: [for … : value]");
            return error;
        }

        ExpressionSyntax? condition = null;
        if (Kind == TokenKind.Identifier && Span(Current) is "if")
        {
            Next();
            condition = Expression();
        }

        if (Kind != close)
        {
            Unexpected(close == TokenKind.CloseBrace ? "'}' to close the for expression" : "']' to close the for expression");
            return error;
        }

        return Checked(new ForSyntax(Range(open.Start, Current.End), keyName, valueName, collection, key, value, condition, group));
    }

    /// <summary><c>v in</c> or <c>k, v in</c>.</summary>
    private bool Iterators(out string? keyName, out string valueName)
    {
        keyName = null;
        valueName = "";
        if (Kind != TokenKind.Identifier)
        {
            Unexpected("the name of the iteration's variable");
            return false;
        }

        valueName = Text(Current);
        Next();
        if (Kind == TokenKind.Comma)
        {
            Next();
            if (Kind != TokenKind.Identifier)
            {
                Unexpected("the name of the iteration's second variable");
                return false;
            }

            keyName = valueName;
            valueName = Text(Current);
            Next();
        }

        if (Kind == TokenKind.Identifier && Span(Current) is "in")
        {
            Next();
            return true;
        }

        Unexpected("'in' and a collection");
        return false;
    }

    private bool Take(TokenKind kind, string wanted, string of = "")
    {
        if (Kind == kind)
        {
            Next();
            return true;
        }

        Unexpected(wanted + Shorten(of));
        return false;
    }

    /// <summary>Enters brackets in which new lines mean nothing. The current token is the opening one.</summary>
    private bool EnterInline()
    {
        var before = _newlinesMatter;
        _newlinesMatter = false;
        Next();
        return before;
    }

    private void LeaveInline(bool newlinesMatter) => _newlinesMatter = newlinesMatter;

    /// <summary>After ? and : of a conditional, a line may end.</summary>
    private void SkipLineBreak()
    {
        if (Kind == TokenKind.Newline && _tokens[_at].Kind == TokenKind.Newline && _depth > 1 && !_newlinesMatter) SkipNewlines();
    }
}
