using System.Diagnostics;
using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Reconciliation;

namespace Actors.Benchmarks;

/// <summary>The scheduling engine alone, in memory: no actors, no log, one thread.</summary>
internal sealed class SchedulingBenchmark : IBenchmark
{
    public string Name => "scheduling";

    public string What => "placements per second, evaluations and reconciliations, in memory";

    public Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title("Scheduling engine, in memory, one thread");
        Placements(report, "50 × 1,000 on 5,000 nodes", spread: false, bar: 500_000);
        Placements(report, "the same, spread over 50 racks with an affinity", spread: true, bar: 200_000);
        WholePlans(report);
        OneEvaluation(report, spread: false);
        OneEvaluation(report, spread: true);
        SystemJob(report);
        Preemption(report);
        Converged(report);
        return Task.CompletedTask;
    }

    private static void Placements(Report report, string name, bool spread, double bar)
    {
        double best = 0, bestCpu = 0;
        for (var run = 0; run < 5; run++)
        {
            var region = new SchedulingRegion(5_000, racks: 50);
            var jobs = Enumerable.Range(0, 50).Select(i => region.Register(SchedulingRegion.Service($"job{i}", 1_000, spread))).ToList();
            Collect();
            var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var placed = jobs.Sum(job => region.Place(job, 1_000).Placed.Count);
            best = Math.Max(best, placed / watch.Elapsed.TotalSeconds);
            bestCpu = Math.Max(bestCpu, placed / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
            if (placed != 50_000) report.Note($"only {placed} of 50,000 found room");
        }

        report.AtLeast($"place {name}", best, "placed/s", bar);
        report.AtLeast("  per second of CPU time (on a machine that is busy otherwise)", bestCpu, "placed/s");
    }

    private static void WholePlans(Report report)
    {
        double best = 0, allocated = 0;
        for (var run = 0; run < 3; run++)
        {
            var region = new SchedulingRegion(5_000, racks: 50);
            var jobs = Enumerable.Range(0, 50).Select(i => region.Register(SchedulingRegion.Service($"job{i}", 1_000, false))).ToList();
            Collect();
            var (cpu, bytes) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
            foreach (var job in jobs) region.Evaluate(job);
            best = Math.Max(best, 50_000 / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - bytes) / 50_000.0;
        }

        report.AtLeast("with reconciling, plan, state and table, per CPU second", best, "placed/s");
        report.AtMost("  memory asked for on the way, by placement", allocated, "bytes");
    }

    private static void OneEvaluation(Report report, bool spread)
    {
        var best = double.MaxValue;
        for (var run = 0; run < 7; run++)
        {
            var region = new SchedulingRegion(10_000, racks: 50);
            var job = region.Register(SchedulingRegion.Service("one", 600, spread));
            Collect();
            var watch = Stopwatch.StartNew();
            if (region.Place(job, 600).Placed.Count != 600) report.Note("not all found room");
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }

        report.AtMost($"one evaluation of 600 on 10,000 nodes{(spread ? ", spread" : "")}", best, "ms", 10);
    }

    private static void SystemJob(Report report)
    {
        var (both, placing) = (double.MaxValue, double.MaxValue);
        for (var run = 0; run < 10; run++)
        {
            var region = new SchedulingRegion(10_000, racks: 50);
            var job = region.Register(SchedulingRegion.Service("agent", 1, false) with { Type = JobTypes.System });
            Collect();
            var watch = Stopwatch.StartNew();
            var evaluation = region.NewEvaluation(job);
            var reconciled = Reconciler.Reconcile(region.State, evaluation, SchedulingRegion.Now, RandomIds.Next);
            var start = watch.Elapsed.TotalMilliseconds;
            var placed = region.Table.Place(reconciled.ToPlaceRequest(evaluation.Id, SchedulingRegion.Now.AddMinutes(1))!, job, region.State, SchedulingRegion.Now, RandomIds.Next);
            both = Math.Min(both, watch.Elapsed.TotalMilliseconds);
            placing = Math.Min(placing, watch.Elapsed.TotalMilliseconds - start);
            if (placed.Placed.Count != 10_000) report.Note($"{placed.Placed.Count} placed");
        }

        report.AtMost("system job over 10,000 nodes: reconcile and place", both, "ms", 20);
        report.AtMost("  of which placing", placing, "ms");
    }

    private static void Preemption(Report report)
    {
        var best = double.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            var region = new SchedulingRegion(5_000, racks: 50);
            // 20 to 35 allocations per node, until nothing more fits.
            for (var i = 0; i < 5; i++)
            {
                region.Evaluate(region.Register(SchedulingRegion.Service($"low{i}", 60_000, false, cpu: 200, memory: 300) with { Priority = 10 + (5 * i) }));
            }

            region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
            var job = region.Register(SchedulingRegion.Service("urgent", 1_000, false, cpu: 500, memory: 512) with { Priority = 90 });
            Collect();
            var watch = Stopwatch.StartNew();
            var placed = region.Place(job, 1_000);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            if (placed.Placed.Count != 1_000 || placed.Preempted.Count < 1_000) report.Note($"{placed.Placed.Count} placed, {placed.Preempted.Count} preempted");
        }

        report.AtMost("preemption: 1,000 placements on 5,000 full nodes", best, "ms", 1_000);
    }

    private static void Converged(Report report)
    {
        var region = new SchedulingRegion(10_000, racks: 50);
        var job = region.Register(SchedulingRegion.Service("big", 50_000, false));
        region.Evaluate(job);
        report.AtMost("reconcile a job of 50,000 with nothing to do", Reconciled(region, job, isQuiet: true, report), "ms", 10);
        region.FailOne(job);
        report.AtMost("  the same when one of them failed", Reconciled(region, job, isQuiet: false, report), "ms");
    }

    private static double Reconciled(SchedulingRegion region, Job job, bool isQuiet, Report report)
    {
        var best = double.MaxValue;
        for (var run = 0; run < 30; run++)
        {
            var evaluation = region.NewEvaluation(job);
            var watch = Stopwatch.StartNew();
            var result = Reconciler.Reconcile(region.State, evaluation, SchedulingRegion.Now, RandomIds.Next);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            if (result.IsEmpty != isQuiet) report.Note(isQuiet ? "there was something to do" : "there was nothing to do");
        }

        return best;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
