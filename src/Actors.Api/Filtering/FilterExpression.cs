using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Actors.Api.Filtering;

/// <summary>
/// The expressions that Nomad's lists take as <c>filter</c> (go-bexpr's language): comparisons of selectors such as
/// <c>Meta["team"]</c> or <c>NodeResources.Cpu.CpuShares</c> with values, joined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses.
/// Evaluated over an item's JSON, by the names that its answer has.
/// </summary>
internal abstract record FilterExpression
{
    /// <summary>Whether an item is wanted.</summary>
    /// <param name="item">The item as JSON, as its list (or itself alone) is answered.</param>
    /// <exception cref="FilterException">A selector or value doesn't fit the item.</exception>
    public abstract bool Matches(JsonElement item);

    /// <summary>Reads an expression.</summary>
    /// <exception cref="FilterException">It can't be read: says where and what was expected.</exception>
    public static FilterExpression Parse(string text) => new FilterParser(text).Parse();

    /// <summary>The selectors it looks at.</summary>
    public abstract IEnumerable<Selector> Selectors { get; }
}

/// <summary>A filter can't be read, or doesn't fit what it filters.</summary>
internal sealed class FilterException(string message) : Exception(message);

/// <summary>Both hold.</summary>
internal sealed record AndExpression(FilterExpression Left, FilterExpression Right) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => Left.Selectors.Concat(Right.Selectors);

    /// <inheritdoc/>
    public override bool Matches(JsonElement item) => Left.Matches(item) && Right.Matches(item);
}

/// <summary>One of them holds.</summary>
internal sealed record OrExpression(FilterExpression Left, FilterExpression Right) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => Left.Selectors.Concat(Right.Selectors);

    /// <inheritdoc/>
    public override bool Matches(JsonElement item) => Left.Matches(item) || Right.Matches(item);
}

/// <summary>It doesn't hold.</summary>
internal sealed record NotExpression(FilterExpression Inner) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => Inner.Selectors;

    /// <inheritdoc/>
    public override bool Matches(JsonElement item) => !Inner.Matches(item);
}

/// <summary>A path into an item.</summary>
internal sealed record Selector(IReadOnlyList<string> Parts)
{
    public override string ToString() => string.Join('.', Parts);

    /// <summary>What it points to; undefined when a map has no such key.</summary>
    public JsonElement Find(JsonElement item)
    {
        foreach (var part in Parts)
        {
            switch (item.ValueKind)
            {
                case JsonValueKind.Object when item.TryGetProperty(part, out var inner):
                    item = inner;
                    break;
                case JsonValueKind.Array when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < item.GetArrayLength():
                    item = item[at];
                    break;
                default:
                    return default;
            }
        }

        return item;
    }
}

/// <summary><c>==</c>: text, number or truth value are the same.</summary>
internal sealed record EqualExpression(Selector Selector, string Value) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => [Selector];

    /// <inheritdoc/>
    public override bool Matches(JsonElement item) => Same(Selector, Selector.Find(item), Value);

    internal static bool Same(Selector selector, JsonElement found, string value) => found.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => value.Length == 0 && found.ValueKind == JsonValueKind.Null,
        JsonValueKind.String => found.GetString() == value,
        JsonValueKind.True or JsonValueKind.False => Truth(selector, value) == (found.ValueKind == JsonValueKind.True),
        JsonValueKind.Number => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? found.GetDecimal() == number
            : throw new FilterException($"{selector} is a number: it can't be compared with \"{value}\""),
        _ => throw new FilterException($"{selector} is {(found.ValueKind == JsonValueKind.Array ? "a list" : "an object")}: use contains, in, or is empty"),
    };

    private static bool Truth(Selector selector, string value) => value switch
    {
        "true" or "True" or "TRUE" or "t" or "T" or "1" => true,
        "false" or "False" or "FALSE" or "f" or "F" or "0" => false,
        _ => throw new FilterException($"{selector} is true or false: it can't be compared with \"{value}\""),
    };
}

/// <summary><c>contains</c> and <c>in</c>: a list has the item, an object the key, a text the part.</summary>
internal sealed record ContainsExpression(Selector Selector, string Value) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => [Selector];

    /// <inheritdoc/>
    public override bool Matches(JsonElement item)
    {
        var found = Selector.Find(item);
        return found.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => false,
            JsonValueKind.String => found.GetString()!.Contains(Value, StringComparison.Ordinal),
            JsonValueKind.Object => found.TryGetProperty(Value, out _),
            JsonValueKind.Array => found.EnumerateArray().Any(e => EqualExpression.Same(Selector, e, Value)),
            _ => throw new FilterException($"{Selector} is neither a list, an object nor text: it contains nothing"),
        };
    }
}

/// <summary><c>matches</c>: a text fits a regular expression (without back references, as in Go).</summary>
internal sealed record MatchesExpression(Selector Selector, Regex Pattern) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => [Selector];

    /// <inheritdoc/>
    public override bool Matches(JsonElement item)
    {
        var found = Selector.Find(item);
        return found.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => false,
            JsonValueKind.String => Pattern.IsMatch(found.GetString()!),
            _ => throw new FilterException($"{Selector} is not text: matches does not apply to it"),
        };
    }
}

/// <summary><c>is empty</c>: nothing is in it.</summary>
internal sealed record EmptyExpression(Selector Selector) : FilterExpression
{
    /// <inheritdoc/>
    public override IEnumerable<Selector> Selectors => [Selector];

    /// <inheritdoc/>
    public override bool Matches(JsonElement item)
    {
        var found = Selector.Find(item);
        return found.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => true,
            JsonValueKind.String => found.GetString()!.Length == 0,
            JsonValueKind.Array => found.GetArrayLength() == 0,
            JsonValueKind.Object => !found.EnumerateObject().Any(),
            _ => throw new FilterException($"{Selector} is neither a list, an object nor text: it can't be empty"),
        };
    }
}
