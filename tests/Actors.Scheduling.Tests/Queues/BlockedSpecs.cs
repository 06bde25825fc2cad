using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Queues;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Queues;

public class BlockedSpecs
{
    private readonly BlockedEvaluations _blocked = new();

    [Theory]
    [InlineData("feasible", true)]
    [InlineData("infeasible", false)]
    [InlineData("unseen", true)]
    public void Only_classes_that_may_help_wake(string computedClass, bool wakes)
    {
        Block(1, "a");

        Assert.Equal(wakes, _blocked.Wake(computedClass, 10).Count == 1);
        Assert.Equal(wakes ? 0 : 1, _blocked.Count);
    }

    [Fact]
    public void What_looks_at_single_nodes_is_woken_by_any()
    {
        Block(1, "a", escaped: true);

        Assert.Single(_blocked.Wake("infeasible", 10));
    }

    [Fact]
    public void Only_what_may_help_wakes_in_a_living_region()
    {
        var region = new Region();
        region.Add(Any.Node(1, cpu: 1000), Any.Node(2, cpu: 1000) with { ComputedClass = "v2", Attributes = new Dictionary<string, string> { ["kernel.name"] = "windows" } });
        var linux = new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" };
        var windows = linux with { RightTarget = "windows" };
        var holder = region.Register(Any.Job("holder", cpu: 1000, constraints: linux));
        var other = region.Register(Any.Job("other", cpu: 1000, constraints: windows));
        region.Settle();
        var waiting = region.Register(Any.Job("waiting", cpu: 1000, constraints: linux));
        region.Settle();
        var plans = region.Plans.Count;

        // A node that can't take it frees room; a node goes; a client reports what changes nothing: none of it helps.
        region.Stop(other);
        region.Set(Any.Node(2), NodeStatus.Down);
        region.Report(AllocationClientStatus.Running, true, [.. region.Live(holder)]);
        region.Settle();
        Assert.DoesNotContain(region.Plans.Skip(plans), p => p.JobId == Any.IdOf(waiting));

        region.Stop(holder);
        region.ProcessAll();
        Assert.Single(region.Live(waiting));

        // Its room was free when it was told to stop: that its client has stopped it is no news.
        var after = region.Plans.Count;
        region.Settle();
        Assert.Equal(after, region.Plans.Count);
    }

    [Fact]
    public void Another_configuration_wakes_all()
    {
        var configured = new BlockedEvaluations();
        var region = new Region();
        region.Add(Any.Node(1, cpu: 1000));
        region.Register(Any.Job("low", cpu: 1000) with { Priority = 10 });
        region.Settle();
        var urgent = region.Register(Any.Job("urgent", cpu: 1000) with { Priority = 90 });
        region.Settle();
        Assert.Empty(region.Live(urgent));
        Assert.False(configured.Block(region.State.EvaluationsOfJob(Any.IdOf(urgent)).Single(e => e.Status == EvaluationStatus.Blocked)));

        var awakened = configured.Reconfigure(new SchedulerConfiguration { PreemptForService = true });

        Assert.Empty(awakened);
        Assert.Equal("urgent", Assert.Single(configured.Reconfigure(new SchedulerConfiguration())).Evaluation.JobId.Id);
        Assert.Equal(0, configured.Count);
    }

    [Fact]
    public void The_woken_come_by_priority()
    {
        Block(1, "a", priority: 10);
        Block(2, "b", priority: 90);

        Assert.Equal(["b", "a"], _blocked.Wake("feasible", 10).Select(e => e.JobId.Id));
    }

    [Fact]
    public void A_job_has_one_at_most_the_latest()
    {
        var older = Block(1, "a");
        Block(2, "a");

        Assert.Equal(1, _blocked.Count);
        Assert.Equal([older.Id], _blocked.TakeSuperseded());
    }

    [Fact]
    public void Capacity_that_appeared_while_it_was_placed_wakes_at_once()
    {
        _blocked.Wake("feasible", 10);

        Assert.True(_blocked.Block(New(1, "a", snapshot: 9)));
        Assert.False(_blocked.Block(New(2, "b", snapshot: 10)));
    }

    private Evaluation Block(int number, string job, int priority = 50, bool escaped = false)
    {
        var evaluation = New(number, job, 5) with { Priority = priority, EscapedComputedClass = escaped };
        Assert.False(_blocked.Block(evaluation));
        return evaluation;
    }

    private static Evaluation New(int number, string job, ulong snapshot) => Any.Evaluation(Any.Job(job), number, index: (ulong)number) with
    {
        Status = EvaluationStatus.Blocked,
        SnapshotIndex = snapshot,
        ClassEligibility = new Dictionary<string, bool> { ["feasible"] = true, ["infeasible"] = false },
    };
}
