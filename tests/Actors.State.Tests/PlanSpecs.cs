using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.State.Jobs;
using Xunit;

namespace Actors.State.Tests;

public sealed class PlanSpecs
{
    private readonly TestRegion region = new();
    private static readonly JobId Web = new("default", "web");

    [Fact]
    public void A_placement_becomes_an_allocation_with_its_groups_resources()
    {
        var node = region.AddNode();
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var metric = new AllocationMetric { NodesEvaluated = 1 };
        region.Write(region.PlanFor(evaluation) with
        {
            Metrics = [metric],
            Placements = [region.Placement(node) with { Metric = 0, Ports = [new AllocatedPort("http", 20000, 80, "10.0.0.1")] }],
        });

        var allocation = Assert.Single(region.State.AllocationsOfJob(Web));
        Assert.Equal("web.app[0]", allocation.Name);
        Assert.Equal((200, 64, 300), (allocation.Resources.TotalCpuMhz, allocation.Resources.TotalMemoryMb, allocation.Resources.DiskMb));
        Assert.Equal(20000, Assert.Single(allocation.Resources.Ports).Value);
        Assert.Same(metric, allocation.Metrics);
        Assert.Equal((region.State.Index, region.State.Index, region.State.Index), (allocation.CreateIndex, allocation.ModifyIndex, allocation.AllocModifyIndex));
        Assert.Equal((AllocationDesiredStatus.Run, AllocationClientStatus.Pending), (allocation.DesiredStatus, allocation.ClientStatus));
        Assert.Equal(allocation, Assert.Single(region.State.AllocationsOfNode(node)));
        Assert.Equal(allocation, Assert.Single(region.State.AllocationsOfEvaluation(evaluation)));
    }

    [Fact]
    public void Cores_and_devices_are_kept_over_updates_in_place_and_snapshots()
    {
        var node = region.AddNode();
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var own = new AllocatedTaskResources(4000, 64, Cores: [1, 3], Devices: [new AllocatedDevice("nvidia", "gpu", "a100", ["gpu-7"])]);
        var task = TestRegion.NewJob().TaskGroups[0].Tasks[0].Name;
        region.Write(region.PlanFor(evaluation) with
        {
            Placements = [region.Placement(node) with { Tasks = new Dictionary<string, AllocatedTaskResources> { [task] = own } }],
        });
        var allocation = Assert.Single(region.State.AllocationsOfJob(Web));
        Assert.Same(own, allocation.Resources.Tasks[task]);

        var next = region.Register(TestRegion.NewJob() with { Priority = 70 }).EvaluationId!.Value;
        region.Write(region.PlanFor(next) with { InPlaceUpdates = [allocation.Id] });
        Assert.Same(own, Assert.Single(region.State.AllocationsOfJob(Web)).Resources.Tasks[task]);

        var read = Assert.Single(RegionState.FromChunks(region.State.ToChunks()).AllocationsOfJob(Web)).Resources.Tasks[task];
        Assert.Equal((4000, "1,3", "a100 gpu-7"), (read.CpuMhz, string.Join(',', read.Cores!), $"{read.Devices!.Single().Name} {read.Devices!.Single().Ids.Single()}"));
    }

    [Fact]
    public void Allocations_of_one_version_share_their_resources()
    {
        var allocations = region.Run(TestRegion.NewJob(count: 3), region.AddNode());
        Assert.Same(allocations[0].Resources, allocations[2].Resources);
    }

    [Fact]
    public void A_plan_completes_its_evaluation()
    {
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var failed = new Dictionary<string, AllocationMetric> { ["app"] = new() { NodesEvaluated = 3 } };
        region.Write(region.PlanFor(evaluation) with { FailedGroups = failed, StatusDescription = "no room" });

        var after = region.State.FindEvaluation(evaluation)!;
        Assert.Equal((EvaluationStatus.Complete, "no room", region.State.Index), (after.Status, after.StatusDescription, after.ModifyIndex));
        Assert.Equal(3, after.FailedGroups["app"].NodesEvaluated);
    }

    [Fact]
    public void A_stop_is_told_to_the_client_and_leaves_it_the_last_word()
    {
        var allocations = region.Run(TestRegion.NewJob(count: 2), region.AddNode());
        region.Report(allocations[1], AllocationClientStatus.Failed);
        var evaluation = Evaluate();
        region.Write(region.PlanFor(evaluation) with
        {
            Stops = [new AllocationStop(allocations[0].Id, "node is down", AllocationClientStatus.Lost), new AllocationStop(allocations[1].Id, "node is down", AllocationClientStatus.Lost)],
        });

        var (lost, failed) = (region.Latest(allocations[0]), region.Latest(allocations[1]));
        Assert.Equal((AllocationDesiredStatus.Stop, AllocationClientStatus.Lost, region.State.Index), (lost.DesiredStatus, lost.ClientStatus, lost.AllocModifyIndex));
        Assert.Equal(AllocationClientStatus.Failed, failed.ClientStatus);
    }

