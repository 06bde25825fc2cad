using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;
using Actors.Scheduling.Tests.Support;
using Actors.Scheduling.Volumes;

namespace Actors.Scheduling.Tests.Volumes;

public class HostVolumePlacementSpecs
{
    private readonly Region _region = new();

    [Fact]
    public void A_volume_goes_to_the_node_that_fits_and_has_the_fewest()
    {
        var full = Able(1) with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["other"] = new("/x", false) } };
        _region.Add(full, Able(2), Able(3, "gpu"));

        Assert.Equal("n2", Chosen(new HostVolume { Name = "data", NodePool = "default" }));
        Assert.Equal("n3", Chosen(new HostVolume { Name = "data", NodePool = "gpu" }));
        Assert.Equal("n1", Chosen(new HostVolume { Name = "data", Constraints = [Is("${node.unique.name}", "n1")] }));
    }

    [Fact]
    public void Why_no_node_will_do_is_told_by_reason_and_number()
    {
        var taken = Able(1) with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["data"] = new("/x", false) } };
        _region.Add(taken, Able(2), Able(3), Any.Node(4), Able(5, "gpu"));

        var (node, why) = HostVolumePlacement.Choose(_region.State, new HostVolume { Name = "data", NodePool = "default", Constraints = [Is("${attr.cpu.arch}", "riscv")] });

        Assert.Null(node);
        Assert.Equal(
            "none of 5 nodes will do: 2 not fulfilling ${attr.cpu.arch} = riscv; 1 not in pool \"default\"; 1 with a volume \"data\" already; 1 without the volume plugin mkdir", why);
    }

    [Fact]
    public void A_node_that_is_named_must_fit_too()
    {
        _region.Add(Able(1));
        var wanted = new HostVolume { Name = "data", NodeId = Any.Node(1).Id.ToString() };

        Assert.Equal("n1", Chosen(wanted));
        Assert.Contains("not fulfilling", HostVolumePlacement.Choose(_region.State, wanted with { Constraints = [Is("${attr.cpu.arch}", "riscv")] }).Why, StringComparison.Ordinal);
        Assert.Contains("does not exist", HostVolumePlacement.Choose(_region.State, wanted with { NodeId = Any.Node(2).Id.ToString() }).Why, StringComparison.Ordinal);
    }

    private string? Chosen(HostVolume wanted) => HostVolumePlacement.Choose(_region.State, wanted).Node?.Name;

    private static Constraint Is(string attribute, string value) => new() { LeftTarget = attribute, Operand = "=", RightTarget = value };

    private static Node Able(int number, string pool = "default") => Any.Node(number) with
    {
        NodePool = pool,
        Attributes = new Dictionary<string, string>(Any.Node(number).Attributes) { [HostVolume.MkdirAttribute] = "0.0.1" },
    };
}
