namespace Actors.Contracts.Periodic;

/// <summary>
/// When a cron expression's times come in a time zone whose clocks change. An expression that matches in every hour goes by elapsed time:
/// what the clock jumps over does not come, what it shows twice comes twice. Any other goes by the clock on the wall, and each of its times
/// comes once: what the clock jumps over comes, all at once, when the jump is made; what it shows twice comes the first time.
/// </summary>
public static class CronClock
{
    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>The next time after one; null when there is none up to 2099.</summary>
    public static DateTimeOffset? Next(CronExpression expression, DateTimeOffset after, TimeZoneInfo zone)
    {
        var instant = after.UtcDateTime;
        instant = instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));
        var next = expression.EveryHour ? NextElapsed(expression, instant, zone) : NextOnWall(expression, instant, zone);
        return next is { } found ? new DateTimeOffset(found, TimeSpan.Zero) : null;
    }

    private static DateTime? NextOnWall(CronExpression expression, DateTime after, TimeZoneInfo zone)
    {
        var wall = expression.Next(Wall(after, zone));
        while (wall is { } found)
        {
            // Within a repeated hour the first showing may have been already.
            if (InstantOf(found, zone) is var instant && instant > after) return instant;
            wall = expression.Next(found);
        }

        return null;
    }

    private static DateTime? NextElapsed(CronExpression expression, DateTime after, TimeZoneInfo zone)
    {
        while (true)
        {
            // Clocks change at whole seconds: the offset that holds from the next second on.
            var offset = zone.GetUtcOffset(after.AddSeconds(1));
            if (expression.Next(Unspecified(after + offset)) is not { } wall) return null;

            var found = Utc(wall - offset);
            var end = found <= after + Step ? found : after + Step;
            if (Change(after.AddSeconds(1), end, offset, zone) is { } change)
            {
                if (found < change) return found;
                after = change.AddSeconds(-1);
            }
            else if (end == found)
            {
                return found;
            }
            else
            {
                // A repeated hour shows times again that did not match the first time: nothing comes before the day of the match.
                after = found - Step > end ? found - Step : end;
            }
        }
    }

    /// <summary>The first second of a span in which the offset is another, or null.</summary>
    private static DateTime? Change(DateTime from, DateTime to, TimeSpan offset, TimeZoneInfo zone)
    {
        if (zone.GetUtcOffset(to) == offset) return null;

        while (to - from > TimeSpan.FromSeconds(1))
        {
            var middle = Utc(from.AddSeconds(Math.Floor((to - from).TotalSeconds / 2)));
            if (zone.GetUtcOffset(middle) == offset) from = middle;
            else to = middle;
        }

        return to;
    }

    private static DateTime InstantOf(DateTime wall, TimeZoneInfo zone)
    {
        if (zone.IsAmbiguousTime(wall)) return Utc(wall - zone.GetAmbiguousTimeOffsets(wall).Max());
        if (!zone.IsInvalidTime(wall)) return Utc(wall - zone.GetUtcOffset(wall));

        // The jump: the first instant at which the clock shows a later time.
        var from = Utc(wall - zone.BaseUtcOffset) - Step;
        var to = from + Step + Step;
        while (to - from > TimeSpan.FromSeconds(1))
        {
            var middle = Utc(from.AddSeconds(Math.Floor((to - from).TotalSeconds / 2)));
            if (Wall(middle, zone) < wall) from = middle;
            else to = middle;
        }

        return to;
    }

    private static DateTime Wall(DateTime instant, TimeZoneInfo zone) => Unspecified(instant + zone.GetUtcOffset(instant));

    private static DateTime Utc(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);

    private static DateTime Unspecified(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
}
