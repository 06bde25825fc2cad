using Actors.Testing.Torture;

namespace Actors.Cluster.Tests;

/// <summary>A client whose agent, engine and tasks are killed at random while its allocations churn. Longer and with more of them: <c>tests/Actors.Benchmarks -- torture</c>.</summary>
public sealed class TortureTests
{
    [Fact]
    public async Task After_random_kills_desired_is_actual_and_in_the_end_nothing_is_left()
    {
        var outcome = await ClientTorture.RunAsync(new TortureOptions(TimeSpan.FromSeconds(40), Allocations: 24, Seed: Random.Shared.Next()));

        Assert.True(outcome.Problems.Count == 0, string.Join("\n", outcome.Problems));
        Assert.True(outcome.TasksKilled > 0 && outcome.Changes > 0, outcome.ToString());
    }
}
