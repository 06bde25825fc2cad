using System.Globalization;
using Actors.Contracts;

namespace Actors.Api.Http;

/// <summary>Answers with a list: one page of it, in its order.</summary>
internal static class ListReply
{
    /// <summary>Writes a page of items.</summary>
    /// <param name="request">Says which page, and in which direction.</param>
    /// <param name="index">The list's index.</param>
    /// <param name="items">All that are wanted, in any order.</param>
    /// <param name="order">By what they are ordered and cut.</param>
    /// <param name="stub">An item's answer.</param>
    /// <exception cref="ApiException">The token is none of this list: 400.</exception>
    public static Task WriteListAsync<T, TKey, TStub>(this ApiRequest request, ulong index, IEnumerable<T> items, ListOrder<T, TKey> order, Func<T, TStub> stub)
        where TKey : IComparable<TKey>
    {
        var sign = request.Query.Reverse ? -1 : 1;
        Func<T, int>? from = null;
        if (request.Query.NextToken is { Length: > 0 } token)
        {
            if (!order.TryParse(token, out var start))
                throw ApiException.BadRequest($"next_token \"{token}\" is not one that this list gave");
            from = item => sign * order.Key(item).CompareTo(start);
        }

        var page = Pager.Take(items, Comparer<T>.Create((a, b) => sign * order.Key(a).CompareTo(order.Key(b))), request.Query.PerPage, from, item => order.Format(order.Key(item)));
        request.SetNextToken(page.NextToken);
        return request.WriteJsonAsync(page.Items.Select(stub).ToList(), index);
    }
}

/// <summary>Reads a token; false when it is none.</summary>
internal delegate bool TokenReader<TKey>(string token, out TKey key);

/// <summary>By what a list is ordered, and how its place is written as a token.</summary>
/// <param name="Key">An item's place.</param>
/// <param name="Format">A place as a token.</param>
/// <param name="TryParse">A token as a place.</param>
internal sealed record ListOrder<T, TKey>(Func<T, TKey> Key, Func<TKey, string> Format, TokenReader<TKey> TryParse) where TKey : IComparable<TKey>;

/// <summary>A place among things in the order of their creation.</summary>
internal readonly record struct CreatedKey(ulong CreateIndex, Guid Id) : IComparable<CreatedKey>
{
    public int CompareTo(CreatedKey other)
    {
        var byIndex = CreateIndex.CompareTo(other.CreateIndex);
        return byIndex != 0 ? byIndex : Id.CompareTo(other.Id);
    }
}

/// <summary>The orders of Nomad's lists.</summary>
internal static class ListOrders
{
    public static ListOrder<Contracts.Allocations.Allocation, CreatedKey> Allocations { get; } = ByCreation<Contracts.Allocations.Allocation>(a => new(a.CreateIndex, a.Id.Value));

    public static ListOrder<Contracts.Evaluations.Evaluation, CreatedKey> Evaluations { get; } = ByCreation<Contracts.Evaluations.Evaluation>(e => new(e.CreateIndex, e.Id.Value));

    public static ListOrder<Contracts.Deployments.Deployment, CreatedKey> Deployments { get; } = ByCreation<Contracts.Deployments.Deployment>(d => new(d.CreateIndex, d.Id.Value));

    public static ListOrder<Contracts.Volumes.HostVolume, CreatedKey> HostVolumes { get; } = ByCreation<Contracts.Volumes.HostVolume>(v => new(v.CreateIndex, Guid.Parse(v.Id)));

    public static ListOrder<Contracts.Nodes.Node, NodeId> Nodes { get; } = new(n => n.Id, id => id.ToString(), (string token, out NodeId id) => NodeId.TryParse(token, out id));

    public static ListOrder<State.Jobs.JobState, JobId> Jobs { get; } = new(j => j.Id, id => $"{id.Namespace}.{id.Id}", TryParseJob);

    private static ListOrder<T, CreatedKey> ByCreation<T>(Func<T, CreatedKey> key) =>
        new(key, k => string.Create(CultureInfo.InvariantCulture, $"{k.CreateIndex}.{k.Id}"), TryParseCreated);

    private static bool TryParseCreated(string token, out CreatedKey key)
    {
        key = default;
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0
            || !ulong.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !Guid.TryParseExact(token.AsSpan(dot + 1), "D", out var id))
        {
            return false;
        }

        key = new CreatedKey(index, id);
        return true;
    }

    private static bool TryParseJob(string token, out JobId id)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        id = dot > 0 ? new JobId(token[..dot], token[(dot + 1)..]) : default;
        return dot > 0;
    }
}
