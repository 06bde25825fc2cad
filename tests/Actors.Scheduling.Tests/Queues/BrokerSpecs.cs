using Actors.Contracts.Evaluations;
using Actors.Scheduling.Queues;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Queues;

public class BrokerSpecs
{
    private readonly EvaluationBroker _broker = new();
    private DateTimeOffset _now = Any.Now;

    [Fact]
    public void The_highest_priority_goes_first_and_the_first_come_within_one()
    {
        Enqueue(1, "a", priority: 50);
        Enqueue(2, "b", priority: 90);
        Enqueue(3, "c", priority: 50);

        Assert.Equal(["b", "a", "c"], Enumerable.Range(0, 3).Select(_ => _broker.Dequeue(_now)!.JobId.Id));
        Assert.Null(_broker.Dequeue(_now));
    }

    [Fact]
    public void Two_of_one_job_are_never_worked_on_at_once()
    {
        var first = Enqueue(1, "a");
        Assert.Equal(first.Id, _broker.Dequeue(_now)!.Id);
        var second = Enqueue(2, "a");
        Assert.Null(_broker.Dequeue(_now));

        _broker.Acknowledge(first.Id);

        Assert.Equal(second.Id, _broker.Dequeue(_now)!.Id);
    }

    [Fact]
    public void Of_several_that_wait_only_the_latest_is_worked_on()
    {
        var first = Enqueue(1, "a");
        _broker.Dequeue(_now);
        var older = Enqueue(2, "a");
        var latest = Enqueue(3, "a");

        Assert.Equal([older.Id], _broker.TakeSuperseded());
        Assert.Empty(_broker.TakeSuperseded());
        _broker.Acknowledge(first.Id);
        Assert.Equal(latest.Id, _broker.Dequeue(_now)!.Id);
    }

    [Fact]
    public void One_that_has_no_turn_yet_gives_its_place_to_a_later_one()
    {
        var older = Enqueue(1, "a");
        var latest = Enqueue(2, "a");

        Assert.Equal([older.Id], _broker.TakeSuperseded());
        Assert.Equal(latest.Id, _broker.Dequeue(_now)!.Id);
        Assert.Null(_broker.Dequeue(_now));
    }

    [Fact]
    public void The_later_one_takes_the_place_of_the_one_it_supersedes()
    {
        Enqueue(1, "a");
        Enqueue(2, "b");
        var latest = Enqueue(3, "a");

        Assert.Equal(latest.Id, _broker.Dequeue(_now)!.Id);
    }

    [Fact]
    public void However_often_others_come_again_each_job_of_a_priority_has_its_turn_within_as_many_turns_as_there_are_jobs() =>
        Gen.Int[0, 5].Array[0, 6].Array[1, 40].Sample(
            rounds =>
            {
                var broker = new EvaluationBroker();
                var waiting = new Dictionary<string, int>();
                var number = 0;
                foreach (var round in rounds)
                {
                    foreach (var which in round)
                    {
                        var job = $"job{which}";
                        broker.Enqueue(Any.Evaluation(Any.Job(job), ++number, index: (ulong)number), Any.Now);
                        waiting.TryAdd(job, 0);
                    }

                    if (broker.Dequeue(Any.Now) is not { } turn) continue;
                    broker.Acknowledge(turn.Id);
                    waiting.Remove(turn.JobId.Id);
                    foreach (var job in waiting.Keys.ToList()) Assert.True(++waiting[job] <= 6, $"{job} waits too long");
                }
            },
            iter: 1_000);

    [Fact]
    public void One_for_later_comes_when_its_time_has_come()
    {
        Enqueue(1, "a", wait: 30);

        Assert.Null(_broker.Dequeue(_now));
        Assert.Equal(_now.AddSeconds(30), _broker.NextDeadline);
        _now = _now.AddSeconds(30);
        _broker.Tick(_now);

        Assert.NotNull(_broker.Dequeue(_now));
    }

    [Fact]
    public void One_for_later_does_not_hold_up_its_job()
    {
        Enqueue(1, "a", wait: 30);
        var now = Enqueue(2, "a");

        Assert.Equal(now.Id, _broker.Dequeue(_now)!.Id);
        Assert.Empty(_broker.TakeSuperseded());
    }

    [Fact]
    public void A_refused_one_gets_three_turns_each_later_than_the_one_before()
    {
        var evaluation = Enqueue(1, "a");

        _broker.Dequeue(_now);
        Assert.Null(_broker.Refuse(evaluation.Id, _now));
        Assert.Equal(_now.AddSeconds(1), _broker.NextDeadline);
        Next();
        Assert.Null(_broker.Refuse(evaluation.Id, _now));
        Assert.Equal(_now.AddSeconds(20), _broker.NextDeadline);
        Next();

        Assert.Equal(evaluation.Id, _broker.Refuse(evaluation.Id, _now)!.Id);
        Assert.False(_broker.Contains(evaluation.Id));
    }

    [Fact]
    public void A_turn_that_takes_too_long_counts_as_refused()
    {
        var evaluation = Enqueue(1, "a");
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.NotNull(_broker.Dequeue(_now));
            _now = _now.AddSeconds(60);
            var exhausted = _broker.Tick(_now);
            Assert.Equal(turn == 2, exhausted.Any(e => e.Id == evaluation.Id));
            _now = _now.AddSeconds(60);
            _broker.Tick(_now);
        }
    }

    [Fact]
    public void A_retry_waits_while_a_later_one_of_its_job_works()
    {
        var first = Enqueue(1, "a");
        _broker.Dequeue(_now);
        var second = Enqueue(2, "a");
        _broker.Refuse(first.Id, _now);

        Assert.Equal(second.Id, _broker.Dequeue(_now)!.Id);
        _now = _now.AddSeconds(1);
        _broker.Tick(_now);
        Assert.Null(_broker.Dequeue(_now));
        _broker.Acknowledge(second.Id);
        Assert.Equal(first.Id, _broker.Dequeue(_now)!.Id);
    }

    [Fact]
    public void A_cancelled_one_is_forgotten()
    {
        var evaluation = Enqueue(1, "a");
        _broker.Remove(evaluation.Id);

        Assert.Null(_broker.Dequeue(_now));
        Assert.Null(_broker.NextDeadline);
    }

    [Fact]
    public void Follow_ups_of_failures_wait_one_to_six_minutes() =>
        Assert.All(Enumerable.Range(0, 100), i => Assert.InRange(EvaluationBroker.FollowUpDelay(new(Any.Id(i))), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(6)));

    private void Next()
    {
        _now = _broker.NextDeadline!.Value;
        _broker.Tick(_now);
        Assert.NotNull(_broker.Dequeue(_now));
    }

    private Evaluation Enqueue(int number, string job, int priority = 50, int wait = 0)
    {
        var evaluation = Any.Evaluation(Any.Job(job), number, index: (ulong)number) with
        {
            Priority = priority,
            WaitUntil = wait == 0 ? null : _now.AddSeconds(wait),
        };
        _broker.Enqueue(evaluation, _now);
        return evaluation;
    }
}
