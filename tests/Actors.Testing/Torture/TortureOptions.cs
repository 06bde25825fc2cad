namespace Actors.Testing.Torture;

/// <summary>How long and how hard a client is tortured.</summary>
/// <param name="Length">For how long allocations churn and things are killed.</param>
/// <param name="Allocations">About how many allocations there are at once.</param>
/// <param name="Seed">Of the random choices.</param>
public sealed record TortureOptions(TimeSpan Length, int Allocations, int Seed)
{
    /// <summary>Told what happens, for people.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>Also virtual machines, JVMs, Podman's containers and the tasks of a plugin: they take much of a machine.</summary>
    public bool AllDrivers { get; init; }

    /// <summary>How long the client has, after the last kill, to make what is what should be.</summary>
    public TimeSpan SettleWithin { get; init; } = TimeSpan.FromMinutes(4);
}

/// <summary>What was done to a client, and what was wrong with it afterwards.</summary>
/// <param name="Drivers">The drivers whose tasks churned.</param>
/// <param name="Changes">How many times a job was changed.</param>
/// <param name="TasksKilled">How many processes of tasks were killed.</param>
/// <param name="AgentKills">How many times the agent was.</param>
/// <param name="EngineKills">How many times the Docker engine or Podman's service was.</param>
/// <param name="Allocations">How many allocations there were in all.</param>
/// <param name="Settled">How long it took until desired was actual.</param>
/// <param name="Problems">What was wrong; empty: nothing.</param>
public sealed record TortureOutcome(
    IReadOnlyList<string> Drivers, int Changes, int TasksKilled, int AgentKills, int EngineKills, int Allocations, TimeSpan Settled, IReadOnlyList<string> Problems);
