using System.Collections;

namespace Actors.State;

/// <summary>A table (or an index of one) as a list in the order of its keys. Walking it costs nothing up front; it never changes.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">What is listed.</typeparam>
public sealed class StateList<TKey, TValue> : IReadOnlyCollection<TValue> where TKey : struct, IComparable<TKey>
{
    private readonly Func<TKey?, IEnumerable<KeyValuePair<TKey, TValue>>> walk;

    private readonly Action<TValue[]>? copy;

    internal StateList(int count, Func<TKey?, IEnumerable<KeyValuePair<TKey, TValue>>> walk, Action<TValue[]>? copy = null) => (Count, this.walk, this.copy) = (count, walk, copy);

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The items from a key on (that key included): how a list is paged.</summary>
    public IEnumerable<TValue> From(TKey key) => walk(key).Select(pair => pair.Value);

    /// <summary>The items from a key on (null: all), with their keys.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> PairsFrom(TKey? key) => walk(key);

    /// <summary>All items at once: several times faster than one by one.</summary>
    public TValue[] ToArray()
    {
        if (copy is null) return [.. walk(null).Select(pair => pair.Value)];
        var items = new TValue[Count];
        copy(items);
        return items;
    }

    /// <inheritdoc/>
    public IEnumerator<TValue> GetEnumerator() => walk(null).Select(pair => pair.Value).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Lists by the beginning of an id.</summary>
public static class StateListPrefixes
{
    /// <summary>The items whose UUID text begins so (case is ignored); none when no UUID can.</summary>
    public static IEnumerable<TValue> WithPrefix<TKey, TValue>(this StateList<TKey, TValue> list, string prefix) where TKey : struct, IUuid<TKey>
    {
        if (!TryRange(prefix, out var least, out var most)) yield break;

        var last = TKey.From(most);
        foreach (var (key, value) in list.PairsFrom(TKey.From(least)))
        {
            if (key.CompareTo(last) > 0) yield break;
            yield return value;
        }
    }

    // A Guid's own order is that of its text: what begins alike stands together.
    private static bool TryRange(string prefix, out Guid least, out Guid most)
    {
        const string Lowest = "00000000-0000-0000-0000-000000000000";
        const string Highest = "ffffffff-ffff-ffff-ffff-ffffffffffff";
        (least, most) = (default, default);
        return prefix.Length <= Lowest.Length
            && Guid.TryParseExact(string.Concat(prefix, Lowest.AsSpan(prefix.Length)), "D", out least)
            && Guid.TryParseExact(string.Concat(prefix, Highest.AsSpan(prefix.Length)), "D", out most);
    }
}
