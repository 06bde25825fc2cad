using Actors.Drivers.Plugins;
using Xunit;

namespace Actors.Plugins.Tests;

/// <summary>When a plugin that ended is started again.</summary>
public sealed class PluginBackoffTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PluginBackoff _backoff = new();

    [Fact]
    public void The_first_start_is_at_once() => Assert.Equal(TimeSpan.Zero, _backoff.Next(Now));

    [Fact]
    public void One_that_ends_at_once_is_waited_for_twice_as_long_each_time_up_to_half_a_minute()
    {
        var now = Now;
        var waits = new List<double>();
        for (var start = 0; start < 10; start++)
        {
            var wait = _backoff.Next(now);
            waits.Add(wait.TotalSeconds);
            now += wait;
        }

        Assert.Equal([0, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], waits);
    }

    [Fact]
    public void One_that_ran_for_a_while_is_started_at_once_and_counts_from_the_beginning()
    {
        _backoff.Next(Now);
        var later = Now.AddMinutes(5);

        Assert.Equal(TimeSpan.Zero, _backoff.Next(later));
        Assert.Equal(TimeSpan.FromSeconds(0.4), _backoff.Next(later));
    }
}
