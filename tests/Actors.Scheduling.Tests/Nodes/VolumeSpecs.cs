using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Contracts.Volumes;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Nodes;

public class VolumeSpecs
{
    [Theory]
    [InlineData(false, false, "", true)]
    [InlineData(true, false, "", false)]
    [InlineData(true, true, "", true)]
    [InlineData(true, false, "single-node-reader-only", true)]
    [InlineData(true, false, "single-node-writer", false)]
    [InlineData(false, false, "single-node-multi-writer", true)]
    public void A_volume_that_is_only_read_needs_no_more_than_one_to_read(bool nodeReadOnly, bool asksReadOnly, string accessMode, bool placed)
    {
        var region = new Region();
        region.Add(Any.Node(1) with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["data"] = new("/srv/data", nodeReadOnly) } });
        var job = region.Register(Asking(new VolumeRequest { Type = "host", Source = "data", ReadOnly = asksReadOnly, AccessMode = accessMode }));

        Assert.Equal(placed ? 1 : 0, region.Place(region.Request(job, 1), job).Placed.Count);
    }

    [Theory]
    [InlineData("default", "", false, true)]
    [InlineData("default", "single-node-writer", false, true)]
    [InlineData("default", "single-node-multi-writer", false, false)]
    [InlineData("default", "", true, false)]
    [InlineData("team", "", false, false)]
    public void A_volume_made_while_the_node_runs_is_for_its_namespace_and_its_ways_of_use(string ns, string accessMode, bool readOnly, bool placed)
    {
        var region = new Region();
        var volume = new HostVolumeInfo("/data/x", false) { Id = "x", Namespace = ns, Capabilities = [new HostVolumeCapability("file-system", "single-node-writer")] };
        region.Add(Any.Node(1) with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["data"] = volume } });
        var job = region.Register(Asking(new VolumeRequest { Type = "host", Source = "data", ReadOnly = readOnly, AccessMode = accessMode }));

        Assert.Equal(placed ? 1 : 0, region.Place(region.Request(job, 1), job).Placed.Count);
    }

    [Fact]
    public void A_job_that_waits_for_a_volume_is_placed_when_a_node_shows_it()
    {
        var region = new Region();
        region.Add(WithVolumes(1));
        var job = region.Register(Asking(new VolumeRequest { Type = "host", Source = "data" }));
        region.Settle();
        Assert.Empty(region.Live(job));

        region.Add(WithVolumes(1, "data") with { ComputedClass = "v2" });
        region.Settle();

        Assert.Single(region.Live(job));
    }

    [Fact]
    public void A_single_writer_has_its_volume_for_itself_until_it_stops()
    {
        var region = new Region();
        region.Add(WithVolumes(1, "data"));
        var sole = new VolumeRequest { Type = "host", Source = "data", AccessMode = "single-node-single-writer" };
        var first = region.Register(Asking(sole, "first"));
        region.Settle();
        var second = region.Register(Asking(sole, "second"));
        region.Settle();

        Assert.Single(region.Live(first));
        Assert.Empty(region.Live(second));
        var verdict = region.Plans[^1].FailedGroups["app"].Verdicts.Single();
        Assert.Equal(("host_volume", "another allocation writes to it"), (verdict.Check, verdict.Nearest.Single().Had));

        region.Stop(first);
        region.Settle();

        Assert.Single(region.Live(second));
    }

    [Fact]
    public void A_table_built_anew_knows_who_has_a_volume_for_itself()
    {
        var region = new Region();
        region.Add(WithVolumes(1, "data"));
        var sole = new VolumeRequest { Type = "host", Source = "data", AccessMode = "single-node-single-writer" };
        region.Register(Asking(sole, "first"));
        region.Settle();
        var second = region.Register(Asking(sole, "second"));

        var anew = Scheduling.Nodes.NodeTable.Build(region.State);

        Assert.Empty(anew.Place(region.Request(second, 1), second, region.State, region.Now, Any.Ids()).Placed);
    }

    [Fact]
    public void With_per_alloc_each_allocation_goes_where_its_own_volume_is()
    {
        var region = new Region();
        region.Add(WithVolumes(1, "data[1]"), WithVolumes(2, "data[0]", "data[2]"), WithVolumes(3));
        var job = region.Register(Asking(new VolumeRequest { Type = "host", Source = "data", PerAlloc = true }, count: 4));

        var placed = region.Place(region.Request(job, 4), job);

        Assert.Equal(["n2", "n1", "n2"], placed.Placed.Select(p => p.NodeName));
        var verdict = placed.Failed["app"].Verdicts.Single();
        Assert.Equal(("host volume data[3]", 3), (verdict.Needed, verdict.Count));
    }

    [Fact]
    public void A_sticky_volume_keeps_replacements_on_its_node()
    {
        var region = new Region();
        region.Add(WithVolumes(1, "data"), WithVolumes(2, "data"));
        var job = region.Register(Asking(new VolumeRequest { Type = "host", Source = "data", Sticky = true }));
        region.Settle();
        var before = region.Live(job).Single();

        // The other node is now the fuller one, which bin packing likes better.
        var other = before.NodeId == Any.Node(1).Id ? "2" : "1";
        region.Register(Any.Job("filler", cpu: 3000, constraints: new Constraint { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = $"n{other}" }));
        region.Settle();
        region.Register(job with { Meta = new Dictionary<string, string> { ["changed"] = "yes" }.ToEquatableMap() });
        region.Settle();

        var after = region.Live(job).Single();
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal(before.NodeId, after.NodeId);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 512)]
    public void Memory_beyond_what_is_asked_for_is_given_where_that_is_allowed(bool allowed, int expected)
    {
        var region = new Region();
        region.Add(Any.Node(1));
        region.Table.Configuration = new SchedulerConfiguration { MemoryOversubscription = allowed };
        var job = Any.Job(memory: 256);
        var task = job.TaskGroups[0].Tasks[0];
        job = region.Register(job with { TaskGroups = [job.TaskGroups[0] with { Tasks = [task with { Resources = task.Resources! with { MemoryMaxMb = 512 } }] }] });
        region.Settle();

        var held = region.Live(job).Single().Resources;
        Assert.Equal((256, expected), (held.TotalMemoryMb, held.Tasks["main"].MemoryMaxMb));
        Assert.Equal(256, region.Table.UseOf(Any.Node(1).Id)!.UsedMemoryMb);
    }

    private static Node WithVolumes(int number, params string[] names) =>
        Any.Node(number) with { HostVolumes = names.ToDictionary(n => n, n => new HostVolumeInfo($"/srv/{n}", false)) };

    private static Job Asking(VolumeRequest volume, string id = "db", int count = 1)
    {
        var job = Any.Job(id, count);
        return job with { TaskGroups = [job.TaskGroups[0] with { Volumes = new Dictionary<string, VolumeRequest> { ["data"] = volume with { Name = "data" } }.ToEquatableMap() }] };
    }
}
