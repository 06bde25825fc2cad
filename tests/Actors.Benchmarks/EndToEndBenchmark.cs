using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Testing;

namespace Actors.Benchmarks;

/// <summary>A region as a user has it, with more work than a user has: one server on SQLite, simulated clients in another process, jobs over HTTP.</summary>
/// <param name="jobs">How many jobs of a thousand allocations.</param>
/// <param name="clients">How many clients.</param>
internal sealed class EndToEndBenchmark(int jobs, int clients) : IBenchmark
{
    private const int Count = 1_000;
    private const int FullJobs = 1_000;
    private const int NodeCpu = 16_300;
    private const int NodeMemory = 32_768;

    private bool IsFull => jobs == FullJobs;

    public string Name => IsFull ? "end-to-end" : "end-to-end-small";

    public string What => string.Create(CultureInfo.InvariantCulture, $"{jobs:#,0} jobs × {Count:#,0} over HTTP to one agent (SQLite) with {clients:#,0} simulated clients, until all run");

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title($"{Name}: {What}");
        var program = await PublishedPbm.MakeAsync(cancellationToken);
        using var folder = new TemporaryFolder("actors-bench-");
        var ports = FreePorts.Take(3);
        await using var agent = PbmProcess.StartProgram(
            program,
            [
                "agent", "-server", "-data-dir", folder.Path, "-bind", "127.0.0.1", "-node-name", "bench",
                "-http-port", $"{ports[0]}", "-rpc-port", $"{ports[1]}", "-cluster-port", $"{ports[2]}", "-log-level", "warn",
            ]);
        var address = $"http://127.0.0.1:{ports[0]}";
        using var api = new AgentApi($"127.0.0.1:{ports[0]}");
        await api.ReadyAsync();

        var started = Stopwatch.StartNew();
        await using var fleet = PbmProcess.StartProgram(program, ["bench", "clients", "-address", address, "-json", "-count", $"{clients}", "-cpu", $"{NodeCpu}", "-memory", $"{NodeMemory}"]);
        try
        {
            await Eventually.IsSoAsync(() => Task.FromResult(Number(Last(fleet), "Connected") == clients), $"{clients} clients are connected", TimeSpan.FromSeconds(120));
            await api.ReadyAsync(clients, TimeSpan.FromSeconds(120));
            report.AtMost("all clients registered and ready", started.Elapsed.TotalSeconds, "s");
            var before = await IdleBytesAsync(agent, TimeSpan.FromSeconds(30), cancellationToken);

            await using var work = PbmProcess.StartProgram(
                program,
                ["bench", "jobs", "-address", address, "-json", "-jobs", $"{jobs}", "-count", $"{Count}", "-cpu", "60-100", "-memory", "64-160", "-timeout", "4m"]);
            var exit = await work.EndAsync(TimeSpan.FromMinutes(5));
            var output = work.Output;
            var result = JsonNode.Parse(output.Split('\n').First(line => line.StartsWith('{')))!;
            if (exit != 0)
                report.Note(output.Trim());
            Times(report, result);

            var atOnce = agent.ResidentBytes;
            var idle = await IdleBytesAsync(agent, TimeSpan.FromSeconds(90), cancellationToken);
            await MemoryAsync(report, api, before, atOnce, idle, Number(result, "Allocations"));
            Packing(report, result, Last(fleet));
        }
        catch (Exception e) when (e is TimeoutException or HttpRequestException)
        {
            throw new InvalidOperationException($"the agent did not do as it should: {e.Message}\nit wrote:\n{agent.Output}\nthe clients:\n{Last(fleet)}", e);
        }
        finally
        {
            if (fleet.Running)
                await fleet.StopAsync();
            if (agent.Running)
                await agent.StopAsync();
        }
    }

    private void Times(Report report, JsonNode result)
    {
        report.AtMost("all jobs taken", Seconds(result, "SubmittedSeconds"), "s");
        report.AtMost("all committed, and the API says so (goal 10 s)", Seconds(result, "PlacedSeconds"), "s", IsFull ? 30 : null);
        report.AtLeast("  that is", Number(result, "Allocations") / Seconds(result, "PlacedSeconds"), "allocs/s", IsFull ? 33_000 : null);
        report.AtMost("all running, and the API says so (goal 30 s)", Seconds(result, "RunningSeconds"), "s", IsFull ? 90 : null);
        report.AtMost("a job's submission, p50", (double)result["SubmissionMs"]!["P50"]!, "ms");
        report.AtMost("a job's submission, p99", (double)result["SubmissionMs"]!["P99"]!, "ms");
    }

    /// <summary>What is resident once the agent, with nothing to do, has given back what it doesn't need: the least within a while.</summary>
    private static async Task<long> IdleBytesAsync(PbmProcess agent, TimeSpan within, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.StartNew();
        var least = long.MaxValue;
        while (begun.Elapsed < within)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            least = Math.Min(least, agent.ResidentBytes);
        }

        return least;
    }

    private async Task MemoryAsync(Report report, AgentApi api, long before, long atOnce, long idle, double allocations)
    {
        var gauges = (await api.GetAsync("/v1/metrics"))["Gauges"]!.AsArray();
        var heap = gauges.Where(gauge => (string?)gauge!["Name"] == "dotnet.gc.last_collection.heap.size").Sum(gauge => (double)gauge!["Value"]!);
        report.AtMost("server memory (resident, idle) per allocation, clients' connections included (goal 1 KB)", idle / allocations / 1_024, "KB", IsFull ? 1.5 : null);
        report.AtMost("  without what it had before the jobs, idle as well", (idle - before) / allocations / 1_024, "KB");
        report.AtMost("  of which managed heap at the last collection", heap / allocations / 1_024, "KB");
        report.AtMost("  resident as soon as all ran", atOnce / allocations / 1_024, "KB");
    }

    private void Packing(Report report, JsonNode result, JsonNode fleet)
    {
        var bound = Math.Ceiling(Math.Max(Number(result, "AskedMHz") / NodeCpu, Number(result, "AskedMB") / NodeMemory));
        report.Note($"{Number(fleet, "Occupied")} nodes used, {bound} at least by volume; {Number(fleet, "Disconnects")} connections lost");
        report.AtMost("nodes used above the volume bound", 100 * (Number(fleet, "Occupied") - bound) / bound, "%", IsFull ? 2 : null);
        report.AtMost("a client's heartbeat, p99", (double)fleet["HeartbeatMs"]!["P99"]!, "ms");
        report.AtMost("a client's batch of reports until it is durable, p99", (double)fleet["ReportMs"]!["P99"]!, "ms");
    }

    private static double Number(JsonNode node, string name) => (double?)node[name] ?? 0;

    private static double Seconds(JsonNode node, string name) => (double?)node[name] ?? double.PositiveInfinity;

    /// <summary>What the clients said last.</summary>
    private static JsonNode Last(PbmProcess fleet) => JsonNode.Parse(fleet.Output.Split('\n').LastOrDefault(line => line.StartsWith('{') && line.TrimEnd().EndsWith('}')) ?? "{}")!;
}
