using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;
using Actors.State.Volumes;
using Xunit;

namespace Actors.State.Tests;

/// <summary>Directories on nodes that are made while the nodes run.</summary>
public sealed class HostVolumeSpecs
{
    private readonly TestRegion region = new();
    private readonly Node node;

    public HostVolumeSpecs()
    {
        var id = region.AddNode("n1");
        node = region.State.FindNode(id)!;
    }

    [Fact]
    public void A_volume_gets_what_it_left_unsaid_and_survives_a_snapshot()
    {
        var accepted = (CommandAccepted)region.Send(new ApplyHostVolume(region.Context(), Wanted()));

        var made = region.State.Operator.HostVolumes.Values.Single();
        Assert.Equal((HostVolume.Mkdir, "default", accepted.Index, accepted.Index), (made.PluginId, made.NodePool, made.CreateIndex, made.ModifyIndex));
        Assert.Equal([new HostVolumeCapability("file-system", "single-node-writer")], made.RequestedCapabilities);
        Assert.Equal(region.State.Operator, RegionState.FromChunks(region.State.ToChunks()).Operator);
        Assert.Contains(node.Id, region.Changes.Nodes);
    }

    [Fact]
    public void A_volume_is_ready_while_its_node_lives_and_shows_it()
    {
        region.Send(new ApplyHostVolume(region.Context(), Wanted()));
        Assert.Equal(HostVolumes.Pending, Status());

        Shows("another volume");
        Assert.Equal(HostVolumes.Pending, Status());
        Shows(Wanted().Id);
        Assert.Equal(HostVolumes.Ready, Status());
        region.Send(new UpdateNodeStatus(region.Context(), node.Id, NodeStatus.Down, "no heartbeat"));
        Assert.Equal(HostVolumes.Unavailable, Status());
        region.Send(new PurgeNode(region.Context(), node.Id));
        Assert.Equal(HostVolumes.Unavailable, Status());
    }

    [Fact]
    public void A_volume_in_use_is_neither_changed_nor_deleted_until_its_allocations_have_ended()
    {
        region.Send(new ApplyHostVolume(region.Context(), Wanted()));
        var job = TestRegion.NewJob();
        var group = job.TaskGroups[0] with { Volumes = EquatableMap.Of(("data", new VolumeRequest { Type = "host", Source = "database" })) };
        var allocation = region.Run(job with { TaskGroups = [group with { Count = 1 }] }, node.Id).Single();

        Assert.Contains(allocation.Id.ToString(), Refused(new DeleteHostVolume(region.Context(), Wanted().Id), RefusalKind.Conflict), StringComparison.Ordinal);
        Assert.Contains(allocation.Id.ToString(), Refused(new ApplyHostVolume(region.Context(), Wanted()), RefusalKind.Conflict), StringComparison.Ordinal);

        region.Report(region.State.FindAllocation(allocation.Id)!, AllocationClientStatus.Complete);
        Assert.IsType<CommandAccepted>(region.Send(new ApplyHostVolume(region.Context(), Wanted() with { Parameters = EquatableMap.Of(("mode", "0700")) })));
        Assert.Equal("0700", region.State.Operator.HostVolumes.Values.Single().Parameters["mode"]);
        Assert.IsType<CommandAccepted>(region.Send(new DeleteHostVolume(region.Context(), Wanted().Id)));
        Assert.Empty(region.State.Operator.HostVolumes);
        Refused(new DeleteHostVolume(region.Context(), Wanted().Id), RefusalKind.NotFound);
    }

    [Fact]
    public void A_volume_that_was_deleted_without_its_node_is_remembered_for_the_node_until_it_is_made_again()
    {
        var (asked, left) = (Wanted() with { Id = region.NewId().ToString() }, Wanted());
        foreach (var (volume, isLeft) in ((HostVolume, bool)[])[(asked, false), (left, true)])
        {
            region.Send(new ApplyHostVolume(region.Context(), volume));
            region.Send(new DeleteHostVolume(region.Context(), volume.Id, isLeft));
        }

        Shows(left.Id);
        Assert.Equal([left.Id], region.State.LeftVolumesOf(region.State.FindNode(node.Id)!));
        Assert.Equal([left.Id], RegionState.FromChunks(region.State.ToChunks()).Operator.LeftVolumes);
        Shows(asked.Id);
        Assert.Empty(region.State.LeftVolumesOf(region.State.FindNode(node.Id)!));

        region.Send(new ApplyHostVolume(region.Context(), left));
        Assert.Empty(region.State.Operator.LeftVolumes);
    }

    [Fact]
    public void A_node_has_one_volume_of_a_name()
    {
        region.Send(new ApplyHostVolume(region.Context(), Wanted()));
        var twin = Wanted() with { Id = region.NewId().ToString() };
        Assert.Contains(Wanted().Id, Refused(new ApplyHostVolume(region.Context(), twin), RefusalKind.Conflict), StringComparison.Ordinal);

        region.Send(new RegisterNode(region.Context(), node with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["certificates"] = new("/etc/ssl", true) } }));
        Assert.Contains("configuration", Refused(new ApplyHostVolume(region.Context(), twin with { Name = "certificates" }), RefusalKind.Conflict), StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_is_of_a_namespace_and_on_a_node_that_there_are_and_stays_there()
    {
        Assert.Contains("\"default\"", Refused(new ApplyHostVolume(region.Context(), Wanted() with { Namespace = "none" }), RefusalKind.Invalid), StringComparison.Ordinal);
        Assert.Contains("does not exist", Refused(new ApplyHostVolume(region.Context(), Wanted() with { NodeId = region.NewId().ToString() }), RefusalKind.Invalid), StringComparison.Ordinal);
        Assert.Contains("not in pool \"gpu\"", Refused(new ApplyHostVolume(region.Context(), Wanted() with { NodePool = "gpu" }), RefusalKind.Invalid), StringComparison.Ordinal);

        region.Send(new ApplyHostVolume(region.Context(), Wanted()));
        var other = region.AddNode("n2");
        Assert.Contains("can't be changed", Refused(new ApplyHostVolume(region.Context(), Wanted() with { NodeId = other.ToString() }), RefusalKind.Invalid), StringComparison.Ordinal);
        Assert.Contains("can't become", Refused(new ApplyHostVolume(region.Context(), Wanted() with { Name = "other" }), RefusalKind.Invalid), StringComparison.Ordinal);
    }

    private HostVolume Wanted() => new() { Id = "0d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22", Name = "database", Namespace = "default", NodeId = node.Id.ToString() };

    private string Status() => region.State.StatusOf(region.State.Operator.HostVolumes.Values.Single());

    private void Shows(string id) =>
        region.Send(new RegisterNode(region.Context(), node with { HostVolumes = new Dictionary<string, HostVolumeInfo> { ["database"] = new("/data/x", false) { Id = id } } }));

    private string Refused(IRegionCommand command, RefusalKind kind)
    {
        var refused = Assert.IsType<CommandRefused>(region.Send(command));
        Assert.Equal(kind, refused.Kind);
        return refused.Message;
    }
}
