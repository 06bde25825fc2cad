namespace Actors.Api.Http;

/// <summary>Cuts lists into pages. A token names the first item of the next page, as Nomad's do.</summary>
internal static class Pager
{
    /// <summary>One page.</summary>
    /// <param name="Items">Its items, in order.</param>
    /// <param name="NextToken">Where the next page begins; "" on the last.</param>
    internal readonly record struct Page<T>(IReadOnlyList<T> Items, string NextToken);

    /// <summary>A page of items in whatever order they come. Looks at each once and keeps no more than a page.</summary>
    /// <param name="items">All candidates, filtered.</param>
    /// <param name="order">The order of the list.</param>
    /// <param name="perPage">Items at most; 0: all.</param>
    /// <param name="from">Where an item stands to the token's item: below 0 is before it; null: from the beginning.</param>
    /// <param name="tokenOf">An item's token.</param>
    public static Page<T> Take<T>(IEnumerable<T> items, IComparer<T> order, int perPage, Func<T, int>? from, Func<T, string> tokenOf)
    {
        if (from is not null)
            items = items.Where(item => from(item) >= 0);
        if (perPage <= 0)
        {
            var all = items.ToList();
            all.Sort(order);
            return new Page<T>(all, "");
        }

        // A heap with the last of the page on top: what comes after it is dropped at once.
        var heap = new PriorityQueue<T, T>(Comparer<T>.Create((a, b) => order.Compare(b, a)));
        foreach (var item in items)
        {
            if (heap.Count <= perPage)
                heap.Enqueue(item, item);
            else
                heap.EnqueueDequeue(item, item);
        }

        var next = heap.Count > perPage ? tokenOf(heap.Dequeue()) : "";
        var page = new T[heap.Count];
        for (var i = page.Length - 1; i >= 0; i--)
            page[i] = heap.Dequeue();
        return new Page<T>(page, next);
    }
}
