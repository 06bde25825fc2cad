using System.Text;
using Actors.JobSpec.Syntax;

namespace Actors.JobSpec.Formatting;

/// <summary>Lays out tokens by lines: indentation by open brackets, blanks by neighbours, columns by runs of like lines.</summary>
internal sealed class Layout(string text, List<Token> tokens)
{
    private const string Indent = "  ";

    /// <summary>A run of equals signs is not pulled apart further than this.</summary>
    private const int WidestColumn = 200;

    public string Write()
    {
        var lines = Lines();
        Nest(lines);
        foreach (var line in lines) line.Join();
        Align(lines, line => line.Assignment, line => line.BeforeAssignment, (line, blanks) => line.AssignmentBlanks = blanks);
        foreach (var line in lines) line.Join();
        Align(lines, line => line.Comment is not null && line.Atoms.Count > 0, line => line.Code.Length, (line, blanks) => line.CommentBlanks = blanks);
        var output = new StringBuilder(text.Length + 64);
        foreach (var line in lines)
        {
            if (line.Atoms.Count > 0 || line.Comment is not null)
            {
                for (var i = 0; i < line.Depth; i++) output.Append(Indent);
                output.Append(line.Code);
                if (line.Comment is not null) output.Append(' ', line.Atoms.Count == 0 ? 0 : line.CommentBlanks).Append(line.Comment);
            }

            output.Append('\n');
        }

        var formatted = output.ToString().Trim('\n');
        return formatted.Length == 0 ? "" : formatted + "\n";
    }

    private List<Line> Lines()
    {
        var lines = new List<Line>();
        var line = new Line();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            switch (token.Kind)
            {
                case TokenKind.EndOfFile:
                    lines.Add(line);
                    return lines;
                case TokenKind.Newline:
                    lines.Add(line);
                    line = new Line();
                    break;
                case TokenKind.Comment:
                    var comment = Text(token);
                    var last = tokens[i + 1].Kind is TokenKind.Newline or TokenKind.EndOfFile;
                    if (last && !comment.StartsWith("/*", StringComparison.Ordinal)) line.Comment = comment.TrimEnd();
                    else line.Atoms.Add(new Atom(TokenKind.Comment, comment));
                    break;
                case TokenKind.OpenQuote:
                    var end = Closing(i, TokenKind.OpenQuote, TokenKind.CloseQuote);
                    line.Atoms.Add(new Atom(TokenKind.OpenQuote, text[token.Start..tokens[end].End]));
                    i = end;
                    break;
                case TokenKind.OpenHeredoc:
                    end = Closing(i, TokenKind.OpenHeredoc, TokenKind.CloseHeredoc);
                    line.Atoms.Add(new Atom(TokenKind.OpenHeredoc, text[token.Start..tokens[end].End]));
                    i = end;
                    break;
                default:
                    line.Atoms.Add(new Atom(token.Kind, Text(token)));
                    break;
            }
        }

        return lines;
    }

    private int Closing(int open, TokenKind opening, TokenKind closing)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == opening) depth++;
            else if (tokens[i].Kind == closing && --depth == 0) return i;
        }

        return tokens.Count - 1;
    }

    private string Text(Token token) => text[token.Start..token.End];

    /// <summary>Sets each line's depth. Brackets that open together on one line count as one level, as they close together.</summary>
    private static void Nest(List<Line> lines)
    {
        var open = new Stack<int>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var leading = true;
            var depth = Levels(open);
            foreach (var atom in line.Atoms)
            {
                if (atom.Kind is TokenKind.CloseBrace or TokenKind.CloseBracket or TokenKind.CloseParen)
                {
                    open.TryPop(out _);
                    if (leading) depth = Levels(open);
                    continue;
                }

                leading = false;
                if (atom.Kind is TokenKind.OpenBrace or TokenKind.OpenBracket or TokenKind.OpenParen) open.Push(i);
            }

            line.Depth = depth;
        }
    }

    private static int Levels(Stack<int> open) => open.Distinct().Count();

    /// <summary>Pads so that what <paramref name="has"/> finds stands in one column along each run of lines.</summary>
    private static void Align(List<Line> lines, Func<Line, bool> has, Func<Line, int> width, Action<Line, int> set)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (!has(lines[i])) continue;
            var end = i;
            while (end < lines.Count && has(lines[end]) && lines[end].Depth == lines[i].Depth) end++;
            var column = 0;
            for (var j = i; j < end; j++) column = Math.Max(column, width(lines[j]));
            for (var j = i; j < end; j++) set(lines[j], column > WidestColumn ? 1 : column - width(lines[j]) + 1);
            i = end - 1;
        }
    }

    private readonly record struct Atom(TokenKind Kind, string Text);

    private sealed class Line
    {
        private int _assignment = -2;

        public List<Atom> Atoms { get; } = [];

        public string? Comment { get; set; }

        public int Depth { get; set; }

        public int AssignmentBlanks { get; set; } = 1;

        public int CommentBlanks { get; set; } = 1;

        public string Code { get; private set; } = "";

        public int BeforeAssignment { get; private set; }

        /// <summary>Whether the line is one whole <c>name = value</c>.</summary>
        public bool Assignment => AssignmentAt >= 0;

        private int AssignmentAt
        {
            get
            {
                if (_assignment == -2) _assignment = FindAssignment();
                return _assignment;
            }
        }

        public void Join()
        {
            var code = new StringBuilder();
            for (var i = 0; i < Atoms.Count; i++)
            {
                if (i == AssignmentAt)
                {
                    BeforeAssignment = code.Length;
                    code.Append(' ', AssignmentBlanks);
                }
                else if (i > 0 && Spacing.Between(i > 1 ? Atoms[i - 2].Kind : null, Atoms[i - 1].Kind, Atoms[i - 1].Text, Atoms[i].Kind))
                {
                    code.Append(' ');
                }

                code.Append(Atoms[i].Text);
            }

            Code = code.ToString();
        }

        private int FindAssignment()
        {
            if (Atoms.Count < 3 || Atoms[0].Kind is not (TokenKind.Identifier or TokenKind.OpenQuote) || Atoms[1].Kind != TokenKind.Assign) return -1;
            var open = 0;
            foreach (var atom in Atoms)
            {
                if (atom.Kind is TokenKind.OpenBrace or TokenKind.OpenBracket or TokenKind.OpenParen) open++;
                if (atom.Kind is TokenKind.CloseBrace or TokenKind.CloseBracket or TokenKind.CloseParen && --open < 0) return -1;
                if (atom.Text.Contains('\n', StringComparison.Ordinal)) return -1;
            }

            return open == 0 ? 1 : -1;
        }
    }
}
