namespace Actors.Contracts.Text;

/// <summary>A moment, or none, in eight bytes: ticks of UTC; 0 is none.</summary>
internal static class UtcTicks
{
    public static long Of(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    public static DateTimeOffset? ToTime(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
