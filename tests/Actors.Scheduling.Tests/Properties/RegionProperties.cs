using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Nodes;
using Actors.Scheduling.Reconciliation;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Properties;

/// <summary>What holds whatever happens: random clusters, jobs and histories.</summary>
public class RegionProperties
{
    private static readonly Gen<(int Cpu, int Memory, int Rack, bool Windows)> NodeGen =
        Gen.Select(Gen.Int[500, 8000], Gen.Int[512, 16_000], Gen.Int[0, 3], Gen.Bool);

    private static readonly Gen<JobDraw> JobGen = Gen.Select(
        Gen.Int[0, 6],
        Gen.Int[50, 3000],
        Gen.Int[32, 4000],
        Gen.Int[0, 5],
        Gen.Int[0, 2],
        Gen.Int[0, 3],
        (count, cpu, memory, flavour, ports, update) => new JobDraw(count, cpu, memory, flavour, ports, update));

    private static readonly Gen<(int Kind, int Which, JobDraw Job)> StepGen = Gen.Select(Gen.Int[0, 8], Gen.Int[0, 9], JobGen);

    [Fact]
    public void Whatever_happens_no_node_is_over_its_capacity_and_no_port_is_held_twice_and_constraints_hold() =>
        Gen.Select(NodeGen.Array[1, 8], StepGen.Array[1, 12]).Sample(
            (nodes, steps) =>
            {
                var region = Begin(nodes);
                foreach (var (kind, which, job) in steps)
                {
                    Step(region, nodes, kind, which, job);
                    region.Settle();
                    CheckNodes(region);
                    CheckJobs(region);
                }
            },
            iter: 150);

    [Fact]
    public void A_version_that_newly_asks_for_distinct_places_ends_with_none_of_its_allocations_in_anothers_way() =>
        Gen.Select(NodeGen.Array[1, 8], Gen.Int[1, 8], Gen.Bool.Select(hosts => hosts ? 2 : 5), Gen.Int[0, 3]).Sample(
            (nodes, count, flavour, update) =>
            {
                var region = Begin(nodes);
                var plain = new JobDraw(count, 100, 64, Flavour: 0, Ports: 0, update);
                region.Register(plain.ToJob("web"));
                region.Settle();
                var job = region.Register((plain with { Flavour = flavour }).ToJob("web"));
                region.Settle();
                CheckNodes(region);
                var taken = region.Live(job).Where(a => a.JobVersion == job.Version).Select(a => region.State.FindNode(a.NodeId)!).ToList();
                if (flavour == 2) Assert.Equal(taken.Count, taken.Distinct().Count());
                else Assert.All(taken.GroupBy(n => n.Meta["rack"]), rack => Assert.True(rack.Count() <= 2, "more than two in a rack"));
            },
            iter: 200);

    [Fact]
    public void What_has_settled_has_nothing_to_change_and_counts_are_met_or_explained() =>
        Gen.Select(NodeGen.Array[1, 8], StepGen.Array[1, 12]).Sample(
            (nodes, steps) =>
            {
                var region = Begin(nodes);
                foreach (var (kind, which, job) in steps) Step(region, nodes, kind, which, job);
                region.Settle();
                // Delayed reschedules come due.
                region.Now = region.Now.AddHours(2);
                region.Settle();
                foreach (var job in region.State.Jobs.Select(j => j.Job))
                {
                    var blocked = region.State.EvaluationsOfJob(Any.IdOf(job)).Any(e => e.Status == Contracts.Evaluations.EvaluationStatus.Blocked);
                    var result = Reconciler.Reconcile(region.State, Any.Evaluation(job, 7), region.Now, Any.Ids());
                    if (blocked) continue;
                    Assert.True(result.Groups.Count == 0 && result.InPlaceUpdates.Count == 0, $"{job.Id} still wants {result.Groups.Sum(g => g.Slots.Count)} placements");
                    Assert.DoesNotContain(result.Stops, s => s.FollowUp is null);
                }
            },
            iter: 150);

    [Fact]
    public void The_table_that_followed_is_the_table_built_anew() =>
        Gen.Select(NodeGen.Array[1, 8], StepGen.Array[1, 12], JobGen).Sample(
            (nodes, steps, probe) =>
            {
                var region = Begin(nodes);
                foreach (var (kind, which, job) in steps)
                {
                    Step(region, nodes, kind, which, job);
                    region.Settle();
                }

                var anew = NodeTable.Build(region.State);
                Assert.Equal(0, region.Table.ReservationCount);
                Assert.Equal(anew.AllocationCount, region.Table.AllocationCount);
                foreach (var node in region.State.Nodes) Assert.Equal(anew.UseOf(node.Id), region.Table.UseOf(node.Id));

                var asked = region.Register(probe.ToJob("probe"));
                var request = region.Request(asked, probe.Count, evaluation: 77) with { DryRun = true };
                var followed = region.Table.Place(request, asked, region.State, region.Now, Any.Ids());
                var built = anew.Place(request, asked, region.State, region.Now, Any.Ids());
                Assert.Equal(built.Placed.Select(Where), followed.Placed.Select(Where));
            },
            iter: 100);

