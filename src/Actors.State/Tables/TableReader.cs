using System.Diagnostics.CodeAnalysis;

namespace Actors.State.Tables;

/// <summary>Looks up keys that come in (nearly) ascending order: neighbours lie in one page, which is not searched for again.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
internal struct TableReader<TKey, TValue>(Table<TKey, TValue> table) where TKey : struct, IComparable<TKey>
{
    private Page<TKey, TValue>? _leaf;
    private int _next;

    /// <summary>Looks a key up.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        // Mostly it is the one after the last; that two keys are the same is told faster than which comes first.
        if (_leaf is { } known && _next < known.Count && EqualityComparer<TKey>.Default.Equals(known.Keys[_next], key))
        {
            value = known.Values![_next++];
            return true;
        }

        return TrySearch(key, out value);
    }

    private bool TrySearch(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_leaf is not { } leaf || leaf.Keys[0].CompareTo(key) > 0 || leaf.Keys[leaf.Count - 1].CompareTo(key) < 0)
        {
            leaf = table.Root;
            if (leaf is null || leaf.Count == 0)
            {
                value = default;
                return false;
            }

            while (leaf.Children is { } children) leaf = children[leaf.ChildOf(key)];
            _leaf = leaf;
        }

        var at = leaf.Find(key);
        _next = at < 0 ? leaf.Count : at + 1;
        value = at < 0 ? default : leaf.Values![at];
        return at >= 0;
    }
}
