using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.JobSpec.Tests.Golden;
using Xunit;

namespace Actors.JobSpec.Tests.Canonical;

public sealed class JobCanonicalizerSpecs
{
    private static Job Sample(string name) =>
        JobCanonicalizer.Canonicalize(JobFile.Parse(File.ReadAllText(Path.Combine(GoldenFile.Repository, "samples", "jobs", name))).Job!);

    private static Job Minimal(string type = "", Func<TaskGroup, TaskGroup>? group = null, Func<Job, Job>? job = null)
    {
        var tasks = new TaskGroup { Name = "g", Tasks = [new JobTask { Name = "t", Driver = "raw_exec" }] };
        var whole = new Job { Id = "j", Type = type, TaskGroups = [group is null ? tasks : group(tasks)] };
        return JobCanonicalizer.Canonicalize(job is null ? whole : job(whole));
    }

    [Fact]
    public void What_a_job_leaves_unset_is_Nomads_default()
    {
        var job = Minimal();

        Assert.Equal(("j", "global", "default", JobTypes.Service, 50, "default"), (job.Name, job.Region, job.Namespace, job.Type, job.Priority, job.NodePool));
        Assert.Equal(["*"], job.Datacenters);
        var group = job.TaskGroups[0];
        Assert.Equal(1, group.Count);
        Assert.Equal(300, group.EphemeralDisk!.SizeMb);
        Assert.Equal(new RestartPolicy { Attempts = 2, Interval = TimeSpan.FromMinutes(30), Delay = TimeSpan.FromSeconds(15), Mode = "fail", RenderTemplates = false }, group.RestartPolicy);
        Assert.Equal((true, "exponential", TimeSpan.FromSeconds(30)), (group.ReschedulePolicy!.Unlimited, group.ReschedulePolicy.DelayFunction, group.ReschedulePolicy.Delay));
        Assert.Equal((1, TimeSpan.FromMinutes(10), 0), (group.Update!.MaxParallel, group.Update.ProgressDeadline, group.Update.Canary));
        Assert.Equal(1, group.Migrate!.MaxParallel);
        var task = group.Tasks[0];
        Assert.Equal((100, 300, 0, 0), (task.Resources!.CpuMhz, task.Resources.MemoryMb, task.Resources.Cores, task.Resources.MemoryMaxMb));
        Assert.Equal(TimeSpan.FromSeconds(5), task.KillTimeout);
        Assert.Equal((10, 10, false), (task.LogConfig!.MaxFiles, task.LogConfig.MaxFileSizeMb, task.LogConfig.Disabled));
        Assert.Equal(group.RestartPolicy, task.RestartPolicy);
        Assert.Equal("default", task.Identity!.Name);
    }

    [Fact]
    public void A_batch_job_has_other_defaults()
    {
        var group = Minimal(JobTypes.Batch).TaskGroups[0];

        Assert.Equal((3, TimeSpan.FromHours(24)), (group.RestartPolicy!.Attempts, group.RestartPolicy.Interval));
        Assert.Equal((1, false, "constant"), (group.ReschedulePolicy!.Attempts, group.ReschedulePolicy.Unlimited, group.ReschedulePolicy.DelayFunction));
        Assert.Null(group.Update);
        Assert.Null(group.Migrate);
    }

    [Theory]
    [InlineData(JobTypes.System)]
    [InlineData(JobTypes.SysBatch)]
    public void Jobs_of_every_node_are_not_rescheduled(string type) =>
        Assert.Null(Minimal(type).TaskGroups[0].ReschedulePolicy);

    [Fact]
    public void A_group_takes_what_it_leaves_unset_from_the_job()
    {
        var group = Minimal(
            group: g => g with { Update = new UpdateStrategy { Canary = 2 } },
            job: j => j with { Update = new UpdateStrategy { MaxParallel = 5, AutoRevert = true } }).TaskGroups[0];

        Assert.Equal((5, 2, true), (group.Update!.MaxParallel, group.Update.Canary, group.Update.AutoRevert));
    }

    [Fact]
    public void Cores_take_the_place_of_cpu() =>
        Assert.Equal(0, Minimal(group: g => g with { Tasks = g.Tasks.Map(task => task with { Resources = new Resources { Cores = 2 } }) }).TaskGroups[0].Tasks[0].Resources!.CpuMhz);

