using System.Globalization;

namespace Actors.Templates;

/// <summary>Reads a template's pieces into nodes.</summary>
internal sealed class TemplateParser
{
    private readonly List<Piece> _pieces;
    private int _next;

    private TemplateParser(List<Piece> pieces) => _pieces = pieces;

    /// <summary>The nodes of a template.</summary>
    /// <exception cref="TemplateException">The template isn't one, or uses what isn't supported.</exception>
    public static IReadOnlyList<TemplateNode> Parse(string template, string left, string right)
    {
        var parser = new TemplateParser(TemplateLexer.Split(template, left, right));
        var (nodes, end) = parser.Body(inBlock: false, 0);
        return end is null ? nodes : throw new TemplateException(end.Value.Line, "found {{end}} or {{else}} without a block that it belongs to");
    }

    private (IReadOnlyList<TemplateNode> Nodes, Piece? End) Body(bool inBlock, int openLine)
    {
        var nodes = new List<TemplateNode>();
        while (_next < _pieces.Count)
        {
            var piece = _pieces[_next++];
            if (piece.Text is not null)
            {
                nodes.Add(new TextNode(piece.Line, piece.Text));
                continue;
            }

            var word = piece.Action.Count > 0 && piece.Action[0].Kind == TokenKind.Word ? piece.Action[0].Value : "";
            switch (word)
            {
                case "end" or "else":
                    return (nodes, piece);
                case "if" or "with":
                    nodes.Add(Condition(piece, piece.Action.Skip(1).ToList(), word == "with"));
                    break;
                case "range":
                    nodes.Add(Range(piece));
                    break;
                case "break" or "continue":
                    nodes.Add(new JumpNode(piece.Line, word == "break"));
                    break;
                case "define" or "template" or "block":
                    throw new TemplateException(piece.Line, $"{{{{{word}}}}} is not supported; a template here is one text without named parts");
                default:
                    nodes.Add(new PrintNode(piece.Line, new ActionParser(piece.Action, piece.Line).Whole()));
                    break;
            }
        }

        return inBlock ? throw new TemplateException(openLine, "a block is opened and never closed with {{end}}") : (nodes, null);
    }

    private ConditionNode Condition(Piece open, IReadOnlyList<Token> tokens, bool setsDot)
    {
        var pipeline = new ActionParser(tokens, open.Line).Whole();
        var (body, end) = Body(inBlock: true, open.Line);
        if (end is not { } close || close.Action[0].Value == "end")
            return new ConditionNode(open.Line, pipeline, body, [], setsDot);
        if (close.Action.Count > 1)
        {
            // {{else if …}} is an {{if}} within the else, that shares its {{end}}.
            var nested = Condition(close, close.Action.Skip(2).ToList(), close.Action[1].Value == "with");
            return new ConditionNode(open.Line, pipeline, body, [nested], setsDot);
        }

        return new ConditionNode(open.Line, pipeline, body, ElseBody(close), setsDot);
    }

    private RangeNode Range(Piece open)
    {
        var tokens = open.Action.Skip(1).ToList();
        string? key = null;
        if (tokens.Count > 3 && tokens[0].Kind == TokenKind.Variable && tokens[1] is { Kind: TokenKind.Symbol, Value: "," })
        {
            key = tokens[0].Value;
            tokens.RemoveRange(0, 2);
        }

        var pipeline = new ActionParser(tokens, open.Line).Whole();
        var (body, end) = Body(inBlock: true, open.Line);
        var otherwise = end is { } close && close.Action[0].Value == "else" ? ElseBody(close) : [];
        return new RangeNode(open.Line, pipeline, key, body, otherwise);
    }

    private IReadOnlyList<TemplateNode> ElseBody(Piece elsePiece)
    {
        var (body, end) = Body(inBlock: true, elsePiece.Line);
        return end is { } close && close.Action[0].Value == "else"
            ? throw new TemplateException(close.Line, "found a second {{else}} in one block")
            : body;
    }

    private sealed class ActionParser(IReadOnlyList<Token> tokens, int line)
    {
        private int _next;

        public Pipeline Whole()
        {
            string? variable = null;
            var assigns = false;
            if (tokens.Count > 2 && tokens[0].Kind == TokenKind.Variable && tokens[1] is { Kind: TokenKind.Symbol, Value: ":=" or "=" })
            {
                variable = tokens[0].Value;
                assigns = tokens[1].Value == "=";
                _next = 2;
            }

            var pipeline = Steps(variable) with { Assigns = assigns };
            return _next == tokens.Count ? pipeline : throw Unexpected();
        }

        private Pipeline Steps(string? variable)
        {
            var steps = new List<IReadOnlyList<Operand>>();
            while (true)
            {
                var operands = new List<Operand>();
                while (_next < tokens.Count && tokens[_next] is not { Kind: TokenKind.Symbol, Value: "|" or ")" })
                    operands.Add(Operand());
                if (operands.Count == 0)
                    throw new TemplateException(line, "found an empty action, expected a field, a function or a value");
                steps.Add(operands);
                if (_next >= tokens.Count || tokens[_next].Value != "|" || tokens[_next].Kind != TokenKind.Symbol)
                    return new Pipeline(variable, steps);
                _next++;
            }
        }

        private Operand Operand()
        {
            var token = tokens[_next++];
            switch (token.Kind)
            {
                case TokenKind.Field:
                    return new FieldOperand(null, Names(token.Value));
                case TokenKind.Variable:
                    var dot = token.Value.IndexOf('.');
                    return dot < 0 ? new FieldOperand(token.Value, []) : new FieldOperand(token.Value[..dot], Names(token.Value[dot..]));
                case TokenKind.Text:
                    return new LiteralOperand(token.Value);
                case TokenKind.Number when long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                    return new LiteralOperand(whole);
                case TokenKind.Number when double.TryParse(token.Value, CultureInfo.InvariantCulture, out var real):
                    return new LiteralOperand(real);
                case TokenKind.Word:
                    return token.Value switch
                    {
                        "true" => new LiteralOperand(true),
                        "false" => new LiteralOperand(false),
                        "nil" => new LiteralOperand(null),
                        _ => new FunctionOperand(token.Value),
                    };
                case TokenKind.Symbol when token.Value == "(":
                    var nested = Steps(null);
                    if (_next >= tokens.Count || tokens[_next].Value != ")")
                        throw new TemplateException(line, "a parenthesis is opened and never closed");
                    _next++;
                    return new NestedOperand(nested, _next < tokens.Count && tokens[_next] is { Kind: TokenKind.Field, IsGlued: true } ? Names(tokens[_next++].Value) : []);
                default:
                    _next--;
                    throw Unexpected();
            }
        }

        private string[] Names(string path)
        {
            if (path == ".")
                return [];
            var names = path[1..].Split('.');
            return names.Contains("") ? throw new TemplateException(line, $"found \"{path}\", expected a field such as .Name or .Job.Name") : names;
        }

        private TemplateException Unexpected() => new(line, $"found \"{tokens[_next].Value}\" where it can't stand");
    }
}
