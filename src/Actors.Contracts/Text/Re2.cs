using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Actors.Contracts.Text;

/// <summary>
/// Regular expressions in the syntax of RE2, which job files, filters and templates are written in, run by .NET's engine
/// without backtracking: linear in the text, whatever the pattern.
/// </summary>
public static class Re2
{
    /// <summary>Longest match that is waited for.</summary>
    public static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7f",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1f\x7f",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t-\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>The pattern, ready to match; the replacement of <see cref="Replace"/> goes with it.</summary>
    /// <exception cref="ArgumentException">It is no pattern of RE2's; the message says why.</exception>
    public static Regex Compile(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        try
        {
            return new Regex(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (NotSupportedException unsupported)
        {
            throw new ArgumentException(unsupported.Message, nameof(pattern), unsupported);
        }
    }

    /// <summary>Whether it is a pattern.</summary>
    public static bool IsPattern(string pattern)
    {
        try
        {
            _ = Compile(pattern);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// The text with every match replaced: <c>$1</c>, <c>$name</c> and <c>${name}</c> stand for groups (the longest name counts:
    /// <c>$1x</c> is the group "1x"), <c>$$</c> for a dollar. An empty match right after another is none.
    /// </summary>
    /// <exception cref="InvalidOperationException">The result would be longer than <paramref name="longest"/>.</exception>
    /// <exception cref="RegexMatchTimeoutException">It takes too long.</exception>
    public static string Replace(Regex regex, string text, string replacement, int longest = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(regex);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(replacement);
        var result = new StringBuilder(text.Length);
        var copied = 0;
        var previousEnd = -1;
        for (var match = regex.Match(text); match.Success; match = match.NextMatch())
        {
            if (match.Length == 0 && match.Index == previousEnd) continue;
            result.Append(text, copied, match.Index - copied);
            Expand(match, replacement, result);
            copied = previousEnd = match.Index + match.Length;
            if (result.Length > longest) throw new InvalidOperationException("the replaced text is too long");
        }

        result.Append(text, copied, text.Length - copied);
        return result.Length <= longest ? result.ToString() : throw new InvalidOperationException("the replaced text is too long");
    }

    private static void Expand(Match match, string replacement, StringBuilder into)
    {
        var at = 0;
        while (at < replacement.Length)
        {
            var dollar = replacement.IndexOf('$', at);
            if (dollar < 0) break;
            into.Append(replacement, at, dollar - at);
            at = dollar + 1;
            if (at < replacement.Length && replacement[at] == '$')
            {
                into.Append('$');
                at++;
                continue;
            }

            var braced = at < replacement.Length && replacement[at] == '{';
            var start = braced ? at + 1 : at;
            var end = start;
            while (end < replacement.Length && (char.IsLetterOrDigit(replacement[end]) || replacement[end] == '_')) end++;
            if (end == start || (braced && (end >= replacement.Length || replacement[end] != '}')))
            {
                into.Append('$');
                continue;
            }

            into.Append(match.Groups[replacement[start..end]].ValueSpan);
            at = braced ? end + 1 : end;
        }

        into.Append(replacement, at, replacement.Length - at);
    }

    /// <summary>The pattern in .NET's syntax: classes are of ASCII, <c>$</c> is the very end, and what RE2 alone has is written out.</summary>
    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 16);
        var end = HasMultilineFlag(pattern) ? "$" : @"\z";
        var at = 0;
        while (at < pattern.Length)
        {
            switch (pattern[at])
            {
                case '\\': at = Escape(pattern, at, text, inClass: false); break;
                case '[': at = Class(pattern, at, text); break;
                case '$':
                    text.Append(end);
                    at++;
                    break;
                case '(' when pattern.AsSpan(at).StartsWith("(?P<"):
                    text.Append("(?<");
                    at += 4;
                    break;
                default: text.Append(pattern[at++]); break;
            }
        }

        return text.ToString();
    }

    private static bool HasMultilineFlag(string pattern)
    {
        for (var at = pattern.IndexOf("(?", StringComparison.Ordinal); at >= 0; at = pattern.IndexOf("(?", at + 2, StringComparison.Ordinal))
        {
            for (var i = at + 2; i < pattern.Length && char.IsAsciiLetter(pattern[i]); i++)
            {
                if (pattern[i] == 'm') return true;
            }
        }

        return false;
    }

    private static int Class(string pattern, int at, StringBuilder text)
    {
        text.Append('[');
        at++;
        if (at < pattern.Length && pattern[at] == '^')
        {
            text.Append('^');
            at++;
        }

        for (var first = true; at < pattern.Length; first = false)
        {
            var c = pattern[at];
            if (c == ']' && !first)
            {
                text.Append(']');
                return at + 1;
            }

            if (c == '\\')
            {
                at = Escape(pattern, at, text, inClass: true);
            }
            else if (c == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':' && pattern.IndexOf(":]", at + 2, StringComparison.Ordinal) is var close and > 0)
            {
                var name = pattern[(at + 2)..close];
                text.Append(PosixClasses.TryGetValue(name, out var members) ? members : throw new ArgumentException($"there is no character class [:{name}:]", nameof(pattern)));
                at = close + 2;
            }
            else
            {
                if (c is '[' or ']') text.Append('\\');
                text.Append(c);
                at++;
            }
        }

        throw new ArgumentException("a [ is not closed", nameof(pattern));
    }

    private static int Escape(string pattern, int at, StringBuilder text, bool inClass)
    {
        if (at + 1 >= pattern.Length) throw new ArgumentException(@"the pattern ends with \", nameof(pattern));
        var letter = pattern[at + 1];
        switch (letter)
        {
            case 'd': return Set("0-9", negated: false);
            case 'w': return Set("0-9A-Za-z_", negated: false);
            case 's': return Set(@"\t\n\f\r ", negated: false);
            case 'D': return inClass ? Append(@"\x00-/:-\uffff") : Set("0-9", negated: true);
            case 'W': return inClass ? Append(@"\x00-/:-@\[-\^`{-\uffff") : Set("0-9A-Za-z_", negated: true);
            case 'S': return inClass ? Append(@"\x00-\x08\x0b\x0e-\x1f!-\uffff") : Set(@"\t\n\f\r ", negated: true);
            case 'Q' when !inClass:
                var close = pattern.IndexOf(@"\E", at + 2, StringComparison.Ordinal);
                var literal = close < 0 ? pattern[(at + 2)..] : pattern[(at + 2)..close];
                text.Append(Regex.Escape(literal));
                return close < 0 ? pattern.Length : close + 2;
            case 'x' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                var brace = pattern.IndexOf('}', at + 3);
                if (brace < 0 || !int.TryParse(pattern.AsSpan(at + 3, brace - at - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || point is < 0 or > 0xFFFF)
                    throw new ArgumentException(@"\x{…} takes the number of a character up to FFFF, in hex", nameof(pattern));
                text.Append(CultureInfo.InvariantCulture, $"\\u{point:x4}");
                return brace + 1;
            case 'p' or 'P' when at + 2 < pattern.Length && pattern[at + 2] != '{':
                text.Append('\\').Append(letter).Append('{').Append(pattern[at + 2]).Append('}');
                return at + 3;
            case 'Z' or 'G' or 'c' or 'e' or 'k' or 'C':
                throw new ArgumentException($"there is no escape \\{letter}", nameof(pattern));
            default:
                text.Append('\\').Append(letter);
                return at + 2;
        }

        int Set(string members, bool negated)
        {
            if (inClass) text.Append(members);
            else text.Append(negated ? "[^" : "[").Append(members).Append(']');
            return at + 2;
        }

        int Append(string members)
        {
            text.Append(members);
            return at + 2;
        }
    }
}
