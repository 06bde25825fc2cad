using System.Collections;

namespace Actors.Contracts.Periodic;

/// <summary>The days of a cron expression: its fields day of month and day of week. Where both say something, a day of either will do.</summary>
internal sealed class CronDays
{
    private readonly List<int> _nearestWorkdays = [];
    private readonly List<int> _lastWeekdays = [];
    private readonly List<(int Weekday, int Nth)> _nthWeekdays = [];
    private BitArray _ofMonth = new(32);
    private BitArray _ofWeek = new(8);
    private bool _lastOfMonth;
    private bool _lastWorkday;
    private bool _anyOfMonth;
    private bool _anyOfWeek;

    /// <summary>Reads the two fields.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(string ofMonth, string ofWeek, out CronDays days)
    {
        var read = days = new CronDays();
        return CronField.DayOfMonth.Read(ofMonth, read.SpecialOfMonth, out read._ofMonth, out read._anyOfMonth)
            ?? CronField.DayOfWeek.Read(ofWeek, read.SpecialOfWeek, out read._ofWeek, out read._anyOfWeek);
    }

    /// <summary>Whether a day matches.</summary>
    public bool Contains(DateTime day) => (_anyOfMonth, _anyOfWeek) switch
    {
        (true, true) => true,
        (true, false) => MatchesWeek(day),
        (false, true) => MatchesMonth(day),
        _ => MatchesMonth(day) || MatchesWeek(day),
    };

    /// <summary>L (the last day), LW (the last workday), 15W (the workday nearest to the 15th).</summary>
    private bool SpecialOfMonth(string text)
    {
        if (text is "L" or "l")
            return _lastOfMonth = true;
        if (text.Equals("LW", StringComparison.OrdinalIgnoreCase))
            return _lastWorkday = true;
        if (!text.EndsWith('W') || CronField.DayOfMonth.Value(text[..^1]) is not { } near)
            return false;

        _nearestWorkdays.Add(near);
        return true;
    }

    /// <summary>5L (the last Friday), 5#3 (the third Friday).</summary>
    private bool SpecialOfWeek(string text)
    {
        if (text.EndsWith('L') && CronField.DayOfWeek.Value(text[..^1]) is { } last)
        {
            _lastWeekdays.Add(last % 7);
            return true;
        }

        var hash = text.IndexOf('#', StringComparison.Ordinal);
        if (hash <= 0 || CronField.DayOfWeek.Value(text[..hash]) is not { } weekday || text[(hash + 1)..] is not ("1" or "2" or "3" or "4" or "5"))
            return false;

        _nthWeekdays.Add((weekday % 7, text[^1] - '0'));
        return true;
    }

    private bool MatchesMonth(DateTime day)
    {
        var last = DateTime.DaysInMonth(day.Year, day.Month);
        if (_ofMonth[day.Day] || (_lastOfMonth && day.Day == last)) return true;
        if (_lastWorkday && day.Day == NearestWorkday(day, last, last)) return true;
        foreach (var near in _nearestWorkdays)
        {
            if (near <= last && day.Day == NearestWorkday(day, near, last)) return true;
        }

        return false;
    }

    private bool MatchesWeek(DateTime day)
    {
        var weekday = (int)day.DayOfWeek;
        if (_ofWeek[weekday] || (weekday == 0 && _ofWeek[7])) return true;
        var last = DateTime.DaysInMonth(day.Year, day.Month);
        return (_lastWeekdays.Contains(weekday) && day.Day > last - 7)
            || _nthWeekdays.Contains((weekday, ((day.Day - 1) / 7) + 1));
    }

    /// <summary>The day of the month from Monday to Friday that is nearest to one, in the same month.</summary>
    private static int NearestWorkday(DateTime month, int near, int last) => new DateTime(month.Year, month.Month, near).DayOfWeek switch
    {
        DayOfWeek.Saturday => near == 1 ? 3 : near - 1,
        DayOfWeek.Sunday => near == last ? near - 2 : near + 1,
        _ => near,
    };
}
