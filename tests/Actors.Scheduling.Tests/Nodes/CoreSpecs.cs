using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Nodes;

public class CoreSpecs
{
    [Fact]
    public void The_lowest_numbered_free_cores_are_given_and_their_share_of_the_cpu_with_them()
    {
        var region = new Region();
        region.Add(Node(1, cores: 4, cpu: 8000));
        var job = region.Register(Asking(2, count: 2));

        var placed = region.Place(region.Request(job, 2), job);

        Assert.Equal([[0, 1], [2, 3]], placed.Placed.Select(p => p.Tasks!["main"].Cores!));
        Assert.All(placed.Placed, p => Assert.Equal(4000, p.Tasks!["main"].CpuMhz));
        Assert.Equal(8000, region.Table.UseOf(Any.Node(1).Id)!.UsedCpuMhz);
    }

    [Fact]
    public void Cores_that_are_reserved_for_the_host_are_left_out()
    {
        var region = new Region();
        region.Add(Node(1, cores: 4, cpu: 8000) with { Reserved = new NodeReservedResources { Cores = "0,2" } });
        var job = region.Register(Asking(1, count: 3));

        var placed = region.Place(region.Request(job, 3), job);

        Assert.Equal([1, 3], placed.Placed.Select(p => p.Tasks!["main"].Cores!.Single()));
        var metric = placed.Failed["app"];
        Assert.Equal(1, metric.DimensionExhausted["cores"]);
        Assert.Equal("0 cores free", metric.Verdicts.Single().Nearest.Single().Had);
    }

    [Fact]
    public void Cores_of_what_has_stopped_are_given_again_the_lowest_first()
    {
        var region = new Region();
        region.Add(Node(1, cores: 3, cpu: 6000));
        var first = region.Register(Asking(1, "first"));
        region.Settle();
        region.Register(Asking(1, "second"));
        region.Settle();
        region.Stop(first);
        region.Settle();

        var third = region.Register(Asking(2, "third"));
        region.Settle();

        Assert.Equal([0, 2], region.Live(third).Single().Resources.Tasks["main"].Cores!);
    }

    [Fact]
    public void Shares_and_whole_cores_share_the_nodes_cpu()
    {
        var region = new Region();
        region.Add(Node(1, cores: 4, cpu: 8000));
        region.Register(Any.Job("shares", cpu: 5000));
        region.Settle();
        var job = region.Register(Asking(2, "cores"));

        var metric = region.Place(region.Request(job, 1), job).Failed["app"];

        Assert.Equal(1, metric.DimensionExhausted["cpu"]);
    }

    [Fact]
    public void More_cores_than_a_node_has_are_said_to_be_too_many_cores()
    {
        var region = new Region();
        region.Add(Node(1, cores: 4, cpu: 8000));
        var job = region.Register(Asking(5, "wide"));

        var verdict = region.Place(region.Request(job, 1), job).Failed["app"].Verdicts.Single();

        Assert.Equal(("cores", "cores 5", "4 cores free"), (verdict.Check, verdict.Needed, verdict.Nearest.Single().Had));
    }

    [Fact]
    public void The_holder_of_cores_makes_room()
    {
        var region = new Region();
        region.Add(Node(1, cores: 2, cpu: 8000));
        region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
        var holder = region.Register(Asking(2, "holder") with { Priority = 20 });
        region.Settle();

        var urgent = region.Register(Asking(1, "urgent") with { Priority = 90 });
        region.Settle();

        Assert.Single(region.Live(urgent));
        Assert.Empty(region.Live(holder));
    }

    [Fact]
    public void No_core_is_ever_held_twice_and_none_that_is_reserved() =>
        Gen.Select(Gen.Int[1, 6].Array[1, 4], Gen.Select(Gen.Int[1, 3], Gen.Int[0, 5], Gen.Bool).Array[1, 10]).Sample(
            (nodes, steps) =>
            {
                var region = new Region();
                for (var i = 0; i < nodes.Length; i++) region.Add(Node(i + 1, nodes[i], 2000 * nodes[i]) with { Reserved = new NodeReservedResources { Cores = "1" } });
                foreach (var (cores, which, stop) in steps)
                {
                    var job = Asking(cores, $"job{which}");
                    if (stop && region.State.FindJob(Any.IdOf(job)) is { } known) region.Stop(known.Job);
                    else region.Register(job);
                    region.Settle();
                    foreach (var node in region.State.Nodes)
                    {
                        var held = region.State.AllocationsOfNode(node.Id).Where(a => !a.Terminal).SelectMany(a => a.Resources.Tasks["main"].Cores!).ToList();
                        Assert.Equal(held.Count, held.Distinct().Count());
                        Assert.All(held, core => Assert.True(core != 1 && core < node.Resources.CpuCores));
                    }
                }
            },
            iter: 100);

    private static Node Node(int number, int cores, int cpu)
    {
        var node = Any.Node(number, cpu: cpu);
        return node with { Resources = node.Resources with { CpuCores = cores } };
    }

    private static Job Asking(int cores, string id = "batch", int count = 1)
    {
        var job = Any.Job(id, count, memory: 64);
        var task = job.TaskGroups[0].Tasks[0];
        return job with { TaskGroups = [job.TaskGroups[0] with { Tasks = [task with { Resources = new Resources { Cores = cores, CpuMhz = 0, MemoryMb = 64 } }] }] };
    }
}