    [Fact]
    public void A_replacement_and_what_it_replaces_know_each_other_and_the_chain_of_reschedules()
    {
        var node = region.AddNode();
        var first = Assert.Single(region.Run(TestRegion.NewJob(), node));
        var chain = first;
        for (var i = 0; i < 7; i++)
        {
            region.Report(chain, AllocationClientStatus.Failed);
            var placement = region.Placement(node) with { Previous = chain.Id, Reschedule = new RescheduleEvent(region.Now, chain.Id, node, TimeSpan.Zero) };
            region.Write(region.PlanFor(Pending()) with { Placements = [placement] });
            var next = region.State.FindAllocation(placement.Id)!;
            Assert.Equal((chain.Id, next.Id), (next.PreviousAllocation, region.Latest(chain).NextAllocation));
            chain = next;
        }

        Assert.Equal(5, chain.Reschedules.Count);
        Assert.Equal(chain.PreviousAllocation, chain.Reschedules[^1].PreviousAllocation);
    }

    [Fact]
    public void An_update_in_place_moves_the_allocation_to_the_new_version_and_evaluation()
    {
        var allocation = Assert.Single(region.Run(TestRegion.NewJob(), region.AddNode()));
        var evaluation = region.Register(TestRegion.NewJob() with { Priority = 60 }).EvaluationId!.Value;
        region.Write(region.PlanFor(evaluation) with { InPlaceUpdates = [allocation.Id] });

        var updated = region.Latest(allocation);
        Assert.Equal((1ul, evaluation, region.State.Index), (updated.JobVersion, updated.EvaluationId, updated.AllocModifyIndex));
        Assert.Empty(region.State.AllocationsOfEvaluation(allocation.EvaluationId));
        Assert.True(region.Changes.Touches(new WatchTarget(StateTable.Allocations, $"eval:{allocation.EvaluationId}")));
    }

    [Fact]
    public void A_plan_for_a_node_that_is_gone_meanwhile_does_no_harm()
    {
        var node = region.AddNode();
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var plan = region.PlanFor(evaluation) with { Placements = [region.Placement(node)] };
        region.Send(new Contracts.Nodes.PurgeNode(region.Context(), node));
        region.Write(plan);
        Assert.Single(region.State.AllocationsOfNode(node));
        Assert.Empty(region.State.Nodes);
    }

    [Fact]
    public void A_deployment_counts_what_is_placed_and_healthy_and_moves_its_deadline()
    {
        var node = region.AddNode();
        var job = TestRegion.NewJob(count: 2);
        var evaluation = region.Register(job).EvaluationId!.Value;
        var deployment = region.NewDeployment(job, total: 2, canaries: 1);
        region.Write(region.PlanFor(evaluation) with
        {
            Deployment = deployment,
            Placements = [region.Placement(node) with { InDeployment = deployment.Id, Canary = true }, region.Placement(node, "app", 1) with { InDeployment = deployment.Id }],
        });

        var begun = region.Now;
        var group = Group();
        Assert.Equal((2, 0, 0, begun.AddMinutes(10)), (group.PlacedAllocs, group.HealthyAllocs, group.UnhealthyAllocs, group.RequireProgressBy));
        Assert.Single(group.PlacedCanaries);
        Assert.Equal(deployment.Id, region.State.LatestDeployment(Web)!.Id);

        region.Now = begun.AddMinutes(3);
        var allocations = region.State.AllocationsOfJob(Web).OrderBy(a => a.NameIndex).ToArray();
        region.Report(allocations[0], AllocationClientStatus.Running, healthy: true);
        region.Report(allocations[1], AllocationClientStatus.Running, healthy: false);
        group = Group();
        Assert.Equal((1, 1, begun.AddMinutes(13)), (group.HealthyAllocs, group.UnhealthyAllocs, group.RequireProgressBy));
        Assert.Equal(region.State.Index, region.State.FindDeployment(deployment.Id)!.ModifyIndex);

        region.Report(allocations[0], AllocationClientStatus.Running, healthy: false);
        Assert.Equal((0, 2), (Group().HealthyAllocs, Group().UnhealthyAllocs));

        DeploymentGroup Group() => region.State.FindDeployment(deployment.Id)!.TaskGroups["app"];
    }

