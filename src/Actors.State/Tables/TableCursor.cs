using System.Collections;
using System.Runtime.CompilerServices;

namespace Actors.State.Tables;

/// <summary>Walks a table in key order.</summary>
internal struct TableCursor<TKey, TValue> : IEnumerator<KeyValuePair<TKey, TValue>>, IEnumerable<KeyValuePair<TKey, TValue>> where TKey : struct, IComparable<TKey>
{
    private Path path;
    private int depth;
    private Page<TKey, TValue>? leaf;
    private int at;

    internal TableCursor(Page<TKey, TValue>? root, TKey? from)
    {
        depth = 0;
        leaf = null;
        at = -1;
        if (root is null) return;

        var page = root;
        while (page.Children is { } children)
        {
            var child = from is { } key ? page.ChildOf(key) : 0;
            path[depth++] = new Step(page, child);
            page = children[child];
        }

        leaf = page;
        if (from is { } start)
        {
            var found = page.Find(start);
            at = (found >= 0 ? found : ~found) - 1;
        }
    }

    /// <inheritdoc/>
    public readonly KeyValuePair<TKey, TValue> Current => new(leaf!.Keys[at], Page<TKey, TValue>.IsSet ? default! : leaf.Values![at]);

    readonly object IEnumerator.Current => Current;

    /// <inheritdoc/>
    public bool MoveNext()
    {
        if (leaf is null) return false;
        if (++at < leaf.Count) return true;

        while (depth > 0)
        {
            ref var step = ref path[depth - 1];
            if (++step.Child >= step.Page!.Count)
            {
                depth--;
                continue;
            }

            var page = step.Page.Children![step.Child];
            while (page.Children is { } children)
            {
                path[depth++] = new Step(page, 0);
                page = children[0];
            }

            leaf = page;
            at = 0;
            return true;
        }

        leaf = null;
        return false;
    }

    /// <summary>This cursor, for <c>foreach</c>.</summary>
    public readonly TableCursor<TKey, TValue> GetEnumerator() => this;

    readonly IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() => this;

    readonly IEnumerator IEnumerable.GetEnumerator() => this;

    /// <inheritdoc/>
    public readonly void Reset() => throw new NotSupportedException("a cursor only goes forward");

    /// <inheritdoc/>
    public readonly void Dispose()
    {
    }

    private record struct Step(Page<TKey, TValue>? Page, int Child);

    // A split leaves half a page, eight entries: twelve levels hold 8^12 of them, more than memory does.
    [InlineArray(12)]
    private struct Path
    {
        private Step first;
    }
}
