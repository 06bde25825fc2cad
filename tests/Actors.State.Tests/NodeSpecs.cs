using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Xunit;

namespace Actors.State.Tests;

public sealed class NodeSpecs
{
    private readonly TestRegion region = new();

    [Fact]
    public void A_new_node_is_initializing_until_its_first_heartbeat()
    {
        var node = region.NewNode();
        region.Send(new RegisterNode(region.Context(), node));
        Assert.Equal(NodeStatus.Initializing, region.State.FindNode(node.Id)!.Status);

        region.Send(new UpdateNodeStatus(region.Context(), node.Id, NodeStatus.Ready, "heartbeat"));
        var ready = region.State.FindNode(node.Id)!;
        Assert.Equal((NodeStatus.Ready, 1ul, 2ul), (ready.Status, ready.CreateIndex, ready.ModifyIndex));
        Assert.True(ready.AcceptsAllocations);
        Assert.Equal(["Node registered", "Node is ready"], ready.Events.Select(e => e.Message));
    }

    [Fact]
    public void Registering_again_with_the_same_facts_writes_nothing()
    {
        var node = region.NewNode();
        region.Send(new RegisterNode(region.Context(), node));
        region.Send(new RegisterNode(region.Context(), node with { Attributes = node.Attributes.Reverse().ToDictionary(), Status = NodeStatus.Down, ModifyIndex = 9 }));
        Assert.Equal(1ul, region.State.Index);
    }

    [Fact]
    public void Registering_again_with_other_facts_keeps_what_the_servers_decided()
    {
        var id = region.AddNode();
        region.Send(new SetNodeEligibility(region.Context(), id, NodeEligibility.Ineligible));
        var before = region.State.FindNode(id)!;
        region.Send(new RegisterNode(region.Context(), before with { Meta = new Dictionary<string, string> { ["rack"] = "r1" }, Eligibility = NodeEligibility.Eligible }));

        var after = region.State.FindNode(id)!;
        Assert.Equal((NodeStatus.Ready, NodeEligibility.Ineligible, before.CreateIndex), (after.Status, after.Eligibility, after.CreateIndex));
        Assert.NotEqual(before.ComputedClass, after.ComputedClass);
    }

