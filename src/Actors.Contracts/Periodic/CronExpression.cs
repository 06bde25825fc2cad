using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Actors.Contracts.Periodic;

/// <summary>
/// A cron expression as Nomad reads it: five fields (minute, hour, day of month, month, day of week), six (a year after them) or seven
/// (a second before them), or a name such as <c>@daily</c>. (No library knows this dialect: years and seconds, names in full, and a day that
/// matches one of the two day fields.)
/// </summary>
public sealed class CronExpression
{
    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["@annually"] = "0 0 1 1 *",
        ["@yearly"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    private readonly BitArray _seconds;
    private readonly BitArray _minutes;
    private readonly BitArray _hours;
    private readonly CronDays _days;
    private readonly BitArray _months;
    private readonly BitArray _years;

    private CronExpression(BitArray seconds, BitArray minutes, BitArray hours, CronDays days, BitArray months, BitArray years)
    {
        (_seconds, _minutes, _hours, _days, _months, _years) = (seconds, minutes, hours, days, months, years);
        EveryHour = hours.HasAllSet();
    }

    /// <summary>It matches in every hour of a day: a matter of elapsed time, not of the clock on the wall.</summary>
    public bool EveryHour { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="expression">What it says.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronExpression? expression, [NotNullWhen(false)] out string? problem)
    {
        expression = null;
        var trimmed = text.Trim();
        if (trimmed.StartsWith('@'))
        {
            if (!Named.TryGetValue(trimmed, out var named))
            {
                problem = $"there is no schedule {trimmed}";
                return false;
            }

            trimmed = named;
        }

        var parts = trimmed.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 5 or > 7)
        {
            problem = $"it has {parts.Length} fields";
            return false;
        }

        string[] fields = parts.Length == 7 ? parts : ["0", .. parts];
        CronField[] plain = [CronField.Second, CronField.Minute, CronField.Hour, CronField.Month, CronField.Year];
        string[] texts = [fields[0], fields[1], fields[2], fields[4], fields.Length == 7 ? fields[6] : "*"];
        var read = new BitArray[plain.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            problem = plain[i].Read(texts[i], _ => false, out read[i], out _);
            if (problem is not null) return false;
        }

        problem = CronDays.Read(fields[3], fields[5], out var days);
        if (problem is not null) return false;

        expression = new CronExpression(read[0], read[1], read[2], days, read[3], read[4]);
        return true;
    }

    /// <summary>The next time after one, on a clock that never changes; null when there is none up to 2099.</summary>
    public DateTime? Next(DateTime after)
    {
        var time = new DateTime(after.Ticks - (after.Ticks % TimeSpan.TicksPerSecond)).AddSeconds(1);
        while (time.Year <= CronField.Year.Most)
        {
            if (time.Year < CronField.Year.Least || !_years[time.Year]) time = new DateTime(Math.Max(time.Year + 1, CronField.Year.Least), 1, 1);
            else if (!_months[time.Month]) time = new DateTime(time.Year, time.Month, 1).AddMonths(1);
            else if (!_days.Contains(time)) time = time.Date.AddDays(1);
            else if (!_hours[time.Hour]) time = time.Date.AddHours(time.Hour + 1);
            else if (!_minutes[time.Minute]) time = time.Date.AddMinutes((time.Hour * 60) + time.Minute + 1);
            else if (!_seconds[time.Second]) time = time.AddSeconds(1);
            else return time;
        }

        return null;
    }
}
