namespace Actors.Client.Simulation;

/// <summary>What a fleet does and did; safe to read at any time.</summary>
public sealed class FleetStatistics
{
    private long _registered;
    private long _connected;
    private long _received;
    private long _running;
    private long _ended;
    private long _occupied;
    private long _reports;
    private long _disconnects;
    private string? _problem;

    /// <summary>Clients that were welcomed at least once.</summary>
    public long Registered => Interlocked.Read(ref _registered);

    /// <summary>Clients that are connected and welcome now.</summary>
    public long Connected => Interlocked.Read(ref _connected);

    /// <summary>Allocations that the servers sent.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Allocations that run, and that the servers acknowledged as running.</summary>
    public long Running => Interlocked.Read(ref _running);

    /// <summary>Allocations that ended, and that the servers acknowledged as such.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Clients on which an allocation runs, acknowledged.</summary>
    public long Occupied => Interlocked.Read(ref _occupied);

    /// <summary>Reports of allocations that the servers acknowledged.</summary>
    public long Reports => Interlocked.Read(ref _reports);

    /// <summary>Connections that were lost.</summary>
    public long Disconnects => Interlocked.Read(ref _disconnects);

    /// <summary>Why the last connection was lost or batch refused, or null.</summary>
    public string? LastProblem => Volatile.Read(ref _problem);

    /// <summary>From a hello to its welcome.</summary>
    public LatencyHistogram Registration { get; } = new();

    /// <summary>From a heartbeat to its answer.</summary>
    public LatencyHistogram Heartbeat { get; } = new();

    /// <summary>From a batch of reports to its acknowledgement.</summary>
    public LatencyHistogram Report { get; } = new();

    internal void CountConnection(bool first)
    {
        if (first) Interlocked.Increment(ref _registered);
        Interlocked.Increment(ref _connected);
    }

    internal void CountDisconnect(bool wasConnected, string reason)
    {
        if (wasConnected) Interlocked.Decrement(ref _connected);
        Interlocked.Increment(ref _disconnects);
        CountProblem(reason);
    }

    internal void CountProblem(string problem) => Volatile.Write(ref _problem, problem);

    internal void CountReceived(int allocations) => Interlocked.Add(ref _received, allocations);

    internal void CountReports(int reports) => Interlocked.Add(ref _reports, reports);

    internal void CountChange(int running, int ended, int occupied)
    {
        Interlocked.Add(ref _running, running);
        Interlocked.Add(ref _ended, ended);
        Interlocked.Add(ref _occupied, occupied);
    }
}
