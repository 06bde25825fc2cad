using System.Globalization;
using System.Text;

namespace Actors.JobSpec;

/// <summary>How much a diagnostic weighs.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The job can't be used.</summary>
    Error,

    /// <summary>The job can be used, but something is probably not as meant.</summary>
    Warning,
}

/// <summary>A stretch of source text. Lines and columns count from 1; columns count UTF-16 units.</summary>
/// <param name="File">Name of the file, as given in <see cref="JobFileOptions.FileName"/>.</param>
/// <param name="Offset">First UTF-16 unit, from 0.</param>
/// <param name="Length">UTF-16 units; 0 points between two.</param>
/// <param name="Line">Line of the first unit.</param>
/// <param name="Column">Column of the first unit.</param>
/// <param name="EndLine">Line just after the last unit.</param>
/// <param name="EndColumn">Column just after the last unit.</param>
public readonly record struct SourceSpan(string File, int Offset, int Length, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>"file:line:column", as editors and terminals link it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");
}

/// <summary>Something wrong, or doubtful, about a job.</summary>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Code">Stable code of this kind of diagnostic: see <see cref="DiagnosticCodes"/>.</param>
/// <param name="Message">What was found and what was expected.</param>
/// <param name="Span">Where in the source, if there is one.</param>
/// <param name="Path">Where in the job, as a path in its JSON such as <c>TaskGroups[0].Tasks[1].Driver</c>, if known.</param>
/// <param name="Suggestion">What to write instead, if that can be guessed.</param>
public sealed record Diagnostic(
    DiagnosticSeverity Severity,
    string Code,
    string Message,
    SourceSpan? Span = null,
    string? Path = null,
    string? Suggestion = null)
{
    /// <summary>Text of the file that <see cref="Span"/> points into, when that is another than the job file (a variable file).</summary>
    public string? Source { get; init; }

    /// <summary>Widest excerpt of a source line that is shown, in UTF-16 units.</summary>
    private const int ExcerptWidth = 160;

    /// <summary>
    /// The diagnostic as a compiler prints it: severity, code and message; place; the line with carets under the span; the
    /// suggestion. Several lines without a final newline.
    /// </summary>
    /// <param name="sourceText">Text of the file the span points into; null leaves the line out.</param>
    /// <param name="colour">Whether to use ANSI colours.</param>
    public string Render(string? sourceText, bool colour)
    {
        var paint = Severity == DiagnosticSeverity.Error ? "\e[1;31m" : "\e[1;33m";
        var text = new StringBuilder();
        text.Append(colour ? paint : "")
            .Append(Severity == DiagnosticSeverity.Error ? "error" : "warning")
            .Append('[').Append(Code).Append(']')
            .Append(colour ? "\e[0m" : "")
            .Append(": ").Append(Message);
        if (Span is { } span)
        {
            text.Append('\n').Append(colour ? "\e[36m" : "").Append("  --> ").Append(span).Append(colour ? "\e[0m" : "");
            if ((Source ?? sourceText) is { } excerpt) AppendExcerpt(text, excerpt, span, colour ? paint : null);
        }
        else if (Path is not null)
        {
            text.Append('\n').Append("  --> ").Append(Path);
        }

        if (Suggestion is not null)
            text.Append('\n').Append(colour ? "\e[32m" : "").Append("  help: ").Append(colour ? "\e[0m" : "").Append(Suggestion);
        return text.ToString();
    }

    private static void AppendExcerpt(StringBuilder text, string source, SourceSpan span, string? paint)
    {
        if (span.Offset < 0 || span.Offset > source.Length) return;
        var start = span.Offset == 0 ? 0 : source.LastIndexOf('\n', span.Offset - 1) + 1;
        var end = source.IndexOf('\n', span.Offset);
        if (end < 0) end = source.Length;
        if (end > start && source[end - 1] == '\r') end--;

        // A very long line is shown only around the span.
        var from = span.Offset - start > ExcerptWidth / 2 ? span.Offset - (ExcerptWidth / 2) : start;
        var to = Math.Min(end, from + ExcerptWidth);
        var line = source[from..to].Replace('\t', ' ');
        var carets = Math.Clamp(Math.Min(span.Length, to - span.Offset), 1, ExcerptWidth);
        var number = span.Line.ToString(CultureInfo.InvariantCulture);
        var margin = new string(' ', number.Length);
        text.Append('\n').Append(margin).Append(" |")
            .Append('\n').Append(number).Append(" | ").Append(Printable(line))
            .Append('\n').Append(margin).Append(" | ").Append(' ', span.Offset - from)
            .Append(paint).Append('^', carets).Append(paint is null ? "" : "\e[0m");
    }

    private static string Printable(string line) =>
        line.Any(char.IsControl) ? string.Concat(line.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : line;
}
