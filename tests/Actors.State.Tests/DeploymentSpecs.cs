using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Xunit;

namespace Actors.State.Tests;

public sealed class DeploymentSpecs
{
    private static readonly JobId Web = new("default", "web");
    private readonly TestRegion region = new();
    private readonly Deployment deployment;

    public DeploymentSpecs()
    {
        // Version 0 is stable; version 1 is rolled out with one canary of two.
        region.Register(TestRegion.NewJob());
        region.Send(new SetJobStability(region.Context(), Web, 0, true));
        var job = TestRegion.NewJob(count: 2);
        var evaluation = region.Register(job).EvaluationId!.Value;
        deployment = region.NewDeployment(job, total: 2, canaries: 1);
        region.Write(region.PlanFor(evaluation) with
        {
            Deployment = deployment,
            Placements = [region.Placement(region.AddNode()) with { InDeployment = deployment.Id, Canary = true }],
        });
    }

    [Fact]
    public void Healthy_canaries_are_promoted_and_their_clients_told()
    {
        var canary = Canary;
        region.Report(canary, AllocationClientStatus.Running, healthy: true);
        region.Now += TimeSpan.FromMinutes(5);
        Change(new DeploymentChange(deployment.Id, null, "promoted", Promote: ["app"]));

        var group = Latest.TaskGroups["app"];
        Assert.True(group.Promoted);
        Assert.Equal(region.Now.AddMinutes(10), group.RequireProgressBy);
        Assert.False(region.Latest(canary).Canary);
        Assert.Equal(region.State.Index, region.Latest(canary).AllocModifyIndex);
        Assert.Equal([canary.NodeId], region.Changes.AllocationsToTell.Select(told => told.Key));
    }

    [Fact]
    public void Canaries_that_are_not_healthy_are_not_promoted()
    {
        var refused = Assert.IsType<CommandRefused>(Change(new DeploymentChange(deployment.Id, null, "", Promote: ["app"])));
        Assert.Equal((RefusalKind.Conflict, "Task group \"app\" has 0/1 healthy allocations"), (refused.Kind, refused.Message));
    }

    [Fact]
    public void A_success_marks_the_version_stable()
    {
        Change(new DeploymentChange(deployment.Id, DeploymentStatus.Successful, "all is healthy", MarkStable: true));
        Assert.True(region.State.FindJob(Web)!.Job.Stable);
        Assert.Equal((DeploymentStatus.Successful, "all is healthy"), (Latest.Status, Latest.StatusDescription));
    }

    [Fact]
    public void A_failure_can_take_the_job_back_to_its_stable_version()
    {
        var reply = Assert.IsType<JobChanged>(Change(new DeploymentChange(deployment.Id, DeploymentStatus.Failed, "deadline passed", RevertTo: 0)));

        var job = region.State.FindJob(Web)!.Job;
        Assert.Equal((2ul, 1, region.State.Index), (job.Version, job.TaskGroups[0].Count, job.JobModifyIndex));
        var evaluation = region.State.FindEvaluation(reply.EvaluationId!.Value)!;
        Assert.Equal((EvaluationTriggers.DeploymentWatcher, deployment.Id), (evaluation.TriggeredBy, evaluation.DeploymentId));
    }

    [Fact]
    public void What_has_ended_does_not_change_any_more()
    {
        Change(new DeploymentChange(deployment.Id, DeploymentStatus.Failed, "failed"));
        var refused = Assert.IsType<CommandRefused>(Change(new DeploymentChange(deployment.Id, DeploymentStatus.Running, "")));
        Assert.Equal(RefusalKind.Conflict, refused.Kind);
    }

    [Fact]
    public void A_decision_that_a_plan_overtook_changes_nothing()
    {
        var late = region.Decide(new ChangeDeployment(region.Context(), Web, new DeploymentChange(deployment.Id, DeploymentStatus.Successful, "done")));
        var evaluation = region.Register(TestRegion.NewJob(count: 3)).EvaluationId!.Value;
        region.Write(region.PlanFor(evaluation) with { DeploymentUpdates = [new DeploymentStatusUpdate(deployment.Id, DeploymentStatus.Cancelled, "a newer version")] });

        // As if the log had taken the plan first.
        region.Write(late.Events);
        Assert.Equal((DeploymentStatus.Cancelled, "a newer version"), (Latest.Status, Latest.StatusDescription));
    }

    [Fact]
    public void Resuming_a_paused_deployment_gives_it_its_time_again()
    {
        Change(new DeploymentChange(deployment.Id, DeploymentStatus.Paused, "wait"));
        region.Now += TimeSpan.FromHours(2);
        Change(new DeploymentChange(deployment.Id, DeploymentStatus.Running, "go on"));
        Assert.Equal(region.Now.AddMinutes(10), Latest.TaskGroups["app"].RequireProgressBy);
    }

    [Fact]
    public void A_user_can_say_what_is_healthy()
    {
        Change(new DeploymentChange(deployment.Id, null, "", Health: new Dictionary<AllocationId, bool> { [Canary.Id] = true }));
        Assert.True(Canary.Health!.Healthy);
        Assert.Equal(1, Latest.TaskGroups["app"].HealthyAllocs);

        var refused = Assert.IsType<CommandRefused>(Change(new DeploymentChange(deployment.Id, null, "", Health: new Dictionary<AllocationId, bool> { [AllocationId.From(region.NewId())] = true })));
        Assert.Equal(RefusalKind.Invalid, refused.Kind);
    }

    [Fact]
    public void An_unknown_deployment_is_not_found() => Assert.Equal(
        RefusalKind.NotFound,
        Assert.IsType<CommandRefused>(Change(new DeploymentChange(DeploymentId.From(region.NewId()), null, ""))).Kind);

    [Fact]
    public void A_job_is_not_scaled_while_it_is_rolled_out() => Assert.Contains(
        "job scaling blocked due to active deployment",
        Assert.IsType<CommandRefused>(region.Send(new ScaleJob(region.Context(), Web, "app", 5, ""))).Message,
        StringComparison.Ordinal);

    private Deployment Latest => region.State.FindDeployment(deployment.Id)!;

    private Allocation Canary => region.State.AllocationsOfJob(Web).Single();

    private ICommandReply Change(DeploymentChange change) => region.Send(new ChangeDeployment(region.Context(), Web, change));
}