    [Fact]
    public void Counted_reschedule_attempts_are_not_unlimited() =>
        Assert.False(Minimal(group: g => g with { ReschedulePolicy = new ReschedulePolicy { Attempts = 3, Interval = TimeSpan.FromHours(1) } }).TaskGroups[0].ReschedulePolicy!.Unlimited);

    [Fact]
    public void The_redis_task_of_old_becomes_a_group_that_can_be_scheduled()
    {
        var group = Sample("redis.nomad.hcl").TaskGroups[0];
        var task = group.Tasks[0];

        var port = Assert.Single(Assert.Single(group.Networks).DynamicPorts);
        Assert.Equal(new Port { Label = "db", To = 6379, HostNetwork = "default" }, port);
        Assert.Empty(task.Resources!.Networks);
        Assert.Equal((500, 256), (task.Resources.CpuMhz, task.Resources.MemoryMb));
        Assert.Equal("cache-redis", task.Services[0].Name);
        Assert.Equal(6379, task.Config["port_map"].AsList()[0].AsMap()["db"].AsInteger());
        Assert.Equal("host", task.Config["network_mode"].AsString());
    }

    [Fact]
    public void The_grouped_service_of_old_is_understood_misspellings_included()
    {
        var job = Sample("grouped-service.nomad.hcl");
        var group = job.TaskGroups[0];
        var task = group.Tasks[0];

        Assert.Equal("${attr.kernel.name}", job.Constraints[0].LeftTarget);
        Assert.Contains(group.Constraints, constraint => constraint.Operand == Operands.DistinctHosts);
        Assert.Empty(task.Constraints);
        Assert.False(task.Config["privileged"].AsBool());
        Assert.Equal("mysql", task.Config["hostname"].AsString());
        Assert.DoesNotContain("priviledged", task.Config.Keys);
        Assert.Equal(256, group.EphemeralDisk!.SizeMb);
        Assert.Null(task.Resources!.DiskMb);
        Assert.Equal("grouped-service-mysql", task.Services[0].Name);
        Assert.Equal(TimeSpan.FromSeconds(30), task.Services[0].Checks[0].Interval);
        Assert.DoesNotContain(JobValidator.Validate(job), finding => finding.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void References_of_old_in_JSON_are_brought_to_todays_form()
    {
        var job = Minimal(job: j => j with
        {
            Constraints = [new Constraint { LeftTarget = "$attr.kernel.name", RightTarget = "linux" }],
            Spreads = [new Spread { Attribute = "$node.datacenter" }],
        });

        Assert.Equal(new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }, job.Constraints[0]);
        Assert.Equal("${node.datacenter}", job.Spreads[0].Attribute);
    }

    [Fact]
    public void A_checks_restart_is_merged_with_its_services()
    {
        var job = Minimal(group: g => g with
        {
            Services =
            [
                new Service
                {
                    Name = "${JOB}-${TASKGROUP}",
                    CheckRestart = new CheckRestart { Limit = 3 },
                    Checks = [new ServiceCheck { Type = "tcp", CheckRestart = new CheckRestart { Grace = TimeSpan.FromSeconds(9) } }],
                },
            ],
        });
        var service = job.TaskGroups[0].Services[0];

        Assert.Equal("j-g", service.Name);
        Assert.Equal(new CheckRestart { Limit = 3, Grace = TimeSpan.FromSeconds(9) }, service.Checks[0].CheckRestart);
        Assert.Equal("service: \"j-g\" check", service.Checks[0].Name);
    }

    [Fact]
    public void Attributes_about_disconnects_become_the_block()
    {
        var group = Minimal(group: g => g with { MaxClientDisconnect = TimeSpan.FromHours(1), PreventRescheduleOnLost = true }).TaskGroups[0];

        Assert.Equal(new DisconnectStrategy { LostAfter = TimeSpan.FromHours(1), Replace = false, Reconcile = "best_score" }, group.Disconnect);
        Assert.Null(group.MaxClientDisconnect);
    }

    [Fact]
    public void A_scaled_group_counts_from_its_minimum()
    {
        var group = Minimal(group: g => g with { Scaling = new ScalingPolicy { Min = 3, Max = 9 } }).TaskGroups[0];

        Assert.Equal(3, group.Count);
        Assert.Equal(EquatableMap.Of(("Namespace", "default"), ("Job", "j"), ("Group", "g")), group.Scaling!.Target);
    }
}
