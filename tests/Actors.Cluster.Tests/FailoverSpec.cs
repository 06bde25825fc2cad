using System.Diagnostics;
using System.Text.Json.Nodes;
using Actors.Testing;
using Xunit.Abstractions;

namespace Actors.Cluster.Tests;

/// <summary>What a region of three servers promises when its leader dies.</summary>
public sealed class FailoverSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ThreeServers _cluster = new();

    public Task InitializeAsync() => _cluster.InitializeAsync();

    public async Task DisposeAsync()
    {
        output.WriteLine(_cluster.Output);
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_job_submitted_to_any_server_runs_and_every_server_shows_it()
    {
        for (var i = 0; i < 3; i++)
            await _cluster.Servers[i].RunAsync(Job($"from-{i}", count: 2));

        for (var i = 0; i < 3; i++)
        {
            foreach (var server in _cluster.Servers)
                await server.RunningAsync($"from-{i}", 2);
        }
    }

    [Fact]
    public async Task After_kill_9_of_the_leader_scheduling_goes_on_no_acknowledged_job_is_lost_and_running_tasks_do_not_notice()
    {
        await _cluster.Servers[0].RunAsync(Job("before", count: 4));
        var before = Pids(await _cluster.Servers[0].RunningAsync("before", 4));
        var leader = await _cluster.LeaderAsync(askedOf: 0);
        var others = Enumerable.Range(0, 3).Where(i => i != leader).ToArray();

        // Jobs arrive all the time, at the servers that stay, while the leader dies.
        var acknowledged = new List<string>();
        var killed = new TaskCompletionSource<Stopwatch>();
        var submitting = Task.Run(async () =>
        {
            for (var n = 0; n < 400; n++)
            {
                var name = $"during-{n}";
                try
                {
                    await _cluster.Servers[others[n % 2]].RunAsync(Job(name, count: 1));
                    lock (acknowledged)
                        acknowledged.Add(name);
                    if (killed.Task.IsCompleted && n > 20)
                        return killed.Task.Result.Elapsed;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    // Refused, or not answered in time, while there is no leader: not acknowledged, so nothing may be missed.
                    output.WriteLine($"{name}: {e.Message}");
                    await Task.Delay(200);
                }
            }

            throw new TimeoutException("no job was accepted after the leader was killed");
        });
        await Eventually.IsSoAsync(() => Task.FromResult(acknowledged.Count >= 10), "ten jobs are acknowledged");
        await _cluster.KillServerAsync(leader);
        killed.SetResult(Stopwatch.StartNew());
        var gap = await submitting.WaitAsync(TimeSpan.FromSeconds(120));
        output.WriteLine($"the first job after the kill was acknowledged {gap.TotalSeconds:0.0} s later");

        foreach (var name in acknowledged)
            await _cluster.Servers[others[0]].RunningAsync(name, 1, TimeSpan.FromSeconds(60));
        var after = Pids(await _cluster.Servers[others[1]].RunningAsync("before", 4));
        Assert.Equal(before, after);
    }

    private static string[] Pids(IEnumerable<JsonNode> allocations) => [.. allocations
        .Select(a => $"{(string)a["ID"]!} restarts {a["TaskStates"]!["sleep"]!["Restarts"]} started {a["TaskStates"]!["sleep"]!["StartedAt"]}")
        .Order(StringComparer.Ordinal)];

    private static string Job(string name, int count) => $$"""
        job "{{name}}" {
          group "main" {
            count = {{count}}
            task "sleep" {
              driver = "raw_exec"
              config {
                command = "/bin/sleep"
                args    = ["900"]
              }
              resources {
                cpu    = 10
                memory = 10
              }
            }
          }
        }
        """;
}
