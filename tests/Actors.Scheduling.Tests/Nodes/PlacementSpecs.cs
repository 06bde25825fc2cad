using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Nodes;

public class PlacementSpecs
{
    [Fact]
    public void The_fullest_node_that_fits_is_chosen()
    {
        var region = new Region();
        var (empty, busy) = (Any.Node(1), Any.Node(2));
        region.Add(empty, busy);
        Fill(region, busy, 2000, 4096);

        var job = region.Register(Any.Job());
        var placed = region.Place(region.Request(job, 1), job);

        Assert.Equal(busy.Id, placed.Placed.Single().NodeId);
    }

    [Fact]
    public void Reserved_resources_are_kept_from_allocations()
    {
        var region = new Region();
        region.Add(Any.Node(1, cpu: 1000, memory: 1000) with { Reserved = new NodeReservedResources { CpuMhz = 600, MemoryMb = 100 } });

        var job = region.Register(Any.Job(cpu: 500, memory: 100));
        var placed = region.Place(region.Request(job, 1), job);

        var failed = Assert.Single(placed.Failed).Value;
        Assert.Equal(1, failed.DimensionExhausted["cpu"]);
        Assert.Equal("400 MHz free", failed.Verdicts.Single().Nearest.Single().Had);
    }

    [Fact]
    public void What_finds_no_room_is_explained_by_node_name_the_nearest_first()
    {
        var region = new Region();
        region.Add([.. Enumerable.Range(1, 12).Select(i => Any.Node(i, memory: 200 + i))]);

        var job = region.Register(Any.Job(count: 3, memory: 512));
        var placed = region.Place(region.Request(job, 3), job);

        var metric = placed.Failed["app"];
        Assert.Equal(2, metric.CoalescedFailures);
        Assert.Equal((12, 0, 12), (metric.NodesEvaluated, metric.NodesFiltered, metric.NodesExhausted));
        var verdict = Assert.Single(metric.Verdicts);
        Assert.Equal(("memory", "memory 512 MiB", 12), (verdict.Check, verdict.Needed, verdict.Count));
        Assert.Equal(10, verdict.Nearest.Count);
        Assert.Equal(("n12", "212 MiB free"), (verdict.Nearest[0].NodeName, verdict.Nearest[0].Had));
    }

    [Fact]
    public void An_impossible_constraint_is_explained_with_what_the_nodes_have()
    {
        var region = new Region();
        region.Add(Any.Node(1) with { Attributes = new Dictionary<string, string>() }, Any.Node(2));

        var job = region.Register(Any.Job(constraints: new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "windows" }));
        var metric = region.Place(region.Request(job, 1), job).Failed["app"];

