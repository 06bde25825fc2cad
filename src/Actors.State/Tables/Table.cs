using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Actors.State.Tables;

/// <summary>
/// An immutable map in key order: a B+ tree whose versions share what they have in common.
/// A <see cref="TableBuilder{TKey,TValue}"/> changes many keys at once and copies each page at most once for all of them.
/// </summary>
/// <remarks>
/// Why not the BCL's immutable maps: they hold one object of 50 to 70 bytes per entry, and copy a path of twenty such objects for a
/// change; pages of 16 entries hold the same in half the memory, keep the order, and are copied with one memory move.
/// </remarks>
/// <typeparam name="TKey">The key; its order is its own.</typeparam>
/// <typeparam name="TValue">The value; <see cref="Nothing"/> makes the table a set.</typeparam>
internal sealed class Table<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>> where TKey : struct, IComparable<TKey>
{
    /// <summary>The table with nothing in it.</summary>
    public static readonly Table<TKey, TValue> Empty = new(null, 0);

    internal readonly Page<TKey, TValue>? Root;

    internal Table(Page<TKey, TValue>? root, int count) => (Root, Count) = (root, count);

    /// <summary>How many keys there are.</summary>
    public int Count { get; }

    /// <summary>Looks a key up.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => Page<TKey, TValue>.TryGet(Root, key, out value);

    /// <summary>Whether the key is there.</summary>
    public bool Contains(TKey key) => TryGet(key, out _);

    /// <summary>A builder that starts from this table and leaves it as it is.</summary>
    public TableBuilder<TKey, TValue> ToBuilder() => new(this);

    /// <summary>The entries from a key on (that key included), in order.</summary>
    public TableCursor<TKey, TValue> From(TKey key) => new(Root, key);

    /// <summary>All entries in order.</summary>
    public TableCursor<TKey, TValue> GetEnumerator() => new(Root, null);

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>The value of a table that is only a set: takes (next to) no room.</summary>
internal readonly struct Nothing;

/// <summary>One page of a table: a leaf with values, or an inner page with children.</summary>
internal sealed class Page<TKey, TValue> where TKey : struct, IComparable<TKey>
{
    /// <summary>Entries in a full page. Larger pages copy more for each change, smaller ones cost more objects: 16 applies a fifth faster than 32, for 25 bytes more per allocation.</summary>
    public const int Capacity = 16;

    /// <summary>The edit that may write to this page in place; every other one copies it first.</summary>
    public long Edit;

    /// <summary>How many entries are used.</summary>
    public int Count;

    /// <summary>Of a leaf: its keys. Of an inner page: the least key of each child, where the first is never looked at.</summary>
    public TKey[] Keys = [];

    /// <summary>Of a leaf that is not a set.</summary>
    public TValue[]? Values;

    /// <summary>Of an inner page.</summary>
    public Page<TKey, TValue>[]? Children;

    public static bool IsSet => typeof(TValue) == typeof(Nothing);

    public static bool TryGet(Page<TKey, TValue>? page, TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (page is not null)
        {
            while (page.Children is { } children) page = children[page.ChildOf(key)];
            var at = page.Find(key);
            if (at >= 0)
            {
                value = IsSet ? default! : page.Values![at];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Where the key is; the complement of where it would be if it isn't there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(TKey key)
    {
        int low = 0, high = Count - 1;
        var keys = Keys;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = keys[middle].CompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    /// <summary>The child that has the key, if any has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ChildOf(TKey key)
    {
        int low = 1, high = Count - 1;
        var keys = Keys;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (keys[middle].CompareTo(key) <= 0) low = middle + 1;
            else high = middle - 1;
        }

        return low - 1;
    }
}
