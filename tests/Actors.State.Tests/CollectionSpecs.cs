using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.State.Collection;
using Xunit;

namespace Actors.State.Tests;

public sealed class CollectionSpecs
{
    private static readonly JobId Web = new("default", "web");
    private readonly TestRegion region = new();

    [Fact]
    public void An_evaluation_goes_with_its_allocations_an_hour_after_they_ended()
    {
        var allocation = Stopped(TestRegion.NewJob());
        Assert.Empty(Find().Evaluations);
        region.Now += TimeSpan.FromMinutes(61);

        var found = Find();
        Assert.Equal(2, found.Evaluations.Count);
        Assert.Equal([allocation.Id], found.Allocations);
        Collect(found);
        Assert.Empty(region.State.Evaluations);
        Assert.Empty(region.State.Allocations);
        Assert.Empty(region.State.AllocationsOfNode(allocation.NodeId));
        Assert.Equal((0L, 0ul), region.State.PositionOf(PersistenceIds.Of(allocation.EvaluationId)));
    }

    [Fact]
    public void What_runs_or_waits_stays_however_old_it_is()
    {
        region.Run(TestRegion.NewJob(), region.AddNode());
        region.Register(TestRegion.NewJob("waiting"));
        region.Now += TimeSpan.FromDays(30);
        var found = Find();
        Assert.Equal((0, 0, 0, 0), (found.Evaluations.Count, found.Allocations.Count, found.Jobs.Count, found.Nodes.Count));
    }

    [Fact]
    public void An_allocation_that_its_client_still_runs_stays()
    {
        var allocation = region.Run(TestRegion.NewJob(), region.AddNode())[0];
        region.Report(allocation, AllocationClientStatus.Running);
        Stop(allocation);
        region.Now += TimeSpan.FromDays(2);
        Assert.Empty(Find().Allocations);
    }

    [Fact]
    public void A_failed_allocation_stays_until_it_is_replaced()
    {
        var job = TestRegion.NewJob();
        job = job with { TaskGroups = job.TaskGroups.Map(g => g with { ReschedulePolicy = new ReschedulePolicy { Unlimited = true } }) };
        var node = region.AddNode();
        var failed = region.Run(job, node)[0];
        region.Report(failed, AllocationClientStatus.Failed);
        region.Now += TimeSpan.FromDays(2);
        Assert.Empty(Find().Allocations);

        var pending = region.State.Evaluations.Single(e => e.Status == EvaluationStatus.Pending).Id;
        region.Write(region.PlanFor(pending) with { Placements = [region.Placement(node) with { Previous = failed.Id }] });
        region.Now += TimeSpan.FromDays(2);
        Assert.Equal([failed.Id], Find().Allocations);
    }

    [Fact]
    public void What_a_batch_job_has_done_is_remembered_as_long_as_the_job()
    {
        var allocation = region.Run(TestRegion.NewJob(type: JobTypes.Batch), region.AddNode())[0];
        region.Report(allocation, AllocationClientStatus.Complete);
        region.Now += TimeSpan.FromHours(3);
        Assert.Empty(Find().Allocations);

        region.Now += TimeSpan.FromHours(2);
        var found = Find();
        Assert.Equal(Web, Assert.Single(found.Jobs).Id);
        Assert.Equal([allocation.Id], found.Allocations);
        Collect(found);
        Assert.Null(region.State.FindJobRecord(Web));
        Assert.Empty(region.State.JobTable);
        Assert.Equal((0L, 0ul), region.State.PositionOf(PersistenceIds.Of(Web)));
    }

    [Fact]
    public void A_stopped_job_goes_after_four_hours_and_a_tagged_one_never()
    {
        Stopped(TestRegion.NewJob());
        region.Now += TimeSpan.FromHours(3);
        Assert.Empty(Find().Jobs);
        region.Now += TimeSpan.FromHours(2);
        Assert.Single(Find().Jobs);
        Collect(Find());
        Assert.Empty(region.State.Jobs);
    }

