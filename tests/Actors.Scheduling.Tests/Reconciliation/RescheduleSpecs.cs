using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Reconciliation;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Reconciliation;

public class RescheduleSpecs
{
    private static readonly Job Job = Any.Job();

    [Theory]
    [InlineData("constant", new int[0], 30)]
    [InlineData("constant", new[] { 30, 30 }, 30)]
    [InlineData("exponential", new[] { 30 }, 60)]
    [InlineData("exponential", new[] { 30, 60, 120 }, 240)]
    [InlineData("exponential", new[] { 30, 60, 120, 240, 480, 600 }, 600)]
    [InlineData("fibonacci", new[] { 30 }, 30)]
    [InlineData("fibonacci", new[] { 30, 30 }, 60)]
    [InlineData("fibonacci", new[] { 30, 30, 60, 90 }, 150)]
    [InlineData("fibonacci", new[] { 400, 500 }, 600)]
    [InlineData("fibonacci", new[] { 600, 30 }, 30)]
    public void Delays_grow_by_their_function(string function, int[] before, int expected)
    {
        var policy = new ReschedulePolicy { Delay = Seconds(30), DelayFunction = function, MaxDelay = Seconds(600), Unlimited = true };

        Assert.Equal(Seconds(expected), RescheduleRules.NextDelay(Failed(before, sinceLast: 10), policy));
    }

    [Fact]
    public void What_ran_well_for_longer_than_the_longest_delay_starts_anew()
    {
        var policy = new ReschedulePolicy { Delay = Seconds(30), DelayFunction = "exponential", MaxDelay = Seconds(600), Unlimited = true };

        Assert.Equal(Seconds(30), RescheduleRules.NextDelay(Failed([480, 600], sinceLast: 601), policy));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Attempts_within_the_interval_are_counted(int attempts, bool again)
    {
        var policy = new ReschedulePolicy { Delay = Seconds(5), DelayFunction = "constant", Attempts = 2, Interval = Seconds(3600), Unlimited = false };

        Assert.Equal(again, RescheduleRules.NextTime(Failed([.. Enumerable.Repeat(5, attempts)], sinceLast: 10), policy) is not null);
    }

    [Fact]
    public void Attempts_before_the_interval_are_forgotten()
    {
        var policy = new ReschedulePolicy { Delay = Seconds(5), DelayFunction = "constant", Attempts = 1, Interval = Seconds(60), Unlimited = false };

        Assert.NotNull(RescheduleRules.NextTime(Failed([5], sinceLast: 61), policy));
    }

    [Fact]
    public void A_failed_service_waits_its_delay_and_then_goes_elsewhere()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job());
        region.Settle();
        var failed = region.Live(job).Single();

        region.Report(AllocationClientStatus.Failed, null, failed);
        region.Settle();

        var waiting = region.State.FindAllocation(failed.Id)!;
        Assert.Empty(region.Live(job));
        Assert.Equal(AllocationDesiredStatus.Run, waiting.DesiredStatus);
        var followUp = region.State.FindEvaluation(waiting.FollowupEvaluation!.Value)!;
        Assert.Equal((EvaluationTriggers.RetryFailedAlloc, region.Now.AddSeconds(30)), (followUp.TriggeredBy, followUp.WaitUntil));

        region.Now = region.Now.AddSeconds(30);
        region.Settle();