    [Fact]
    public void What_is_counted_of_a_job_says_of_it_what_each_of_its_allocations_says() =>
        Gen.Select(NodeGen.Array[1, 8], StepGen.Array[1, 12]).Sample(
            (nodes, steps) =>
            {
                var region = Begin(nodes);
                foreach (var (kind, which, job) in steps)
                {
                    Step(region, nodes, kind, which, job);
                    CheckQuiet(region);
                    region.Settle();
                    CheckQuiet(region);
                }
            },
            iter: 150);

    [Fact]
    public void The_same_history_gives_the_same_plans() =>
        Gen.Select(NodeGen.Array[1, 8], StepGen.Array[1, 8]).Sample(
            (nodes, steps) =>
            {
                var histories = Enumerable.Range(0, 2).Select(_ =>
                {
                    var region = Begin(nodes);
                    foreach (var (kind, which, job) in steps) Step(region, nodes, kind, which, job);
                    region.Settle();
                    return region.Plans.SelectMany(p => p.Placements).Select(p => (p.Id, p.NodeId, p.NameIndex, string.Join(",", p.Ports.Select(x => x.Value)))).ToList();
                }).ToList();
                Assert.Equal(histories[0], histories[1]);
            },
            iter: 60);

    private static (Contracts.NodeId, string, int, string) Where(Contracts.Evaluations.AllocationPlacement p) =>
        (p.NodeId, p.TaskGroup, p.NameIndex, string.Join(",", p.Ports.Select(x => x.Value)));

    private static Region Begin((int Cpu, int Memory, int Rack, bool Windows)[] nodes)
    {
        var region = new Region();
        for (var i = 0; i < nodes.Length; i++) region.Add(Node(i, nodes[i]));
        return region;
    }

    private static Node Node(int i, (int Cpu, int Memory, int Rack, bool Windows) drawn) => Any.Node(i + 1, drawn.Cpu, drawn.Memory) with
    {
        Attributes = new Dictionary<string, string> { ["kernel.name"] = drawn.Windows ? "windows" : "linux" },
        Meta = new Dictionary<string, string> { ["rack"] = $"r{drawn.Rack}" },
        ComputedClass = $"{drawn.Rack}{drawn.Windows}",
        Reserved = new NodeReservedResources { CpuMhz = 100, MemoryMb = 128, Ports = "22,8080" },
    };

    private static void Step(Region region, (int Cpu, int Memory, int Rack, bool Windows)[] nodes, int kind, int which, JobDraw drawn)
    {
        var node = Node(which % nodes.Length, nodes[which % nodes.Length]);
        var name = $"job{which % 4}";
        var known = region.State.FindJob(new Contracts.JobId("default", name))?.Job;
        switch (kind)
        {
            case <= 2:
                region.Register(drawn.ToJob(name) with { Type = which % 4 == 3 ? JobTypes.Batch : JobTypes.Service });
                break;
            case 3 when known is not null:
                region.Stop(known);
                break;
            case 4:
                region.Set(node, NodeStatus.Down, region.State.Jobs.Select(j => j.Job).ToList());
                break;
            case 5:
                region.Set(node, NodeStatus.Ready, region.State.Jobs.Select(j => j.Job).ToList());
                break;
            case 6:
                region.Report(AllocationClientStatus.Failed, false, [.. region.State.Allocations.Where(a => !a.Terminal).Take(which % 3)]);
                break;
            case 7:
                region.Migrate([.. region.State.Allocations.Where(a => !a.Terminal).Take(which % 3)]);
                break;
            case 8:
                region.Now = region.Now.AddMinutes(which);
                break;
        }
    }

