namespace Actors.Api.Tests.Hosting;

/// <summary>A clock that stands still (timers run by the real one), so that answers are the same in every run.</summary>
internal sealed class FixedTime : TimeProvider
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 45, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
