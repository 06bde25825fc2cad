using System.Diagnostics.CodeAnalysis;

namespace Actors.State.Tables;

/// <summary>Changes a table: pages that this builder made or copied are written in place, all others are copied first. For one thread.</summary>
internal sealed class TableBuilder<TKey, TValue> where TKey : struct, IComparable<TKey>
{
    private static long lastEdit;

    private Page<TKey, TValue>? root;
    private Table<TKey, TValue>? unchanged;
    private long edit = Interlocked.Increment(ref lastEdit);

    public TableBuilder(Table<TKey, TValue> table) => (root, unchanged, Count) = (table.Root, table, table.Count);

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>Looks a key up.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => Page<TKey, TValue>.TryGet(root, key, out value);

    /// <summary>Whether the key is there.</summary>
    public bool Contains(TKey key) => TryGet(key, out _);

    /// <summary>The table as it is now. The builder goes on from it, and copies again what it changes.</summary>
    public Table<TKey, TValue> ToTable()
    {
        if (unchanged is not null) return unchanged;

        edit = Interlocked.Increment(ref lastEdit);
        return unchanged = Count == 0 ? Table<TKey, TValue>.Empty : new Table<TKey, TValue>(root, Count);
    }

    /// <summary>Adds the key, or replaces its value.</summary>
    /// <returns>Whether the key is new.</returns>
    public bool Set(TKey key, TValue value)
    {
        unchanged = null;
        root ??= Leaf(4);
        var before = Count;
        root = Own(root);
        if (Insert(root, key, value) is { } right)
        {
            var top = new Page<TKey, TValue> { Edit = edit, Count = 2, Keys = new TKey[4], Children = new Page<TKey, TValue>[4] };
            (top.Children[0], top.Children[1]) = (root, right);
            (top.Keys[0], top.Keys[1]) = (root.Keys[0], right.Keys[0]);
            root = top;
        }

        return Count != before;
    }

    /// <summary>Removes the key.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(TKey key)
    {
        if (!Contains(key)) return false;

        unchanged = null;
        root = Own(root!);
        Delete(root, key);
        Count--;
        while (root is { Children: { } children, Count: 1 }) root = children[0];
        if (root.Count == 0) root = null;
        return true;
    }

    private Page<TKey, TValue> Leaf(int room) => new()
    {
        Edit = edit,
        Keys = new TKey[room],
        Values = Page<TKey, TValue>.IsSet ? null : new TValue[room],
    };

    // A copy has room for one more, rounded up: most copies are made to add, and small pages stay small.
    private static int RoomFor(int count) => Math.Min(Page<TKey, TValue>.Capacity, (count + 4) & ~3);

    private Page<TKey, TValue> Own(Page<TKey, TValue> page)
    {
        if (page.Edit == edit) return page;

        var room = RoomFor(page.Count);
        var copy = new Page<TKey, TValue> { Edit = edit, Count = page.Count, Keys = new TKey[room] };
        Array.Copy(page.Keys, copy.Keys, page.Count);
        if (page.Values is { } values) Array.Copy(values, copy.Values = new TValue[room], page.Count);
        if (page.Children is { } children) Array.Copy(children, copy.Children = new Page<TKey, TValue>[room], page.Count);
        return copy;
    }

    /// <summary>Inserts into a page of this edit; the answer is its new right neighbour, when it had to be split.</summary>
    private Page<TKey, TValue>? Insert(Page<TKey, TValue> page, TKey key, TValue value)
    {
        if (page.Children is { } children)
        {
            var child = page.ChildOf(key);
            var owned = Own(children[child]);
            children[child] = owned;
            return Insert(owned, key, value) is { } right ? InsertAt(page, child + 1, right.Keys[0], default!, right) : null;
        }

        var at = page.Find(key);
        if (at >= 0)
        {
            if (!Page<TKey, TValue>.IsSet) page.Values![at] = value;
            return null;
        }

        Count++;
        return InsertAt(page, ~at, key, value, null);
    }

