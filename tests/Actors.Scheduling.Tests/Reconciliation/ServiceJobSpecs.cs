using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Reconciliation;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Reconciliation;

public class ServiceJobSpecs
{
    private readonly Region _region = new();

    public ServiceJobSpecs() => _region.Add(Any.Node(1), Any.Node(2), Any.Node(3));

    [Fact]
    public void A_new_job_gets_its_count_with_names_from_zero()
    {
        var job = Run(Any.Job(count: 3));

        Assert.Equal([0, 1, 2], _region.Live(job).Select(a => a.NameIndex));
        Assert.All(_region.Live(job), a => Assert.Equal(AllocationClientStatus.Running, a.ClientStatus));
    }

    [Fact]
    public void What_is_as_it_should_be_is_left_alone()
    {
        var job = Run(Any.Job(count: 3));

        Assert.True(Reconcile(job).IsEmpty);
        Assert.Equal(3, Reconcile(job).Desired["app"].Ignore);
    }

    [Fact]
    public void A_stopped_job_stops_everything()
    {
        var job = Run(Any.Job(count: 3));

        _region.Stop(job);
        _region.Settle();

        Assert.Empty(_region.Live(job));
        Assert.True(Reconcile(job).IsEmpty);
    }

    [Fact]
    public void A_purged_job_stops_everything()
    {
        var job = Run(Any.Job(count: 3));

        _region.Stop(job, purge: true);
        _region.Settle();

        Assert.Empty(_region.Live(job));
    }

    [Fact]
    public void A_lower_count_stops_the_highest_names()
    {
        var job = Run(Any.Job(count: 5));

        job = Run(job with { TaskGroups = [job.TaskGroups[0] with { Count = 2 }] });

        Assert.Equal([0, 1], _region.Live(job).Select(a => a.NameIndex));
        Assert.Equal(2, _region.Plans[^1].InPlaceUpdates.Count);
    }

    [Fact]
    public void A_higher_count_fills_the_free_names()
    {
        var job = Run(Any.Job(count: 3));
        _region.Migrate(_region.Live(job)[1]);
        _region.Settle();

        job = Run(job with { TaskGroups = [job.TaskGroups[0] with { Count = 5 }] });

        Assert.Equal([0, 1, 2, 3, 4], _region.Live(job).Select(a => a.NameIndex));
    }

    [Fact]
    public void A_removed_group_is_stopped()
    {
        var job = Run(Any.Job() with { TaskGroups = [Any.Group("a"), Any.Group("b", 2)] });

        job = Run(job with { TaskGroups = [job.TaskGroups[0]] });

        Assert.Equal(["a"], _region.Live(job).Select(a => a.TaskGroup));
    }

    [Fact]
    public void A_change_of_what_runs_replaces_under_the_same_name()
    {
        var job = Run(Any.Job(count: 2));
        var before = _region.Live(job);

        job = Run(WithEnv(job, "2"));

        var after = _region.Live(job);
        Assert.Equal(before.Select(a => a.NameIndex), after.Select(a => a.NameIndex));
        Assert.Equal(before.Select(a => a.Id), after.Select(a => a.PreviousAllocation!.Value));
        Assert.All(after, a => Assert.Equal(job.Version, a.JobVersion));
    }

    [Fact]
    public void A_change_around_what_runs_is_taken_in_place()
    {
        var job = Run(Any.Job(count: 2));
        var before = _region.Live(job);

        job = Run(job with { Priority = 70, TaskGroups = [job.TaskGroups[0] with { Services = [new Service { Name = "web", Provider = "nomad" }] }] });

        Assert.Equal(before.Select(a => a.Id), _region.Live(job).Select(a => a.Id));
        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
    }

    [Fact]
    public void An_in_place_change_that_its_node_does_not_fit_replaces()
    {
        var job = Run(Any.Job());
        var only = _region.Live(job).Single();

        job = Run(job with { Constraints = [new Constraint { LeftTarget = "${node.unique.name}", Operand = "!=", RightTarget = only.NodeName }] });

        Assert.NotEqual(only.NodeName, _region.Live(job).Single().NodeName);
    }

    [Theory]
    [InlineData(Operands.DistinctHosts, "", "true")]
    [InlineData(Operands.DistinctProperty, "${node.unique.name}", "1")]
    public void A_version_that_newly_asks_for_distinct_places_leaves_the_first_on_a_node_and_replaces_the_second(string operand, string target, string value)
    {
        var job = Run(Any.Job(count: 2, constraints: new Constraint { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = "n1" }));
        var before = _region.Live(job);
        Assert.Single(before.Select(a => a.NodeId).Distinct());

        job = Run(job with { Constraints = [new Constraint { LeftTarget = target, Operand = operand, RightTarget = value }] });

        var after = _region.Live(job);
        Assert.Equal(2, after.Select(a => a.NodeId).Distinct().Count());
        Assert.Equal(before[0].Id, after[0].Id);
        Assert.Equal(before[1].Id, after[1].PreviousAllocation);
        Assert.All(after, a => Assert.Equal(job.Version, a.JobVersion));
    }

    [Fact]
    public void A_group_that_newly_asks_for_distinct_hosts_counts_its_own_allocations_only()
    {
        var here = new Constraint { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = "n1" };
        var job = Run(Any.Job(constraints: here) with { TaskGroups = [Any.Group("app"), Any.Group("side")] });
        var before = _region.Live(job);

        job = Run(job with { TaskGroups = [.. job.TaskGroups.Select(g => g with { Constraints = [new Constraint { Operand = Operands.DistinctHosts, RightTarget = "true" }] })] });

        Assert.Equal(before.Select(a => a.Id), _region.Live(job).Select(a => a.Id));
    }

