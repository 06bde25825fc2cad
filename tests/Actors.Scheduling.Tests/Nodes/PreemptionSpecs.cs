using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Tests.Support;
using CsCheck;

namespace Actors.Scheduling.Tests.Nodes;

public class PreemptionSpecs
{
    [Fact]
    public void A_service_takes_nobodys_place_unless_configured()
    {
        var region = Full(out _);

        var urgent = Run(region, Any.Job("urgent", cpu: 2000) with { Priority = 90 });

        Assert.Empty(region.Live(urgent));
    }

    [Fact]
    public void A_higher_priority_takes_the_place_of_the_lowest_that_is_enough_and_those_are_evaluated_again()
    {
        var region = Full(out var lowest);
        region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };

        var urgent = Run(region, Any.Job("urgent", cpu: 2000) with { Priority = 90 });

        var winner = Assert.Single(region.Live(urgent));
        var evicted = Assert.Single(region.State.Allocations, a => a.DesiredStatus == AllocationDesiredStatus.Evict);
        Assert.Equal(lowest.Id, evicted.JobId.Id);
        Assert.Equal((winner.Id, evicted.Id), (evicted.PreemptedBy!.Value, Assert.Single(winner.Preempted)));
        Assert.Contains(region.State.EvaluationsOfJob(Any.IdOf(lowest)), e => e.TriggeredBy == EvaluationTriggers.Preemption);
        Assert.Contains(region.State.EvaluationsOfJob(Any.IdOf(lowest)), e => e.Status == EvaluationStatus.Blocked);
    }

    [Fact]
    public void System_jobs_make_room_by_themselves()
    {
        var region = Full(out _);

        var agent = Run(region, Any.Job("agent", cpu: 100, type: JobTypes.System) with { Priority = 100 });

        Assert.Equal(2, region.Live(agent).Count);
    }

    [Fact]
    public void What_is_less_than_ten_below_stays()
    {
        var region = Full(out _);
        region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };

        Assert.Empty(region.Live(Run(region, Any.Job("peer", cpu: 2000) with { Priority = 29 })));
        Assert.Single(region.Live(Run(region, Any.Job("above", cpu: 2000) with { Priority = 30 })));
    }

    [Fact]
    public void The_holder_of_a_port_makes_room()
    {
        var region = new Region();
        region.Add(Any.Node(1));
        region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
        var holder = Run(region, WithPort(Any.Job("holder") with { Priority = 10 }));

        var urgent = Run(region, WithPort(Any.Job("urgent") with { Priority = 90 }));

        Assert.Single(region.Live(urgent));
        Assert.Empty(region.Live(holder));
    }

    [Fact]
    public void Only_lower_priorities_make_room_never_more_than_needed_and_nodes_stay_within_capacity() =>
        Gen.Select(
            Gen.Select(Gen.Int[100, 1500], Gen.Int[50, 3000], Gen.Int[1, 9]).Array[1, 25],
            Gen.Select(Gen.Int[100, 4000], Gen.Int[50, 8000], Gen.Int[2, 10]).Array[1, 4]).Sample(
            (fillers, urgents) =>
            {
                var region = new Region();
                region.Add(Any.Node(1), Any.Node(2), Any.Node(3));
                for (var i = 0; i < fillers.Length; i++)
                {
                    Run(region, Any.Job($"f{i}", cpu: fillers[i].Item1, memory: fillers[i].Item2) with { Priority = fillers[i].Item3 * 10 });
                }

                region.Table.Configuration = new SchedulerConfiguration { PreemptForService = true };
                for (var i = 0; i < urgents.Length; i++)
                {
                    var job = region.Register(Any.Job($"u{i}", count: 2, cpu: urgents[i].Item1, memory: urgents[i].Item2) with { Priority = urgents[i].Item3 * 10 });
                    var request = region.Request(job, 2, evaluation: i + 1) with { DryRun = true };
                    var result = region.Place(request, job);
                    foreach (var made in result.Preempted.GroupBy(p => p.By))
                    {
                        Assert.All(made, p => Assert.True(p.JobPriority <= job.Priority - 10));
                        var node = result.Placed.Single(p => p.Id == made.Key).NodeId;
                        var use = region.Table.UseOf(node)!;
                        var others = result.Placed.Where(p => p.NodeId == node).TakeWhile(p => p.Id != made.Key).ToList();
                        var earlier = result.Preempted.Where(p => others.Exists(o => o.Id == p.By)).Select(p => region.State.FindAllocation(p.Id)!.Resources).ToList();
                        var freeCpu = use.CpuMhz - use.UsedCpuMhz - (others.Count * urgents[i].Item1) + earlier.Sum(r => r.TotalCpuMhz);
                        var freeMemory = use.MemoryMb - use.UsedMemoryMb - (others.Count * urgents[i].Item2) + earlier.Sum(r => r.TotalMemoryMb);
                        var victims = made.Select(p => region.State.FindAllocation(p.Id)!.Resources).ToList();
                        Assert.True(victims.Sum(v => v.TotalCpuMhz) + freeCpu >= urgents[i].Item1 && victims.Sum(v => v.TotalMemoryMb) + freeMemory >= urgents[i].Item2, "not enough");
                        foreach (var spared in victims)
                        {
                            var enough = victims.Sum(v => v.TotalCpuMhz) - spared.TotalCpuMhz + freeCpu >= urgents[i].Item1
                                         && victims.Sum(v => v.TotalMemoryMb) - spared.TotalMemoryMb + freeMemory >= urgents[i].Item2;
                            Assert.False(enough, "one more than needed");
                        }
                    }

                    region.Settle();
                    foreach (var node in region.State.Nodes)
                    {
                        var live = region.State.AllocationsOfNode(node.Id).Where(a => !a.Terminal).ToList();
                        Assert.True(live.Sum(a => a.Resources.TotalCpuMhz) <= node.Resources.CpuMhz && live.Sum(a => a.Resources.TotalMemoryMb) <= node.Resources.MemoryMb);
                    }
                }
            },
            iter: 100);

    [Fact]
    public void The_spread_algorithm_prefers_the_emptiest_node()
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        var first = Run(region, Any.Job("first", cpu: 1000));
        region.Table.Configuration = new SchedulerConfiguration { Algorithm = SchedulerAlgorithm.Spread };

        var second = Run(region, Any.Job("second", cpu: 1000));

        Assert.NotEqual(region.Live(first).Single().NodeId, region.Live(second).Single().NodeId);
    }

    // Two nodes of 4000 MHz, full of priorities 20 and 40.
    private static Region Full(out Job lowest)
    {
        var region = new Region();
        region.Add(Any.Node(1), Any.Node(2));
        lowest = Run(region, Any.Job("low", count: 2, cpu: 2000) with { Priority = 20 });
        var other = Run(region, Any.Job("other", count: 2, cpu: 2000) with { Priority = 40 });
        Assert.Equal(4, region.Live(lowest).Count + region.Live(other).Count);
        return region;
    }

    private static Job Run(Region region, Job job)
    {
        var registered = region.Register(job);
        region.Settle();
        return registered;
    }

    private static Job WithPort(Job job) => job with
    {
        TaskGroups = [job.TaskGroups[0] with { Networks = [new NetworkResource { ReservedPorts = [new Port { Label = "http", Value = 80 }] }] }],
    };
}
