using Actors.Server.Hosting;

namespace Actors.Server.Liveness;

/// <summary>How long a client has for its next heartbeat: the shortest time, or more when there are so many clients that they would beat too often. Nomad's formula.</summary>
internal static class HeartbeatTtl
{
    /// <summary>max(shortest, clients ÷ beats per second), and up to as much again, so that clients that began together don't beat together.</summary>
    /// <param name="clients">How many clients beat, 0 or more.</param>
    /// <param name="options">The shortest time and the highest rate.</param>
    /// <param name="jitter">0 (inclusive) to 1.</param>
    public static TimeSpan For(int clients, ServerOptions options, double jitter)
    {
        var rated = TimeSpan.FromSeconds(clients / options.MaxHeartbeatsPerSecond);
        var shortest = rated > options.HeartbeatTtl ? rated : options.HeartbeatTtl;
        return shortest + (shortest * jitter);
    }
}
