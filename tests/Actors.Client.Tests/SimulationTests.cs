using System.Text.Json;
using Actors.Client.Simulation;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using Google.Protobuf;
using Xunit;

namespace Actors.Client.Tests;

public sealed class SimulationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AllocationId One = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly AllocationId Two = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));

    [Fact]
    public void What_is_wanted_is_reported_as_pending_then_as_running_after_its_start()
    {
        var node = Node(new SimulatedRun(TimeSpan.FromSeconds(2), null));
        Assert.Equal(1, node.Converge(Frame(false, Job(), (One, 5, "run")), Now));

        Assert.Equal(Now.AddSeconds(2), node.Advance(Now));
        Assert.Equal(AllocationClientStatus.Pending, Acknowledged(node, Now).Single().ClientStatus);
        Assert.Equal(0, node.Running);

        Assert.Null(node.Advance(Now.AddSeconds(2)));
        Assert.Equal(AllocationClientStatus.Running, Acknowledged(node, Now.AddSeconds(2)).Single().ClientStatus);
        Assert.Equal(1, node.Running);
    }

    [Fact]
    public void What_is_to_stop_is_reported_as_complete()
    {
        var node = Node(default);
        node.Converge(Frame(false, Job(), (One, 5, "run")), Now);
        node.Advance(Now);
        Acknowledged(node, Now);
        node.Converge(Frame(false, null, (One, 6, "stop")), Now.AddSeconds(1));
        node.Advance(Now.AddSeconds(1));

        Assert.Equal(AllocationClientStatus.Complete, Acknowledged(node, Now.AddSeconds(1)).Single().ClientStatus);
        Assert.Equal((0, 1), (node.Running, node.Ended));
        Assert.Equal([(One, 6ul)], node.Known);
    }

    [Fact]
    public void What_takes_anothers_place_tells_its_health_after_the_time_of_its_migrate_block()
    {
        var node = Node(default);
        var job = Job() with { Type = JobTypes.Service, TaskGroups = Job().TaskGroups.Map(g => g with { Migrate = new MigrateStrategy { MinHealthyTime = TimeSpan.FromSeconds(3) } }) };
        var frame = Frame(false, job, (One, 5, "run"));
        frame.Allocations[0].AllocationJson = ByteString.CopyFromUtf8($$"""{"TaskGroup":"g","DeploymentId":null,"PreviousAllocation":"{{Two}}"}""");
        node.Converge(frame, Now);

        Assert.Equal(Now.AddSeconds(3), node.Advance(Now));
        Assert.Null(Acknowledged(node, Now).Single().Health);
        node.Advance(Now.AddSeconds(3));
        Assert.Equal(new DeploymentHealth(true, Now.AddSeconds(3)), Acknowledged(node, Now.AddSeconds(3)).Single().Health);
    }

    [Fact]
    public void What_a_full_set_does_not_list_is_forgotten_and_counts_no_more()
    {
        var node = Node(default);
        node.Converge(Frame(false, Job(), (One, 5, "run"), (Two, 6, "run")), Now);
        node.Advance(Now);
        Acknowledged(node, Now);
        Assert.Equal(2, node.Running);

        node.Converge(Frame(true, null, (Two, 6, "run")), Now);

        Assert.Equal(1, node.Running);
        Assert.Equal([(Two, 6ul)], node.Known);
    }

    [Fact]
    public void A_batch_that_is_not_acknowledged_keeps_its_id_and_holds_up_the_next()
    {
        var node = Node(default);
        node.Converge(Frame(false, Job(), (One, 5, "run")), Now);
        node.Advance(Now);
        var first = node.Take(Now)!.Value;
        node.Converge(Frame(false, Job(), (Two, 6, "run")), Now);
        node.Advance(Now);

        Assert.Null(node.Take(Now));
        Assert.Equal(first.Id, node.Again()!.Value.Id);
        Assert.Equal(0, node.Acknowledge("another"));
        Assert.Equal(1, node.Acknowledge(first.Id));
        Assert.Equal([Two], node.Take(Now)!.Value.Reports.Select(report => report.AllocationId));
    }

    [Theory]
    [InlineData("run_for", "3s", AllocationClientStatus.Complete)]
    [InlineData("start_error", "no", AllocationClientStatus.Failed)]
    public void Mock_driver_is_obeyed(string key, string value, AllocationClientStatus end)
    {
        var node = Node(new SimulatedRun(TimeSpan.Zero, TimeSpan.FromHours(1)));
        node.Converge(Frame(false, Job((key, ConfigValue.Of(value))), (One, 5, "run")), Now);
        node.Advance(Now.AddSeconds(3));

        Assert.Equal(end, Acknowledged(node, Now.AddSeconds(3)).Single().ClientStatus);
    }

    [Fact]
    public void What_has_failed_before_it_is_to_stop_stays_failed()
    {
        var node = Node(new SimulatedRun(TimeSpan.Zero, TimeSpan.FromHours(1)));
        node.Converge(Frame(false, Job(("start_error", ConfigValue.Of("no"))), (One, 5, "run")), Now);
        node.Advance(Now);
        Acknowledged(node, Now);
        node.Converge(Frame(false, null, (One, 6, "stop")), Now.AddSeconds(1));
        node.Advance(Now.AddSeconds(1));

        Assert.Equal(AllocationClientStatus.Failed, Acknowledged(node, Now.AddSeconds(1)).Single().ClientStatus);
    }

    [Fact]
    public void Latencies_are_told_within_an_eighth()
    {
        var latencies = new LatencyHistogram();
        Assert.Equal(TimeSpan.Zero, latencies.Percentile(0.5));
        for (var i = 1; i <= 1000; i++) latencies.Add(TimeSpan.FromMilliseconds(i));

        Assert.Equal(1000, latencies.Count);
        foreach (var share in (double[])[0.1, 0.5, 0.99, 1])
            Assert.InRange(latencies.Percentile(share).TotalMilliseconds, 1000 * share, 1000 * share * 1.125);
    }

    private static SimulatedNode Node(SimulatedRun run) => new(new SimulatedJobs(), () => run);

    private static IReadOnlyList<AllocationReport> Acknowledged(SimulatedNode node, DateTimeOffset now)
    {
        var batch = node.Take(now)!.Value;
        Assert.Equal(batch.Reports.Count, node.Acknowledge(batch.Id));
        return batch.Reports;
    }

    private static Job Job(params (string, ConfigValue)[] config) => new()
    {
        Id = "j",
        Namespace = "default",
        Type = JobTypes.Batch,
        TaskGroups = [new TaskGroup { Name = "g", Count = 1, Tasks = [new JobTask { Name = "t", Driver = "mock_driver", Config = EquatableMap.Of(config) }] }],
    };

    private static Desired Frame(bool full, Job? job, params (AllocationId Id, ulong Index, string Status)[] allocations)
    {
        var frame = new Desired { Full = full };
        if (job is not null)
            frame.Jobs.Add(new DesiredJob { Namespace = job.Namespace, JobId = job.Id, JobJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(job, ContractsJson.Default.Job)) });
        foreach (var (id, index, status) in allocations)
        {
            frame.Allocations.Add(new DesiredAllocation
            {
                Id = id.ToString(),
                AllocModifyIndex = index,
                DesiredStatus = status,
                Namespace = "default",
                JobId = "j",
                AllocationJson = ByteString.CopyFromUtf8("""{"TaskGroup":"g","DeploymentId":null}"""),
            });
        }

        return frame;
    }
}
