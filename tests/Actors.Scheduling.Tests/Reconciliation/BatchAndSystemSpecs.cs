using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Reconciliation;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Reconciliation;

public class BatchAndSystemSpecs
{
    private readonly Region _region = new();

    private static readonly Constraint OnFirst = new() { LeftTarget = "${node.unique.name}", Operand = "=", RightTarget = "n1" };

    public BatchAndSystemSpecs() => _region.Add(Any.Node(1), Any.Node(2), Any.Node(3));

    [Fact]
    public void What_a_batch_job_has_done_is_not_done_again()
    {
        var job = Run(Any.Job(count: 2, type: JobTypes.Batch));

        _region.Report(AllocationClientStatus.Complete, null, [.. _region.Live(job)]);
        _region.Evaluate(job);
        _region.Settle();

        Assert.Equal(2, _region.AllocationsOf(job).Count);
    }

    [Fact]
    public void A_new_version_of_a_batch_job_runs_again()
    {
        var job = Run(Any.Job(count: 2, type: JobTypes.Batch));
        _region.Report(AllocationClientStatus.Complete, null, [.. _region.Live(job)]);

        job = Run(job with { Meta = Contracts.Collections.EquatableMap.Of(("run", "2")) });

        Assert.Equal(2, _region.Live(job).Count);
        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
    }

    [Fact]
    public void A_batch_allocation_that_moved_to_another_node_goes_on_there_when_its_old_self_has_ended()
    {
        var job = Run(Any.Job(type: JobTypes.Batch));
        var old = _region.Live(job).Single();

        _region.Migrate(old);
        _region.Settle();
        _region.Evaluate(job);
        _region.Settle();

        var moved = _region.Live(job).Single();
        Assert.Equal(old.Id, moved.PreviousAllocation);
        Assert.True(Reconcile(job).IsEmpty);
    }

    [Fact]
    public void A_batch_allocation_that_made_room_for_another_job_has_not_done_its_work()
    {
        _region.Table.Configuration = new Contracts.Scheduling.SchedulerConfiguration { PreemptForService = true };
        var job = Run(Any.Job(cpu: 3000, type: JobTypes.Batch) with { Priority = 10, Constraints = [OnFirst] });
        var urgent = Run(Any.Job("urgent", cpu: 3000) with { Priority = 90, Constraints = [OnFirst] });
        Assert.Empty(_region.Live(job));

        _region.Stop(urgent);
        _region.Settle();

        Assert.Single(_region.Live(job));
    }

    [Fact]
    public void What_a_batch_allocation_has_done_does_not_move_with_its_node()
    {
        var job = Run(Any.Job(type: JobTypes.Batch));
        _region.Report(AllocationClientStatus.Complete, null, [.. _region.Live(job)]);

        _region.Migrate([.. _region.AllocationsOf(job)]);
        _region.Settle();

        Assert.Single(_region.AllocationsOf(job));
    }

    [Theory]
    [InlineData(JobTypes.Batch)]
    [InlineData(JobTypes.SysBatch)]
    public void What_a_purged_job_has_done_is_done_again_when_it_is_registered_anew(string type)
    {
        var job = Run(Any.Job(type: type));
        var first = _region.Live(job).Select(a => a.Id).ToHashSet();
        _region.Report(AllocationClientStatus.Complete, null, [.. _region.Live(job)]);
        _region.Stop(job, purge: true);
        _region.Settle();

        job = Run(Any.Job(type: type));

        Assert.Equal(first.Count, _region.Live(job).Count);
        Assert.DoesNotContain(_region.Live(job), a => first.Contains(a.Id));
    }

    [Fact]
    public void A_system_job_runs_once_on_every_node_that_fits()
    {
        _region.Add(Any.Node(4) with { Attributes = new Dictionary<string, string> { ["kernel.name"] = "windows" }, ComputedClass = "v2" });
        var job = Run(SystemJob());

        Assert.Equal(["n1", "n2", "n3"], _region.Live(job).Select(a => a.NodeName).Order());
        Assert.True(Reconcile(job).IsEmpty);
    }

    [Fact]
    public void All_the_nodes_that_lack_room_for_a_system_job_are_named()
    {
        Node[] small = [Any.Node(4, memory: 300), Any.Node(5, memory: 200)];
        _region.Add(small);
        var job = _region.Register(Any.Job("wide", memory: 512, type: JobTypes.System));
        var onEach = new GroupPlacement("app", [.. small.Select(node => new PlacementSlot(0, RequiredNode: node.Id))]);

        var failed = _region.Place(_region.Request(job, 1) with { Groups = [onEach] }, job).Failed["app"];

        Assert.Equal(1, failed.CoalescedFailures);
        var verdict = Assert.Single(failed.Verdicts);
        Assert.Equal(2, verdict.Count);
        Assert.Equal(["n4", "n5"], verdict.Nearest.Select(n => n.NodeName));
    }

    [Fact]
    public void A_system_job_follows_the_nodes()
    {
        var job = Run(SystemJob());

        _region.Add(Any.Node(5));
        _region.Set(Any.Node(1), NodeStatus.Down, [job]);
        _region.Evaluate(job);
        _region.Settle();

        Assert.Equal(["n2", "n3", "n5"], _region.Live(job).Select(a => a.NodeName).Order());
    }

    [Fact]
    public void A_new_version_of_a_system_job_replaces_on_the_same_nodes()
    {
        var job = Run(SystemJob());

        job = Run(job with { Meta = Contracts.Collections.EquatableMap.Of(("run", "2")) });

        Assert.Equal(["n1", "n2", "n3"], _region.Live(job).Select(a => a.NodeName).Order());
        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
    }

    [Fact]
    public void A_sysbatch_job_is_done_once_per_node()
    {
        var job = Run(SystemJob() with { Type = JobTypes.SysBatch });

        _region.Report(AllocationClientStatus.Complete, null, [.. _region.Live(job)]);
        _region.Add(Any.Node(6));
        _region.Evaluate(job);
        _region.Settle();

        Assert.Equal("n6", _region.Live(job).Single().NodeName);
    }

    [Fact]
    public void A_full_node_is_told_by_name()
    {
        Run(Any.Job("filler", cpu: 3800));
        var full = _region.State.Allocations.Single().NodeName;

        var job = Run(SystemJob());

        Assert.Equal(2, _region.Live(job).Count);
        var verdict = _region.Plans[^1].FailedGroups["app"].Verdicts.Single();
        Assert.Equal(("cpu", full, "200 MHz free"), (verdict.Check, verdict.Nearest.Single().NodeName, verdict.Nearest.Single().Had));
    }

    private static Job SystemJob() =>
        Any.Job("agent", type: JobTypes.System, constraints: new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" });

    private Job Run(Job job)
    {
        var registered = _region.Register(job);
        _region.Settle();
        return registered;
    }

    private ReconcileResult Reconcile(Job job) => Reconciler.Reconcile(_region.State, Any.Evaluation(job), _region.Now, Any.Ids());
}