    private Page<TKey, TValue>? InsertAt(Page<TKey, TValue> page, int at, TKey key, TValue value, Page<TKey, TValue>? child)
    {
        if (page.Count == Page<TKey, TValue>.Capacity)
        {
            // Keys that arrive in order fill the pages: only the new one starts a page.
            var left = at == page.Count ? page.Count : page.Count / 2;
            var right = Split(page, left);
            if (at > left || right.Count == 0) Put(right, at - left, key, value, child);
            else Put(page, at, key, value, child);
            return right;
        }

        Put(page, at, key, value, child);
        return null;
    }

    private Page<TKey, TValue> Split(Page<TKey, TValue> page, int left)
    {
        var count = page.Count - left;
        var room = RoomFor(count);
        var right = new Page<TKey, TValue> { Edit = edit, Count = count, Keys = new TKey[room] };
        Array.Copy(page.Keys, left, right.Keys, 0, count);
        if (page.Values is { } values)
        {
            Array.Copy(values, left, right.Values = new TValue[room], 0, count);
            Array.Clear(values, left, count);
        }

        if (page.Children is { } children)
        {
            Array.Copy(children, left, right.Children = new Page<TKey, TValue>[room], 0, count);
            Array.Clear(children, left, count);
        }

        page.Count = left;
        return right;
    }

    private static void Put(Page<TKey, TValue> page, int at, TKey key, TValue value, Page<TKey, TValue>? child)
    {
        if (page.Count == page.Keys.Length) Resize(page, Math.Min(Page<TKey, TValue>.Capacity, page.Count * 2));

        var moved = page.Count - at;
        Array.Copy(page.Keys, at, page.Keys, at + 1, moved);
        page.Keys[at] = key;
        if (page.Children is { } children)
        {
            Array.Copy(children, at, children, at + 1, moved);
            children[at] = child!;
        }
        else if (page.Values is { } values)
        {
            Array.Copy(values, at, values, at + 1, moved);
            values[at] = value;
        }

        page.Count++;
    }

    private static void Resize(Page<TKey, TValue> page, int room)
    {
        Array.Resize(ref page.Keys, room);
        if (page.Values is not null) Array.Resize(ref page.Values, room);
        if (page.Children is not null) Array.Resize(ref page.Children, room);
    }

    private void Delete(Page<TKey, TValue> page, TKey key)
    {
        if (page.Children is not { } children)
        {
            Take(page, page.Find(key));
            return;
        }

        var at = page.ChildOf(key);
        var child = Own(children[at]);
        children[at] = child;
        Delete(child, key);
        if (child.Count == 0)
        {
            Take(page, at);
            return;
        }

        if (child.Count > Page<TKey, TValue>.Capacity / 4 || page.Count == 1) return;

        // A page that is nearly empty goes together with a neighbour, if both fit with room to grow.
        var leftAt = at > 0 ? at - 1 : at;
        var (left, right) = (children[leftAt], children[leftAt + 1]);
        if (left.Count + right.Count > Page<TKey, TValue>.Capacity * 3 / 4) return;

        left = Own(left);
        children[leftAt] = left;
        var first = left.Count;
        if (left.Keys.Length < first + right.Count) Resize(left, RoomFor(first + right.Count));
        Array.Copy(right.Keys, 0, left.Keys, first, right.Count);
        if (left.Values is { } values) Array.Copy(right.Values!, 0, values, first, right.Count);
        if (left.Children is { } grandchildren)
        {
            Array.Copy(right.Children!, 0, grandchildren, first, right.Count);
            left.Keys[first] = page.Keys[leftAt + 1];
        }

        left.Count += right.Count;
        Take(page, leftAt + 1);
    }

    private static void Take(Page<TKey, TValue> page, int at)
    {
        var moved = page.Count - at - 1;
        Array.Copy(page.Keys, at + 1, page.Keys, at, moved);
        page.Count--;
        if (page.Values is { } values)
        {
            Array.Copy(values, at + 1, values, at, moved);
            values[page.Count] = default!;
        }

        if (page.Children is { } children)
        {
            Array.Copy(children, at + 1, children, at, moved);
            children[page.Count] = null!;
        }
    }
}
