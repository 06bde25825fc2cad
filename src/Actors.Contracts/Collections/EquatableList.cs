using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Contracts.Collections;

/// <summary>
/// An immutable list that equals another when its elements do, so that records holding one compare by value.
/// In JSON it is an array; an empty list is written as <c>null</c> and <c>null</c> is read as empty, as Nomad does.
/// </summary>
/// <typeparam name="T">The element; it must itself compare by value.</typeparam>
[CollectionBuilder(typeof(EquatableList), nameof(EquatableList.Create))]
[JsonConverter(typeof(EquatableCollectionConverterFactory))]
public sealed class EquatableList<T> : IReadOnlyList<T>, IEquatable<EquatableList<T>>
{
    private readonly T[] _items;

    internal EquatableList(T[] items) => _items = items;

    /// <summary>The list with no element.</summary>
    public static EquatableList<T> Empty { get; } = new([]);

    /// <inheritdoc />
    public int Count => _items.Length;

    /// <summary>Whether the list has no element.</summary>
    public bool IsEmpty => _items.Length == 0;

    /// <inheritdoc />
    public T this[int index] => _items[index];

    /// <summary>The elements without a copy.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>A list with one more element at the end.</summary>
    public EquatableList<T> Add(T item) => new([.. _items, item]);

    /// <summary>A list of the results of <paramref name="map"/>, in the same order.</summary>
    public EquatableList<TResult> Map<TResult>(Func<T, TResult> map)
    {
        if (_items.Length == 0) return EquatableList<TResult>.Empty;
        var mapped = new TResult[_items.Length];
        for (var i = 0; i < mapped.Length; i++) mapped[i] = map(_items[i]);
        return new EquatableList<TResult>(mapped);
    }

    /// <inheritdoc />
    public bool Equals(EquatableList<T>? other) =>
        ReferenceEquals(this, other) || (other is not null && _items.AsSpan().SequenceEqual(other._items));

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in _items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>Whether both hold equal elements in the same order.</summary>
    public static bool operator ==(EquatableList<T>? left, EquatableList<T>? right) =>
        left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two differ in an element or in order.</summary>
    public static bool operator !=(EquatableList<T>? left, EquatableList<T>? right) => !(left == right);

    /// <inheritdoc />
    public override string ToString() => $"[{string.Join(", ", _items)}]";

    /// <inheritdoc cref="IEnumerable{T}.GetEnumerator" />
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes <see cref="EquatableList{T}"/> values.</summary>
public static class EquatableList
{
    /// <summary>A list of a copy of <paramref name="items"/>; also what a collection expression calls.</summary>
    public static EquatableList<T> Create<T>(ReadOnlySpan<T> items) =>
        items.IsEmpty ? EquatableList<T>.Empty : new EquatableList<T>(items.ToArray());

    /// <summary>A list of <paramref name="items"/> in their order; null gives the empty list.</summary>
    public static EquatableList<T> ToEquatableList<T>(this IEnumerable<T>? items)
    {
        switch (items)
        {
            case null: return EquatableList<T>.Empty;
            case EquatableList<T> already: return already;
        }

        var array = items.ToArray();
        return array.Length == 0 ? EquatableList<T>.Empty : new EquatableList<T>(array);
    }
}

/// <summary>Reads and writes <see cref="EquatableList{T}"/>.</summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class EquatableListConverter<T> : JsonConverter<EquatableList<T>>
{
    /// <inheritdoc />
    public override bool HandleNull => true;

    /// <inheritdoc />
    public override EquatableList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return EquatableList<T>.Empty;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"expected an array, found {reader.TokenType}");
        var element = JsonElements.TypeInfo<T>(options);
        var items = new List<T>();
        var at = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonPlace.Read(ref reader, element, $"[{at++}]") is { } item) items.Add(item);
        }

        return items.ToEquatableList();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, EquatableList<T> value, JsonSerializerOptions options)
    {
        if (value is null || value.Count == 0)
        {
            writer.WriteNullValue();
            return;
        }

        var element = JsonElements.TypeInfo<T>(options);
        writer.WriteStartArray();
        foreach (var item in value.AsSpan()) JsonSerializer.Serialize(writer, item, element);
        writer.WriteEndArray();
    }
}
