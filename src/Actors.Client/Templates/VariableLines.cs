using System.Text;
using Actors.Client.Tasks.Hooks;
using Actors.Contracts.Allocations;

namespace Actors.Client.Templates;

/// <summary>A file of variables: a <c>NAME=value</c> in each line, with or without quotes, comments after '#'.</summary>
internal static class VariableLines
{
    /// <summary>Reads it.</summary>
    /// <exception cref="TaskHookException">A line is none; names it.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text, string file)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("export ", StringComparison.Ordinal)) line = line["export ".Length..].TrimStart();
            var mark = line.IndexOf('=', StringComparison.Ordinal);
            if (mark <= 0) throw Wrong(file, i, $"expected NAME=value, found \"{(line.Length > 40 ? line[..40] + "…" : line)}\"");
            variables[line[..mark].TrimEnd()] = Value(line[(mark + 1)..].TrimStart(), file, i);
        }

        return variables;
    }

    private static string Value(string text, string file, int line)
    {
        if (text.Length == 0) return "";
        if (text[0] == '\'')
        {
            var end = text.IndexOf('\'', 1);
            return end > 0 ? text[1..end] : throw Wrong(file, line, "a quote is opened and never closed");
        }

        if (text[0] != '"')
        {
            var comment = text.IndexOf(" #", StringComparison.Ordinal);
            return (comment < 0 ? text : text[..comment]).TrimEnd();
        }

        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return value.ToString();
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                value.Append(text[i]);
                continue;
            }

            value.Append(text[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
        }

        throw Wrong(file, line, "a quote is opened and never closed");
    }

    private static TaskHookException Wrong(string file, int line, string what) =>
        new(TaskEventTypes.Template, $"template \"{file}\", as variables, line {line + 1}: {what}", recoverable: false);
}
