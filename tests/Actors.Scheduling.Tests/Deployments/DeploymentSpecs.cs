using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Deployments;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Deployments;

public class DeploymentSpecs
{
    private readonly Region _region = new();

    public DeploymentSpecs() => _region.Add([.. Enumerable.Range(1, 5).Select(i => Any.Node(i))]);

    [Fact]
    public void A_first_version_that_asks_for_no_steps_is_rolled_out_at_once_and_ends_successful_and_stable()
    {
        var job = _region.Register(Updating(Any.Job(count: 4), maxParallel: 1, update => update with { HealthCheck = "checks" }));
        _region.ProcessAll();

        Assert.Equal(4, _region.Live(job).Count);
        Assert.Equal(DeploymentStatus.Running, _region.DeploymentOf(job)!.Status);

        _region.Settle();

        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
        Assert.True(_region.State.FindJob(Any.IdOf(job))!.Job.Stable);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 5)]
    [InlineData(9, 5)]
    public void A_first_version_and_a_higher_count_come_at_most_max_parallel_at_a_time(int maxParallel, int count)
    {
        var job = _region.Register(Updating(Any.Job(count: count, cpu: 100), maxParallel));
        Steps(job, maxParallel, count);
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);

        job = _region.Register(job with { TaskGroups = [job.TaskGroups[0] with { Count = 2 * count }] });
        Steps(job, maxParallel, 2 * count);
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void What_is_lost_outside_a_rollout_comes_back_at_once()
    {
        var job = Settled(Updating(Any.Job(count: 4, cpu: 2000), 1));
        _region.Report(AllocationClientStatus.Complete, null, [.. _region.Live(job).Take(3)]);
        _region.ProcessAll();

        Assert.Equal(4, _region.Live(job).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_update_replaces_at_most_max_parallel_at_a_time(int maxParallel)
    {
        var job = Settled(Updating(Any.Job(count: 5), maxParallel));
        job = _region.Register(Changed(job));

        var steps = 0;
        while (_region.ProcessAll() | _region.WatchDeployments())
        {
            var unhealthy = _region.Live(job).Where(a => a.JobVersion == job.Version && a.Health is null).ToArray();
            Assert.True(unhealthy.Length <= maxParallel, $"{unhealthy.Length} at once");
            Assert.Equal(5, _region.Live(job).Count);
            _region.Converge();
            Assert.True(++steps < 100);
        }

        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void Without_an_update_block_everything_is_replaced_at_once()
    {
        var job = Settled(Any.Job(count: 5));
        job = _region.Register(Changed(job));
        _region.ProcessAll();

        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Null(_region.DeploymentOf(job));
    }

    [Fact]
    public void A_newer_version_cancels_the_rollout_of_the_older()
    {
        var job = Settled(Updating(Any.Job(count: 3), 1));
        _region.Register(Changed(job, "2"));
        _region.ProcessAll();
        var second = _region.DeploymentOf(job)!;

        _region.Register(Changed(job, "3"));
        _region.Settle();

        Assert.Equal(DeploymentStatus.Cancelled, _region.State.FindDeployment(second.Id)!.Status);
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void A_stopped_job_cancels_its_rollout()
    {
        var job = _region.Register(Updating(Any.Job(count: 3), 1));
        _region.ProcessAll();

        _region.Stop(job);
        _region.Settle();

        Assert.Equal(DeploymentStatus.Cancelled, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void No_progress_until_the_deadline_fails_the_rollout()
    {
        var job = Settled(Updating(Any.Job(count: 2), 1));
        job = _region.Register(Changed(job));
        _region.ProcessAll();
        _region.Report(AllocationClientStatus.Running, false, [.. _region.Live(job).Where(a => a.JobVersion == job.Version)]);

        var deadline = DeploymentRules.NextDeadline(_region.State, _region.DeploymentOf(job)!);
        Assert.Equal(_region.Now.AddMinutes(10), deadline);
        Assert.False(_region.WatchDeployments());
        _region.Now = deadline!.Value;
        _region.Settle(clients: false);

        Assert.Equal(DeploymentStatus.Failed, _region.DeploymentOf(job)!.Status);
        Assert.Single(_region.Live(job), a => a.JobVersion != job.Version);
    }

    [Fact]
    public void Without_a_deadline_the_first_unhealthy_allocation_fails_the_rollout()
    {
        var job = Settled(Updating(Any.Job(count: 2), 1, update => update with { ProgressDeadline = TimeSpan.Zero }));
        job = _region.Register(Changed(job));
        _region.ProcessAll();

        _region.Report(AllocationClientStatus.Running, false, [.. _region.Live(job).Where(a => a.JobVersion == job.Version)]);
        _region.WatchDeployments();

        Assert.Equal(DeploymentStatus.Failed, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void A_failed_rollout_with_auto_revert_goes_back_to_the_stable_version()
    {
        var first = Settled(Updating(Any.Job(count: 2), 1, update => update with { AutoRevert = true, ProgressDeadline = TimeSpan.Zero }));
        var bad = _region.Register(Changed(first));
        _region.ProcessAll();

        _region.Report(AllocationClientStatus.Running, false, [.. _region.Live(bad).Where(a => a.JobVersion == bad.Version)]);
        _region.Settle();

        var current = _region.State.FindJob(Any.IdOf(first))!.Job;
        Assert.Equal(2UL, current.Version);
        Assert.Equal(first.TaskGroups, current.TaskGroups);
        Assert.All(_region.Live(first), a => Assert.Equal(2UL, a.JobVersion));
    }

    [Fact]
    public void Canaries_run_beside_the_old_version_until_they_are_promoted()
    {
        var job = Settled(Updating(Any.Job(count: 3), 1, update => update with { Canary = 1 }));
        Assert.DoesNotContain(_region.Live(job), a => a.Canary);
        job = _region.Register(Changed(job));
        _region.Settle();

        Assert.Equal(4, _region.Live(job).Count);
        Assert.Single(_region.Live(job), a => a.Canary && a.JobVersion == job.Version);
        var deployment = _region.DeploymentOf(job)!;
        Assert.Equal(DeploymentStatus.Running, deployment.Status);

        _region.Change(deployment, new DeploymentChange(deployment.Id, null, "promoted", Promote: ["app"]));
        _region.Settle();

        Assert.Equal([0, 1, 2], _region.Live(job).Select(a => a.NameIndex));
        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void Healthy_canaries_promote_themselves_where_asked_to()
    {
        var job = Settled(Updating(Any.Job(count: 3), 1, update => update with { Canary = 2, AutoPromote = true }));
        job = _region.Register(Changed(job));
        _region.Settle();

        Assert.Equal(3, _region.Live(job).Count);
        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void Canaries_of_a_failed_rollout_are_stopped()
    {
        var job = Settled(Updating(Any.Job(count: 3), 1, update => update with { Canary = 1 }));
        job = _region.Register(Changed(job));
        _region.ProcessAll();
        var deployment = _region.DeploymentOf(job)!;

        _region.Change(deployment, new DeploymentChange(deployment.Id, DeploymentStatus.Failed, "by hand"));
        _region.Settle();

        Assert.Equal(3, _region.Live(job).Count);
        Assert.All(_region.Live(job), a => Assert.NotEqual(job.Version, a.JobVersion));
    }

    [Fact]
    public void What_a_rollout_waits_for_is_told()
    {
        var job = Settled(Updating(Any.Job(count: 3), 1, update => update with { Canary = 1 }));
        Assert.Empty(DeploymentRules.WaitsFor(_region.State, _region.DeploymentOf(job)!));

        _region.Register(Changed(job));
        _region.ProcessAll();
        Assert.Equal(["group app: 1 of 1 canaries are not healthy yet"], DeploymentRules.WaitsFor(_region.State, _region.DeploymentOf(job)!).Select(w => w.Text));
        _region.Settle();
        Assert.Equal(["group app: its canary is healthy and waits to be promoted"], DeploymentRules.WaitsFor(_region.State, _region.DeploymentOf(job)!).Select(w => w.Text));

        var deployment = _region.DeploymentOf(job)!;
        _region.Change(deployment, new DeploymentChange(deployment.Id, null, "promoted", Promote: ["app"]));
        _region.ProcessAll();
        Assert.Equal(["group app: 2 of 3 are not healthy yet, 1 of them not placed yet"], DeploymentRules.WaitsFor(_region.State, _region.DeploymentOf(job)!).Select(w => w.Text));
    }

    [Fact]
    public void A_paused_rollout_waits()
    {
        var job = Settled(Updating(Any.Job(count: 3), 1));
        job = _region.Register(Changed(job));
        _region.ProcessAll();
        var deployment = _region.DeploymentOf(job)!;
        _region.Change(deployment, new DeploymentChange(deployment.Id, DeploymentStatus.Paused, "by hand", Evaluate: false));

        _region.Settle();
        Assert.Equal(2, _region.Live(job).Count(a => a.JobVersion != job.Version));

        _region.Change(deployment, new DeploymentChange(deployment.Id, DeploymentStatus.Running, "by hand"));
        _region.Settle();
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void What_fails_during_a_rollout_is_placed_again()
    {
        var job = _region.Register(Updating(Any.Job(count: 2), 1));
        _region.ProcessAll();
        _region.Report(AllocationClientStatus.Failed, false, _region.Live(job)[0]);
        _region.Settle();
        _region.Now = _region.Now.AddSeconds(30);
        _region.Settle();

        Assert.Equal(2, _region.Live(job).Count);
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void A_job_registered_anew_after_a_purge_begins_as_if_there_had_been_none()
    {
        var wanted = Updating(Any.Job(count: 3), 3, update => update with { Canary = 1 });
        wanted = wanted with { TaskGroups = [wanted.TaskGroups[0] with { ReschedulePolicy = new ReschedulePolicy { Attempts = 0, Interval = TimeSpan.Zero, Unlimited = false } }] };
        var job = Settled(wanted);
        _region.Report(AllocationClientStatus.Failed, false, [.. _region.Live(job)]);
        _region.Settle();
        _region.Stop(job, purge: true);
        _region.Settle();

        job = Settled(wanted);

        Assert.Equal(3, _region.Live(job).Count(a => !a.Canary && a.PreviousAllocation is null));
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    private void Steps(Job job, int maxParallel, int count)
    {
        var before = _region.Live(job).Count;
        for (var step = 0; _region.ProcessAll() | _region.WatchDeployments(); step++)
        {
            var live = _region.Live(job);
            Assert.True(live.Count - before <= maxParallel, $"{live.Count - before} at once");
            before = live.Count;
            _region.Converge();
            Assert.True(step < 100);
        }

        Assert.Equal(count, _region.Live(job).Count);
    }

    private Job Settled(Job job)
    {
        var registered = _region.Register(job);
        _region.Settle();
        return registered;
    }

    private static Job Updating(Job job, int maxParallel, Func<UpdateStrategy, UpdateStrategy>? with = null)
    {
        var update = new UpdateStrategy { MaxParallel = maxParallel, HealthCheck = "task_states", ProgressDeadline = TimeSpan.FromMinutes(10) };
        return job with { TaskGroups = [job.TaskGroups[0] with { Update = with is null ? update : with(update) }] };
    }

    private static Job Changed(Job job, string value = "2")
    {
        var group = job.TaskGroups[0];
        return job with { TaskGroups = [group with { Tasks = [group.Tasks[0] with { Env = Contracts.Collections.EquatableMap.Of(("V", value)) }] }] };
    }
}
