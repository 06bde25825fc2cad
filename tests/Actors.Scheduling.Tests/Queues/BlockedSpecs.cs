using Actors.Contracts.Evaluations;
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
