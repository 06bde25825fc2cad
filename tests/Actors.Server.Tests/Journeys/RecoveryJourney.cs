using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Server.Tests.Hosting;
using Actors.Server.Tests.Link;
using Xunit;

namespace Actors.Server.Tests.Journeys;

public sealed class RecoveryJourney
{
    [Fact]
    public async Task A_request_that_is_sent_again_is_answered_again_and_not_carried_out_again()
    {
        await using var server = await TestServer.StartAsync();
        var job = Samples.Id("once");

        var first = await server.SendAsync<JobChanged>(c => new RegisterJob(c, job, Samples.Service("once")), requestId: "request-1");
        var again = await server.SendAsync<JobChanged>(c => new RegisterJob(c, job, Samples.Service("once", count: 7)), requestId: "request-1");

        Assert.Equal(first.EvaluationId, again.EvaluationId);
        Assert.Equal(first.JobModifyIndex, again.JobModifyIndex);
        Assert.Equal(1, server.Region.State.FindJob(job)!.Job.TaskGroups[0].Count);
    }

    [Fact]
    public async Task A_command_whose_deadline_has_passed_is_refused_and_leaves_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var late = new RegisterJob(new CommandContext("late", DateTimeOffset.UtcNow.AddSeconds(-1)), Samples.Id("late"), Samples.Service("late"));

        var refused = Assert.IsType<CommandRefused>(await server.Region.SendAsync(late, CancellationToken.None));

        Assert.Equal(RefusalKind.Timeout, refused.Kind);
        Assert.Null(server.Region.State.FindJob(Samples.Id("late")));
    }

    [Fact]
    public async Task A_restarted_server_has_everything_goes_on_with_its_numbers_and_with_what_was_waiting()
    {
        var folder = TestServer.NewFolder();
        var node = Samples.Node("client-1");
        ulong index;
        AllocationId id;
        {
            var before = await TestServer.StartAsync(dataDir: folder);
            var client = await FakeClient.ConnectAsync(before.Link, node);
            await client.WelcomeAsync();
            await before.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("web"), Samples.Service("web")));
            id = AllocationId.Parse(Assert.Single(await client.RunningAsync(1)).Id);
            await client.ReportAsync(id, AllocationClientStatus.Running, healthy: true);
            await before.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("big"), Samples.Service("big", memory: 100_000)));
            await before.EventuallyAsync(s => s.EvaluationsOfJob(Samples.Id("big")).FirstOrDefault(e => e.Status == EvaluationStatus.Blocked), "the big one waits");
            index = before.Region.State.Index;
            await client.DisposeAsync();
            await before.StopAsync();
        }

        await using var after = await TestServer.StartAsync(dataDir: folder);
        Assert.True(after.Region.State.Index >= index);
        Assert.Equal(AllocationClientStatus.Running, after.Region.State.FindAllocation(id)!.ClientStatus);
        await using var back = await FakeClient.ConnectAsync(after.Link, node, known: new Dictionary<AllocationId, ulong> { [id] = after.Region.State.FindAllocation(id)!.AllocModifyIndex });
        await back.WelcomeAsync();
        var kept = Assert.Single(await back.RunningAsync(1));
        Assert.True(kept.AllocationJson.IsEmpty, "what the client has is not sent again");

        await using var large = await FakeClient.ConnectAsync(after.Link, Samples.Node("large", memory: 200_000));
        await large.RunningAsync(1, "big");
    }
}
