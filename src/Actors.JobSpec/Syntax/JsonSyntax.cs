using System.Globalization;
using System.Text;
using Actors.JobSpec.Diagnostics;
using Actors.JobSpec.Values;

namespace Actors.JobSpec.Syntax;

/// <summary>A JSON value with its place.</summary>
internal abstract record JsonSyntax(TextRange Range);

internal sealed record JsonScalar(TextRange Range, HclValue Value) : JsonSyntax(Range);

internal sealed record JsonArray(TextRange Range, IReadOnlyList<JsonSyntax> Items) : JsonSyntax(Range);

internal sealed record JsonObject(TextRange Range, IReadOnlyList<JsonMember> Members) : JsonSyntax(Range);

internal sealed record JsonMember(string Name, TextRange NameRange, JsonSyntax Value);

/// <summary>Reads JSON with places. System.Text.Json gives none for the values it reads, and HCL's JSON form needs them.</summary>
internal sealed class JsonReader
{
    private readonly string _text;
    private readonly DiagnosticBag _diagnostics;
    private int _at;
    private int _depth;

    private JsonReader(DiagnosticBag diagnostics)
    {
        _text = diagnostics.Source.Text;
        _diagnostics = diagnostics;
        if (_text.StartsWith('\uFEFF')) _at = 1;
    }

    /// <summary>The document, or null if it is none (reported).</summary>
    public static JsonSyntax? Read(DiagnosticBag diagnostics)
    {
        var reader = new JsonReader(diagnostics);
        var value = reader.Value();
        reader.Blanks();
        if (value is not null && reader._at < reader._text.Length) return reader.Fail("the end of the file");
        return value;
    }

    private JsonSyntax? Fail(string wanted)
    {
        var found = _at < _text.Length ? char.IsControl(_text[_at]) ? "a control character" : $"'{_text[_at]}'" : "the end of the file";
        _diagnostics.Error(DiagnosticCodes.InvalidJson, new TextRange(_at, _at < _text.Length ? 1 : 0), $"this is not JSON: expected {wanted}, found {found}");
        return null;
    }

    private void Blanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n') _at++;
    }

    private JsonSyntax? Value()
    {
        Blanks();
        if (_at >= _text.Length) return Fail("a value");
        var start = _at;
        switch (_text[_at])
        {
            case '{': return Nested(Object);
            case '[': return Nested(Array);
            case '"': return String() is { } text ? new JsonScalar(TextRange.Between(start, _at), HclValue.Of(text)) : null;
            case 't' when Word("true"): return new JsonScalar(TextRange.Between(start, _at), HclValue.True);
            case 'f' when Word("false"): return new JsonScalar(TextRange.Between(start, _at), HclValue.False);
            case 'n' when Word("null"): return new JsonScalar(TextRange.Between(start, _at), HclValue.Null);
        }

        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '-' or '+' or '.' or 'e' or 'E')) _at++;
        if (_at > start && HclNumber.TryParse(_text.AsSpan(start, _at - start), out var number))
            return new JsonScalar(TextRange.Between(start, _at), HclValue.Of(number));
        _at = start;
        return Fail("a value");
    }

    private JsonSyntax? Nested(Func<JsonSyntax?> read)
    {
        if (++_depth > Parser.MaxDepth)
        {
            _diagnostics.Error(DiagnosticCodes.TooDeep, new TextRange(_at, 1), $"this is nested more than {Parser.MaxDepth} levels deep");
            return null;
        }

        var value = read();
        _depth--;
        return value;
    }

    private bool Word(string word)
    {
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0) return false;
        _at += word.Length;
        return true;
    }

    private JsonSyntax? Object()
    {
        var start = _at++;
        var members = new List<JsonMember>();
        Blanks();
        if (_at < _text.Length && _text[_at] == '}')
        {
            _at++;
            return new JsonObject(TextRange.Between(start, _at), members);
        }

        while (true)
        {
            Blanks();
            var nameStart = _at;
            if (_at >= _text.Length || _text[_at] != '"') return Fail("a name in double quotes");
            if (String() is not { } name) return null;
            var nameRange = TextRange.Between(nameStart, _at);
            Blanks();
            if (_at >= _text.Length || _text[_at] != ':') return Fail("':'");
            _at++;
            if (Value() is not { } value) return null;
            members.Add(new JsonMember(name, nameRange, value));
            Blanks();
            if (_at < _text.Length && _text[_at] == ',')
            {
                _at++;
                continue;
            }

            if (_at >= _text.Length || _text[_at] != '}') return Fail("',' or '}'");
            _at++;
            return new JsonObject(TextRange.Between(start, _at), members);
        }
    }

    private JsonSyntax? Array()
    {
        var start = _at++;
        var items = new List<JsonSyntax>();
        Blanks();
        if (_at < _text.Length && _text[_at] == ']')
        {
            _at++;
            return new JsonArray(TextRange.Between(start, _at), items);
        }

        while (true)
        {
            if (Value() is not { } value) return null;
            items.Add(value);
            Blanks();
            if (_at < _text.Length && _text[_at] == ',')
            {
                _at++;
                continue;
            }

            if (_at >= _text.Length || _text[_at] != ']') return Fail("',' or ']'");
            _at++;
            return new JsonArray(TextRange.Between(start, _at), items);
        }
    }

    private string? String()
    {
        var open = _at++;
        var end = _text.AsSpan(_at).IndexOfAny('"', '\\', '\n');
        if (end >= 0 && _text[_at + end] == '"')
        {
            var plain = _text.Substring(_at, end);
            _at += end + 1;
            return plain;
        }

        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == '"') return text.ToString();
            if (c == '\n') break;
            if (c != '\\')
            {
                text.Append(c);
                continue;
            }

            var escape = _at < _text.Length ? _text[_at++] : '\0';
            switch (escape)
            {
                case '"' or '\\' or '/': text.Append(escape); break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case 'u' when _at + 4 <= _text.Length && ushort.TryParse(_text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                    _at += 4;
                    if (!Paired((char)code, text))
                    {
                        _diagnostics.Error(DiagnosticCodes.InvalidEscape, TextRange.Between(_at - 6, _at), "this escape is half of a pair", "a character beyond FFFF is written as two: \\ud83d\\ude42");
                        return null;
                    }

                    text.Append((char)code);
                    break;
                default:
                    _diagnostics.Error(DiagnosticCodes.InvalidEscape, TextRange.Between(_at - 2, Math.Min(_at, _text.Length)), "this is not an escape of JSON");
                    return null;
            }
        }

        _diagnostics.Error(DiagnosticCodes.Unclosed, new TextRange(open, 1), "this string is not closed on its line", "end it with a double quote");
        return null;
    }

    /// <summary>Whether a character of an escape is whole, or the half of a pair whose other half follows or was just read.</summary>
    private bool Paired(char c, StringBuilder before)
    {
        if (char.IsLowSurrogate(c)) return before.Length > 0 && char.IsHighSurrogate(before[^1]);
        return !char.IsHighSurrogate(c)
            || (_at + 6 <= _text.Length && _text[_at] == '\\' && _text[_at + 1] == 'u'
                && ushort.TryParse(_text.AsSpan(_at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var next) && char.IsLowSurrogate((char)next));
    }
}
