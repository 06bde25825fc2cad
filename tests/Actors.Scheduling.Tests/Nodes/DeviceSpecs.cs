using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Devices;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Nodes;

public class DeviceSpecs
{
    [Theory]
    [InlineData("gpu", true)]
    [InlineData("nvidia/gpu", true)]
    [InlineData("nvidia/gpu/1080ti", true)]
    [InlineData("amd/gpu", false)]
    [InlineData("nvidia/gpu/a100", false)]
    [InlineData("nvidia", false)]
    public void Devices_are_named_by_type_or_vendor_and_type_or_all_three(string name, bool placed) =>
        Assert.Equal(placed ? 1 : 0, Placed([Gpus(1, "1080ti", 2)], Asking(name)).Placed.Count);

    [Fact]
    public void An_allocation_is_told_which_devices_it_has_and_nobody_else_gets_them()
    {
        var placed = Placed([Gpus(1, "1080ti", 3)], Asking("nvidia/gpu", count: 1), 4);

        var ids = placed.Placed.SelectMany(p => p.Tasks!["main"].Devices!).SelectMany(d => d.Ids).ToList();
        Assert.Equal(["1080ti-0", "1080ti-1", "1080ti-2"], ids.Order(StringComparer.Ordinal));
        var metric = placed.Failed["app"];
        Assert.Equal(1, metric.DimensionExhausted["devices: not enough free"]);
        Assert.Equal(("device nvidia/gpu", "0 free"), (metric.Verdicts.Single().Needed, metric.Verdicts.Single().Nearest.Single().Had));
    }

    [Fact]
    public void What_runs_keeps_its_devices_when_its_plan_is_in_the_log()
    {
        var region = new Region();
        region.Add(Gpus(1, "1080ti", 2));
        var first = region.Register(Asking("gpu", 1, "first"));
        region.Settle();
        var second = region.Register(Asking("gpu", 1, "second"));
        region.Settle();
        var third = region.Register(Asking("gpu", 1, "third"));
        region.Settle();

        Assert.Equal("1080ti-0", IdOf(region.Live(first).Single()));
        Assert.Equal("1080ti-1", IdOf(region.Live(second).Single()));
        Assert.Empty(region.Live(third));

        region.Stop(first);
        region.Settle();

        Assert.Equal("1080ti-0", IdOf(region.Live(third).Single()));
    }

    [Fact]
    public void Unhealthy_devices_are_not_given_out()
    {
        var node = Gpus(1, "1080ti", 2);
        var sick = node with { Resources = node.Resources with { Devices = [node.Resources.Devices![0] with { Instances = [new DeviceInstance("1080ti-0", false, "fell off the bus"), new DeviceInstance("1080ti-1")] }] } };

        var placed = Placed([sick], Asking("gpu"), 2);

        Assert.Equal("1080ti-1", placed.Placed.Single().Tasks!["main"].Devices!.Single().Ids.Single());
        Assert.Equal(1, Placed([sick], Asking("gpu", count: 2)).Failed["app"].ConstraintFiltered["missing devices"]);
    }

    [Theory]
    [InlineData("${device.attr.memory}", ">=", "10 GiB", true)]
    [InlineData("${device.attr.memory}", ">=", "11264 MiB", true)]
    [InlineData("${device.attr.memory}", "=", "11264 MiB", true)]
    [InlineData("${device.attr.memory}", ">", "11 GiB", false)]
    [InlineData("${device.attr.memory}", ">", "11 GB", true)]
    [InlineData("${device.attr.memory}", "<", "1 W", false)]
    [InlineData("${device.model}", "=", "1080ti", true)]
    [InlineData("${device.vendor}", "!=", "nvidia", false)]
    [InlineData("${device.attr.cuda}", "version", ">= 12.0", true)]
    [InlineData("${device.attr.missing}", "=", "x", false)]
    public void Constraints_look_at_the_device_with_its_units(string left, string @operator, string right, bool placed) =>
        Assert.Equal(placed ? 1 : 0, Placed([Gpus(1, "1080ti", 1)], Asking("gpu", constraint: new Constraint { LeftTarget = left, Operand = @operator, RightTarget = right })).Placed.Count);

    [Fact]
    public void Single_devices_can_be_asked_for_by_their_ids()
    {
        var placed = Placed([Gpus(1, "1080ti", 3)], Asking("gpu", constraint: new Constraint { LeftTarget = "${device.ids}", Operand = Operands.SetContainsAny, RightTarget = "1080ti-2,other" }), 2);

        Assert.Equal("1080ti-2", placed.Placed.Single().Tasks!["main"].Devices!.Single().Ids.Single());
    }

