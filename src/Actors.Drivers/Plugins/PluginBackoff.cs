namespace Actors.Drivers.Plugins;

/// <summary>How long to wait before a plugin is started again: one that ends as soon as it starts must not keep the machine busy.</summary>
internal sealed class PluginBackoff
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _lastStart;
    private TimeSpan _pause = Shortest;

    /// <summary>How long to wait now; the start is counted from then.</summary>
    public TimeSpan Next(DateTimeOffset now)
    {
        if (_lastStart is not { } last)
        {
            _lastStart = now;
            return TimeSpan.Zero;
        }

        // One that ran for a while may start at once, and from the beginning.
        _pause = now - last > Longest ? Shortest : _pause * 2 < Longest ? _pause * 2 : Longest;
        var wait = last + _pause - now;
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        _lastStart = now + wait;
        return wait;
    }
}