        Assert.Equal(2, metric.ConstraintFiltered["${attr.kernel.name} = windows"]);
        var verdict = Assert.Single(metric.Verdicts);
        Assert.Equal(("constraint", "${attr.kernel.name} = windows", 2), (verdict.Check, verdict.Needed, verdict.Count));
        Assert.Equal([("n2", "linux"), ("n1", "not set")], verdict.Nearest.Select(n => (n.NodeName, n.Had)));
    }

    [Fact]
    public void A_missing_or_unhealthy_driver_rules_a_node_out()
    {
        var region = new Region();
        region.Add(
            Any.Node(1) with { Drivers = new Dictionary<string, DriverInfo>() },
            Any.Node(2) with { Drivers = new Dictionary<string, DriverInfo> { ["docker"] = Any.Healthy("docker") with { Healthy = false, HealthDescription = "socket refused" } } });

        var job = region.Register(Any.Job());
        var metric = region.Place(region.Request(job, 1), job).Failed["app"];

        Assert.Equal(2, metric.ConstraintFiltered["missing drivers"]);
        Assert.Equal(["not detected", "not healthy: socket refused"], metric.Verdicts.Single().Nearest.Select(n => n.Had));
    }

    [Theory]
    [InlineData("dc2", "default", 1)]
    [InlineData("dc*", "default", 2)]
    [InlineData("dc1", "default", 1)]
    [InlineData("*", "gpu", 1)]
    [InlineData("*", "all", 3)]
    [InlineData("eu-*", "default", 0)]
    public void Datacenters_and_pool_narrow_the_nodes(string datacenters, string pool, int expected)
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2, datacenter: "dc2"), Any.Node(3) with { NodePool = "gpu" });

        var job = region.Register(Any.Job(count: 3, cpu: 3000) with { Datacenters = [datacenters], NodePool = pool });

        Assert.Equal(expected, region.Place(region.Request(job, 3), job).Placed.Count);
    }

    [Theory]
    [InlineData(NodeStatus.Down, NodeEligibility.Eligible, false, "status")]
    [InlineData(NodeStatus.Ready, NodeEligibility.Ineligible, false, "eligibility")]
    [InlineData(NodeStatus.Ready, NodeEligibility.Ineligible, true, "drain")]
    public void Nodes_that_are_not_ready_and_eligible_get_nothing(NodeStatus status, NodeEligibility eligibility, bool draining, string check)
    {
        var region = new Region();
        region.Add(Any.Node(1) with { Status = status, Eligibility = eligibility, Drain = draining ? new DrainStrategy(null, false, Any.Now) : null });

        var job = region.Register(Any.Job());
        var metric = region.Place(region.Request(job, 1), job).Failed["app"];

        Assert.Equal(check, metric.Verdicts.Single().Check);
        Assert.Equal(0, metric.NodesEvaluated);
    }

    [Fact]
    public void A_static_port_is_given_once_per_node_and_its_holder_is_named()
    {
        var region = new Region();
        region.Add(Any.Node(1));
        var job = region.Register(WithPorts(Any.Job(count: 2), [new Port { Label = "http", Value = 8080 }], []));

        var placed = region.Place(region.Request(job, 2), job);

        var holder = Assert.Single(placed.Placed);
        Assert.Equal(8080, holder.Ports.Single().Value);
        Assert.Equal("10.0.0.1", holder.Ports.Single().HostIp);
        var verdict = Assert.Single(placed.Failed["app"].Verdicts);
        Assert.Equal("port 8080 (http)", verdict.Needed);
        Assert.Equal($"8080 held by {holder.Id.Short}", verdict.Nearest.Single().Had);
    }

    [Fact]
    public void Dynamic_ports_are_in_range_never_twice_and_the_same_for_the_same_question()
    {
        var job = WithPorts(Any.Job(count: 20, cpu: 10, memory: 10), [], [new Port { Label = "a" }, new Port { Label = "b", To = -1 }]);
        var answers = Enumerable.Range(0, 2).Select(_ =>
        {
            var region = new Region();
            region.Add(Any.Node(1));
            var registered = region.Register(job);
            return region.Place(region.Request(registered, 20), registered).Placed.SelectMany(p => p.Ports).ToList();
        }).ToList();

        Assert.Equal(40, answers[0].Select(p => p.Value).Distinct().Count());
        Assert.All(answers[0], p => Assert.InRange(p.Value, 20000, 32000));
        Assert.All(answers[0].Where(p => p.Label == "b"), p => Assert.Equal(p.Value, p.To));
        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public void Ports_run_out()
    {
        var region = new Region();
        var node = Any.Node(1);
        region.Add(node with { Resources = node.Resources with { MinDynamicPort = 20000, MaxDynamicPort = 20002 }, Reserved = new NodeReservedResources { Ports = "20001" } });
        var job = region.Register(WithPorts(Any.Job(count: 3, cpu: 10, memory: 10), [], [new Port { Label = "a" }]));

        var placed = region.Place(region.Request(job, 3), job);

        Assert.Equal([20000, 20002], placed.Placed.SelectMany(p => p.Ports).Select(p => p.Value).Order());
        Assert.Equal(1, placed.Failed["app"].DimensionExhausted["network: dynamic port selection failed"]);
    }

    [Fact]
    public void The_older_form_of_ports_in_a_tasks_resources_works()
    {
        var region = new Region();
        region.Add(Any.Node(1));
        var group = Any.Group("cache");
        var network = new NetworkResource { MBits = 10, DynamicPorts = [new Port { Label = "db" }] };
        var job = region.Register(Any.Job() with { TaskGroups = [group with { Tasks = [group.Tasks[0] with { Resources = group.Tasks[0].Resources! with { Networks = [network] } }] }] });

        var port = region.Place(region.Request(job, 1, group: "cache"), job).Placed.Single().Ports.Single();

        Assert.Equal(("db", "main"), (port.Label, port.Task));
    }

    [Fact]
    public void A_job_spreads_itself_over_nodes_when_they_are_otherwise_alike()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job(count: 2, cpu: 10, memory: 10));

        var placed = region.Place(region.Request(job, 2), job).Placed;

        Assert.Equal(2, placed.Select(p => p.NodeId).Distinct().Count());
    }

    [Fact]
    public void Distinct_hosts_lets_only_one_on_a_node()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job(count: 3, constraints: new Constraint { Operand = Operands.DistinctHosts, RightTarget = "true" }));

        var placed = region.Place(region.Request(job, 3), job);

        Assert.Equal(2, placed.Placed.Select(p => p.NodeId).Distinct().Count());
        Assert.Equal(2, placed.Failed["app"].ConstraintFiltered["distinct_hosts"]);
    }

    [Fact]
    public void Distinct_property_limits_how_many_share_a_value()
    {
        var region = new Region();
        region.Add([.. Enumerable.Range(0, 6).Select(i => Rack(i, i % 2))]);
        var job = region.Register(Any.Job(count: 6, constraints: new Constraint { LeftTarget = "${meta.rack}", Operand = Operands.DistinctProperty, RightTarget = "2" }));

        var placed = region.Place(region.Request(job, 6), job);

        Assert.Equal([2, 2], placed.Placed.GroupBy(p => RackOf(region, p.NodeId)).Select(g => g.Count()));
        Assert.Equal("distinct_property", placed.Failed["app"].Verdicts.First().Check);
    }

    [Fact]
    public void An_even_spread_uses_every_value_alike()
    {
        var region = new Region();
        region.Add([.. Enumerable.Range(0, 20).Select(i => Rack(i, i % 5))]);
        var job = region.Register(Any.Job(count: 50, cpu: 50, memory: 50) with { Spreads = [new Spread { Attribute = "${meta.rack}", Weight = 100 }] });

        var placed = region.Place(region.Request(job, 50), job).Placed;

        Assert.All(placed.GroupBy(p => RackOf(region, p.NodeId)), rack => Assert.Equal(10, rack.Count()));
    }

    [Fact]
    public void Spread_targets_are_met()
    {
        var region = new Region();
        region.Add([.. Enumerable.Range(0, 20).Select(i => Any.Node(i + 1, datacenter: i % 2 == 0 ? "dc1" : "dc2") with { ComputedClass = $"c{i % 2}" })]);
        var spread = new Spread { Attribute = "${node.datacenter}", Weight = 100, SpreadTargets = [new SpreadTarget { Value = "dc1", Percent = 70 }, new SpreadTarget { Value = "dc2", Percent = 30 }] };
        var job = region.Register(Any.Job(count: 10, cpu: 50, memory: 50) with { Spreads = [spread] });

        var placed = region.Place(region.Request(job, 10), job).Placed;

        Assert.Equal(7, placed.Count(p => region.State.FindNode(p.NodeId)!.Datacenter == "dc1"));
    }

    [Theory]
    [InlineData(100, "n1")]
    [InlineData(-100, "n2")]
    public void An_affinity_draws_near_or_drives_away(int weight, string expected)
    {
        var region = new Region();
        region.Add(Any.Node(1) with { NodeClass = "ssd", ComputedClass = "v2" }, Any.Node(2));
        var job = region.Register(Any.Job() with { Affinities = [new Affinity { LeftTarget = "${node.class}", Operand = "=", RightTarget = "ssd", Weight = weight }] });

        var result = region.Place(region.Request(job, 1), job);

        Assert.Equal(expected, result.Placed.Single().NodeName);
        var scores = result.Metrics[0].ScoreMetaData;
        Assert.Equal(weight / 100.0, scores.Single(s => s.NodeName == "n1").Scores["node-affinity"]);
    }

    [Fact]
    public void A_node_where_it_failed_is_avoided()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        Fill(region, Any.Node(1), 2000, 4096);
        var job = region.Register(Any.Job());
        var request = region.Request(job, 1) with { Groups = [new GroupPlacement("app", [new PlacementSlot(0, PenaltyNodes: [Any.Node(1).Id])])] };

        var result = region.Place(request, job);

        Assert.Equal("n2", result.Placed.Single().NodeName);
        Assert.Equal(-1, result.Metrics[0].ScoreMetaData.Single(s => s.NodeName == "n1").Scores["node-reschedule-penalty"]);
    }

    [Fact]
    public void Scores_are_the_mean_of_their_components()
    {
        var region = new Region();
        region.Add(Any.Node(1));
        var job = region.Register(Any.Job(count: 4, cpu: 400, memory: 512));

        var result = region.Place(region.Request(job, 2), job);

        var second = result.Metrics[1].ScoreMetaData.Single();
        Assert.Equal(-2.0 / 4, second.Scores["job-anti-affinity"]);
        Assert.Equal((second.Scores["binpack"] + second.Scores["job-anti-affinity"]) / 2, second.NormScore, 1e-12);
    }

    [Fact]
    public void Host_volumes_are_needed_where_they_are_asked_for()
    {
        var region = new Region();
        region.Add(
            Any.Node(1) with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["data"] = new("/data", true) } },
            Any.Node(2) with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["data"] = new("/data", false) } },
            Any.Node(3));
        var group = Any.Group("app", 2) with { Volumes = Contracts.Collections.EquatableMap.Of(("d", new VolumeRequest { Name = "d", Type = "host", Source = "data" })) };
        var job = region.Register(Any.Job() with { TaskGroups = [group] });

        var placed = region.Place(region.Request(job, 2), job).Placed;

        Assert.Equal(["n2", "n2"], placed.Select(p => p.NodeName));
    }

    [Fact]
    public void A_reservation_holds_until_it_is_released_or_expires()
    {
        var region = new Region();
        region.Add(Any.Node(1, cpu: 500));
        var job = region.Register(Any.Job(cpu: 500));
        var first = region.Request(job, 1, evaluation: 1);

        Assert.Single(region.Place(first, job).Placed);
        Assert.Empty(region.Place(region.Request(job, 1, evaluation: 2), job).Placed);
        Assert.True(region.Table.Release(first.EvaluationId));
        Assert.Single(region.Place(region.Request(job, 1, evaluation: 2), job).Placed);

        region.Now = region.Now.AddMinutes(2);
        Assert.Equal(1, region.Table.Expire(region.Now));
        Assert.Equal(0, region.Table.UseOf(Any.Node(1).Id)!.UsedCpuMhz);
    }

    [Fact]
    public void A_dry_run_reserves_nothing()
    {
        var region = new Region();
        region.Add(Any.Node(1, cpu: 500));
        var job = region.Register(Any.Job(cpu: 500));

        Assert.Single(region.Place(region.Request(job, 1) with { DryRun = true }, job).Placed);
        Assert.Equal(0, region.Table.UseOf(Any.Node(1).Id)!.UsedCpuMhz);
    }

    [Fact]
    public void All_at_once_places_all_or_nothing()
    {
        var region = new Region();
        region.Add(Any.Node(1, cpu: 500));
        var job = region.Register(Any.Job(count: 2, cpu: 500));

        var result = region.Place(region.Request(job, 2) with { AllAtOnce = true }, job);

        Assert.Empty(result.Placed);
        Assert.Equal(0, region.Table.ReservationCount);
    }

    [Fact]
    public void What_the_plan_stops_makes_room_for_it()
    {
        var region = new Region();
        region.Add(Any.Node(1, cpu: 500));
        var job = region.Register(WithPorts(Any.Job(cpu: 500), [new Port { Label = "http", Value = 80 }], []));
        region.Settle();
        var old = region.Live(job).Single();
        var request = region.Request(job, 1, evaluation: 9) with
        {
            Groups = [new GroupPlacement("app", [new PlacementSlot(0, old.Id)])],
            Stopping = [old.Id],
        };

        var placed = region.Place(request, job).Placed.Single();

        Assert.Equal(80, placed.Ports.Single().Value);
        region.Table.Release(request.EvaluationId);
        Assert.Equal(500, region.Table.UseOf(Any.Node(1).Id)!.UsedCpuMhz);
        Assert.Empty(region.Place(region.Request(job, 1, evaluation: 10), job).Placed);
    }

    private static void Fill(Region region, Node node, int cpu, int memory)
    {
        var filler = region.Register(Any.Job("filler", cpu: cpu, memory: memory, constraints: new Constraint { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = node.Name }));
        region.Settle();
        Assert.Single(region.Live(filler));
    }

    private static Job WithPorts(Job job, IEnumerable<Port> @static, IEnumerable<Port> dynamic) => job with
    {
        TaskGroups = [job.TaskGroups[0] with { Networks = [new NetworkResource { ReservedPorts = [.. @static], DynamicPorts = [.. dynamic] }] }],
    };

    private static Node Rack(int number, int rack) => Any.Node(number + 1) with
    {
        Meta = new Dictionary<string, string> { ["rack"] = $"r{rack}" },
        ComputedClass = $"rack{rack}",
    };

    private static string RackOf(Region region, NodeId node) => region.State.FindNode(node)!.Meta["rack"];
}
