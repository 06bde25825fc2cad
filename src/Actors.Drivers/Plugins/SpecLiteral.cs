using System.Globalization;
using System.Text;
using Actors.Contracts.Collections;

namespace Actors.Drivers.Plugins;

/// <summary>Reads the literals of a plugin's schema: text, numbers, truth values, null, lists and objects, as HCL writes them.</summary>
internal static class SpecLiteral
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ConfigValue Parse(string text)
    {
        var reader = new Reader(text);
        var value = reader.Value();
        reader.End();
        return value;
    }

    private ref struct Reader(string text)
    {
        private readonly string _text = text;
        private int _at;

        public ConfigValue Value()
        {
            Skip(" \t\r\n");
            return Peek() switch
            {
                '"' => ConfigValue.Of(Text()),
                '[' => List(),
                '{' => Map(),
                _ => Word(),
            };
        }

        public void End()
        {
            Skip(" \t\r\n");
            if (_at < _text.Length) throw Wrong("the end");
        }

        private ConfigValue List()
        {
            _at++;
            var items = new List<ConfigValue>();
            while (!Closes(']')) items.Add(Value());
            return ConfigValue.Of(items);
        }

        private ConfigValue Map()
        {
            _at++;
            var entries = new Dictionary<string, ConfigValue>(StringComparer.Ordinal);
            while (!Closes('}'))
            {
                var key = Peek() == '"' ? Text() : Name();
                Skip(" \t\r\n");
                if (Peek() is not ('=' or ':')) throw Wrong("=");
                _at++;
                entries[key] = Value();
            }

            return ConfigValue.Of(entries);
        }

        private bool Closes(char end)
        {
            Skip(" \t\r\n,");
            if (Peek() != end) return false;
            _at++;
            return true;
        }

        private string Text()
        {
            var text = new StringBuilder();
            for (_at++; Peek() != '"'; _at++)
            {
                if (Peek() == '\\')
                {
                    _at++;
                    text.Append(Peek() switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
                }
                else
                {
                    text.Append(Peek());
                }
            }

            _at++;
            return text.ToString();
        }

        private string Name()
        {
            var from = _at;
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '-' or '.' or '+')) _at++;
            return _at > from ? _text[from.._at] : throw Wrong("a value");
        }

        private ConfigValue Word()
        {
            var word = Name();
            return word switch
            {
                "true" => ConfigValue.True,
                "false" => ConfigValue.False,
                "null" => ConfigValue.Null,
                _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => ConfigValue.Of(number),
                _ => throw Wrong("a value"),
            };
        }

        private readonly char Peek() => _at < _text.Length ? _text[_at] : throw Wrong("more");

        private void Skip(string characters)
        {
            while (_at < _text.Length && characters.Contains(_text[_at], StringComparison.Ordinal)) _at++;
        }

        private readonly FormatException Wrong(string expected) => new($"expected {expected} at character {_at + 1} of {_text}");
    }
}
