using Actors.Benchmarks;
using Actors.Benchmarks.Drivers;

IBenchmark[] benchmarks = [new AgentBenchmark(), new EndToEndBenchmark(jobs: 100, clients: 500), new EndToEndBenchmark(jobs: 1_000, clients: 5_000), new DriversBenchmark(), new RegionLogBenchmark(postgres: false), new RegionLogBenchmark(postgres: true), new SchedulingBenchmark(), new GridBenchmark(), new PackingBenchmark(), new JobSpecBenchmark(), new TortureBenchmark()];

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    cancel.Cancel();
};

var chosen = args.Length == 0 ? benchmarks : [.. benchmarks.Where(b => args.Contains(b.Name))];
var unknown = args.Except(benchmarks.Select(b => b.Name)).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"no such benchmark: {string.Join(", ", unknown)}. There are:");
    foreach (var benchmark in benchmarks)
        Console.Error.WriteLine($"  {benchmark.Name,-16} {benchmark.What}");
    return 1;
}

var report = new Report(Console.Out);
Console.WriteLine($"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}");
foreach (var benchmark in chosen)
    await benchmark.RunAsync(report, cancel.Token);

if (report.Missed.Count > 0)
    Console.WriteLine($"\nmissed their bar: {string.Join("; ", report.Missed)}");
return 0;
