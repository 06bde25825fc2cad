using System.Diagnostics;

namespace Actors.Benchmarks;

/// <summary>Nomad's own benchmark grid (its <c>BenchmarkServiceScheduler</c>): one evaluation each, over nodes, racks, allocations and spread.</summary>
internal sealed class GridBenchmark : IBenchmark
{
    public string Name => "grid";

    public string What => "Nomad's benchmark grid: nodes × racks × allocations × spread, one evaluation each";

    public Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        Run(report, cancellationToken);
        return Task.CompletedTask;
    }

    private static void Run(Report report, CancellationToken cancellationToken)
    {
        report.Title("Nomad's benchmark grid: ms per evaluation");
        report.Note($"{"nodes",-8}{"racks",-8}{"spread",-8}{"300",10}{"600",10}{"900",10}{"1,200",10}");
        foreach (var nodes in (int[])[1_000, 5_000, 10_000])
        {
            foreach (var racks in (int[])[10, 25, 50, 75])
            {
                foreach (var spread in (bool[])[false, true])
                {
                    if (cancellationToken.IsCancellationRequested) return;
                    var region = new SchedulingRegion(nodes, racks);
                    var figures = new List<string>();
                    foreach (var count in (int[])[300, 600, 900, 1_200])
                    {
                        var job = region.Register(SchedulingRegion.Service($"grid{count}", count, spread));
                        var best = double.MaxValue;
                        for (var run = 0; run < 3; run++)
                        {
                            var watch = Stopwatch.StartNew();
                            region.Place(job, count, dryRun: true);
                            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
                        }

                        figures.Add($"{best,10:0.00}");
                    }

                    report.Note($"{nodes,-8:#,0}{racks,-8}{(spread ? "yes" : "no"),-8}{string.Concat(figures)}");
                }
            }
        }
    }
}
