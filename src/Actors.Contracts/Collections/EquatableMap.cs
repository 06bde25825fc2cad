using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts.Collections;

/// <summary>
/// An immutable map from text to <typeparamref name="TValue"/>, ordered by key (ordinal), that equals another when keys
/// and values do. In JSON it is an object; an empty map is written as <c>null</c> and <c>null</c> is read as empty, as Nomad does.
/// </summary>
/// <typeparam name="TValue">The value; it must itself compare by value.</typeparam>
[JsonConverter(typeof(EquatableCollectionConverterFactory))]
public sealed class EquatableMap<TValue> : IReadOnlyDictionary<string, TValue>, IEquatable<EquatableMap<TValue>>
{
    private readonly string[] _keys;
    private readonly TValue[] _values;

    internal EquatableMap(string[] sortedKeys, TValue[] values) => (_keys, _values) = (sortedKeys, values);

    /// <summary>The map with no entry.</summary>
    public static EquatableMap<TValue> Empty { get; } = new([], []);

    /// <inheritdoc />
    public int Count => _keys.Length;

    /// <summary>Whether the map has no entry.</summary>
    public bool IsEmpty => _keys.Length == 0;

    /// <inheritdoc />
    public IEnumerable<string> Keys => _keys;

    /// <inheritdoc />
    public IEnumerable<TValue> Values => _values;

    /// <inheritdoc />
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public TValue this[string key] => TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"there is no key '{key}'");

    /// <inheritdoc />
    public bool ContainsKey(string key) => Array.BinarySearch(_keys, key, StringComparer.Ordinal) >= 0;

    /// <inheritdoc />
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value)
    {
        var at = Array.BinarySearch(_keys, key, StringComparer.Ordinal);
        value = at >= 0 ? _values[at] : default;
        return at >= 0;
    }

    /// <summary>A map with <paramref name="key"/> set to <paramref name="value"/>.</summary>
    public EquatableMap<TValue> SetItem(string key, TValue value)
    {
        var at = Array.BinarySearch(_keys, key, StringComparer.Ordinal);
        if (at >= 0)
        {
            var values = (TValue[])_values.Clone();
            values[at] = value;
            return new EquatableMap<TValue>(_keys, values);
        }

        at = ~at;
        return new EquatableMap<TValue>([.. _keys[..at], key, .. _keys[at..]], [.. _values[..at], value, .. _values[at..]]);
    }

    /// <summary>A map without <paramref name="key"/>; this map when it has no such key.</summary>
    public EquatableMap<TValue> Remove(string key)
    {
        var at = Array.BinarySearch(_keys, key, StringComparer.Ordinal);
        return at < 0
            ? this
            : new EquatableMap<TValue>([.. _keys[..at], .. _keys[(at + 1)..]], [.. _values[..at], .. _values[(at + 1)..]]);
    }

    /// <inheritdoc />
    public bool Equals(EquatableMap<TValue>? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _keys.AsSpan().SequenceEqual(other._keys) && _values.AsSpan().SequenceEqual(other._values));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as EquatableMap<TValue>);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (var i = 0; i < _keys.Length; i++)
        {
            hash.Add(_keys[i], StringComparer.Ordinal);
            hash.Add(_values[i]);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether both hold the same keys with equal values.</summary>
    public static bool operator ==(EquatableMap<TValue>? left, EquatableMap<TValue>? right) =>
        left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two differ in a key or a value.</summary>
    public static bool operator !=(EquatableMap<TValue>? left, EquatableMap<TValue>? right) => !(left == right);

    /// <inheritdoc />
    public override string ToString() => $"{{{string.Join(", ", this.Select(pair => $"{pair.Key}: {pair.Value}"))}}}";

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator()
    {
        for (var i = 0; i < _keys.Length; i++) yield return new KeyValuePair<string, TValue>(_keys[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes <see cref="EquatableMap{TValue}"/> values.</summary>
public static class EquatableMap
{
    /// <summary>A map of <paramref name="entries"/>; of two entries with one key the later wins; null gives the empty map.</summary>
    public static EquatableMap<TValue> ToEquatableMap<TValue>(this IEnumerable<KeyValuePair<string, TValue>>? entries)
    {
        switch (entries)
        {
            case null: return EquatableMap<TValue>.Empty;
            case EquatableMap<TValue> already: return already;
        }

        // Small and already sorted inputs are the usual ones.
        var pairs = entries as ICollection<KeyValuePair<string, TValue>> ?? [.. entries];
        if (pairs.Count == 0) return EquatableMap<TValue>.Empty;
        var keys = new string[pairs.Count];
        var values = new TValue[pairs.Count];
        var ascending = true;
        var at = 0;
        foreach (var (key, value) in pairs)
        {
            ascending = ascending && (at == 0 || string.CompareOrdinal(keys[at - 1], key) < 0);
            keys[at] = key;
            values[at++] = value;
        }

        if (ascending) return new EquatableMap<TValue>(keys, values);
        var last = new Dictionary<string, TValue>(keys.Length, StringComparer.Ordinal);
        for (var i = 0; i < keys.Length; i++) last[keys[i]] = values[i];
        keys = [.. last.Keys];
        values = [.. last.Values];
        Array.Sort(keys, values, StringComparer.Ordinal);
        return new EquatableMap<TValue>(keys, values);
    }

    /// <summary>A map of <paramref name="entries"/>; of two entries with one key the later wins.</summary>
    public static EquatableMap<TValue> Of<TValue>(params (string Key, TValue Value)[] entries) =>
        entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)).ToEquatableMap();
}

/// <summary>Reads and writes <see cref="EquatableMap{TValue}"/>.</summary>
/// <typeparam name="TValue">The value.</typeparam>
public sealed class EquatableMapConverter<TValue> : JsonConverter<EquatableMap<TValue>>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override EquatableMap<TValue> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return EquatableMap<TValue>.Empty;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"expected an object, found {reader.TokenType}");
        var value = JsonElements.TypeInfo<TValue>(options);
        var entries = new List<KeyValuePair<string, TValue>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            var read = JsonPlace.Read(ref reader, value, $".{key}");
            if (read is null && typeof(TValue) == typeof(string)) read = (TValue)(object)"";
            if (read is not null) entries.Add(KeyValuePair.Create(key, read));
        }

        return entries.ToEquatableMap();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, EquatableMap<TValue> value, JsonSerializerOptions options)
    {
        if (value is null || value.Count == 0)
        {
            writer.WriteNullValue();
            return;
        }

        var element = JsonElements.TypeInfo<TValue>(options);
        writer.WriteStartObject();
        foreach (var (key, item) in value)
        {
            writer.WritePropertyName(key);
            JsonSerializer.Serialize(writer, item, element);
        }

        writer.WriteEndObject();
    }
}
