using System.Diagnostics;
using System.Text.Json.Nodes;
using Actors.Testing;

namespace Actors.Benchmarks;

/// <summary>A whole agent as a user has it (<c>pbm</c> as it is published, one process, SQLite, over HTTP): how fast it is there, how fast a job runs, what it costs idle.</summary>
internal sealed class AgentBenchmark : IBenchmark
{
    // The first ones warm the agent up: a server runs for weeks, and while its much used code is compiled once more (for the first 250 jobs or so), that takes a core.
    private const int WarmUp = 300;
    private const int DockerWarmUp = 50;
    private const int Measured = 50;
    private const int Starts = 5;

    public string Name => "agent";

    public string What => "start to ready, submit to placed and to running (raw_exec, docker), idle memory: one agent, over HTTP";

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title($"{Name}: {What}");
        var program = await PublishedPbm.MakeAsync(cancellationToken);
        await StartsAsync(program, report);
        using var folder = new TemporaryFolder("actors-bench-");
        await using var agent = Start(program, folder, out var address);
        using var api = new AgentApi(address);
        try
        {
            await api.ReadyAsync(nodes: 1);
            await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
            report.AtMost("idle memory, ten seconds after the start (resident)", agent.ResidentBytes / 1048576.0, "MiB", 200);

            await SubmitAsync(api, report, "raw_exec", RawExec, WarmUp, runningBar: 50, baseline: null, cancellationToken);
            var docker = await BareDockerAsync(cancellationToken);
            if (docker is { } bare)
                await SubmitAsync(api, report, "docker", Docker, DockerWarmUp, runningBar: bare + 100, baseline: ("docker run", bare), cancellationToken);
            else
                report.Note("docker: no engine answers (or busybox is missing), not measured");

            await Task.Delay(TimeSpan.FromSeconds(10), cancellationToken);
            report.AtMost("idle memory, after all that (resident)", agent.ResidentBytes / 1048576.0, "MiB");
        }
        catch (Exception e) when (e is TimeoutException or HttpRequestException)
        {
            throw new InvalidOperationException($"the agent did not do as it should: {e.Message}\nit wrote:\n{agent.Output}", e);
        }
        finally
        {
            if (agent.Running)
                await agent.StopAsync();
        }
    }

    /// <summary>How long an agent takes until it has a leader and its node is ready, of some in a row: a single one depends on what else the machine does in those seconds. The first is not counted, it reads the program from the disk and warms up the one who asks.</summary>
    private static async Task StartsAsync(string program, Report report)
    {
        var ready = new Samples();
        for (var i = 0; i <= Starts; i++)
        {
            using var folder = new TemporaryFolder("actors-bench-");
            var started = Stopwatch.StartNew();
            await using var agent = Start(program, folder, out var address);
            using var api = new AgentApi(address);
            await api.ReadyAsync(nodes: 1);
            if (i > 0)
                ready.Add(started.Elapsed.TotalMilliseconds);
            await agent.StopAsync();
        }

        report.AtMost($"start to ready (leader known, node ready), p50 of {Starts}", ready.Median, "ms", 3000);
        report.AtMost("start to ready, slowest", ready.Percentile(1), "ms");
    }

    private static PbmProcess Start(string program, TemporaryFolder folder, out string address)
    {
        var ports = FreePorts.Take(3);
        address = $"127.0.0.1:{ports[0]}";
        return PublishedPbm.StartAgent(program, folder.Path, ports);
    }

    private static async Task SubmitAsync(AgentApi api, Report report, string driver, Func<string, string> jobOf, int warmUp, double runningBar, (string, double)? baseline, CancellationToken cancellationToken)
    {
        var (placed, running) = (new Samples(), new Samples());
        for (var i = 0; i < warmUp + Measured; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = $"bench-{driver.Replace('_', '-')}-{i}";
            var job = await api.ParseAsync(jobOf(name));
            var watch = Stopwatch.StartNew();
            await api.PutAsync("/v1/jobs", new JsonObject { ["Job"] = job });
            var index = 0ul;
            double? placedAt = null;
            while (true)
            {
                (var allocations, index) = await ChangedAsync(api, name, index, cancellationToken);
                if (allocations.Count > 0)
                    placedAt ??= watch.Elapsed.TotalMilliseconds;
                if (allocations.Any(a => (string?)a!["ClientStatus"] == "running"))
                    break;
                if (allocations.Any(a => (string?)a!["ClientStatus"] == "failed") || watch.Elapsed > TimeSpan.FromSeconds(30))
                    throw new TimeoutException($"{name} does not run: {allocations.ToJsonString()}");
            }

            if (i >= warmUp)
            {
                placed.Add(placedAt!.Value);
                running.Add(watch.Elapsed.TotalMilliseconds);
            }

            // As the bare engine's containers, each is gone before the next begins.
            await api.DeleteAsync($"/v1/job/{name}?purge=true");
            await EndedAsync(api, name, index, cancellationToken);
        }

        report.AtMost($"{driver}: submit → placed, p50 of {placed.Count}", placed.Median, "ms", 10);
        report.AtMost($"{driver}: submit → placed, p99", placed.Percentile(0.99), "ms");
        report.AtMost($"{driver}: submit → running, p50", running.Median, "ms", runningBar, baseline);
        report.AtMost($"{driver}: submit → running, p99", running.Percentile(0.99), "ms");
    }

    /// <summary>A job's allocations once they are newer than an index, and their own index. As a client that waits would: blocking queries, no polling.</summary>
    private static async Task<(JsonArray Allocations, ulong Index)> ChangedAsync(AgentApi api, string job, ulong index, CancellationToken cancellationToken)
    {
        using var response = await api.Http.GetAsync($"/v1/job/{job}/allocations?index={index}&wait=10s", cancellationToken);
        return (
            JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!.AsArray(),
            ulong.Parse(response.Headers.GetValues("X-Nomad-Index").Single(), System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until all allocations of a job have ended.</summary>
    private static async Task EndedAsync(AgentApi api, string job, ulong index, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            (var allocations, index) = await ChangedAsync(api, job, index, cancellationToken);
            if (allocations.All(a => (string?)a!["ClientStatus"] is "complete" or "failed"))
                return;
            if (watch.Elapsed > TimeSpan.FromSeconds(30))
                throw new TimeoutException($"{job} does not end: {allocations.ToJsonString()}");
        }
    }

    /// <summary>The median time in ms of a bare <c>docker run -d</c> of the same image, or null without an engine.</summary>
    private static async Task<double?> BareDockerAsync(CancellationToken cancellationToken)
    {
        if (!await BenchmarkImage.EnsureAsync(cancellationToken))
            return null;

        var samples = new Samples();
        for (var i = 0; i < 12; i++)
        {
            var watch = Stopwatch.StartNew();
            if (await Shell.RunAsync($"docker run -d --name actors-bench-bare --memory 32m {BenchmarkImage.Name} /bin/sleep 600", cancellationToken) != 0)
                return null;
            if (i >= 2)
                samples.Add(watch.Elapsed.TotalMilliseconds);
            await Shell.RunAsync("docker rm -f actors-bench-bare", cancellationToken);
        }

        return samples.Median;
    }

    private static string RawExec(string name) => $$"""
        job "{{name}}" {
          group "main" {
            task "sleep" {
              driver = "raw_exec"
              config {
                command = "/bin/sleep"
                args    = ["600"]
              }
              resources {
                cpu    = 20
                memory = 16
              }
            }
          }
        }
        """;

    private static string Docker(string name) => $$"""
        job "{{name}}" {
          group "main" {
            task "sleep" {
              driver = "docker"
              // What runs as a container's first process hears nothing else, and is waited for.
              kill_signal = "SIGKILL"
              config {
                image   = "{{BenchmarkImage.Name}}"
                command = "/bin/sleep"
                args    = ["600"]
              }
              resources {
                cpu    = 20
                memory = 32
              }
            }
          }
        }
        """;
}
