using System.Diagnostics;
using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Nodes;
using Actors.Scheduling.Planning;
using Actors.Scheduling.Reconciliation;
using Actors.State;

namespace Actors.Benchmarks;

/// <summary>The scheduling engine alone, in memory: no actors, no log, one thread.</summary>
internal sealed class SchedulingBenchmark : IBenchmark
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

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
        Grid(report, cancellationToken);
        return Task.CompletedTask;
    }

    private static void Placements(Report report, string name, bool spread, double bar)
    {
        double best = 0, bestCpu = 0;
        for (var run = 0; run < 5; run++)
        {
            var region = new Region(5_000, racks: 50);
            var jobs = Enumerable.Range(0, 50).Select(i => region.Register(Service($"job{i}", 1_000, spread))).ToList();
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
        double best = 0;
        for (var run = 0; run < 3; run++)
        {
            var region = new Region(5_000, racks: 50);
            var jobs = Enumerable.Range(0, 50).Select(i => region.Register(Service($"job{i}", 1_000, false))).ToList();
            Collect();
            var cpu = Environment.CpuUsage.TotalTime;
            foreach (var job in jobs) region.Evaluate(job);
            best = Math.Max(best, 50_000 / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        }

        report.AtLeast("with reconciling, plan, state and table, per CPU second", best, "placed/s");
    }

    private static void OneEvaluation(Report report, bool spread)
    {
        var best = double.MaxValue;
        for (var run = 0; run < 7; run++)
        {
            var region = new Region(10_000, racks: 50);
            var job = region.Register(Service("one", 600, spread));
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
            var region = new Region(10_000, racks: 50);
            var job = region.Register(Service("agent", 1, false) with { Type = JobTypes.System });
            Collect();
            var watch = Stopwatch.StartNew();
            var evaluation = region.NewEvaluation(job);
            var reconciled = Reconciler.Reconcile(region.State, evaluation, Now, Guid.NewGuid);
            var start = watch.Elapsed.TotalMilliseconds;
            var placed = region.Table.Place(reconciled.ToPlaceRequest(evaluation.Id, Now.AddMinutes(1))!, job, region.State, Now, Guid.NewGuid);
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
            var region = new Region(5_000, racks: 50);
            // 20 to 35 allocations per node, until nothing more fits.
            for (var i = 0; i < 5; i++)
            {
                region.Evaluate(region.Register(Service($"low{i}", 60_000, false, cpu: 200, memory: 300) with { Priority = 10 + (5 * i) }));
            }

            region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
            var job = region.Register(Service("urgent", 1_000, false, cpu: 500, memory: 512) with { Priority = 90 });
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
        var region = new Region(10_000, racks: 50);
        var job = region.Register(Service("big", 50_000, false));
        region.Evaluate(job);
        var best = double.MaxValue;
        for (var run = 0; run < 30; run++)
        {
            var evaluation = region.NewEvaluation(job);
            var watch = Stopwatch.StartNew();
            var result = Reconciler.Reconcile(region.State, evaluation, Now, Guid.NewGuid);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
            if (!result.IsEmpty) report.Note("there was something to do");
        }

        report.AtMost("reconcile a job of 50,000 with nothing to do", best, "ms", 10);
    }

    // Nomad's own benchmark grid.
    private static void Grid(Report report, CancellationToken cancellationToken)
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
                    var region = new Region(nodes, racks);
                    var figures = new List<string>();
                    foreach (var count in (int[])[300, 600, 900, 1_200])
                    {
                        var job = region.Register(Service($"grid{count}", count, spread));
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

    private static Job Service(string id, int count, bool spread, int cpu = 100, int memory = 64) => new()
    {
        Id = id,
        Name = id,
        Namespace = "default",
        Region = "global",
        Type = JobTypes.Service,
        Priority = 50,
        Datacenters = ["*"],
        NodePool = "default",
        Constraints = [new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }],
        Spreads = spread ? [new Spread { Attribute = "${meta.rack}", Weight = 100 }] : [],
        Affinities = spread ? [new Affinity { LeftTarget = "${node.class}", Operand = "=", RightTarget = "ssd", Weight = 50 }] : [],
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "app",
                Count = count,
                EphemeralDisk = new EphemeralDisk { SizeMb = 300 },
                Tasks = [new JobTask { Name = "main", Driver = "docker", Resources = new Resources { CpuMhz = cpu, MemoryMb = memory } }],
            },
        ],
    };

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    /// <summary>A region in memory.</summary>
    private sealed class Region
    {
        private readonly Dictionary<string, long> _sequences = [];

        public Region(int nodes, int racks)
        {
            var entries = new List<LogEntry> { Entry(1, "region-log", new TermStarted(1, "s1", Now)) };
            for (var i = 0; i < nodes; i++)
            {
                var node = NodeOf(i, racks);
                entries.Add(Entry((ulong)i + 2, PersistenceIds.Of(node.Id), new NodeRegistered(node, [], Now)));
            }

            State = RegionState.Empty.Apply(entries, out _);
            Table = NodeTable.Build(State);
        }

        public RegionState State { get; private set; }

        public NodeTable Table { get; }

        public Job Register(Job job)
        {
            var id = new JobId(job.Namespace, job.Id);
            Append(PersistenceIds.Of(id), new JobRegistered(id, job, null, "", Now));
            return State.FindJob(id)!.Job;
        }

        public PlaceResult Place(Job job, int count, bool dryRun = false) => Table.Place(
            new PlaceRequest(
                new EvaluationId(Guid.NewGuid()),
                new JobId(job.Namespace, job.Id),
                job.Version,
                State.Index,
                [new GroupPlacement("app", [.. Enumerable.Range(0, count).Select(i => new PlacementSlot(i))])],
                [],
                false,
                Now.AddMinutes(1),
                dryRun),
            job,
            State,
            Now,
            Guid.NewGuid);

        public Evaluation NewEvaluation(Job job) => new()
        {
            Id = new EvaluationId(Guid.NewGuid()),
            JobId = new JobId(job.Namespace, job.Id),
            Type = job.Type,
            TriggeredBy = EvaluationTriggers.JobRegister,
        };

        public void Evaluate(Job job)
        {
            var evaluation = NewEvaluation(job);
            Append(PersistenceIds.Of(evaluation.JobId), new JobEvaluated(evaluation.JobId, false, evaluation, "", Now));
            var reconciled = Reconciler.Reconcile(State, evaluation, Now, Guid.NewGuid);
            var placed = Table.Place(reconciled.ToPlaceRequest(evaluation.Id, Now.AddMinutes(1))!, job, State, Now, Guid.NewGuid);
            Append(PersistenceIds.Of(evaluation.Id), PlanBuilder.Build(evaluation, reconciled, placed, State.Term, Now, Guid.NewGuid));
        }

        private void Append(string persistenceId, IRegionEvent happened)
        {
            State = State.Apply([Entry(State.Index + 1, persistenceId, happened)], out var changes);
            Table.Apply(State, changes);
        }

        private LogEntry Entry(ulong index, string persistenceId, IRegionEvent happened) =>
            new(index, persistenceId, _sequences[persistenceId] = _sequences.GetValueOrDefault(persistenceId) + 1, happened);

        private static Node NodeOf(int i, int racks)
        {
            var node = new Node
            {
                Id = new NodeId(Guid.NewGuid()),
                Name = $"node-{i}",
                Datacenter = $"dc{i % 2}",
                NodeClass = i % 3 == 0 ? "ssd" : "hdd",
                Status = NodeStatus.Ready,
                Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["cpu.arch"] = "amd64" },
                Meta = new Dictionary<string, string> { ["rack"] = $"r{i % racks}" },
                Drivers = new Dictionary<string, DriverInfo> { ["docker"] = new(true, true, "", new Dictionary<string, string>(), Now) },
                Resources = new NodeResources
                {
                    CpuMhz = 4_000 + (1_000 * (i % 4)),
                    MemoryMb = 8_192 + (4_096 * (i % 3)),
                    DiskMb = 100_000,
                    Networks = [new NodeNetwork("host", "eth0", "10.0.0.1", "", 1000)],
                },
            };
            return node with { ComputedClass = Actors.State.Nodes.ComputedClass.Of(node) };
        }
    }
}
