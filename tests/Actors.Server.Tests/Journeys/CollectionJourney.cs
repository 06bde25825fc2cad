using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Server.Tests.Hosting;
using Actors.Server.Tests.Link;
using Xunit;

namespace Actors.Server.Tests.Journeys;

public sealed class CollectionJourney
{
    [Fact]
    public async Task What_has_ended_is_forgotten_when_asked_and_its_client_is_told()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();
        foreach (var name in (string[])["ends", "stays"])
            await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id(name), Samples.Service(name)));
        var allocations = await client.RunningAsync(2);
        foreach (var allocation in allocations)
            await client.ReportAsync(AllocationId.Parse(allocation.Id), AllocationClientStatus.Running, healthy: true);
        var ended = AllocationId.Parse(allocations.Single(a => a.JobId == "ends").Id);
        await server.SendAsync<JobChanged>(c => new DeregisterJob(c, Samples.Id("ends"), Purge: false));
        await client.EventuallyAsync(() => client.Desired.GetValueOrDefault(ended) is { DesiredStatus: "stop" } a ? a : null, "it is to stop");
        await client.ReportAsync(ended, AllocationClientStatus.Complete);
        await server.EventuallyAsync(s => s.FindJob(Samples.Id("ends")) is { Job.Status: JobStatuses.Dead } j ? j : null, "the job is dead");
        await server.EventuallyAsync(s => s.EvaluationsOfJob(Samples.Id("ends")).All(e => e.Terminal) ? "all" : null, "its evaluations have ended");

        var count = await server.Operations.CollectGarbageAsync(CancellationToken.None);

        Assert.InRange(count, 3, 10);
        await server.EventuallyAsync(s => s.FindJob(Samples.Id("ends")) is null && s.FindAllocation(ended) is null ? "gone" : null, "the job and its allocation are forgotten");
        await client.EventuallyAsync(() => client.Desired.ContainsKey(ended) ? null : "removed", "the client is told");
        Assert.NotNull(server.Region.State.FindJob(Samples.Id("stays")));
    }

    [Fact]
    public async Task What_was_forgotten_begins_anew_under_the_same_name_at_once()
    {
        await using var server = await TestServer.StartAsync();
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("again"), Samples.Service("again")));
        await server.SendAsync<JobChanged>(c => new DeregisterJob(c, Samples.Id("again"), Purge: true));
        await server.EventuallyAsync(s => s.EvaluationsOfJob(Samples.Id("again")).All(e => e.Terminal) ? "all" : null, "its evaluations have ended");
        await server.Operations.CollectGarbageAsync(CancellationToken.None);
        await server.EventuallyAsync(s => s.FindJobRecord(Samples.Id("again")) is null ? "gone" : null, "the job is forgotten");

        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("again"), Samples.Service("again")));

        Assert.Equal(0ul, server.Region.State.FindJob(Samples.Id("again"))!.Job.Version);
    }
}
