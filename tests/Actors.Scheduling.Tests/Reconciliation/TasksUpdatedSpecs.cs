using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Scheduling.Reconciliation;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Reconciliation;

public class TasksUpdatedSpecs
{
    private static readonly Job Before = Any.Job();

    public static TheoryData<string, Func<JobTask, JobTask>> Destructive => new()
    {
        { "driver", t => t with { Driver = "raw_exec" } },
        { "user", t => t with { User = "nobody" } },
        { "config", t => t with { Config = EquatableMap.Of(("image", ConfigValue.Of(7))) } },
        { "env", t => t with { Env = EquatableMap.Of(("A", "1")) } },
        { "artifacts", t => t with { Artifacts = [new TaskArtifact { Source = "x" }] } },
        { "templates", t => t with { Templates = [new Template { Data = "x", Destination = "y" }] } },
        { "vault", t => t with { Vault = new Vault { Role = "r" } } },
        { "secrets", t => t with { Secrets = [new Secret { Name = "s" }] } },
        { "volume mounts", t => t with { VolumeMounts = [new VolumeMount { Volume = "v" }] } },
        { "meta", t => t with { Meta = EquatableMap.Of(("A", "1")) } },
        { "identity", t => t with { Identities = [new WorkloadIdentity { Name = "i" }] } },
        { "logs.disabled", t => t with { LogConfig = new LogConfig { Disabled = true } } },
        { "restart.render_templates", t => t with { RestartPolicy = new RestartPolicy { RenderTemplates = true } } },
        { "resources.cpu", t => t with { Resources = t.Resources! with { CpuMhz = 7 } } },
        { "resources.cores", t => t with { Resources = t.Resources! with { Cores = 1 } } },
        { "resources.memory", t => t with { Resources = t.Resources! with { MemoryMb = 7 } } },
        { "resources.memory_max", t => t with { Resources = t.Resources! with { MemoryMaxMb = 7000 } } },
        { "resources.device", t => t with { Resources = t.Resources! with { Devices = [new RequestedDevice { Name = "gpu" }] } } },
        { "resources.network", t => t with { Resources = t.Resources! with { Networks = [new NetworkResource { MBits = 1 }] } } },
    };

    public static TheoryData<string, Func<Job, Job>> InPlace => new()
    {
        { "count", j => WithGroup(j, g => g with { Count = 9 }) },
        { "constraint", j => j with { Constraints = [new Constraint { LeftTarget = "a", RightTarget = "a" }] } },
        { "service", j => WithGroup(j, g => g with { Services = [new Service { Name = "s" }] }) },
        { "update", j => WithGroup(j, g => g with { Update = new UpdateStrategy { MaxParallel = 3 } }) },
        { "restart", j => WithGroup(j, g => g with { RestartPolicy = new RestartPolicy { Attempts = 9 } }) },
        { "kill_timeout", j => WithGroup(j, g => g with { Tasks = [g.Tasks[0] with { KillTimeout = TimeSpan.FromSeconds(9) }] }) },
        { "priority", j => j with { Priority = 70 } },
    };

    [Theory]
    [MemberData(nameof(Destructive))]
    public void A_change_of_what_runs_is_destructive_and_named(string what, Func<JobTask, JobTask> change)
    {
        var after = WithGroup(Before, g => g with { Tasks = [change(g.Tasks[0])] });

        Assert.Equal($"task main: {what} changed", TasksUpdated.Reason(Before, after, "app"));
    }

    [Theory]
    [MemberData(nameof(InPlace))]
    public void A_change_around_what_runs_is_not(string what, Func<Job, Job> change) => Assert.True(TasksUpdated.Reason(Before, change(Before), "app") is null, what);

    [Fact]
    public void Groups_change_destructively_with_their_disk_network_volumes_and_tasks()
    {
        Assert.Equal("ephemeral_disk changed", Reason(g => g with { EphemeralDisk = new EphemeralDisk { SizeMb = 500 } }));
        Assert.Equal("the group's network changed", Reason(g => g with { Networks = [new NetworkResource { Mode = "bridge" }] }));
        Assert.Equal("the group's volumes changed", Reason(g => g with { Volumes = EquatableMap.Of(("v", new VolumeRequest { Name = "v" })) }));
        Assert.Equal("the group's meta changed", Reason(g => g with { Meta = EquatableMap.Of(("a", "b")) }));
        Assert.Equal("the number of tasks changed from 1 to 2", Reason(g => g with { Tasks = [g.Tasks[0], g.Tasks[0] with { Name = "side" }] }));
        Assert.Equal("task other is new", Reason(g => g with { Tasks = [g.Tasks[0] with { Name = "other" }] }));
        Assert.Equal("the job's meta changed", TasksUpdated.Reason(Before, Before with { Meta = EquatableMap.Of(("a", "b")) }, "app"));
    }

    private static string? Reason(Func<TaskGroup, TaskGroup> change) => TasksUpdated.Reason(Before, WithGroup(Before, change), "app");

    private static Job WithGroup(Job job, Func<TaskGroup, TaskGroup> change) => job with { TaskGroups = [change(job.TaskGroups[0])] };
}
