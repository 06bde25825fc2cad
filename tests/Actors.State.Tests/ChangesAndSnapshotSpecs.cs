using Actors.Contracts.Allocations;
using Actors.Contracts.Log;
using Actors.State.Snapshots;
using Xunit;

namespace Actors.State.Tests;

public sealed class ChangesAndSnapshotSpecs
{
    private readonly TestRegion region = new();

    [Fact]
    public void Changes_name_the_owners_of_what_changed()
    {
        var node = region.AddNode();
        var allocation = region.Run(TestRegion.NewJob(), node)[0];

        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Allocations)));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Allocations, allocation.Id.ToString())));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Allocations, "job:default/web")));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Allocations, $"node:{node}")));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Allocations, $"eval:{allocation.EvaluationId}")));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Jobs, "default/web")));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Evaluations, "job:default/web")));
        Assert.False(region.Changes.Touches(new WatchTarget(StateTable.Allocations, "job:default/other")));
        Assert.False(region.Changes.Touches(new WatchTarget(StateTable.Nodes)));
        Assert.False(region.Changes.Touches(new WatchTarget(StateTable.Deployments, "nonsense")));
        Assert.Equal([node], region.Changes.AllocationsToTell.Select(told => told.Key));
    }

    [Fact]
    public void An_end_is_told_once_with_its_node()
    {
        var allocation = region.Run(TestRegion.NewJob(), region.AddNode())[0];
        region.Report(allocation, AllocationClientStatus.Complete);
        var change = Assert.Single(region.Changes.Allocations);
        Assert.Equal((allocation.Id, allocation.NodeId, true, false), (change.Id, change.NodeId, change.Ended, change.DesiredChanged));
    }

    [Fact]
    public void A_target_has_the_index_of_its_own_last_change()
    {
        var node = region.AddNode();
        var allocation = region.Run(TestRegion.NewJob("a"), node)[0];
        var placed = region.State.Index;
        region.Run(TestRegion.NewJob("b"), region.AddNode("n2"));

        Assert.Equal(region.State.Index, region.State.IndexOf(new WatchTarget(StateTable.Allocations)));
        Assert.Equal(placed, region.State.IndexOf(new WatchTarget(StateTable.Allocations, "job:default/a")));
        Assert.Equal(placed, region.State.IndexOf(new WatchTarget(StateTable.Allocations, $"node:{node}")));
        Assert.Equal(placed, region.State.IndexOf(new WatchTarget(StateTable.Allocations, $"eval:{allocation.EvaluationId}")));
        Assert.Equal(placed, region.State.IndexOf(new WatchTarget(StateTable.Allocations, allocation.Id.ToString())));
        Assert.Equal(placed, region.State.IndexOf(new WatchTarget(StateTable.Jobs, "default/a")));
        Assert.Equal(region.State.TableIndex(StateTable.Jobs), region.State.IndexOf(new WatchTarget(StateTable.Jobs, "default/none")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(20)]
    [InlineData(36)]
    public void Lists_are_found_by_the_beginning_of_an_id(int length)
    {
        for (var i = 0; i < 50; i++) region.AddNode($"n{i}");
        var id = region.State.Nodes.ElementAt(17).Id.ToString();
        var prefix = id[..length];
        Assert.Equal(
            region.State.Nodes.Where(n => n.Id.ToString().StartsWith(prefix, StringComparison.Ordinal)).Select(n => n.Id),
            region.State.Nodes.WithPrefix(prefix.ToUpperInvariant()).Select(n => n.Id));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1234-")]
    [InlineData("00000000-0000-0000-0000-0000000000000")]
    public void What_no_id_begins_with_finds_nothing(string prefix)
    {
        region.AddNode();
        Assert.Empty(region.State.Nodes.WithPrefix(prefix));
    }

    [Fact]
    public void Nothing_applied_is_the_same_state() => Assert.Same(region.State, region.State.Apply([], out _));

    [Fact]
    public void A_failed_batch_leaves_the_state_as_it_was()
    {
        region.Register(TestRegion.NewJob());
        var digest = StateDigest.Of(region.State);
        Assert.Throws<InvalidOperationException>(() => region.State.Apply(
            [new LogEntry(2, "region-log", 1, new TermStarted(1, "s", region.Now)), new LogEntry(3, "region-log", 2, new TermStarted(1, "s", region.Now))], out _));
        Assert.Equal(digest, StateDigest.Of(region.State));
    }

    [Fact]
    public void The_empty_state_survives_a_snapshot() =>
        Assert.Equal(StateDigest.Of(RegionState.Empty), StateDigest.Of(RegionState.FromChunks(RegionState.Empty.ToChunks())));

    [Fact]
    public void A_snapshot_that_misses_a_chunk_is_refused()
    {
        region.Run(TestRegion.NewJob(count: 20), region.AddNode());
        var chunks = region.State.ToChunks(1000).ToArray();
        Assert.True(chunks.Length > 4);
        for (var i = 0; i < chunks.Length; i++) Assert.Throws<InvalidDataException>(() => RegionState.FromChunks([.. chunks[..i], .. chunks[(i + 1)..]]));
    }

    [Fact]
    public void A_chunk_of_a_newer_version_is_named() => Assert.Contains(
        "\"state-jobs/9\"", Assert.Throws<NotSupportedException>(() => RegionState.FromChunks([new StateChunk("state-jobs/9", [])])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_damaged_chunk_is_refused()
    {
        region.Register(TestRegion.NewJob());
        var chunks = region.State.ToChunks().ToArray();
        var jobs = Array.FindIndex(chunks, c => c.Manifest == ChunkManifests.Jobs);
        chunks[jobs] = chunks[jobs] with { Payload = chunks[jobs].Payload[..^10] };
        Assert.Throws<InvalidDataException>(() => RegionState.FromChunks(chunks));
        chunks[jobs] = chunks[jobs] with { Payload = [1, 2] };
        Assert.Throws<InvalidDataException>(() => RegionState.FromChunks(chunks));
    }

    [Fact]
    public void Allocations_share_resources_and_metrics_after_a_snapshot_too()
    {
        var node = region.AddNode();
        var evaluation = region.Register(TestRegion.NewJob(count: 2)).EvaluationId!.Value;
        region.Write(region.PlanFor(evaluation) with { Metrics = [new()], Placements = [region.Placement(node) with { Metric = 0 }, region.Placement(node, "app", 1) with { Metric = 0 }] });
        var read = RegionState.FromChunks(region.State.ToChunks()).Allocations.ToArray();
        Assert.Same(read[0].Resources, read[1].Resources);
        Assert.Same(read[0].Metrics, read[1].Metrics);
    }
}
