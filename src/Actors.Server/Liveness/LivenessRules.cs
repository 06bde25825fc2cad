using Actors.Contracts;
using Actors.Server.Hosting;

namespace Actors.Server.Liveness;

/// <summary>
/// Who is still heard, and who is to be held for dead. Knows no clock and sends nothing: times come in, decisions go out.
/// Three things keep it from killing a healthy fleet: a new leader gives everyone time to come back, a server whose own clock stood still
/// (it was starved, suspended, or collecting garbage) adds that time to everyone, and many deaths at once must be confirmed by more silence.
/// </summary>
internal sealed class LivenessRules
{
    /// <summary>So many may always be marked down at once: a rack's switch in a small region is no mass death.</summary>
    private const int AlwaysAllowed = 3;

    private readonly ServerOptions _options;
    private readonly Dictionary<NodeId, Watched> _nodes = [];
    private DateTimeOffset _lastSweep;

    /// <param name="options">Graces and shares.</param>
    /// <param name="now">When this server began to lead.</param>
    public LivenessRules(ServerOptions options, DateTimeOffset now)
    {
        _options = options;
        _lastSweep = now;
    }

    /// <summary>How many are watched.</summary>
    public int Count => _nodes.Count;

    /// <summary>A node that is held for alive: watched from now on. Known ones keep their deadline.</summary>
    /// <param name="node">The node.</param>
    /// <param name="now">When.</param>
    /// <param name="afterFailover">It was alive before this server led, and may first have to find out that there is a new leader.</param>
    public void Watch(NodeId node, DateTimeOffset now, bool afterFailover)
    {
        // One that came alive just now is connected to some server, whose word comes with the first heartbeat: within twice the time, as jitter goes.
        var first = afterFailover ? _options.FailoverHeartbeatTtl : (_options.HeartbeatTtl * 2) + _options.HeartbeatGrace;
        _nodes.TryAdd(node, new Watched(now + first, Confirmed: false));
    }

    /// <summary>A node that is down or gone: not watched any more.</summary>
    public void Forget(NodeId node) => _nodes.Remove(node);

    /// <summary>A node was heard.</summary>
    /// <param name="node">The node.</param>
    /// <param name="ttl">The time it was given for its next heartbeat.</param>
    /// <param name="now">When.</param>
    public void Heard(NodeId node, TimeSpan ttl, DateTimeOffset now) => _nodes[node] = new Watched(now + ttl + _options.HeartbeatGrace, Confirmed: false);

    /// <summary>The nodes that are to be marked down now.</summary>
    /// <param name="now">When.</param>
    /// <param name="interval">How often this is meant to be called.</param>
    public IReadOnlyList<NodeId> Sweep(DateTimeOffset now, TimeSpan interval)
    {
        var late = now - _lastSweep - interval;
        _lastSweep = now;
        if (late > interval)
        {
            // Heartbeats may lie unread in this very process: nobody is judged before they had the lost time again.
            foreach (var (node, watched) in _nodes.ToList())
                _nodes[node] = watched with { Deadline = watched.Deadline + late + interval };
            return [];
        }

        var overdue = _nodes.Where(n => n.Value.Deadline <= now).ToList();
        var allowed = Math.Max(AlwaysAllowed, (int)(_nodes.Count * _options.MassDownShare));
        if (overdue.Count <= allowed || overdue.All(n => n.Value.Confirmed))
            return [.. overdue.Select(n => n.Key)];

        foreach (var (node, watched) in overdue.Where(n => !n.Value.Confirmed))
            _nodes[node] = new Watched(now + _options.HeartbeatGrace, Confirmed: true);
        return [];
    }

    /// <param name="Deadline">Dead after it.</param>
    /// <param name="Confirmed">The deadline passed once already, together with that of many others.</param>
    private sealed record Watched(DateTimeOffset Deadline, bool Confirmed);
}
