using System.Globalization;
using System.Text;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;

namespace Actors.JobSpec.Writing;

/// <summary>
/// Writes attributes and blocks. Texts are written so that references for run time stay references and everything else
/// stays text.
/// </summary>
internal sealed class HclWriter
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void Text(string name, string value)
    {
        if (value.Length > 0) Line(name, Quote(value));
    }

    public void Number(string name, long? value)
    {
        if (value is not null) Line(name, value.Value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A number whose zero means unset.</summary>
    public void Positive(string name, long value)
    {
        if (value != 0) Number(name, value);
    }

    public void Flag(string name, bool? value)
    {
        if (value is not null) Line(name, value.Value ? "true" : "false");
    }

    /// <summary>A flag whose false means unset.</summary>
    public void IfTrue(string name, bool value)
    {
        if (value) Line(name, "true");
    }

    public void Duration(string name, TimeSpan? value)
    {
        if (value is not null) Line(name, Quote(GoDuration.Format(value.Value)));
    }

    /// <summary>A duration whose zero means unset.</summary>
    public void Lasting(string name, TimeSpan value)
    {
        if (value != TimeSpan.Zero) Duration(name, value);
    }

    public void Texts(string name, EquatableList<string> values)
    {
        if (!values.IsEmpty) Line(name, $"[{string.Join(", ", values.Select(Quote))}]");
    }

    public void Map(string name, EquatableMap<string> values)
    {
        if (values.IsEmpty) return;
        _text.Append(name).Append(" = {\n");
        foreach (var (key, value) in values) _text.Append(Quote(key)).Append(" = ").Append(Quote(value)).Append('\n');
        _text.Append("}\n");
    }

    public void Lists(string name, EquatableMap<EquatableList<string>> values)
    {
        if (values.IsEmpty) return;
        _text.Append(name).Append(" = {\n");
        foreach (var (key, value) in values) _text.Append(Quote(key)).Append(" = [").AppendJoin(", ", value.Select(Quote)).Append("]\n");
        _text.Append("}\n");
    }

    /// <summary>Free-form configuration as one object: every key and shape is possible in it.</summary>
    public void Config(string name, EquatableMap<ConfigValue> values)
    {
        if (values.IsEmpty) return;
        _text.Append(name).Append(" = ");
        Value(ConfigValue.Of(values));
        _text.Append('\n');
    }

    public void Block(string type, Action body, params string[] labels)
    {
        _text.Append(type);
        foreach (var label in labels) _text.Append(' ').Append(Quote(label));
        _text.Append(" {\n");
        body();
        _text.Append("}\n");
    }

    public void Each<T>(EquatableList<T> items, string type, Action<T> body, Func<T, string>? label = null)
    {
        foreach (var item in items)
        {
            if (label is null) Block(type, () => body(item));
            else Block(type, () => body(item), label(item));
        }
    }

    public void One<T>(T? item, string type, Action<T> body)
        where T : class
    {
        if (item is not null) Block(type, () => body(item));
    }

    private void Line(string name, string value) => _text.Append(name).Append(" = ").Append(value).Append('\n');

    private void Value(ConfigValue value)
    {
        switch (value.Kind)
        {
            case ConfigValueKind.String: _text.Append(Quote(value.AsString()!)); break;
            case ConfigValueKind.List:
                _text.Append('[');
                var first = true;
                foreach (var item in value.AsList())
                {
                    if (!first) _text.Append(", ");
                    first = false;
                    Value(item);
                }

                _text.Append(']');
                break;
            case ConfigValueKind.Map when value.AsMap().IsEmpty: _text.Append("{}"); break;
            case ConfigValueKind.Map:
                _text.Append("{\n");
                foreach (var (key, item) in value.AsMap())
                {
                    _text.Append(Quote(key)).Append(" = ");
                    Value(item);
                    _text.Append('\n');
                }

                _text.Append('}');
                break;
            default: _text.Append(value.ToText() ?? "null"); break;
        }
    }

    /// <summary>
    /// A quoted string. "${x}" in a job is a reference for run time; written as "$${x}" it is that text whatever x is.
    /// </summary>
    private static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '$' or '%' when i + 1 < value.Length && value[i + 1] == '{': text.Append(c).Append(c); break;
                case < ' ' or '\u007F': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                default: text.Append(c); break;
            }
        }

        return text.Append('"').ToString();
    }
}