        var again = region.Live(job).Single();
        Assert.Equal((failed.Id, failed.NameIndex), (again.PreviousAllocation, again.NameIndex));
        Assert.NotEqual(failed.NodeId, again.NodeId);
        Assert.Equal((failed.NodeId, Seconds(30)), (again.Reschedules.Single().PreviousNode, again.Reschedules.Single().Delay));
    }

    [Fact]
    public void What_failed_just_before_a_new_version_is_replaced_once_and_not_again_when_its_delay_is_over()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job());
        region.Settle();

        region.Report(AllocationClientStatus.Failed, null, region.Live(job).Single());
        job = region.Register(Any.Job(cpu: 600));
        region.Settle();
        var replacement = region.Live(job).Single();
        Assert.Equal(job.Version, replacement.JobVersion);
        region.Now = region.Now.AddSeconds(60);
        region.Settle();

        Assert.Equal(replacement.Id, region.Live(job).Single().Id);
    }

    [Fact]
    public void Failures_of_one_moment_share_a_follow_up()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job(count: 4));
        region.Settle();

        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
        region.ProcessAll();

        Assert.Single(region.Plans.SelectMany(p => p.FollowUps));
    }

    [Fact]
    public void A_batch_job_is_tried_once_more_and_then_left()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job(type: JobTypes.Batch));
        region.Settle();

        for (var attempt = 0; attempt < 3; attempt++)
        {
            region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
            region.Settle();
            region.Now = region.Now.AddSeconds(5);
            region.Settle();
        }

        Assert.Equal(2, region.AllocationsOf(job).Count);
        Assert.Empty(region.Live(job));
    }

    [Fact]
    public void What_can_not_be_placed_again_keeps_its_history()
    {
        var region = new Region();
        region.Add(Any.Node(1));
        var job = region.Register(Any.Job());
        region.Settle();
        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
        region.Settle();
        region.Add(Any.Node(1) with { Eligibility = Contracts.Nodes.NodeEligibility.Ineligible });

        region.Now = region.Now.AddSeconds(30);
        region.Settle();
        region.Add(Any.Node(1));
        region.Settle();

        Assert.Single(region.Live(job).Single().Reschedules);
    }

    [Fact]
    public void What_a_user_forces_is_placed_again_at_once_although_its_attempts_are_used_up()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job(type: JobTypes.Batch) with { TaskGroups = [Any.Group("app") with { ReschedulePolicy = new ReschedulePolicy { Attempts = 0, Interval = TimeSpan.Zero, Unlimited = false } }] });
        region.Settle();
        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
        region.Settle();
        Assert.Empty(region.Live(job));

        region.Evaluate(job);
        region.Settle();
        Assert.Empty(region.Live(job));

        region.Evaluate(job, forceReschedule: true);
        region.Settle();

        var again = Assert.Single(region.Live(job));
        Assert.Equal(region.AllocationsOf(job)[0].Id, again.PreviousAllocation);
    }

    [Fact]
    public void What_a_user_forces_does_not_wait_for_its_delay()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job());
        region.Settle();
        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
        region.Settle();
        Assert.Empty(region.Live(job));

        region.Evaluate(job, forceReschedule: true);
        region.Settle();

        Assert.Single(region.Live(job));
    }

    [Fact]
    public void The_follow_up_of_what_was_placed_again_sooner_is_cancelled_and_that_of_others_waits_on()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var (job, other) = (region.Register(Any.Job(count: 2)), region.Register(Any.Job("other")));
        region.Settle();
        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job), .. region.Live(other)]);
        region.Settle();

        region.Evaluate(job, forceReschedule: true);
        region.Settle();

        Assert.Equal([EvaluationStatus.Cancelled], FollowUpsOf(region, job));
        Assert.Equal([EvaluationStatus.Pending], FollowUpsOf(region, other));
        Assert.Equal(1, region.Broker.DelayedCount);
    }

    [Fact]
    public void A_follow_up_of_several_waits_while_one_of_them_does()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job(count: 2));
        region.Settle();
        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
        region.Settle();

        job = region.Register(job with { TaskGroups = [job.TaskGroups[0] with { Count = 1 }] });
        region.Settle();

        Assert.Equal([EvaluationStatus.Pending], FollowUpsOf(region, job));
        region.Now = region.Now.AddSeconds(30);
        region.Settle();
        Assert.Single(region.Live(job));
    }

    [Fact]
    public void A_stopped_job_has_no_follow_up()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var job = region.Register(Any.Job());
        region.Settle();
        region.Report(AllocationClientStatus.Failed, null, [.. region.Live(job)]);
        region.Settle();

        region.Stop(job);
        region.Settle();

        Assert.Equal([EvaluationStatus.Cancelled], FollowUpsOf(region, job));
    }

    private static IEnumerable<EvaluationStatus> FollowUpsOf(Region region, Job job) =>
        region.State.EvaluationsOfJob(Any.IdOf(job)).Where(e => e.WaitUntil is not null).Select(e => e.Status);

    private static Allocation Failed(int[] delays, int sinceLast)
    {
        var failedAt = Any.Now;
        var node = Any.Node(1);
        return Any.Allocation(Job, 1, node) with
        {
            ClientStatus = AllocationClientStatus.Failed,
            TaskStates = new Dictionary<string, TaskState> { ["main"] = new() { State = TaskRunState.Dead, Failed = true, FinishedAt = failedAt } },
            Reschedules = [.. delays.Select(d => new RescheduleEvent(failedAt.AddSeconds(-sinceLast), new AllocationId(Any.Id(1)), node.Id, Seconds(d)))],
        };
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
