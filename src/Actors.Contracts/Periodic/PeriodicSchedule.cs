using Actors.Contracts.Jobs;

namespace Actors.Contracts.Periodic;

/// <summary>When a periodic job launches.</summary>
public sealed class PeriodicSchedule
{
    /// <summary>How far back the latest launch that is due is looked for, step by step: a job that was due every second all of last year has one launch to make up for.</summary>
    private static readonly TimeSpan[] Lookbacks = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(31), TimeSpan.FromDays(366), TimeSpan.MaxValue];

    private readonly IReadOnlyList<CronExpression> _expressions;
    private readonly TimeZoneInfo _zone;

    private PeriodicSchedule(IReadOnlyList<CronExpression> expressions, TimeZoneInfo zone) => (_expressions, _zone) = (expressions, zone);

    /// <summary>Reads a job's schedule; null when it is disabled, or says nothing that can be understood (which validation refuses).</summary>
    public static PeriodicSchedule? Of(PeriodicConfig periodic)
    {
        if (periodic.Enabled == false || !TimeZoneInfo.TryFindSystemTimeZoneById(periodic.TimeZone.Length == 0 ? "UTC" : periodic.TimeZone, out var zone))
            return null;

        var expressions = new List<CronExpression>();
        foreach (var text in periodic.Spec.Length > 0 ? periodic.Specs.Prepend(periodic.Spec) : periodic.Specs)
        {
            if (!CronExpression.TryParse(text, out var expression, out _)) return null;
            expressions.Add(expression);
        }

        return new PeriodicSchedule(expressions, zone);
    }

    /// <summary>The next launch after a time; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _expressions.Min(expression => CronClock.Next(expression, after, _zone));

    /// <summary>The latest launch that has come after one time and until another; null when there is none.</summary>
    /// <param name="after">Launches up to here were made.</param>
    /// <param name="now">The time.</param>
    public DateTimeOffset? LatestDue(DateTimeOffset after, DateTimeOffset now)
    {
        if (Next(after) is not { } first || first > now) return null;

        foreach (var lookback in Lookbacks)
        {
            var from = lookback < now - after ? now - lookback : after;
            if (Next(from) is not { } due || due > now) continue;

            while (Next(due) is { } later && later <= now) due = later;
            return due;
        }

        return first;
    }
}