    [Fact]
    public void A_replacement_that_finds_no_node_leaves_the_old_one_running()
    {
        var job = Run(Any.Job(count: 1));
        var old = _region.Live(job).Single();

        job = Run(job with { TaskGroups = [Any.Group("app", memory: 100_000)] });

        Assert.Equal(old.Id, _region.Live(job).Single().Id);
        Assert.Equal(1, _region.Plans[^1].QueuedAllocations["app"]);
        var blocked = _region.State.EvaluationsOfJob(Any.IdOf(job)).Single(e => e.Status == EvaluationStatus.Blocked);
        Assert.True(blocked.ClassEligibility["v1"]);
    }

    [Fact]
    public void A_node_that_goes_down_loses_what_ran_there_and_it_is_placed_elsewhere()
    {
        var job = Run(Any.Job(count: 3));
        var down = _region.State.FindNode(_region.Live(job)[1].NodeId)!;
        var gone = _region.Live(job).Where(a => a.NodeId == down.Id).ToList();

        _region.Set(down, NodeStatus.Down, [job]);
        _region.Settle();

        Assert.Equal([0, 1, 2], _region.Live(job).Select(a => a.NameIndex));
        Assert.DoesNotContain(_region.Live(job), a => a.NodeId == down.Id);
        Assert.All(gone, a => Assert.Equal(AllocationClientStatus.Lost, _region.State.FindAllocation(a.Id)!.ClientStatus));
        Assert.True(Reconcile(job).IsEmpty);
    }

    [Fact]
    public void What_must_migrate_is_stopped_and_placed_again()
    {
        var job = Run(Any.Job(count: 2));
        var moving = _region.Live(job)[0];

        _region.Migrate(moving);
        _region.Settle();

        Assert.Equal(2, _region.Live(job).Count);
        Assert.Contains(_region.Live(job), a => a.PreviousAllocation == moving.Id && a.NameIndex == moving.NameIndex);
    }

    [Fact]
    public void A_drain_that_is_forced_moves_everything_off()
    {
        var job = Run(Any.Job(count: 3));
        var node = _region.State.FindNode(_region.Live(job)[0].NodeId)!;

        _region.Add(node with { Eligibility = NodeEligibility.Ineligible, Drain = new DrainStrategy(TimeSpan.Zero, false, _region.Now) });
        _region.Evaluate(job, EvaluationTriggers.NodeDrain);
        _region.Settle();

        Assert.Equal(3, _region.Live(job).Count);
        Assert.DoesNotContain(_region.Live(job), a => a.NodeId == node.Id);
    }

    [Fact]
    public void A_drain_waits_for_a_place_elsewhere_until_its_deadline_and_then_stops_what_found_none()
    {
        var job = Run(Any.Job(count: 2, constraints: new Constraint { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = "n1" }));
        var node = _region.State.FindNode(_region.Live(job)[0].NodeId)!;
        _region.Add(node with { Eligibility = NodeEligibility.Ineligible, Drain = new DrainStrategy(TimeSpan.FromMinutes(10), false, _region.Now) });

        _region.Migrate([.. _region.Live(job)]);
        _region.Settle();
        Assert.Equal(2, _region.Live(job).Count);

        _region.Now = _region.Now.AddMinutes(10);
        _region.Evaluate(job, EvaluationTriggers.NodeDrain);
        _region.Settle();
        Assert.Empty(_region.Live(job));
        Assert.Contains(_region.State.EvaluationsOfJob(Any.IdOf(job)), e => e.Status == EvaluationStatus.Blocked);
    }

    [Fact]
    public void A_service_that_ends_by_itself_is_started_again()
    {
        var job = Run(Any.Job());
        var ended = _region.Live(job).Single();

        _region.Report(AllocationClientStatus.Complete, null, ended);
        _region.Settle();

        Assert.NotEqual(ended.Id, _region.Live(job).Single().Id);
        Assert.Equal(0, _region.Live(job).Single().NameIndex);
    }

    [Fact]
    public void Capacity_that_appears_wakes_what_was_blocked()
    {
        var job = Run(Any.Job(count: 4, cpu: 3000));
        Assert.Equal(3, _region.Live(job).Count);
        Assert.Equal(1, _region.Blocked.Count);

        _region.Add(Any.Node(9));
        _region.Settle();

        Assert.Equal(4, _region.Live(job).Count);
        Assert.Equal(0, _region.Blocked.Count);
        Assert.DoesNotContain(_region.State.EvaluationsOfJob(Any.IdOf(job)), e => e.Status == EvaluationStatus.Blocked);
    }

    [Fact]
    public void A_job_of_its_launches_only_is_never_placed_itself()
    {
        var job = Run(Any.Job(type: JobTypes.Batch) with { ParameterizedJob = new ParameterizedJobConfig { Payload = "optional" } });

        Assert.Empty(_region.AllocationsOf(job));
    }

    private Job Run(Job job)
    {
        var registered = _region.Register(job);
        _region.Settle();
        return registered;
    }

    private ReconcileResult Reconcile(Job job) => Reconciler.Reconcile(_region.State, Any.Evaluation(job), _region.Now, Any.Ids());

    private static Job WithEnv(Job job, string value)
    {
        var group = job.TaskGroups[0];
        return job with { TaskGroups = [group with { Tasks = [group.Tasks[0] with { Env = Contracts.Collections.EquatableMap.Of(("V", value)) }] }] };
    }
}
