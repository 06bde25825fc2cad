using System.Text.Json;
using Actors.Client.Agent;
using Actors.Client.Link;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using CsCheck;
using Google.Protobuf;
using Xunit;

namespace Actors.Client.Tests;

public sealed class AgentRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_allocation_that_is_new_or_newer_is_taken()
    {
        var (known, fresh, same) = (Id(1), Id(2), Id(3));
        var changes = DesiredChanges.Of(Known((known, 5), (same, 7)), Frame(full: true, (known, 6), (fresh, 9), (same, 7)));

        Assert.Equal([known.ToString(), fresh.ToString()], changes.Take.Select(t => t.Id));
        Assert.Empty(changes.Remove);
    }

    [Fact]
    public void What_a_full_set_does_not_list_is_removed_and_what_a_change_does_not_list_stays()
    {
        Assert.Equal([Id(1)], DesiredChanges.Of(Known((Id(1), 5), (Id(2), 5)), Frame(full: true, (Id(2), 5))).Remove);
        Assert.Empty(DesiredChanges.Of(Known((Id(1), 5), (Id(2), 5)), Frame(full: false, (Id(2), 6))).Remove);
    }

    [Fact]
    public void An_allocation_that_follows_in_a_later_frame_is_neither_taken_nor_removed()
    {
        var frame = Frame(full: true, (Id(1), 9));
        frame.Allocations[0].AllocationJson = ByteString.Empty;

        var changes = DesiredChanges.Of(Known((Id(1), 5)), frame);

        Assert.Empty(changes.Take);
        Assert.Empty(changes.Remove);
    }

    [Fact]
    public void The_outbox_sends_each_allocations_latest_state_until_it_is_acknowledged()
    {
        var outbox = ReportOutbox.Empty.Add(Report(1, AllocationClientStatus.Pending)).Add(Report(1, AllocationClientStatus.Running));
        (outbox, var first) = outbox.Take("a", again: false);
        outbox = outbox.Add(Report(1, AllocationClientStatus.Failed));
        var (_, nothing) = outbox.Take("b", again: false);
        var (_, repeated) = outbox.Take("c", again: true);
        (outbox, var stray) = outbox.Acknowledge("other");
        (outbox, var delivered) = outbox.Acknowledge("a");
        (outbox, var second) = outbox.Take("d", again: false);

        Assert.Equal(AllocationClientStatus.Running, Assert.Single(first!.Reports).ClientStatus);
        Assert.Null(nothing);
        Assert.Same(first, repeated);
        Assert.Empty(stray);
        Assert.Single(delivered);
        Assert.Equal(AllocationClientStatus.Failed, Assert.Single(second!.Reports).ClientStatus);
    }

    [Fact]
    public void Tasks_that_the_servers_know_are_not_told_again()
    {
        var tasks = new Dictionary<string, TaskState> { ["main"] = new() { State = TaskRunState.Running } };
        var running = Report(1, AllocationClientStatus.Running) with { TaskStates = tasks };
        var healthy = running with { TaskStates = new Dictionary<string, TaskState>(tasks), Health = new DeploymentHealth(true, Now) };
        var ended = running with { TaskStates = new Dictionary<string, TaskState> { ["main"] = new() { State = TaskRunState.Dead } } };
        var outbox = ReportOutbox.Empty;

        Assert.Equal([running], Told(running));
        var told = Assert.Single(Told(healthy));
        Assert.Empty(told.TaskStates);
        Assert.Equal(healthy with { TaskStates = told.TaskStates }, told);
        Assert.Equal([ended], Told(ended));
        outbox = outbox.Forget(ended.AllocationId);
        Assert.Equal([ended], Told(ended));

        IReadOnlyList<AllocationReport> Told(AllocationReport report)
        {
            (outbox, var batch) = outbox.Add(report).Take("a", again: false);
            var news = outbox.News(batch!);
            (outbox, _) = outbox.Acknowledge("a");
            return news;
        }
    }

    [Fact]
    public void Whatever_happens_the_last_report_of_each_allocation_arrives() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 4]).Array[1, 80].Sample(steps =>
        {
            var (outbox, time) = (ReportOutbox.Empty, 0);
            var (last, arrived) = (new Dictionary<AllocationId, DateTimeOffset>(), new Dictionary<AllocationId, DateTimeOffset>());
            foreach (var (action, allocation) in steps)
            {
                if (action <= 1)
                {
                    var report = Report(allocation, AllocationClientStatus.Running) with { At = Now.AddSeconds(++time) };
                    (outbox, last[report.AllocationId]) = (outbox.Add(report), report.At);
                }
                else
                {
                    Deliver(lost: action == 2);
                }
            }

            Deliver(lost: false);
            Deliver(lost: false);
            return last.All(l => arrived.GetValueOrDefault(l.Key) == l.Value);

            void Deliver(bool lost)
            {
                (outbox, var batch) = outbox.Take($"{++time}", again: true);
                if (batch is null || lost) return;
                foreach (var report in batch.Reports) arrived[report.AllocationId] = report.At;
                (outbox, _) = outbox.Acknowledge(batch.Id);
            }
        });

    [Fact]
    public void A_job_is_kept_while_the_servers_list_an_allocation_of_it_although_none_is_left_here()
    {
        var (job, jobs) = (Given.Job(Given.Shell("main", "true")), new JobsTold());
        var allocation = Given.Allocation(job);
        var listed = new DesiredAllocation { Id = allocation.Id.ToString(), Namespace = allocation.JobId.Namespace, JobId = allocation.JobId.Id, JobVersion = allocation.JobVersion };
        var told = new DesiredJob { Namespace = listed.Namespace, JobId = listed.JobId, Version = listed.JobVersion, JobJson = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(job, ContractsJson.Default.Job)) };
        jobs.Take(new Desired { Full = true, Jobs = { told }, Allocations = { listed } });

        jobs.Forget([]);
        Assert.Equal(job.Id, jobs.Of(allocation)?.Id);

        jobs.Take(new Desired { Removed = { listed.Id } });
        jobs.Forget([allocation]);
        Assert.NotNull(jobs.Of(allocation));

        jobs.Forget([]);
        Assert.Null(jobs.Of(allocation));
    }

    [Fact]
    public void Ended_allocations_go_by_number_age_and_disk_oldest_first()
    {
        var ended = Enumerable.Range(1, 10).Select(i => new EndedAllocation(Id(i), Now.AddHours(-i))).ToList();

        Assert.Equal([Id(10), Id(9), Id(8)], AllocationCollection.Choose(ended, 7, TimeSpan.FromDays(1), isFull: false, Now));
        Assert.Equal([Id(10), Id(9)], AllocationCollection.Choose(ended, 50, TimeSpan.FromHours(8.5), isFull: false, Now));
        Assert.Equal([Id(10), Id(9), Id(8), Id(7), Id(6)], AllocationCollection.Choose(ended, 50, TimeSpan.FromDays(1), isFull: true, Now));
        Assert.Empty(AllocationCollection.Choose(ended, 50, TimeSpan.FromDays(1), isFull: false, Now));
    }

    [Fact]
    public void Waits_between_connections_grow_to_fifteen_seconds_and_are_spread()
    {
        var backoff = LinkBackoff.Fresh;
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            (backoff, var wait) = backoff.Fail(0);
            waits.Add(wait);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(100), waits[0]);
        Assert.Equal(TimeSpan.FromSeconds(15), waits[^1]);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(TimeSpan.FromMilliseconds(50), LinkBackoff.Fresh.Fail(1).Wait);
    }

    private static AllocationId Id(int number) => AllocationId.From(new Guid(number, 0, 0, new byte[8]));

    private static Dictionary<AllocationId, ulong> Known(params (AllocationId Id, ulong Index)[] known) => known.ToDictionary(k => k.Id, k => k.Index);

    private static Desired Frame(bool full, params (AllocationId Id, ulong Index)[] allocations)
    {
        var frame = new Desired { Full = full };
        foreach (var (id, index) in allocations) frame.Allocations.Add(new DesiredAllocation { Id = id.ToString(), AllocModifyIndex = index, AllocationJson = ByteString.CopyFromUtf8("{}") });
        return frame;
    }

    private static AllocationReport Report(int allocation, AllocationClientStatus status) => new(Id(allocation), status, "", new Dictionary<string, TaskState>(), null, Now);
}
