using System.Globalization;
using Actors.Contracts.Jobs;
using Actors.Contracts.Periodic;
using CsCheck;
using Xunit;

namespace Actors.Contracts.Tests.Periodic;

public sealed class CronClockSpecs
{
    /// <summary>Days around changes of clocks: by an hour, by half an hour, at midnight, and by none.</summary>
    private static readonly (string Zone, string Day)[] Changes =
    [
        ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"),
        ("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04"),
        ("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2018-02-18"),
        ("Asia/Kolkata", "2026-03-29"), ("UTC", "2026-03-29"),
    ];

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z")]
    [InlineData("*/10 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z", "2026-03-30T00:00Z")]
    [InlineData("0 2,3 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z", "2026-03-30T00:00Z")]
    [InlineData("30 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T00:30Z", "2026-03-29T01:30Z", "2026-03-29T02:30Z")]
    [InlineData("30 * * * *", "Europe/Berlin", "2026-10-24T23:00Z", "2026-10-24T23:30Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T02:30Z")]
    [InlineData("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z")]
    [InlineData("0 1 1 1 * 2030", "Europe/Berlin", "2026-01-01T00:00Z", "2030-01-01T00:00Z")]
    [InlineData("0 * 1 1 * 2030", "Europe/Berlin", "2026-10-25T00:10Z", "2029-12-31T23:00Z")]
    public void A_clock_that_changes_neither_skips_nor_doubles(string expression, string zone, string after, params string[] expected)
    {
        var times = new List<DateTimeOffset>();
        DateTimeOffset? time = Time(after);
        while (times.Count < expected.Length && (time = CronClock.Next(CronExpressionSpecs.Parse(expression), time!.Value, Zone(zone))) is { } next) times.Add(next);

        Assert.Equal(expected.Select(Time), times);
    }

    [Fact]
    public void Around_any_change_of_clocks_the_times_are_those_of_a_plain_walk_over_all_minutes() => Gen.Select(
        One(Changes),
        One("0", "30", "59", "*", "*/7", "10,50", "20-40/5"),
        One("*", "0-23", "0", "1", "2", "3", "1,2", "*/2", "23,0,2")).Sample((change, minute, hour) =>
        {
            var (zone, expression) = (Zone(change.Zone), CronExpressionSpecs.Parse($"{minute} {hour} * * *"));
            var begin = Time($"{change.Day}T00:00Z").AddDays(-1);
            var end = begin.AddDays(3);

            var found = new List<DateTimeOffset>();
            for (var next = CronClock.Next(expression, begin, zone); next is { } time && time < end; next = CronClock.Next(expression, time, zone)) found.Add(time);

            Assert.Equal(Walk(expression, begin, end, zone), found);
        }, iter: 400);

    [Fact]
    public void The_latest_time_that_is_due_is_the_last_of_a_walk() => Gen.Select(
        One("* * * * *", "*/5 * * * *", "17 3 * * *", "0 0 1 * *", "*/10 * * * * * *", "0 0 1 1 * 2020"), Gen.Int[0, 40_000]).Sample((expression, minutes) =>
        {
            var schedule = PeriodicSchedule.Of(new PeriodicConfig { Specs = [expression], TimeZone = "Europe/Berlin" })!;
            var after = Time("2026-03-20T10:30Z");
            var now = after.AddMinutes(minutes);
            DateTimeOffset? last = null;
            for (var next = schedule.Next(after); next <= now; next = schedule.Next(next.Value)) last = next;

            Assert.Equal(last, schedule.LatestDue(after, now));
        }, iter: 60);

    [Fact]
    public void The_latest_time_that_is_due_is_found_at_once_after_years_of_absence()
    {
        var schedule = PeriodicSchedule.Of(new PeriodicConfig { Specs = ["* * * * * * *", "0 5 * * *"] })!;

        Assert.Equal(Time("2026-03-20T10:30Z"), schedule.LatestDue(Time("1995-01-01T00:00Z"), Time("2026-03-20T10:30Z").AddMilliseconds(900)));
    }

    [Fact]
    public void Of_several_expressions_the_earliest_comes_first()
    {
        var schedule = PeriodicSchedule.Of(new PeriodicConfig { Specs = ["0 6 * * *", "0 5 * * *", "0 0 30 2 *"], TimeZone = "America/New_York" })!;

        Assert.Equal(Time("2026-01-01T10:00Z"), schedule.Next(Time("2026-01-01T09:00Z")));
    }

    [Fact]
    public void A_disabled_schedule_is_none() => Assert.Null(PeriodicSchedule.Of(new PeriodicConfig { Enabled = false, Specs = ["* * * * *"] }));

    private static List<DateTimeOffset> Walk(CronExpression expression, DateTimeOffset begin, DateTimeOffset end, TimeZoneInfo zone)
    {
        var minutes = new List<(DateTimeOffset Instant, DateTime Wall)>();
        for (var instant = begin.AddDays(-1); instant < end.AddDays(1); instant = instant.AddMinutes(1)) minutes.Add((instant, TimeZoneInfo.ConvertTime(instant, zone).DateTime));
        bool Matches(DateTime wall) => expression.Next(wall.AddSeconds(-1)) == wall;

        var times = new SortedSet<DateTimeOffset>();
        if (expression.EveryHour)
        {
            times.UnionWith(minutes.Where(m => Matches(m.Wall)).Select(m => m.Instant));
        }
        else
        {
            for (var wall = minutes[0].Wall; wall < minutes[^1].Wall; wall = wall.AddMinutes(1))
            {
                if (Matches(wall)) times.Add(minutes.First(m => m.Wall >= wall).Instant);
            }
        }

        return [.. times.Where(t => t > begin && t < end)];
    }

    private static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
