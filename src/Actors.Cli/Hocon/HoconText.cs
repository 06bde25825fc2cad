using System.Text;

namespace Actors.Cli.Hocon;

/// <summary>Goes through the characters of a file and knows the place.</summary>
internal sealed class HoconText(string file, string text)
{
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";
    private int _position;
    private int _line = 1;
    private int _lineStart;

    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>Where the next character stands.</summary>
    public Place Place => new(File, _line, _position - _lineStart + 1);

    /// <summary>Nothing is left.</summary>
    public bool AtEnd => _position >= text.Length;

    /// <summary>The next character, or NUL at the end.</summary>
    public char Next => AtEnd ? '\0' : text[_position];

    /// <summary>Does the rest begin with these characters?</summary>
    public bool Sees(string characters) => string.CompareOrdinal(text, _position, characters, 0, characters.Length) == 0;

    /// <summary>Takes the next character.</summary>
    public char Take()
    {
        var character = text[_position++];
        if (character == '\n')
        {
            _line++;
            _lineStart = _position;
        }

        return character;
    }

    /// <summary>Takes so many characters.</summary>
    public void Skip(int count)
    {
        for (var i = 0; i < count; i++)
            Take();
    }

    /// <summary>Takes white space within the line, and gives it.</summary>
    public string Blanks()
    {
        var start = _position;
        while (!AtEnd && Next != '\n' && (char.IsWhiteSpace(Next) || Next == '\uFEFF'))
            _position++;
        return text[start.._position];
    }

    /// <summary>Takes white space, line breaks and comments.</summary>
    /// <returns>True when there was a line break.</returns>
    public bool Space()
    {
        var broke = false;
        while (true)
        {
            Blanks();
            if (Next == '#' || Sees("//"))
            {
                while (!AtEnd && Next != '\n')
                    _position++;
            }
            else if (Next == '\n')
            {
                Take();
                broke = true;
            }
            else
            {
                return broke;
            }
        }
    }

    /// <summary>May the next character stand in text without quotes?</summary>
    public bool AtUnquoted => !AtEnd && !char.IsWhiteSpace(Next) && !Reserved.Contains(Next) && !Sees("//");

    /// <summary>Takes text without quotes; in a key, up to a dot.</summary>
    public string Unquoted(bool isKey)
    {
        var start = _position;
        while (AtUnquoted && !(isKey && Next == '.'))
            _position++;
        return text[start.._position];
    }

    /// <summary>Takes text in quotes, or in three quotes.</summary>
    /// <exception cref="HoconException">It isn't closed, or has an escape that there isn't.</exception>
    public string Quoted()
    {
        var open = Place;
        if (Sees("\"\"\""))
            return TripleQuoted(open);
        Take();
        var plain = new StringBuilder();
        while (true)
        {
            if (AtEnd || Next == '\n')
                throw new HoconException(open, "found a text that is opened with \" and not closed on its line");
            var character = Take();
            if (character == '"')
                return plain.ToString();
            plain.Append(character == '\\' ? Escape() : character);
        }
    }

    private string TripleQuoted(Place open)
    {
        Skip(3);
        var end = text.IndexOf("\"\"\"", _position, StringComparison.Ordinal);
        if (end < 0)
            throw new HoconException(open, "found a text that is opened with \"\"\" and never closed");

        // Quotes directly before the closing three belong to the text.
        while (end + 3 < text.Length && text[end + 3] == '"')
            end++;
        var inside = text[_position..end];
        Skip(inside.Length + 3);
        return inside;
    }

    private char Escape()
    {
        var place = Place;
        var character = AtEnd ? '\0' : Take();
        switch (character)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case '"' or '\\' or '/':
                return character;
            case 'u' when _position + 4 <= text.Length && ushort.TryParse(text.AsSpan(_position, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var code):
                Skip(4);
                return (char)code;
            default:
                throw new HoconException(place, $"found \\{character} in a text, expected one of \\n \\t \\r \\b \\f \\\" \\\\ \\/ \\uXXXX");
        }
    }
}
