using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts.Collections;

/// <summary>What a <see cref="ConfigValue"/> holds.</summary>
public enum ConfigValueKind
{
    /// <summary>No value.</summary>
    Null,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A number: 64-bit integer where it is one, else a double.</summary>
    Number,

    /// <summary>Text.</summary>
    String,

    /// <summary>An ordered list of values.</summary>
    List,

    /// <summary>A map from text to values.</summary>
    Map,
}

/// <summary>
/// A JSON-like value of free-form configuration (a task driver's <c>config</c>, a scaling policy): immutable, compared by
/// value, written exactly as read. Numbers outside 64-bit integers are doubles, as in Nomad.
/// </summary>
[JsonConverter(typeof(ConfigValueConverter))]
public sealed class ConfigValue : IEquatable<ConfigValue>
{
    private readonly object? _value;

    private ConfigValue(ConfigValueKind kind, object? value) => (Kind, _value) = (kind, value);

    /// <summary>The absent value.</summary>
    public static ConfigValue Null { get; } = new(ConfigValueKind.Null, null);

    /// <summary>True.</summary>
    public static ConfigValue True { get; } = new(ConfigValueKind.Bool, true);

    /// <summary>False.</summary>
    public static ConfigValue False { get; } = new(ConfigValueKind.Bool, false);

    /// <summary>What the value is.</summary>
    public ConfigValueKind Kind { get; }

    /// <summary>A truth value.</summary>
    public static ConfigValue Of(bool value) => value ? True : False;

    /// <summary>An integer.</summary>
    public static ConfigValue Of(long value) => new(ConfigValueKind.Number, value);

    /// <summary>A number; one that is integral and within 64 bits is kept as an integer.</summary>
    public static ConfigValue Of(double value) =>
        value == Math.Truncate(value) && Math.Abs(value) < 9.2e18
            ? Of((long)value)
            : new ConfigValue(ConfigValueKind.Number, value);

    /// <summary>Text.</summary>
    public static ConfigValue Of(string value) => new(ConfigValueKind.String, value);

    /// <summary>A list.</summary>
    public static ConfigValue Of(IEnumerable<ConfigValue> items) => new(ConfigValueKind.List, items.ToEquatableList());

    /// <summary>A map.</summary>
    public static ConfigValue Of(IEnumerable<KeyValuePair<string, ConfigValue>> entries) =>
        new(ConfigValueKind.Map, entries.ToEquatableMap());

    /// <summary>The text, or null when the value is not text.</summary>
    public string? AsString() => _value as string;

    /// <summary>The truth value, or null when the value is none (the texts "true" and "false" count, as in HCL).</summary>
    public bool? AsBool() => _value switch
    {
        bool value => value,
        "true" => true,
        "false" => false,
        _ => null,
    };

    /// <summary>The integer, or null when the value is none (text of an integer counts, as in HCL).</summary>
    public long? AsInteger() => _value switch
    {
        long value => value,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    /// <summary>The number, or null when the value is none.</summary>
    public double? AsNumber() => _value switch
    {
        long value => value,
        double value => value,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    /// <summary>The elements; empty when the value is not a list.</summary>
    public EquatableList<ConfigValue> AsList() => _value as EquatableList<ConfigValue> ?? EquatableList<ConfigValue>.Empty;

    /// <summary>The entries; empty when the value is not a map.</summary>
    public EquatableMap<ConfigValue> AsMap() => _value as EquatableMap<ConfigValue> ?? EquatableMap<ConfigValue>.Empty;

    /// <summary>A scalar as text (true, false and numbers in JSON's form); null for null, lists and maps.</summary>
    public string? ToText() => _value switch
    {
        string text => text,
        bool value => value ? "true" : "false",
        long value => value.ToString(CultureInfo.InvariantCulture),
        double value => value.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <inheritdoc />
    public bool Equals(ConfigValue? other) => other is not null && Kind == other.Kind && Equals(_value, other._value);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ConfigValue);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Kind, _value);

    /// <summary>The value as JSON, for people.</summary>
    public override string ToString()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    internal void Write(Utf8JsonWriter writer)
    {
        switch (_value)
        {
            case string text: writer.WriteStringValue(text); break;
            case bool value: writer.WriteBooleanValue(value); break;
            case long value: writer.WriteNumberValue(value); break;
            case double value: writer.WriteNumberValue(value); break;
            case EquatableList<ConfigValue> list:
                writer.WriteStartArray();
                foreach (var item in list.AsSpan()) item.Write(writer);
                writer.WriteEndArray();
                break;
            case EquatableMap<ConfigValue> map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WritePropertyName(key);
                    item.Write(writer);
                }

                writer.WriteEndObject();
                break;
            default: writer.WriteNullValue(); break;
        }
    }

    internal static ConfigValue Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return Null;
            case JsonTokenType.True: return True;
            case JsonTokenType.False: return False;
            case JsonTokenType.String: return Of(reader.GetString()!);
            case JsonTokenType.Number: return reader.TryGetInt64(out var integer) ? Of(integer) : Of(reader.GetDouble());
            case JsonTokenType.StartArray:
                var items = new List<ConfigValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader));
                return Of(items);
            case JsonTokenType.StartObject:
                var entries = new List<KeyValuePair<string, ConfigValue>>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = reader.GetString()!;
                    reader.Read();
                    entries.Add(KeyValuePair.Create(key, Read(ref reader)));
                }

                return Of(entries);
            default: throw new JsonException($"expected a value, found {reader.TokenType}");
        }
    }
}

/// <summary>Reads and writes <see cref="ConfigValue"/>.</summary>
public sealed class ConfigValueConverter : JsonConverter<ConfigValue>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override ConfigValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ConfigValue.Read(ref reader);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ConfigValue value, JsonSerializerOptions options)
    {
        if (value is null) writer.WriteNullValue();
        else value.Write(writer);
    }
}
