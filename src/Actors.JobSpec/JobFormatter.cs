using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Formatting;
using Actors.JobSpec.Syntax;

namespace Actors.JobSpec;

/// <summary>Lays out job files in the usual style.</summary>
public static class JobFormatter
{
    /// <summary>
    /// The text with two blanks of indentation per level, one blank around operators, equals signs and comments of
    /// neighbouring lines aligned. Comments, strings, heredocs and blank lines stay as they are. Formatting twice changes
    /// nothing more, and the text means the same. A text that is not HCL, or is JSON, is returned unchanged.
    /// </summary>
    public static string Format(string text) => Format(text, "", out _);

    /// <inheritdoc cref="Format(string)" />
    /// <param name="text">The file's text.</param>
    /// <param name="name">The file's name, for the places of diagnostics.</param>
    /// <param name="diagnostics">Why the text was left alone; empty when it was formatted.</param>
    public static string Format(string text, string name, out IReadOnlyList<Diagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        diagnostics = [];
        if (text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{")) return text;
        var bag = new DiagnosticBag(new SourceText(name, text));
        Parser.ParseFile(bag);
        if (bag.ErrorCount > 0)
        {
            diagnostics = bag.Items;
            return text;
        }

        return new Layout(text, Lexer.Tokenize(new DiagnosticBag(new SourceText("", text)))).Write();
    }
}
