using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Google.OrTools.Sat;

namespace Actors.Benchmarks;

/// <summary>How many nodes are used, beside the fewest that could hold the same: found by a solver where the case is small, bounded by volume where it is large.</summary>
internal sealed class PackingBenchmark : IBenchmark
{
    private const int NodeCpu = 8_000;
    private const int NodeMemory = 16_384;
    private const double Bar = 2;

    public string Name => "packing";

    public string What => "nodes used, against the lower bound of the packing";

    public Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Title("Node use against the lower bound of the packing");
        var random = new Random(1);
        Small(report, "200 single allocations of small sizes", Bar, cancellationToken, () =>
            [.. Enumerable.Range(0, 200).Select(_ => new Piece(random.Next(3, 13) * 50, random.Next(3, 13) * 100, 1))]);

        // What is beyond the engine's reach: large pieces that come one after the other, and what Nomad's anti-affinity costs.
        Small(report, "one job of 40 groups, each up to a third of a node", null, cancellationToken, () =>
            [.. Enumerable.Range(0, 40).Select(_ => new Piece(random.Next(4, 24) * 100, random.Next(2, 12) * 512, 1))], OfGroups);
        Small(report, "10 jobs × 10 to 40, kept apart by anti-affinity", null, cancellationToken, () =>
            [.. Enumerable.Range(0, 10).Select(_ => new Piece(random.Next(4, 13) * 50, random.Next(4, 13) * 100, random.Next(10, 40)))]);

        Large(report, "1,000 jobs × 50 of mixed sizes", 1_000, 50, () => (random.Next(1, 12) * 50, random.Next(1, 16) * 64));
        Large(report, "1,000 jobs × 200 of small sizes", 1_000, 200, () => (random.Next(2, 7) * 10, random.Next(2, 7) * 20));
        report.Note("While nodes are empty Nomad's anti-affinity puts a job's allocations on one node each: use grows in steps of a job's count.");
        return Task.CompletedTask;
    }

    private static void Small(Report report, string name, double? bar, CancellationToken cancellationToken, Func<List<Piece>> draw, Func<List<Piece>, Job[]>? jobs = null)
    {
        var (used, fewest) = (0, 0);
        for (var i = 0; i < 10 && !cancellationToken.IsCancellationRequested; i++)
        {
            var pieces = draw();
            used += Used((jobs ?? OneEach)(pieces), 100);
            fewest += Fewest(pieces);
        }

        report.Note($"10 cases of {name}: {used} nodes used, {fewest} at least by the solver");
        report.AtMost(name, 100.0 * (used - fewest) / fewest, "%", bar);
    }

    private static Job[] OneEach(List<Piece> pieces) => [.. pieces.Select((piece, n) => SchedulingRegion.Service($"job{n}", piece.Count, false, piece.Cpu, piece.Memory))];

    private static Job[] OfGroups(List<Piece> items)
    {
        var job = SchedulingRegion.Service("job", 1, false);
        var group = job.TaskGroups[0];
        return
        [
            job with
            {
                TaskGroups =
                [
                    .. items.Select((item, n) => group with
                    {
                        Name = $"group{n}",
                        Tasks = [group.Tasks[0] with { Resources = new Resources { CpuMhz = item.Cpu, MemoryMb = item.Memory } }],
                    }),
                ],
            },
        ];
    }

    private static void Large(Report report, string name, int jobs, int count, Func<(int Cpu, int Memory)> size)
    {
        var wanted = Enumerable.Range(0, jobs).Select(n => (Id: $"job{n}", Size: size())).Select(j => SchedulingRegion.Service(j.Id, count, false, j.Size.Cpu, j.Size.Memory)).ToList();
        var used = Used(wanted, 5_000);
        var bound = Math.Max(
            Bound(wanted.Sum(j => (long)CpuOf(j) * count), NodeCpu),
            Bound(wanted.Sum(j => (long)MemoryOf(j) * count), NodeMemory));
        report.Note($"{name}: {used:#,0} nodes used, {bound:#,0} at least by volume");
        report.AtMost($"{name}, above the volume's bound", 100.0 * (used - bound) / bound, "%", Bar);
    }

    private static int Used(IReadOnlyList<Job> jobs, int nodes)
    {
        var region = new SchedulingRegion(nodes, racks: 1, node => node with
        {
            Datacenter = "dc1",
            NodeClass = "",
            Resources = new NodeResources { CpuMhz = NodeCpu, MemoryMb = NodeMemory, DiskMb = 10_000_000 },
        });
        foreach (var job in jobs) region.Evaluate(region.Register(job));
        var placed = region.State.Allocations.ToArray();
        if (placed.Length != jobs.Sum(j => j.TaskGroups.Sum(g => g.Count))) throw new InvalidOperationException("not all found room");
        return placed.Select(a => a.NodeId).Distinct().Count();
    }

    // How many of each job lie on each node: alike allocations need no names.
    private static int Fewest(List<Piece> jobs)
    {
        var most = (int)(jobs.Sum(j => Math.Max(j.Cpu / (double)NodeCpu, j.Memory / (double)NodeMemory) * j.Count) * 1.5) + 2;
        var model = new CpModel();
        var opened = Enumerable.Range(0, most).Select(b => model.NewBoolVar($"open{b}")).ToArray();
        var at = jobs.Select((job, j) => opened.Select((_, b) => model.NewIntVar(0, job.Count, $"at{j}_{b}")).ToArray()).ToArray();
        for (var j = 0; j < jobs.Count; j++) model.Add(LinearExpr.Sum(at[j]) == jobs[j].Count);
        for (var b = 0; b < most; b++)
        {
            model.Add(LinearExpr.WeightedSum(at.Select(a => a[b]), jobs.Select(j => (long)j.Cpu)) <= opened[b] * NodeCpu);
            model.Add(LinearExpr.WeightedSum(at.Select(a => a[b]), jobs.Select(j => (long)j.Memory)) <= opened[b] * NodeMemory);
            if (b > 0) model.Add(opened[b] <= opened[b - 1]);
        }

        model.Minimize(LinearExpr.Sum(opened));
        var solver = new CpSolver { StringParameters = "max_time_in_seconds:5,num_workers:2" };
        solver.Solve(model);
        // What it has proved, found or not.
        return (int)Math.Ceiling(solver.BestObjectiveBound - 1e-6);
    }

    private static long Bound(long volume, int size) => (volume + size - 1) / size;

    private static int CpuOf(Job job) => job.TaskGroups[0].Tasks[0].Resources!.CpuMhz!.Value;

    private static int MemoryOf(Job job) => job.TaskGroups[0].Tasks[0].Resources!.MemoryMb!.Value;

    private sealed record Piece(int Cpu, int Memory, int Count);
}
