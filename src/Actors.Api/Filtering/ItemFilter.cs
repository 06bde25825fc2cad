using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Api.Http;
using Actors.Api.Models;

namespace Actors.Api.Filtering;

/// <summary>Applies a request's <c>filter</c> to the items of a list.</summary>
internal static class ItemFilter
{
    /// <summary>The items that a filter wants.</summary>
    /// <param name="items">All of them.</param>
    /// <param name="filter">The expression; "": every one is wanted.</param>
    /// <param name="shape">The shape whose names the expression uses.</param>
    /// <exception cref="ApiException">The expression can't be read, or names what there isn't: 400.</exception>
    public static IEnumerable<T> Wanted<T, TShape>(IEnumerable<T> items, string filter, Func<T, TShape> shape)
    {
        if (filter.Length == 0)
            return items;

        var type = (JsonTypeInfo<TShape>)ApiJson.Compact.GetTypeInfo(typeof(TShape))!;
        var expression = Guard(() => FilterExpression.Parse(filter));
        var known = KnownNames(type);
        foreach (var selector in expression.Selectors)
        {
            if (known is not null && !known.Contains(selector.Parts[0]))
                throw ApiException.BadRequest($"filter: there is no \"{selector.Parts[0]}\" to select; there are {string.Join(", ", known.Order(StringComparer.Ordinal))}");
        }

        return items.Where(item => Guard(() => expression.Matches(JsonSerializer.SerializeToElement(shape(item), type))));
    }

    private static HashSet<string>? KnownNames(JsonTypeInfo type)
    {
        if (type.Type == typeof(JobModel))
            type = Contracts.Jobs.JobJson.Default.Job;
        return type.Kind == JsonTypeInfoKind.Object ? [.. type.Properties.Select(p => p.Name)] : null;
    }

    private static TResult Guard<TResult>(Func<TResult> evaluate)
    {
        try
        {
            return evaluate();
        }
        catch (FilterException e)
        {
            throw new ApiException(400, e.Message, e);
        }
    }
}
