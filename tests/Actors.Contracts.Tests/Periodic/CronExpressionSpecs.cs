using System.Globalization;
using Actors.Contracts.Periodic;
using CsCheck;
using Xunit;

namespace Actors.Contracts.Tests.Periodic;

public sealed class CronExpressionSpecs
{
    [Theory]
    [InlineData("0 4 * * *", "2026-01-15 03:00:00", "2026-01-15 04:00:00")]
    [InlineData("0 4 * * *", "2026-01-15 04:00:00", "2026-01-16 04:00:00")]
    [InlineData("*/15 * * * *", "2026-01-15 23:46:10", "2026-01-16 00:00:00")]
    [InlineData("5/20 * * * *", "2026-01-15 10:06:00", "2026-01-15 10:25:00")]
    [InlineData("10-12,50 1 * * *", "2026-01-15 01:11:00", "2026-01-15 01:12:00")]
    [InlineData("0 0 29 2 *", "2026-01-01 00:00:00", "2028-02-29 00:00:00")]
    [InlineData("0 0 1 jan,JULY *", "2026-01-02 00:00:00", "2026-07-01 00:00:00")]
    [InlineData("0 9 * * mon-Friday", "2026-01-16 09:00:00", "2026-01-19 09:00:00")]
    [InlineData("0 0 * * 7", "2026-01-12 00:00:00", "2026-01-18 00:00:00")]
    [InlineData("0 0 * * 5-7", "2026-01-17 00:00:00", "2026-01-18 00:00:00")]
    [InlineData("0 0 ? * ?", "2026-01-17 12:00:00", "2026-01-18 00:00:00")]
    [InlineData("@daily", "2026-01-17 12:00:00", "2026-01-18 00:00:00")]
    [InlineData("@weekly", "2026-01-17 12:00:00", "2026-01-18 00:00:00")]
    [InlineData("@hourly", "2026-01-17 12:00:00", "2026-01-17 13:00:00")]
    [InlineData("@monthly", "2026-01-17 12:00:00", "2026-02-01 00:00:00")]
    [InlineData("@yearly", "2026-01-17 12:00:00", "2027-01-01 00:00:00")]
    public void Says_when_it_comes_next(string expression, string after, string next) => Assert.Equal(Time(next), Parse(expression).Next(Time(after)));

    [Theory]
    [InlineData("0 0 L * *", "2026-02-01 00:00:00", "2026-02-28 00:00:00")]
    [InlineData("0 0 LW * *", "2026-05-01 00:00:00", "2026-05-29 00:00:00")]
    [InlineData("0 0 15W * *", "2026-08-01 00:00:00", "2026-08-14 00:00:00")]
    [InlineData("0 0 15W * *", "2026-11-01 00:00:00", "2026-11-16 00:00:00")]
    [InlineData("0 0 1W * *", "2026-07-31 12:00:00", "2026-08-03 00:00:00")]
    [InlineData("0 0 31W * *", "2026-05-01 00:00:00", "2026-05-29 00:00:00")]
    [InlineData("0 0 30W 2 *", "2026-01-01 00:00:00", null)]
    [InlineData("0 0 * * 5L", "2026-01-01 00:00:00", "2026-01-30 00:00:00")]
    [InlineData("0 0 * * fri#3", "2026-01-01 00:00:00", "2026-01-16 00:00:00")]
    [InlineData("0 0 * * 1#5", "2026-01-01 00:00:00", "2026-03-30 00:00:00")]
    public void Knows_the_last_day_workdays_and_counted_weekdays(string expression, string after, string? next) =>
        Assert.Equal(next is null ? null : Time(next), Parse(expression).Next(Time(after)));

