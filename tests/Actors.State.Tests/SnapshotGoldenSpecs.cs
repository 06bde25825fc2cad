using System.Runtime.CompilerServices;
using System.Text;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.State.Snapshots;
using Xunit;

namespace Actors.State.Tests;

/// <summary>
/// A snapshot that was stored once is read for ever: <c>Golden/snapshot.1.txt</c> has the chunks of a small region as they were first written, a
/// line for the manifest and one for the rows. It is never changed; a changed shape gets a new manifest and a new file.
/// Set GOLDEN_WRITE=1 to write a file that is missing.
/// </summary>
public sealed class SnapshotGoldenSpecs
{
    [Fact]
    public void The_first_snapshot_is_still_read()
    {
        var region = Small();
        var file = Path.Combine(Folder(), "snapshot.1.txt");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("GOLDEN_WRITE") == "1")
            File.WriteAllLines(file, region.State.ToChunks().SelectMany(c => new[] { c.Manifest, Encoding.UTF8.GetString(Compression.Unpack(c.Payload)) }));

        var chunks = File.ReadAllLines(file).Chunk(2).Select(lines => new StateChunk(lines[0], Compression.Pack(Encoding.UTF8.GetBytes(lines[1])))).ToArray();
        Assert.Equal(
            [ChunkManifests.Header, ChunkManifests.Jobs, ChunkManifests.Nodes, ChunkManifests.Evaluations, ChunkManifests.Deployments, ChunkManifests.Allocations],
            chunks.Select(c => c.Manifest));
        Assert.Equal(StateDigest.Of(region.State), StateDigest.Of(RegionState.FromChunks(chunks)));
    }

    private static TestRegion Small()
    {
        var region = new TestRegion();
        var node = region.AddNode();
        var job = TestRegion.NewJob(count: 2);
        var evaluation = region.Register(job).EvaluationId!.Value;
        var deployment = region.NewDeployment(job, total: 2, canaries: 1);
        region.Write(region.PlanFor(evaluation) with
        {
            Deployment = deployment,
            Metrics = [new() { NodesEvaluated = 1 }],
            Placements =
            [
                region.Placement(node) with { InDeployment = deployment.Id, Canary = true, Metric = 0, Ports = [new AllocatedPort("http", 20000, 80, "10.0.0.1")] },
                region.Placement(node, "app", 1) with { InDeployment = deployment.Id, Metric = 0 },
            ],
        });
        var first = region.State.AllocationsOfJob(TestRegion.IdOf(job)).First();
        region.Report(first, AllocationClientStatus.Failed, healthy: false);
        var pending = region.State.Evaluations.Single(e => !e.Terminal).Id;
        region.Write(region.PlanFor(pending) with
        {
            Placements = [region.Placement(node) with { Previous = first.Id, Reschedule = new RescheduleEvent(region.Now, first.Id, node, TimeSpan.FromSeconds(30)) }],
            Stops = [new AllocationStop(first.Id, "replaced")],
        });
        region.Register(TestRegion.NewJob(count: 3));
        region.Send(new SetNodeDrain(region.Context(), node, new DrainStrategy(TimeSpan.FromHours(1), true, region.Now), false));
        region.Send(new DeregisterJob(region.Context(), TestRegion.IdOf(job), Purge: true));
        return region;
    }

    private static string Folder([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "Golden");
}
