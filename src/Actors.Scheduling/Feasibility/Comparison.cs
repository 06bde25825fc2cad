using System.Globalization;
using System.Text.RegularExpressions;
using Actors.Contracts.Jobs;
using Actors.Contracts.Text;

namespace Actors.Scheduling.Feasibility;

/// <summary>
/// A constraint's or affinity's comparison, made ready once and asked for many nodes. What it means is Nomad's: equality is of text,
/// order is of integers, else of floats, else of text; a missing side fails everything but <c>!=</c> and <c>is_not_set</c>.
/// </summary>
internal sealed class Comparison
{
    private readonly string _operator;
    private readonly Dictionary<string, object?> _prepared = [];

    public Comparison(string left, string @operator, string right)
    {
        Left = Target.Parse(left);
        Right = Target.Parse(right);
        _operator = Canonical(@operator);
        Text = $"{left} {(@operator.Length == 0 ? Operands.Equal : @operator)} {right}".TrimEnd();
    }

    /// <summary>The left side.</summary>
    public Target Left { get; }

    /// <summary>The right side.</summary>
    public Target Right { get; }

    /// <summary>As in the job, for people and for Nomad's counters.</summary>
    public string Text { get; }

    /// <summary>Its outcome may differ between nodes of one computed class.</summary>
    public bool EscapesClass => Left.Unique || Right.Unique;

    /// <summary>Its outcome is the same for all nodes of a computed class.</summary>
    public bool SharedByClass => Left.SharedByClass && Right.SharedByClass;

    /// <summary>Whether it holds between two values, null meaning missing.</summary>
    public bool Holds(string? left, string? right)
    {
        switch (_operator)
        {
            case Operands.NotEqual: return !string.Equals(left, right, StringComparison.Ordinal);
            case Operands.IsSet: return left is not null;
            case Operands.IsNotSet: return left is null;
        }

        if (left is null || right is null) return false;
        return _operator switch
        {
            Operands.Equal => string.Equals(left, right, StringComparison.Ordinal),
            Operands.Less => Order(left, right) < 0,
            Operands.LessOrEqual => Order(left, right) <= 0,
            Operands.Greater => Order(left, right) > 0,
            Operands.GreaterOrEqual => Order(left, right) >= 0,
            Operands.Regexp => Prepared(right, RegexOf) is { } regex && Matches(regex, left),
            Operands.Version => Prepared(right, r => VersionRange.TryParse(r, false, out var range) ? range : null)?.Contains(left) ?? false,
            Operands.Semver => Prepared(right, r => VersionRange.TryParse(r, true, out var range) ? range : null)?.Contains(left) ?? false,
            Operands.SetContainsAll => Elements(right).IsSubsetOf(Elements(left)),
            Operands.SetContainsAny => Elements(right).Overlaps(Elements(left)),
            _ => false,
        };
    }

    private static string Canonical(string @operator) => @operator switch
    {
        "" or "==" or "is" => Operands.Equal,
        "not" => Operands.NotEqual,
        Operands.SetContains => Operands.SetContainsAll,
        _ => @operator,
    };

    private static int Order(string left, string right)
    {
        if (long.TryParse(left, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var leftInteger)
            && long.TryParse(right, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rightInteger))
        {
            return leftInteger.CompareTo(rightInteger);
        }

        return double.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var leftFloat)
               && double.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var rightFloat)
            ? leftFloat.CompareTo(rightFloat)
            : string.CompareOrdinal(left, right);
    }

    private static HashSet<string> Elements(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries)];

    private static Regex? RegexOf(string pattern)
    {
        try
        {
            return Re2.Compile(pattern);
        }
        catch (ArgumentException)
        {
            // A pattern that isn't one matches nothing; validation told its author.
            return null;
        }
    }

    private static bool Matches(Regex regex, string value)
    {
        try
        {
            return regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private T? Prepared<T>(string right, Func<string, T?> make) where T : class
    {
        if (_prepared.TryGetValue(right, out var known)) return (T?)known;
        var made = make(right);
        _prepared[right] = made;
        return made;
    }
}
