using System.Collections;
using System.Globalization;

namespace Actors.Contracts.Periodic;

/// <summary>One field of a cron expression: what its words mean.</summary>
/// <param name="Name">Its name, for errors.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
/// <param name="Words">Names of values, in full; their first three letters will do.</param>
/// <param name="FirstWord">The value of the first name.</param>
internal sealed record CronField(string Name, int Least, int Most, string[] Words, int FirstWord = 0)
{
    public static readonly CronField Second = new("second", 0, 59, []);
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, []);
    public static readonly CronField Year = new("year", 1970, 2099, []);

    public static readonly CronField Month = new(
        "month",
        1,
        12,
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
        1);

    /// <summary>Sunday is 0, and 7 too.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]);

    /// <summary>Reads a field's text.</summary>
    /// <param name="text">Items between commas.</param>
    /// <param name="special">Takes an item that only some fields know, and says whether it did.</param>
    /// <param name="values">The values that match; empty when only special items were found.</param>
    /// <param name="all">An item stands for every value.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Read(string text, Func<string, bool> special, out BitArray values, out bool all)
    {
        values = new BitArray(Most + 1);
        all = false;
        foreach (var item in text.Split(','))
        {
            if (item.Length == 0) return $"an item of {Name} is empty";

            var slash = item.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? item : item[..slash];
            var step = 1;
            if (slash >= 0 && !(int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) && step >= 1 && step <= Most))
                return $"the step of {Name} is a number of at least 1, found {item[(slash + 1)..]}";
            if (slash < 0 && special(range)) continue;

            all |= slash < 0 && range is "*" or "?";
            if (Bounds(range, slash >= 0, out var low, out var high) is { } problem) return problem;
            for (var value = low; value <= high; value += step) values[value] = true;
        }

        return null;
    }

    /// <summary>A value by number or name, or null.</summary>
    public int? Value(string text)
    {
        var word = Array.FindIndex(Words, w => text.Equals(w, StringComparison.OrdinalIgnoreCase) || text.Equals(w[..3], StringComparison.OrdinalIgnoreCase));
        if (word >= 0) return word + FirstWord;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= Least && value <= Most ? value : null;
    }

    private string? Bounds(string range, bool stepped, out int low, out int high)
    {
        (low, high) = (Least, Most);
        if (range is "*" or "?") return null;

        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var first = Value(dash < 0 ? range : range[..dash]);
        // "5/15" begins at 5 and goes on to the field's end.
        var last = dash >= 0 ? Value(range[(dash + 1)..]) : stepped ? Most : first;
        if (first is null || last is null) return $"{Name} is from {Least} to {Most}, found {range}";
        if (first > last) return $"the range {range} of {Name} runs backwards";

        (low, high) = (first.Value, last.Value);
        return null;
    }
}
