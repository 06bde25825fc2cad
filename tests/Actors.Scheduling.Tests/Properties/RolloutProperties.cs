using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Properties;

/// <summary>What holds in every rollout, whatever its size, and whatever fails in it.</summary>
public class RolloutProperties
{
    [Fact]
    public void At_most_max_parallel_of_a_new_version_are_not_healthy_yet_and_the_count_is_never_undercut() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Int[0, 3].Array[0, 6]).Sample(
            (count, maxParallel, nextCount, reporting) =>
            {
                var region = Begin();
                var job = region.Register(Job(count, maxParallel, 0, "1"));
                region.Settle();
                Assert.Equal(count, region.Live(job).Count);

                job = region.Register(Job(nextCount, maxParallel, 0, "2"));
                for (var step = 0; step < 200; step++)
                {
                    var worked = region.ProcessAll() | region.WatchDeployments();
                    var live = region.Live(job);
                    var fresh = live.Where(a => a.JobVersion == job.Version && a.Health is null).ToList();
                    Assert.True(fresh.Count <= maxParallel, $"{fresh.Count} at once of {maxParallel}");
                    Assert.True(live.Count >= Math.Min(count, nextCount), "fewer than before and after");

                    // The clients report in whatever order, some later than others.
                    var some = step < reporting.Length ? fresh.Take(reporting[step]).ToArray() : [.. fresh];
                    region.Report(AllocationClientStatus.Running, true, some);
                    if (!worked && fresh.Count == 0) break;
                }

                Assert.Equal(nextCount, region.Live(job).Count);
                Assert.All(region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
            },
            iter: 150);

    [Fact]
    public void While_canaries_wait_nothing_of_the_old_version_is_replaced() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 4], Gen.Int[0, 6]).Sample(
            (count, canaries, maxParallel, lost) =>
            {
                var region = Begin();
                var job = region.Register(Job(count, maxParallel, canaries, "1"));
                region.Settle();
                var old = region.Live(job).Select(a => a.Id).ToHashSet();

                job = region.Register(Job(count, maxParallel, canaries, "2"));
                region.Settle();
                // Some canaries end by themselves meanwhile, and come again.
                region.Report(AllocationClientStatus.Complete, null, [.. region.Live(job).Where(a => a.Canary).Take(lost)]);
                region.Settle();

                var live = region.Live(job);
                Assert.Equal(old, live.Where(a => !a.Canary).Select(a => a.Id).ToHashSet());
                Assert.Equal(canaries, live.Count(a => a.Canary));

                var deployment = region.DeploymentOf(job)!;
                region.Change(deployment, new DeploymentChange(deployment.Id, null, "promoted", Promote: ["app"]));
                region.Settle();
                Assert.Equal(count, region.Live(job).Count);
                Assert.All(region.Live(job), a => Assert.Equal(job.Version, a.JobVersion));
            },
            iter: 100);

    private static Region Begin()
    {
        var region = new Region();
        region.Add([.. Enumerable.Range(1, 6).Select(i => Any.Node(i))]);
        return region;
    }

    private static Job Job(int count, int maxParallel, int canaries, string value)
    {
        var job = Any.Job(count: count, cpu: 100, memory: 64);
        var group = job.TaskGroups[0];
        return job with
        {
            TaskGroups =
            [
                group with
                {
                    Update = new UpdateStrategy { MaxParallel = maxParallel, Canary = canaries, HealthCheck = "task_states", ProgressDeadline = TimeSpan.FromMinutes(10) },
                    Tasks = [group.Tasks[0] with { Env = EquatableMap.Of(("V", value)) }],
                },
            ],
        };
    }
}
