using System.Globalization;

namespace Actors.Cli.Terminal;

/// <summary>Times for people.</summary>
internal static class Times
{
    /// <summary>A time from unix nanoseconds; null for 0 and for Go's zero time.</summary>
    public static DateTimeOffset? FromNanoseconds(long nanoseconds) =>
        nanoseconds <= 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);

    /// <summary>A time as RFC 3339 in the caller's zone; <c>N/A</c> for none.</summary>
    public static string Show(DateTimeOffset? time, TimeProvider clock) => time is { } at && at.Year > 1
        ? Rfc3339(TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone))
        : "N/A";

    /// <summary>How long ago: the two largest units, such as <c>5m17s ago</c>.</summary>
    public static string Ago(DateTimeOffset? time, TimeProvider clock)
    {
        if (time is not { } at || at.Year <= 1)
            return "N/A";
        var age = clock.GetUtcNow() - at;
        if (age < TimeSpan.Zero)
            return $"{Rough(age.Negate())} from now";
        return $"{Rough(age)} ago";
    }

    /// <summary>A duration's two largest units: <c>1y2mo</c>, <c>3d4h</c>, <c>5m17s</c>, <c>0s</c>.</summary>
    public static string Rough(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        (string Unit, long Seconds)[] units = [("y", 31_536_000), ("mo", 2_592_000), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
        for (var i = 0; i < units.Length; i++)
        {
            if (seconds < units[i].Seconds)
                continue;
            var large = $"{seconds / units[i].Seconds}{units[i].Unit}";
            var rest = seconds % units[i].Seconds;
            return i + 1 < units.Length && rest / units[i + 1].Seconds is var small and > 0 ? $"{large}{small}{units[i + 1].Unit}" : large;
        }

        return "0s";
    }

    private static string Rfc3339(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
