using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Server.Tests.Hosting;
using Actors.Server.Tests.Link;
using Xunit;

namespace Actors.Server.Tests.Journeys;

public sealed class JobJourney
{
    [Fact]
    public async Task A_registered_job_is_placed_runs_at_its_client_and_its_deployment_succeeds()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();

        var changed = await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("web"), Samples.Service("web")));
        var evaluation = await server.EventuallyAsync(s => s.FindEvaluation(changed.EvaluationId!.Value) is { Status: EvaluationStatus.Complete } e ? e : null, "the evaluation is complete");
        Assert.Equal(EvaluationTriggers.JobRegister, evaluation.TriggeredBy);

        var desired = Assert.Single(await client.RunningAsync(1));
        Assert.Equal("web", desired.JobId);
        Assert.Equal("web", client.Jobs[(Samples.Id("web"), desired.JobVersion)].Id);

        var id = AllocationId.Parse(desired.Id);
        var ack = await client.ReportAsync(id, AllocationClientStatus.Running);
        Assert.Equal("", ack.Error);
        Assert.True(ack.Index > desired.AllocModifyIndex);
        Assert.Equal(AllocationClientStatus.Running, server.Region.State.FindAllocation(id)!.ClientStatus);

        await client.ReportAsync(id, AllocationClientStatus.Running, healthy: true);
        await server.EventuallyAsync(s => s.LatestDeployment(Samples.Id("web")) is { Status: DeploymentStatus.Successful } d ? d : null, "the deployment is successful");
        Assert.True(server.Region.State.FindJob(Samples.Id("web"))!.Job.Stable);
        Assert.Equal(JobStatuses.Running, server.Region.State.FindJob(Samples.Id("web"))!.Job.Status);
    }
}