    [Fact]
    public void A_job_that_came_back_meanwhile_is_not_collected()
    {
        Stopped(TestRegion.NewJob());
        region.Now += TimeSpan.FromHours(5);
        var (id, index) = Assert.Single(Find().Jobs);
        region.Register(TestRegion.NewJob());
        Assert.Equal(RefusalKind.Conflict, Assert.IsType<CommandRefused>(region.Send(new CollectJob(region.Context(), id, index))).Kind);
        Assert.NotNull(region.State.FindJob(Web));
    }

    [Fact]
    public void A_node_goes_a_day_after_it_went_down()
    {
        var node = region.AddNode(status: NodeStatus.Down);
        region.Now += TimeSpan.FromHours(23);
        Assert.Empty(Find().Nodes);
        region.Now += TimeSpan.FromHours(2);
        Collect(Find());
        Assert.Null(region.State.FindNode(node));
        Assert.Empty(region.State.NodeTable);
    }

    [Fact]
    public void A_node_that_came_back_meanwhile_is_not_collected()
    {
        var node = region.AddNode(status: NodeStatus.Down);
        region.Now += TimeSpan.FromHours(25);
        var (id, index) = Assert.Single(Find().Nodes);
        region.Send(new UpdateNodeStatus(region.Context(), node, NodeStatus.Ready, "back"));
        Assert.IsType<CommandRefused>(region.Send(new CollectNode(region.Context(), id, index)));
        Assert.NotNull(region.State.FindNode(node));
    }

    [Fact]
    public void A_deployment_goes_when_it_has_ended_and_nothing_of_it_runs()
    {
        var job = TestRegion.NewJob();
        var evaluation = region.Register(job).EvaluationId!.Value;
        var deployment = region.NewDeployment(job);
        region.Write(region.PlanFor(evaluation) with { Deployment = deployment, Placements = [region.Placement(region.AddNode()) with { InDeployment = deployment.Id }] });
        region.Send(new ChangeDeployment(region.Context(), Web, new DeploymentChange(deployment.Id, DeploymentStatus.Successful, "done", Evaluate: false)));
        region.Now += TimeSpan.FromHours(2);
        Assert.Empty(Find().Deployments);

        var allocation = region.State.AllocationsOfJob(Web).Single();
        Stop(allocation);
        region.Report(allocation, AllocationClientStatus.Complete);
        var found = Find();
        Assert.Equal([deployment.Id], found.Deployments);
        Collect(found);
        Assert.Null(region.State.LatestDeployment(Web));
    }

    [Fact]
    public void What_came_back_to_use_between_the_search_and_the_event_stays()
    {
        var allocation = region.Run(TestRegion.NewJob(), region.AddNode())[0];
        region.Write(new StateCollected(0, [allocation.EvaluationId], [allocation.Id], [], region.Now));
        Assert.NotNull(region.State.FindAllocation(allocation.Id));
        Assert.NotNull(region.State.FindEvaluation(allocation.EvaluationId));
    }

    [Fact]
    public void Much_is_collected_in_many_events()
    {
        var ids = Enumerable.Range(0, 25).Select(_ => AllocationId.From(region.NewId())).ToArray();
        var events = new Collectable([], ids, [], [], []).Events(1, region.Now, atOnce: 10).ToArray();
        Assert.Equal([10, 10, 5], events.Select(e => e.Allocations.Count));
    }

    private Collectable Find() => StateGc.Collectable(region.State, region.Now, new GcThresholds());

    private void Collect(Collectable found)
    {
        foreach (var happened in found.Events(region.State.Term, region.Now)) region.Write(happened);
        foreach (var (id, index) in found.Jobs) Assert.IsType<CommandAccepted>(region.Send(new CollectJob(region.Context(), id, index)));
        foreach (var (id, index) in found.Nodes) Assert.IsType<CommandAccepted>(region.Send(new CollectNode(region.Context(), id, index)));
    }

    private Allocation Stopped(Job job)
    {
        var allocation = region.Run(job, region.AddNode())[0];
        Stop(allocation);
        region.Report(allocation, AllocationClientStatus.Complete);
        return allocation;
    }

    private void Stop(Allocation allocation)
    {
        var stop = (JobChanged)region.Send(new DeregisterJob(region.Context(), allocation.JobId, Purge: false));
        region.Write(region.PlanFor(stop.EvaluationId!.Value) with { Stops = [new AllocationStop(allocation.Id, "stopped")] });
    }
}