    [Fact]
    public void A_plan_that_goes_on_with_a_deployment_changes_what_is_wanted_not_what_is_counted()
    {
        var job = TestRegion.NewJob();
        var evaluation = region.Register(job).EvaluationId!.Value;
        var deployment = region.NewDeployment(job);
        region.Write(region.PlanFor(evaluation) with { Deployment = deployment, Placements = [region.Placement(region.AddNode()) with { InDeployment = deployment.Id }] });
        region.Write(region.PlanFor(Evaluate()) with { Deployment = deployment with { TaskGroups = new Dictionary<string, DeploymentGroup> { ["app"] = new() { DesiredTotal = 5 } } } });

        var group = region.State.FindDeployment(deployment.Id)!.TaskGroups["app"];
        Assert.Equal((5, 1), (group.DesiredTotal, group.PlacedAllocs));
        Assert.Single(region.State.DeploymentsOfJob(Web));
    }

    [Fact]
    public void Numbers_of_a_job_follow_its_allocations()
    {
        var allocations = region.Run(TestRegion.NewJob(count: 4), region.AddNode());
        Assert.Equal(new GroupSummary(0, 4, 0, 0, 0, 0, 0), Group());
        region.Report(allocations[0], AllocationClientStatus.Running);
        region.Report(allocations[1], AllocationClientStatus.Failed);
        region.Report(allocations[2], AllocationClientStatus.Complete);
        Assert.Equal(new GroupSummary(0, 1, 1, 1, 1, 0, 0), Group());
        Assert.Equal(region.State.Index, region.State.SummaryOf(Web)!.ModifyIndex);

        GroupSummary Group() => region.State.SummaryOf(Web)!.Groups["app"];
    }

    [Fact]
    public void A_plan_of_a_term_that_is_over_can_not_be()
    {
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var stale = region.PlanFor(evaluation);
        region.Write(new TermStarted(1, "s1", region.Now));
        var thrown = Assert.Throws<InvalidOperationException>(() => region.Write(stale));
        Assert.Contains("term 0, but term 1 had begun", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_is_named()
    {
        var node = region.AddNode();
        var evaluation = region.Register(TestRegion.NewJob()).EvaluationId!.Value;
        var plan = region.PlanFor(evaluation);
        var unknown = EvaluationId.From(region.NewId());

        Assert.Contains($"evaluation {unknown}, which does not exist", Thrown(new EvaluationStatusChanged(unknown, EvaluationStatus.Failed, "", null, region.Now)), StringComparison.Ordinal);
        Assert.Contains("version 7 of job default/web", Thrown(plan with { JobVersion = 7, Placements = [region.Placement(node)] }), StringComparison.Ordinal);
        Assert.Contains("group \"db\"", Thrown(plan with { Placements = [region.Placement(node, "db")] }), StringComparison.Ordinal);
        var twice = region.Placement(node);
        Assert.Contains($"allocation {twice.Id} of job default/web is placed a second time", Thrown(plan with { Placements = [twice, twice] }), StringComparison.Ordinal);
        Assert.Contains("which does not exist", Thrown(new JobDeregistered(new JobId("default", "no"), false, null, "", region.Now)), StringComparison.Ordinal);
        Assert.Contains("which does not exist", Thrown(new Contracts.Nodes.NodePurged(NodeId.From(region.NewId()), [], region.Now)), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_successor_is_applied()
    {
        region.Register(TestRegion.NewJob());
        var happened = new TermStarted(1, "s1", region.Now);
        var gap = Assert.Throws<InvalidOperationException>(() => region.State.Apply([new LogEntry(3, "region-log", 1, happened)], out _));
        Assert.Equal("expected the event of index 2, found that of index 3 (region-log, TermStarted)", gap.Message);

        var missing = Assert.Throws<InvalidOperationException>(() => region.State.Apply([new LogEntry(2, PersistenceIds.Of(Web), 3, new JobStabilityChanged(Web, 0, true, "", region.Now))], out _));
        Assert.Equal("index 2: expected job-default/web's event 2, found its event 3", missing.Message);
    }

    private string Thrown(IRegionEvent happened)
    {
        var entry = new LogEntry(region.State.Index + 1, PersistenceIds.OwnerOf(happened), region.State.PositionOf(PersistenceIds.OwnerOf(happened)).SequenceNr + 1, happened);
        return Assert.Throws<InvalidOperationException>(() => region.State.Apply([entry], out _)).Message;
    }

    private EvaluationId Evaluate() => ((JobChanged)region.Send(new EvaluateJob(region.Context(), Web, false))).EvaluationId!.Value;

    private EvaluationId Pending() => region.State.EvaluationsOfJob(Web).First(e => e.Status == EvaluationStatus.Pending).Id;
}
