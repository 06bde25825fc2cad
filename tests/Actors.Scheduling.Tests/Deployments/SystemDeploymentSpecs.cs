using Actors.Contracts.Deployments;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Deployments;

public class SystemDeploymentSpecs
{
    private const int Nodes = 10;

    private readonly Region _region = new();

    public SystemDeploymentSpecs() => _region.Add([.. Enumerable.Range(1, Nodes).Select(i => Any.Node(i))]);

    [Fact]
    public void Without_an_update_block_all_nodes_follow_at_once()
    {
        var job = Settled(Any.Job(type: JobTypes.System));
        job = _region.Register(Changed(job));
        _region.ProcessAll();

        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Null(_region.DeploymentOf(job));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_new_version_comes_to_at_most_max_parallel_nodes_at_a_time(int maxParallel)
    {
        var job = Settled(Updating(maxParallel));
        job = _region.Register(Changed(job));

        for (var step = 0; _region.ProcessAll() | _region.WatchDeployments(); step++)
        {
            Assert.True(_region.Live(job).Count(a => a.JobVersion == job.Version && a.Health is null) <= maxParallel);
            Assert.Equal(Nodes, _region.Live(job).Select(a => a.NodeId).Distinct().Count());
            _region.Converge();
            Assert.True(step < 100);
        }

        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
        Assert.True(_region.State.FindJob(Any.IdOf(job))!.Job.Stable);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(25, 3)]
    [InlineData(1, 1)]
    [InlineData(100, 10)]
    public void Canaries_are_a_share_of_the_nodes_and_the_rest_waits_for_their_promotion(int percent, int canaries)
    {
        var job = Settled(Updating(2, canary: percent));
        job = _region.Register(Changed(job));
        _region.Settle();

        var updated = _region.Live(job).Where(a => a.JobVersion == job.Version).ToList();
        Assert.Equal(canaries, updated.Count);
        Assert.All(updated, a => Assert.True(a.Canary));
        Assert.Equal(Nodes, _region.Live(job).Count);

        var deployment = _region.DeploymentOf(job)!;
        Assert.Equal((canaries, Nodes), (deployment.TaskGroups["app"].DesiredCanaries, deployment.TaskGroups["app"].DesiredTotal));
        _region.Change(deployment, new DeploymentChange(deployment.Id, null, "promoted", Promote: ["app"]));
        _region.Settle();

        Assert.All(_region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void A_failed_rollout_goes_back_to_the_stable_version_where_asked_to()
    {
        var job = Settled(Updating(2, autoRevert: true));
        var first = _region.Live(job)[0].JobVersion;
        var second = _region.Register(Changed(job));
        _region.ProcessAll();
        _region.Now = _region.Now.AddMinutes(11);
        _region.Settle();

        var current = _region.State.FindJob(Any.IdOf(job))!.Job;
        Assert.True(current.Version > second.Version && second.Version > first);
        Assert.All(_region.Live(job), a => Assert.Equal(current.Version, a.JobVersion));
        Assert.Empty(current.TaskGroups[0].Tasks[0].Env);
    }

    [Fact]
    public void A_node_that_comes_or_goes_during_the_rollout_changes_what_it_waits_for()
    {
        var job = Settled(Updating(1));
        job = _region.Register(Changed(job));
        _region.ProcessAll();

        _region.Set(Any.Node(10), NodeStatus.Down, [job]);
        _region.Settle();

        Assert.Equal(Nodes - 1, _region.DeploymentOf(job)!.TaskGroups["app"].DesiredTotal);
        Assert.Equal(DeploymentStatus.Successful, _region.DeploymentOf(job)!.Status);
    }

    [Fact]
    public void A_node_that_comes_later_gets_its_allocation_whatever_became_of_the_rollout()
    {
        var job = Settled(Updating(1));
        var deployment = _region.DeploymentOf(job)!;
        Assert.Equal(DeploymentStatus.Successful, deployment.Status);

        _region.Add(Any.Node(11), Any.Node(12));
        _region.Evaluate(job);
        _region.ProcessAll();

        Assert.Equal(Nodes + 2, _region.Live(job).Count);
    }

    private Job Settled(Job job)
    {
        var registered = _region.Register(job);
        _region.Settle();
        return registered;
    }

    private static Job Updating(int maxParallel, int canary = 0, bool autoRevert = false)
    {
        var job = Any.Job(type: JobTypes.System);
        var update = new UpdateStrategy { MaxParallel = maxParallel, HealthCheck = "task_states", ProgressDeadline = TimeSpan.FromMinutes(10), Canary = canary, AutoRevert = autoRevert };
        return job with { TaskGroups = [job.TaskGroups[0] with { Update = update }] };
    }

    private static Job Changed(Job job)
    {
        var group = job.TaskGroups[0];
        return job with { TaskGroups = [group with { Tasks = [group.Tasks[0] with { Env = Contracts.Collections.EquatableMap.Of(("V", "2")) }] }] };
    }
}
