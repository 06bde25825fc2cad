using System.Text;
using System.Text.RegularExpressions;

namespace Actors.JobSpec.Evaluation.Library;

/// <summary>File patterns: ? and * within a folder, ** across folders, {a,b} and [abc].</summary>
internal static class Glob
{
    /// <exception cref="FunctionException">The pattern is not closed properly.</exception>
    public static Regex Compile(string pattern)
    {
        var regex = new StringBuilder("^");
        var braces = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    if (i + 1 < pattern.Length && pattern[i + 1] == '/')
                    {
                        i++;
                        regex.Append("(?:[^/]+/)*");
                    }
                    else
                    {
                        regex.Append(".*");
                    }

                    break;
                case '*': regex.Append("[^/]*"); break;
                case '?': regex.Append("[^/]"); break;
                case '{':
                    braces++;
                    regex.Append("(?:");
                    break;
                case '}' when braces > 0:
                    braces--;
                    regex.Append(')');
                    break;
                case ',' when braces > 0: regex.Append('|'); break;
                case '[':
                    var end = pattern.IndexOf(']', i + 1);
                    if (end < 0) throw new FunctionException("a [ in the pattern is not closed", 1);
                    regex.Append('[').Append(pattern[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)).Append(']');
                    i = end;
                    break;
                default: regex.Append(Regex.Escape(pattern[i].ToString())); break;
            }
        }

        if (braces > 0) throw new FunctionException("a { in the pattern is not closed", 1);
        try
        {
            return new Regex(regex.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException invalid)
        {
            throw new FunctionException($"the pattern is not one: {invalid.Message}", 1);
        }
    }
}
