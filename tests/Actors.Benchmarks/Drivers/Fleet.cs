using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Testing;

namespace Actors.Benchmarks.Drivers;

/// <summary>Many running tasks: what they cost an agent (<c>pbm</c> as it is published) that has nothing else to do, and how soon one that was killed has them again.</summary>
internal static class Fleet
{
    private const int Tasks = 500;
    private const int AskedAtOnce = 8;
    private const double TicksPerSecond = 100;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    /// <summary>Measures.</summary>
    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var program = await PublishedPbm.MakeAsync(cancellationToken);
        using var folder = new TemporaryFolder("actors-bench-");
        var ports = FreePorts.Take(3);
        var watch = Stopwatch.StartNew();
        using var api = new AgentApi($"127.0.0.1:{ports[0]}");
        var agent = PublishedPbm.StartAgent(program, folder.Path, ports);
        try
        {
            await api.ReadyAsync(nodes: 1);
            var bareStart = watch.Elapsed;
            await Task.Delay(Settled, cancellationToken);
            var idle = agent.ResidentBytes;
            var idleShare = await ShareAsync(agent.Id, cancellationToken);

            await api.RunAsync(Job);
            var allocations = await api.RunningAsync("fleet", Tasks, TimeSpan.FromSeconds(90));
            await Task.Delay(Settled, cancellationToken);
            var share = await ShareAsync(agent.Id, cancellationToken);
            report.AtMost($"{Tasks} running raw_exec tasks: the agent's memory for them", (agent.ResidentBytes - idle) / 1048576.0, "MiB", 100, ("with none", idle / 1048576.0));
            report.AtMost($"{Tasks} running raw_exec tasks: the agent's share of a core for them", share - idleShare, "%", 5, ("with none", idleShare));

            await agent.KillHardAsync();
            await agent.DisposeAsync();
            watch.Restart();
            agent = PublishedPbm.StartAgent(program, folder.Path, ports);
            await api.ReadyAsync(nodes: 1);
            // Several at once: how long it takes to ask one after another is no part of it.
            await Parallel.ForEachAsync(
                allocations, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancellationToken },
                async (allocation, _) => await AttachedAsync(api, (string)allocation["ID"]!));
            report.AtMost($"re-attaching {Tasks} tasks after a restart, over a start with none", (watch.Elapsed - bareStart).TotalSeconds, "s", 2, ("a start with none", bareStart.TotalSeconds));
        }
        catch (Exception e) when (e is TimeoutException or HttpRequestException)
        {
            throw new InvalidOperationException($"the agent did not do as it should: {e.Message}\nit wrote:\n{agent.Output}", e);
        }
        finally
        {
            await EndAsync(api, agent);
            await agent.DisposeAsync();
        }
    }

    /// <summary>A task that can be asked what it uses is the agent's again.</summary>
    private static Task AttachedAsync(AgentApi api, string allocation) => Eventually.IsSoAsync(
        async () => (await api.GetAsync($"/v1/client/allocation/{allocation}/stats"))["Tasks"]?["main"] is JsonObject,
        $"allocation {allocation} is attached");

    private static async Task EndAsync(AgentApi api, PbmProcess agent)
    {
        if (!agent.Running) return;
        await api.DeleteAsync("/v1/job/fleet?purge=true");
        await Eventually.IsSoAsync(
            async () => (await api.GetAsync("/v1/allocations")).AsArray().All(a => (string?)a!["ClientStatus"] is "complete" or "failed"),
            "all tasks of the benchmark have ended",
            TimeSpan.FromSeconds(120));
        await agent.StopAsync();
    }

    /// <summary>The share of a core that a process uses, in percent.</summary>
    private static async Task<double> ShareAsync(int pid, CancellationToken cancellationToken)
    {
        var before = CpuSeconds(pid);
        await Task.Delay(Watched, cancellationToken);
        return 100 * (CpuSeconds(pid) - before) / Watched.TotalSeconds;
    }

    private static double CpuSeconds(int pid)
    {
        // After the name, which may hold anything but its own closing bracket: utime and stime are the 12th and 13th.
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ", 2)[1].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private const string Job = """
        job "fleet" {
          group "main" {
            count = 500
            ephemeral_disk {
              size = 10
            }
            task "main" {
              driver = "raw_exec"
              config {
                command = "/bin/sleep"
                args    = ["100000"]
              }
              logs {
                max_files     = 1
                max_file_size = 1
              }
              resources {
                cpu    = 2
                memory = 10
              }
            }
          }
        }
        """;
}
