using Actors.Testing.Torture;

namespace Actors.Benchmarks;

/// <summary>200 allocations in churn over all drivers for some minutes, while agent, engine and tasks are killed at random.</summary>
internal sealed class TortureBenchmark : IBenchmark
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(4);

    /// <inheritdoc/>
    public string Name => "torture";

    /// <inheritdoc/>
    public string What => $"200 allocations in churn for {Length.TotalMinutes:0} minutes under random kills: desired = actual, and nothing left";

    /// <inheritdoc/>
    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var outcome = await ClientTorture.RunAsync(new TortureOptions(Length, Allocations: 200, Seed: Random.Shared.Next()) { AllDrivers = true, Tell = Console.WriteLine });
        report.Title($"Torture: {What}");
        report.Note($"{string.Join(", ", outcome.Drivers)}: {outcome.Allocations} allocations, {outcome.Changes} changes; killed: {outcome.TasksKilled} tasks, {outcome.AgentKills} times the agent, {outcome.EngineKills} times the engine");
        foreach (var problem in outcome.Problems) report.Note(problem);
        report.AtMost("what was wrong afterwards", outcome.Problems.Count, "problems", 0);
        report.AtMost("last kill until desired was actual", outcome.Settled.TotalSeconds, "s");
    }
}