    [Fact]
    public void Another_secret_is_refused()
    {
        var node = region.NewNode();
        region.Send(new RegisterNode(region.Context(), node));
        var refused = Assert.IsType<CommandRefused>(region.Send(new RegisterNode(region.Context(), node with { SecretId = "guess" })));
        Assert.Equal(RefusalKind.Forbidden, refused.Kind);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registration_without_a_secret_is_refused() =>
        Assert.Equal(RefusalKind.Invalid, Assert.IsType<CommandRefused>(region.Send(new RegisterNode(region.Context(), region.NewNode() with { SecretId = "" }))).Kind);

    [Fact]
    public void Nodes_that_differ_in_unique_things_only_are_of_one_class()
    {
        var (one, other) = (region.AddNode("a"), region.AddNode("b"));
        Assert.Equal(region.State.FindNode(one)!.ComputedClass, region.State.FindNode(other)!.ComputedClass);
        Assert.StartsWith("v1:", region.State.FindNode(one)!.ComputedClass, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_goes_down_makes_one_evaluation_for_each_job_that_runs_there()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob("a", count: 3), node);
        var done = region.Run(TestRegion.NewJob("b", JobTypes.Batch), node);
        region.Report(done[0], AllocationClientStatus.Complete);
        region.Send(new UpdateNodeStatus(region.Context(), node, NodeStatus.Down, "missed heartbeats"));

        var evaluation = Assert.Single(region.State.Evaluations, e => e.TriggeredBy == EvaluationTriggers.NodeUpdate);
        Assert.Equal(("a", node, EvaluationStatus.Pending), (evaluation.JobId.Id, evaluation.NodeId, evaluation.Status));
        Assert.Equal(NodeStatus.Down, region.State.FindNode(node)!.Status);

        var index = region.State.Index;
        region.Send(new UpdateNodeStatus(region.Context(), node, NodeStatus.Down, "missed heartbeats"));
        Assert.Equal(index, region.State.Index);
    }

    [Fact]
    public void A_node_that_becomes_ready_is_offered_to_system_jobs()
    {
        region.Register(TestRegion.NewJob("logs", JobTypes.System));
        region.Register(TestRegion.NewJob("web"));
        region.AddNode();
        var evaluation = Assert.Single(region.State.Evaluations, e => e.TriggeredBy == EvaluationTriggers.NodeUpdate);
        Assert.Equal("logs", evaluation.JobId.Id);
    }

    [Fact]
    public void A_node_remembers_its_ten_latest_events()
    {
        var node = region.AddNode();
        for (var i = 0; i < 12; i++) region.Send(new SetNodeEligibility(region.Context(), node, i % 2 == 0 ? NodeEligibility.Ineligible : NodeEligibility.Eligible));
        var events = region.State.FindNode(node)!.Events;
        Assert.Equal(10, events.Count);
        Assert.Equal(region.State.Index, events[^1].CreateIndex);
    }

    [Fact]
    public void A_draining_node_can_not_be_made_eligible()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob(), node);
        Drain(node, TimeSpan.FromHours(1));
        Assert.Equal(RefusalKind.Invalid, Assert.IsType<CommandRefused>(region.Send(new SetNodeEligibility(region.Context(), node, NodeEligibility.Eligible))).Kind);
    }

    [Fact]
    public void A_drain_moves_services_as_many_at_a_time_as_they_let()
    {
        var node = region.AddNode();
        var job = TestRegion.NewJob(count: 4);
        var allocations = region.Run(job with { TaskGroups = job.TaskGroups.Map(g => g with { Migrate = new MigrateStrategy { MaxParallel = 2 } }) }, node);
        foreach (var allocation in allocations) region.Report(allocation, AllocationClientStatus.Running);

        var reply = Assert.IsType<NodeEvaluationsCreated>(Drain(node, TimeSpan.FromHours(1)));
        Assert.Equal(2, Migrating());
        Assert.Equal(EvaluationTriggers.NodeDrain, region.State.FindEvaluation(Assert.Single(reply.Evaluations))!.TriggeredBy);
        Assert.Equal(NodeEligibility.Ineligible, region.State.FindNode(node)!.Eligibility);

        region.Send(new ContinueDrain(region.Context(), node));
        Assert.Equal(2, Migrating());

        region.Now += TimeSpan.FromHours(1);
        region.Send(new ContinueDrain(region.Context(), node));
        Assert.Equal(4, Migrating());

        int Migrating() => region.State.AllocationsOfNode(node).Count(a => a.Migrate);
    }

    [Fact]
    public void A_drain_leaves_batch_jobs_until_the_deadline_and_system_jobs_to_the_end()
    {
        var node = region.AddNode();
        var batch = region.Run(TestRegion.NewJob("batch", JobTypes.Batch), node)[0];
        var system = region.Run(TestRegion.NewJob("logs", JobTypes.System), node)[0];
        region.Report(batch, AllocationClientStatus.Running);
        Drain(node, TimeSpan.FromHours(1));
        Assert.DoesNotContain(region.State.AllocationsOfNode(node), a => a.Migrate);

        region.Report(batch, AllocationClientStatus.Complete);
        region.Send(new ContinueDrain(region.Context(), node));
        Assert.True(region.Latest(system).Migrate);

        region.Report(system, AllocationClientStatus.Complete);
        region.Send(new ContinueDrain(region.Context(), node));
        var drained = region.State.FindNode(node)!;
        Assert.Null(drained.Drain);
        Assert.Equal(NodeEligibility.Ineligible, drained.Eligibility);
        Assert.Equal("Node drain complete", drained.Events[^1].Message);
    }

    [Fact]
    public void A_drain_moves_the_next_when_what_moved_has_its_verdict()
    {
        var (first, second) = (region.AddNode(), region.AddNode("n2"));
        var job = TestRegion.NewJob(count: 3);
        var allocations = region.Run(job, first);
        foreach (var allocation in allocations) region.Report(allocation, AllocationClientStatus.Running);
        Drain(first, TimeSpan.FromHours(1));
        var moving = Assert.Single(region.State.AllocationsOfNode(first), a => a.Migrate);

        var evaluation = region.State.EvaluationsOfJob(moving.JobId).Single(e => e.TriggeredBy == EvaluationTriggers.NodeDrain);
        region.Write(region.PlanFor(evaluation.Id) with
        {
            Stops = [new AllocationStop(moving.Id, "moved")],
            Placements = [region.Placement(second, moving.TaskGroup, moving.NameIndex) with { Previous = moving.Id }],
        });
        var moved = Assert.Single(region.State.AllocationsOfNode(second));
        region.Report(moving, AllocationClientStatus.Complete);
        region.Report(moved, AllocationClientStatus.Running);
        region.Send(new ContinueDrain(region.Context(), first));
        Assert.Single(region.State.AllocationsOfNode(first), a => a.Migrate);

        region.Send(new ReportAllocations(region.Context(), second, [region.ReportOf(moved, AllocationClientStatus.Running, healthy: true)]));
        region.Send(new ContinueDrain(region.Context(), first));
        Assert.Equal(2, region.State.AllocationsOfNode(first).Count(a => a.Migrate));
    }

    [Fact]
    public void What_was_said_of_an_allocation_while_its_node_was_cut_off_is_over_when_it_reports_again()
    {
        var node = region.AddNode();
        var allocation = region.Run(TestRegion.NewJob(count: 1), node).Single();
        region.Report(allocation, AllocationClientStatus.Running);
        var evaluation = region.State.AllocationsOfNode(node).Single().EvaluationId;
        region.Write(region.PlanFor(evaluation) with
        {
            Stops = [new AllocationStop(allocation.Id, "its node is disconnected", AllocationClientStatus.Unknown, AllocationDesiredStatus.Run, evaluation)],
        });
        Assert.Equal("its node is disconnected", region.Latest(allocation).DesiredDescription);

        region.Report(allocation, AllocationClientStatus.Running);

        Assert.Equal(("", null), (region.Latest(allocation).DesiredDescription, region.Latest(allocation).FollowupEvaluation));
    }

    [Fact]
    public void The_latest_drain_is_remembered_with_how_it_went()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob(), node);
        var began = region.Now;
        region.Send(new SetNodeDrain(region.Context(), node, new DrainStrategy(null, IgnoreSystemJobs: false, region.Now), MarkEligible: false, new Dictionary<string, string> { ["message"] = "new disks" }));
        Assert.Equal((began, began, DrainStatus.Draining), Latest());

        region.Now += TimeSpan.FromMinutes(1);
        region.Send(new SetNodeDrain(region.Context(), node, null, MarkEligible: true));
        Assert.Equal((began, region.Now, DrainStatus.Canceled), Latest());
        Assert.Equal("new disks", region.State.FindNode(node)!.LastDrain!.Meta!["message"]);

        region.Now += TimeSpan.FromMinutes(1);
        var again = region.Now;
        Drain(node, TimeSpan.Zero);
        foreach (var allocation in region.State.AllocationsOfNode(node).ToList()) region.Report(allocation, AllocationClientStatus.Complete);
        region.Now += TimeSpan.FromMinutes(1);
        region.Send(new ContinueDrain(region.Context(), node));
        Assert.Equal((again, region.Now, DrainStatus.Complete), Latest());
        Assert.Null(region.State.FindNode(node)!.LastDrain!.Meta);

        region.Send(new SetNodeEligibility(region.Context(), node, NodeEligibility.Eligible));
        region.Send(new RegisterNode(region.Context(), region.State.FindNode(node)! with { HttpAddress = "10.0.0.9:4646", LastDrain = null }));
        Assert.Equal(DrainStatus.Complete, Latest().Status);

        (DateTimeOffset StartedAt, DateTimeOffset UpdatedAt, DrainStatus Status) Latest() =>
            region.State.FindNode(node)!.LastDrain is { } last ? (last.StartedAt, last.UpdatedAt, last.Status) : default;
    }

    [Fact]
    public void A_forced_drain_moves_all_at_once()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob("a", count: 3), node);
        region.Run(TestRegion.NewJob("b", JobTypes.Batch), node);
        Drain(node, TimeSpan.Zero);
        Assert.All(region.State.AllocationsOfNode(node), a => Assert.True(a.Migrate));
    }

    [Fact]
    public void Draining_an_empty_node_is_over_at_once()
    {
        var node = region.AddNode();
        Drain(node, null);
        Assert.Null(region.State.FindNode(node)!.Drain);
        Assert.Equal(NodeEligibility.Ineligible, region.State.FindNode(node)!.Eligibility);
    }

    [Fact]
    public void Stopping_a_drain_can_make_the_node_eligible_again()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob(), node);
        Drain(node, null);
        region.Send(new SetNodeDrain(region.Context(), node, null, MarkEligible: true));
        var after = region.State.FindNode(node)!;
        Assert.Null(after.Drain);
        Assert.True(after.AcceptsAllocations);
        Assert.Equal("Node drain cancelled", after.Events[^1].Message);
    }

    [Fact]
    public void A_retried_request_of_an_operator_is_answered_again()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob(), node);
        var command = new EvaluateNode(region.Context("once"), node);
        var first = (NodeEvaluationsCreated)region.Send(command);
        var index = region.State.Index;
        var second = (NodeEvaluationsCreated)region.Send(command);
        Assert.Equal((first.Index, first.Evaluations.Single(), index), (second.Index, second.Evaluations.Single(), region.State.Index));
    }

    [Fact]
    public void Stopping_an_allocation_marks_it_and_evaluates_its_job()
    {
        var node = region.AddNode();
        var allocation = region.Run(TestRegion.NewJob(), node)[0];
        var reply = (NodeEvaluationsCreated)region.Send(new StopAllocation(region.Context(), node, allocation.Id));
        Assert.Equal(EvaluationTriggers.AllocStop, region.State.FindEvaluation(reply.Evaluations.Single())!.TriggeredBy);
        Assert.True(region.Latest(allocation).Migrate);
        Assert.Equal(allocation.AllocModifyIndex, region.Latest(allocation).AllocModifyIndex);

        var other = region.AddNode("n2");
        Assert.Equal(RefusalKind.NotFound, Assert.IsType<CommandRefused>(region.Send(new StopAllocation(region.Context(), other, allocation.Id))).Kind);
    }

    [Fact]
    public void A_purged_node_is_gone_and_its_jobs_are_evaluated()
    {
        var node = region.AddNode();
        region.Run(TestRegion.NewJob(), node);
        var reply = (NodeEvaluationsCreated)region.Send(new PurgeNode(region.Context(), node));
        Assert.Null(region.State.FindNode(node));
        Assert.Empty(region.State.Nodes);
        Assert.Single(reply.Evaluations);
        Assert.Single(region.State.AllocationsOfNode(node));
        Assert.Equal((0L, 0ul), region.State.PositionOf($"node-{node}"));
    }

    [Fact]
    public void A_report_changes_the_clients_half_only()
    {
        var allocation = region.Run(TestRegion.NewJob(), region.AddNode())[0];
        region.Report(allocation, AllocationClientStatus.Running);
        var after = region.Latest(allocation);
        Assert.Equal((AllocationClientStatus.Running, region.State.Index, allocation.AllocModifyIndex), (after.ClientStatus, after.ModifyIndex, after.AllocModifyIndex));
        Assert.Equal(TaskRunState.Running, after.TaskStates["main"].State);
        Assert.Empty(region.Changes.AllocationsToTell);
    }

    [Fact]
    public void A_report_that_says_nothing_new_or_of_unknown_allocations_writes_nothing()
    {
        var (node, other) = (region.AddNode(), region.AddNode("n2"));
        var allocation = region.Run(TestRegion.NewJob(), node)[0];
        region.Report(allocation, AllocationClientStatus.Running);
        var index = region.State.Index;

        region.Report(allocation, AllocationClientStatus.Running);
        region.Report(allocation with { Id = AllocationId.From(region.NewId()) }, AllocationClientStatus.Failed);
        region.Report(allocation with { NodeId = other }, AllocationClientStatus.Failed);

        Assert.Equal(index, region.State.Index);
    }

    [Theory]
    [InlineData(JobTypes.Service, AllocationClientStatus.Failed, EvaluationTriggers.RetryFailedAlloc)]
    [InlineData(JobTypes.Batch, AllocationClientStatus.Failed, EvaluationTriggers.RetryFailedAlloc)]
    [InlineData(JobTypes.Service, AllocationClientStatus.Complete, EvaluationTriggers.RetryFailedAlloc)]
    [InlineData(JobTypes.Batch, AllocationClientStatus.Complete, null)]
    [InlineData(JobTypes.Service, AllocationClientStatus.Running, null)]
    public void An_end_that_leaves_a_job_short_evaluates_it(string type, AllocationClientStatus status, string? trigger)
    {
        var allocation = region.Run(TestRegion.NewJob(type: type), region.AddNode())[0];
        var before = region.State.Evaluations.Count;
        region.Report(allocation, status);
        var made = region.State.Evaluations.OrderBy(e => e.CreateIndex).Skip(before).SingleOrDefault();
        Assert.Equal(trigger, made?.TriggeredBy);
    }

    [Fact]
    public void The_end_of_what_was_to_stop_evaluates_nothing()
    {
        var node = region.AddNode();
        var allocation = region.Run(TestRegion.NewJob(), node)[0];
        var stop = (JobChanged)region.Send(new DeregisterJob(region.Context(), allocation.JobId, false));
        region.Write(region.PlanFor(stop.EvaluationId!.Value) with { Stops = [new AllocationStop(allocation.Id, "stopped")] });
        var before = region.State.Evaluations.Count;
        region.Report(allocation, AllocationClientStatus.Failed);
        Assert.Equal(before, region.State.Evaluations.Count);
    }

    [Fact]
    public void One_evaluation_is_made_for_a_job_however_many_of_it_fail_at_once()
    {
        var node = region.AddNode();
        var allocations = region.Run(TestRegion.NewJob(count: 3), node);
        var before = region.State.Evaluations.Count;
        region.Send(new ReportAllocations(region.Context(), node, [.. allocations.Select(a => region.ReportOf(a, AllocationClientStatus.Failed))]));
        Assert.Equal(before + 1, region.State.Evaluations.Count);
    }

    [Fact]
    public void A_report_without_tasks_leaves_them_as_they_are_known()
    {
        var node = region.AddNode();
        var allocation = region.Run(TestRegion.NewJob(count: 1), node).Single();
        region.Report(allocation, AllocationClientStatus.Running);
        var known = region.Latest(allocation).TaskStates;
        var healthy = region.ReportOf(allocation, AllocationClientStatus.Running, healthy: true) with { TaskStates = new Dictionary<string, TaskState>() };

        region.Send(new ReportAllocations(region.Context(), node, [healthy]));
        var index = region.State.Index;
        region.Send(new ReportAllocations(region.Context(), node, [healthy]));

        Assert.Same(known, region.Latest(allocation).TaskStates);
        Assert.True(region.Latest(allocation).Health!.Healthy);
        Assert.Equal(index, region.State.Index);
    }

    private ICommandReply Drain(NodeId node, TimeSpan? deadline) => region.Send(new SetNodeDrain(region.Context(), node, new DrainStrategy(deadline, IgnoreSystemJobs: false, region.Now), MarkEligible: false));
}
