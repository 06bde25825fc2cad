using Actors.Client.Link;

namespace Actors.Client.Simulation;

/// <summary>Thousands of clients in one process: they speak the real protocol to real servers, and only pretend to run what they are sent.</summary>
public sealed class SimulatedFleet
{
    private readonly TimeProvider _time;
    private readonly SimulatedJobs _jobs = new();

    /// <summary>Makes a fleet; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="options">What it is like.</param>
    /// <param name="time">The clock.</param>
    public SimulatedFleet(FleetOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Count);
        ArgumentOutOfRangeException.ThrowIfZero(options.Servers.Count);
        (Options, _time) = (options, time);
    }

    /// <summary>What it is like.</summary>
    public FleetOptions Options { get; }

    /// <summary>What it does and did.</summary>
    public FleetStatistics Statistics { get; } = new();

    /// <summary>Runs all clients until asked to stop; a client whose connection is lost connects again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var begun = _time.GetTimestamp();
        var clients = new List<Task>(Options.Count);
        for (var i = 0; i < Options.Count && !stop.IsCancellationRequested; i++)
        {
            if (Options.ConnectsPerSecond > 0 && TimeSpan.FromSeconds(i / (double)Options.ConnectsPerSecond) - _time.GetElapsedTime(begun) is var early && early > TimeSpan.FromMilliseconds(1))
                await Task.Delay(early, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            clients.Add(RunClientAsync(i, stop));
        }

        await Task.WhenAll(clients).ConfigureAwait(false);
    }

    private async Task RunClientAsync(int number, CancellationToken stop)
    {
        await using var client = new SimulatedClient(SimulatedFacts.Of(Options, number), new SimulatedNode(_jobs, () => SimulatedRun.Draw(Options, Random.Shared)), Statistics, _time);
        var backoff = LinkBackoff.Fresh;
        for (var turn = number; !stop.IsCancellationRequested; turn++)
        {
            var wasWelcome = await client.HoldAsync(Options.Servers[turn % Options.Servers.Count], stop).ConfigureAwait(false);
            (backoff, var wait) = (wasWelcome ? LinkBackoff.Fresh : backoff).Fail(Random.Shared.NextDouble());
            await Task.Delay(wait, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
