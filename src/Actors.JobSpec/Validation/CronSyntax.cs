using System.Globalization;

namespace Actors.JobSpec.Validation;

/// <summary>The syntax of cron expressions with five, six (year) or seven (second, year) fields, and names such as @daily.</summary>
internal static class CronSyntax
{
    private static readonly string[] Names = ["@annually", "@yearly", "@monthly", "@weekly", "@daily", "@hourly"];
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly Field[] Fields =
    [
        new("second", 0, 59, []), new("minute", 0, 59, []), new("hour", 0, 23, []), new("day of month", 1, 31, []),
        new("month", 1, 12, Months), new("day of week", 0, 7, Days), new("year", 1970, 2099, []),
    ];

    /// <summary>What is wrong with the expression, or null.</summary>
    public static string? Problem(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.StartsWith('@')) return Names.Contains(trimmed, StringComparer.Ordinal) ? null : $"there is no schedule {trimmed}";
        var parts = trimmed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var first = parts.Length switch
        {
            5 or 6 => 1,
            7 => 0,
            _ => -1,
        };
        if (first < 0) return $"it has {parts.Length} fields";
        for (var i = 0; i < parts.Length; i++)
        {
            if (FieldProblem(parts[i], Fields[first + i]) is { } problem) return problem;
        }

        return null;
    }

    private static string? FieldProblem(string text, Field field)
    {
        foreach (var item in text.Split(','))
        {
            if (item.Length == 0) return $"an item of {field.Name} is empty";
            var slash = item.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? item : item[..slash];
            if (slash >= 0 && !(int.TryParse(item.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1 && step <= field.Most))
                return $"the step of {field.Name} is a number of at least 1, found {item[(slash + 1)..]}";
            if (range is "*" or "?") continue;
            if (Special(range, field)) continue;
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var low = Value(dash < 0 ? range : range[..dash], field);
            var high = dash < 0 ? low : Value(range[(dash + 1)..], field);
            if (low is null || high is null) return $"{field.Name} is from {field.Least} to {field.Most}, found {range}";
            if (low > high) return $"the range {range} of {field.Name} runs backwards";
        }

        return null;
    }

    /// <summary>L (last), W (nearest weekday) and # (n-th weekday of the month).</summary>
    private static bool Special(string text, Field field)
    {
        if (field.Name == "day of month")
        {
            if (text is "L" or "LW") return true;
            return text.EndsWith('W') && Value(text[..^1], field) is not null;
        }

        if (field.Name != "day of week") return false;
        if (text.EndsWith('L') && Value(text[..^1], field) is not null) return true;
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        return hash > 0 && Value(text[..hash], field) is not null && text[(hash + 1)..] is "1" or "2" or "3" or "4" or "5";
    }

    private static int? Value(string text, Field field)
    {
        var named = Array.FindIndex(field.Names, name => text.Length >= 3 && text.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return named + (field.Name == "month" ? 1 : 0);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= field.Least && value <= field.Most ? value : null;
    }

    private sealed record Field(string Name, int Least, int Most, string[] Names);
}