    private static void CheckNodes(Region region)
    {
        foreach (var node in region.State.Nodes)
        {
            var live = region.State.AllocationsOfNode(node.Id).Where(a => !a.Terminal).ToList();
            Assert.True(live.Sum(a => a.Resources.TotalCpuMhz) <= node.Resources.CpuMhz - node.Reserved.CpuMhz, "cpu");
            Assert.True(live.Sum(a => a.Resources.TotalMemoryMb) <= node.Resources.MemoryMb - node.Reserved.MemoryMb, "memory");
            Assert.True(live.Sum(a => a.Resources.DiskMb) <= node.Resources.DiskMb, "disk");
            var ports = live.SelectMany(a => a.Resources.Ports).Select(p => p.Value).ToList();
            Assert.Equal(ports.Count, ports.Distinct().Count());
            Assert.DoesNotContain(ports, p => p is 22 or 8080);
        }
    }

    private static void CheckQuiet(Region region)
    {
        foreach (var job in region.State.Jobs.Select(j => j.Job).Where(QuietAllocations.MayBe))
        {
            var allocations = region.State.AllocationsOfJob(Any.IdOf(job)).ToArray();
            var looked = allocations.Length == job.TaskGroups[0].Count && allocations.All(a => a.JobVersion == job.Version && IsLeftAlone(region, a));
            if (QuietAllocations.AllAre(region.State, Any.IdOf(job), job) is { } counted) Assert.Equal(looked, counted);
        }
    }

    private static bool IsLeftAlone(Region region, Allocation allocation) =>
        allocation is { DesiredStatus: AllocationDesiredStatus.Run, ClientStatus: AllocationClientStatus.Pending or AllocationClientStatus.Running, Migrate: false, Canary: false }
        && region.State.FindNode(allocation.NodeId) is { Status: NodeStatus.Ready, Drain: null };

    private static void CheckJobs(Region region)
    {
        foreach (var job in region.State.Jobs.Select(j => j.Job))
        {
            var live = region.Live(job);
            Assert.True(
                live.Select(a => (a.TaskGroup, a.NameIndex)).Distinct().Count() == live.Count,
                $"version {job.Version} of {job.Id} has a name twice: {string.Join("; ", region.AllocationsOf(job).Select(a => $"{a.NameIndex} v{a.JobVersion} {a.DesiredStatus}/{a.ClientStatus} of {a.Id}, in place of {a.PreviousAllocation}, on {a.NodeId}, since {a.CreateIndex}"))}");
            Assert.True(live.Count <= job.TaskGroups[0].Count, $"{live.Count} of {job.TaskGroups[0].Count}");
            foreach (var allocation in live.Where(a => a.JobVersion == job.Version))
            {
                var node = region.State.FindNode(allocation.NodeId)!;
                if (job.Constraints.Any(c => c.LeftTarget == "${attr.kernel.name}")) Assert.Equal("linux", node.Attributes["kernel.name"]);
            }

            if (job.Constraints.Any(c => c.Operand == Operands.DistinctProperty) && live.All(a => a.JobVersion == job.Version))
            {
                Assert.All(live.GroupBy(a => region.State.FindNode(a.NodeId)!.Meta["rack"]), rack => Assert.True(rack.Count() <= 2, "more than two in a rack"));
            }

            if (job.Constraints.Any(c => c.Operand == Operands.DistinctHosts) && live.All(a => a.JobVersion == job.Version))
            {
                Assert.Equal(live.Count, live.Select(a => a.NodeId).Distinct().Count());
            }
        }
    }

    internal sealed record JobDraw(int Count, int Cpu, int Memory, int Flavour, int Ports, int Update)
    {
        public Job ToJob(string id)
        {
            var job = Any.Job(id, Count, Cpu, Memory);
            var group = job.TaskGroups[0];
            if (Ports == 1) group = group with { Networks = [new NetworkResource { DynamicPorts = [new Port { Label = "a" }, new Port { Label = "b" }] }] };
            if (Ports == 2) group = group with { Networks = [new NetworkResource { ReservedPorts = [new Port { Label = "http", Value = 9000 }] }] };
            if (Update > 0) group = group with { Update = new UpdateStrategy { MaxParallel = Update, ProgressDeadline = TimeSpan.FromMinutes(10) } };
            job = job with { TaskGroups = [group] };
            return Flavour switch
            {
                1 => job with { Constraints = [new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }] },
                2 => job with { Constraints = [new Constraint { Operand = Operands.DistinctHosts, RightTarget = "true" }] },
                3 => job with { Spreads = [new Spread { Attribute = "${meta.rack}", Weight = 50 }] },
                4 => job with { Affinities = [new Affinity { LeftTarget = "${meta.rack}", Operand = "=", RightTarget = "r1", Weight = 50 }] },
                5 => job with { Constraints = [new Constraint { LeftTarget = "${meta.rack}", Operand = Operands.DistinctProperty, RightTarget = "2" }] },
                _ => job,
            };
        }
    }
}