    [Fact]
    public void A_day_of_the_month_or_of_the_week_will_do_when_both_are_given()
    {
        var expression = Parse("0 0 13 * fri");
        var times = Enumerable.Range(0, 3).Aggregate(new List<DateTime> { Time("2026-01-08 00:00:00") }, (list, _) => [.. list, expression.Next(list[^1])!.Value]);

        Assert.Equal([Time("2026-01-09 00:00:00"), Time("2026-01-13 00:00:00"), Time("2026-01-16 00:00:00")], times.Skip(1));
    }

    [Theory]
    [InlineData("0 0 1 1 * 2030", "2026-01-01 00:00:00", "2030-01-01 00:00:00")]
    [InlineData("30 0 12 * * * *", "2026-01-01 12:00:00", "2026-01-01 12:00:30")]
    [InlineData("*/20 * * * * * *", "2026-01-01 12:00:40", "2026-01-01 12:01:00")]
    [InlineData("0 0 1 1 * 2020", "2026-01-01 00:00:00", null)]
    [InlineData("0 0 30 2 *", "2026-01-01 00:00:00", null)]
    public void Six_fields_end_with_a_year_and_seven_begin_with_a_second(string expression, string after, string? next) =>
        Assert.Equal(next is null ? null : Time(next), Parse(expression).Next(Time(after)));

    [Theory]
    [InlineData("", "it has 0 fields")]
    [InlineData("* * *", "it has 3 fields")]
    [InlineData("@often", "there is no schedule @often")]
    [InlineData("61 * * * *", "minute is from 0 to 59, found 61")]
    [InlineData("5-1 * * * *", "the range 5-1 of minute runs backwards")]
    [InlineData("1,,2 * * * *", "an item of minute is empty")]
    [InlineData("*/0 * * * *", "the step of minute is a number of at least 1, found 0")]
    [InlineData("0 0 * monx *", "month is from 1 to 12, found monx")]
    [InlineData("0 0 32W * *", "day of month is from 1 to 31, found 32W")]
    [InlineData("0 0 * * 5#6", "day of week is from 0 to 7, found 5#6")]
    public void Says_what_is_wrong(string expression, string problem)
    {
        Assert.False(CronExpression.TryParse(expression, out _, out var found));
        Assert.Equal(problem, found);
    }

    [Fact]
    public void Finds_every_time_that_its_fields_say_and_no_other() => Gen.Select(Values(0, 59), Values(0, 23), Values(1, 31), Values(1, 12), Values(0, 6), Gen.Int[0, 700_000]).Sample((minutes, hours, days, months, weekdays, start) =>
    {
        var expression = Parse($"{Text(minutes)} {Text(hours)} {Text(days)} {Text(months)} {Text(weekdays)}");
        bool Matches(DateTime t) => Has(minutes, t.Minute) && Has(hours, t.Hour) && Has(months, t.Month) && (days is null || weekdays is null
            ? Has(days, t.Day) && Has(weekdays, (int)t.DayOfWeek)
            : Has(days, t.Day) || Has(weekdays, (int)t.DayOfWeek));
        var begin = new DateTime(2025, 1, 1).AddMinutes(start);
        var expected = Enumerable.Range(1, 3000).Select(i => begin.AddMinutes(i)).Where(Matches).ToList();

        var found = new List<DateTime>();
        for (var next = expression.Next(begin); next is { } time && time <= begin.AddMinutes(3000); next = expression.Next(time)) found.Add(time);

        Assert.Equal(expected, found);
    }, iter: 300);

    internal static CronExpression Parse(string text) => CronExpression.TryParse(text, out var expression, out var problem) ? expression : throw new FormatException(problem);

    /// <summary>Some values, or null: all.</summary>
    private static Gen<int[]?> Values(int least, int most) => Gen.OneOf<int[]?>(Gen.Const((int[]?)null), Gen.Int[least, most].Array[1, 4].Select(v => (int[]?)v));

    private static string Text(int[]? values) => values is null ? "*" : string.Join(',', values);

    private static bool Has(int[]? values, int value) => values is null || values.Contains(value);

    private static DateTime Time(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