    [Theory]
    [InlineData(50, "a100", 1.0)]
    [InlineData(-50, "1080ti", 0.0)]
    public void An_affinity_chooses_among_devices_and_counts_in_the_score(int weight, string model, double score)
    {
        var both = Gpus(1, "1080ti", 1) with { Resources = Gpus(1, "1080ti", 1).Resources with { Devices = [DeviceOf("1080ti", 1), DeviceOf("a100", 1)] } };
        var job = Asking("gpu", affinity: new Affinity { LeftTarget = "${device.model}", Operand = "=", RightTarget = "a100", Weight = weight });

        var placed = Placed([both], job);

        Assert.Equal(model, placed.Placed.Single().Tasks!["main"].Devices!.Single().Name);
        Assert.Equal(score, placed.Metrics[0].ScoreMetaData[0].Scores["devices"]);
    }

    [Fact]
    public void A_node_with_the_liked_devices_is_preferred()
    {
        var job = Asking("gpu", affinity: new Affinity { LeftTarget = "${device.model}", Operand = "=", RightTarget = "a100", Weight = 50 });

        var placed = Placed([Gpus(1, "1080ti", 1), Gpus(2, "a100", 1), Gpus(3, "t4", 1)], job);

        Assert.Equal(Any.Node(2).Id, placed.Placed.Single().NodeId);
    }

    [Fact]
    public void The_holder_of_a_device_makes_room_and_nobody_else()
    {
        var region = new Region();
        region.Add(Gpus(1, "1080ti", 1));
        region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
        var bystander = region.Register(Any.Job("bystander", cpu: 100) with { Priority = 10 });
        var holder = region.Register(Asking("gpu", 1, "holder") with { Priority = 20 });
        region.Settle();

        var urgent = region.Register(Asking("gpu", 1, "urgent") with { Priority = 90 });
        region.Settle();

        Assert.Single(region.Live(urgent));
        Assert.Single(region.Live(bystander));
        Assert.Empty(region.Live(holder));
    }

    [Theory]
    [InlineData("1 GiB", 1073741824.0)]
    [InlineData("1GiB", 1073741824.0)]
    [InlineData("1.5 kB", 1500.0)]
    [InlineData("250 mW", 0.25)]
    [InlineData("1.4 GHz", 1.4e9)]
    public void Quantities_are_read_in_their_base(string text, double expected)
    {
        Assert.True(DeviceQuantity.TryParse(text, out var quantity));
        Assert.Equal(expected, quantity.Value, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GiB")]
    [InlineData("12")]
    [InlineData("12 parsecs")]
    public void What_has_no_known_unit_is_no_quantity(string text) => Assert.False(DeviceQuantity.TryParse(text, out _));

    [Fact]
    public void No_device_is_ever_held_twice() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 4], Gen.Select(Gen.Int[1, 3], Gen.Int[0, 5], Gen.Bool).Array[1, 10]).Sample(
            (nodes, steps) =>
            {
                var region = new Region();
                region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
                for (var i = 0; i < nodes.Length; i++) region.Add(Gpus(i + 1, "1080ti", nodes[i]));
                foreach (var (count, which, stop) in steps)
                {
                    var job = Asking("gpu", count, $"job{which}") with { Priority = 10 + (which * 15) };
                    if (stop && region.State.FindJob(Any.IdOf(job)) is { } known) region.Stop(known.Job);
                    else region.Register(job);
                    region.Settle();
                    foreach (var node in region.State.Nodes)
                    {
                        var held = region.State.AllocationsOfNode(node.Id).Where(a => !a.Terminal).SelectMany(a => a.Resources.Tasks["main"].Devices!).SelectMany(d => d.Ids).ToList();
                        Assert.Equal(held.Count, held.Distinct().Count());
                        Assert.All(held, id => Assert.Contains(node.Resources.Devices![0].Instances, i => i.Id == id));
                    }
                }
            },
            iter: 100);

    private static string IdOf(Allocation allocation) => allocation.Resources.Tasks["main"].Devices!.Single().Ids.Single();

    private static PlaceResult Placed(Node[] nodes, Job job, int count = 1)
    {
        var region = new Region();
        region.Add(nodes);
        var registered = region.Register(job with { TaskGroups = [job.TaskGroups[0] with { Count = count }] });
        return region.Place(region.Request(registered, count), registered);
    }

    private static Node Gpus(int number, string model, int count)
    {
        var node = Any.Node(number);
        return node with { Resources = node.Resources with { Devices = [DeviceOf(model, count)] } };
    }

    private static NodeDevice DeviceOf(string model, int count) => new(
        "nvidia",
        "gpu",
        model,
        [.. Enumerable.Range(0, count).Select(i => new DeviceInstance($"{model}-{i}"))],
        new Dictionary<string, string> { ["memory"] = "11 GiB", ["cuda"] = "12.4" }.ToEquatableMap());

    private static Job Asking(string name, int count = 1, string id = "train", Constraint? constraint = null, Affinity? affinity = null)
    {
        var job = Any.Job(id, cpu: 100, memory: 64);
        var device = new RequestedDevice { Name = name, Count = (ulong)count, Constraints = constraint is null ? [] : [constraint], Affinities = affinity is null ? [] : [affinity] };
        var task = job.TaskGroups[0].Tasks[0];
        return job with { TaskGroups = [job.TaskGroups[0] with { Tasks = [task with { Resources = task.Resources! with { Devices = [device] } }] }] };
    }
}
