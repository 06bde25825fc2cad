namespace Actors.JobSpec.Diagnostics;

/// <summary>Gathers diagnostics; keeps the first <see cref="Limit"/>, so that broken input can't flood memory.</summary>
internal sealed class DiagnosticBag(SourceText source)
{
    public const int Limit = 200;

    private readonly List<Diagnostic> _items = [];
    private HashSet<(string, int, int)>? _seen;

    public SourceText Source { get; } = source;

    public IReadOnlyList<Diagnostic> Items => _items;

    /// <summary>All in the order of the text; what has no place in it comes first.</summary>
    public IReadOnlyList<Diagnostic> InOrder() =>
        [.. _items.OrderBy(item => item.Source is null ? item.Span?.Offset ?? -1 : -1)];

    public int ErrorCount { get; private set; }

    public bool Full => _items.Count >= Limit;

    public void Error(string code, TextRange range, string message, string? suggestion = null, string? path = null) =>
        Report(DiagnosticSeverity.Error, code, range, message, suggestion, path);

    public void Warning(string code, TextRange range, string message, string? suggestion = null, string? path = null) =>
        Report(DiagnosticSeverity.Warning, code, range, message, suggestion, path);

    public void Add(Diagnostic diagnostic)
    {
        if (diagnostic.Severity == DiagnosticSeverity.Error) ErrorCount++;
        if (!Full) _items.Add(diagnostic);
    }

    private void Report(DiagnosticSeverity severity, string code, TextRange range, string message, string? suggestion, string? path)
    {
        if (Full)
        {
            if (severity == DiagnosticSeverity.Error) ErrorCount++;
            return;
        }

        // A dynamic block or for expression meets the same mistake once per element.
        if (!(_seen ??= []).Add((code, range.Start, range.Length)) && _items.Any(item => item.Message == message)) return;
        Add(new Diagnostic(severity, code, message, Source.Span(range), path, suggestion));
    }
}

/// <summary>A stretch of text by offsets; cheap, unlike <see cref="SourceSpan"/>.</summary>
/// <param name="Start">First UTF-16 unit.</param>
/// <param name="Length">UTF-16 units.</param>
internal readonly record struct TextRange(int Start, int Length)
{
    public int End => Start + Length;

    public static TextRange Between(int start, int end) => new(start, Math.Max(0, end - start));
}

/// <summary>A file's text, with its lines found when first asked for.</summary>
internal sealed class SourceText(string file, string text)
{
    private int[]? _lineStarts;

    public string File { get; } = file;

    public string Text { get; } = text;

    public SourceSpan Span(TextRange range)
    {
        var (line, column) = Position(range.Start);
        var (endLine, endColumn) = Position(range.End);
        return new SourceSpan(File, range.Start, range.Length, line, column, endLine, endColumn);
    }

    private (int Line, int Column) Position(int offset)
    {
        _lineStarts ??= FindLines(Text);
        var at = Array.BinarySearch(_lineStarts, offset);
        if (at < 0) at = ~at - 1;
        return (at + 1, offset - _lineStarts[at] + 1);
    }

    private static int[] FindLines(string text)
    {
        var starts = new List<int> { 0 };
        for (var at = text.IndexOf('\n'); at >= 0; at = text.IndexOf('\n', at + 1)) starts.Add(at + 1);
        return [.. starts];
    }
}
