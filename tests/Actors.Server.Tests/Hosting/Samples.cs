using Actors.Contracts;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Server.Tests.Hosting;

/// <summary>Jobs and nodes as they come in from the API and from clients: canonical.</summary>
internal static class Samples
{
    public static JobId Id(string name) => new(JobId.DefaultNamespace, name);

    public static Job Service(string name, int count = 1, int cpu = 100, int memory = 64) => new()
    {
        Region = "global",
        Namespace = JobId.DefaultNamespace,
        Id = name,
        Name = name,
        Type = JobTypes.Service,
        Priority = 50,
        AllAtOnce = false,
        Datacenters = ["*"],
        NodePool = "default",
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "group",
                Count = count,
                EphemeralDisk = new EphemeralDisk { SizeMb = 10, Sticky = false, Migrate = false },
                RestartPolicy = new RestartPolicy { Attempts = 2, Interval = TimeSpan.FromMinutes(30), Delay = TimeSpan.FromSeconds(15), Mode = "fail" },
                ReschedulePolicy = new ReschedulePolicy { Delay = TimeSpan.FromSeconds(30), DelayFunction = "exponential", MaxDelay = TimeSpan.FromHours(1), Unlimited = true, Attempts = 0, Interval = TimeSpan.Zero },
                Migrate = new MigrateStrategy { MaxParallel = 1, HealthCheck = "task_states", MinHealthyTime = TimeSpan.FromSeconds(1), HealthyDeadline = TimeSpan.FromMinutes(5) },
                Update = new UpdateStrategy
                {
                    MaxParallel = 1, HealthCheck = "task_states", MinHealthyTime = TimeSpan.FromSeconds(1), HealthyDeadline = TimeSpan.FromMinutes(5),
                    ProgressDeadline = TimeSpan.FromMinutes(10), Canary = 0, AutoRevert = false, AutoPromote = false, Stagger = TimeSpan.FromSeconds(30),
                },
                Tasks =
                [
                    new JobTask
                    {
                        Name = "task",
                        Driver = "raw_exec",
                        Resources = new Resources { CpuMhz = cpu, MemoryMb = memory, Cores = 0, MemoryMaxMb = 0 },
                        KillTimeout = TimeSpan.FromSeconds(5),
                    },
                ],
            },
        ],
    };

    public static Node Node(string name, int cpu = 4000, int memory = 4096, Guid? id = null) => new()
    {
        Id = new NodeId(id ?? Guid.NewGuid()),
        SecretId = Guid.NewGuid().ToString(),
        Name = name,
        HttpAddress = "127.0.0.1:4646",
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["cpu.arch"] = "amd64", ["driver.raw_exec"] = "1", ["unique.hostname"] = name },
        Drivers = new Dictionary<string, DriverInfo> { ["raw_exec"] = new(true, true, "healthy", new Dictionary<string, string>(), DateTimeOffset.UnixEpoch) },
        Resources = new NodeResources
        {
            CpuMhz = cpu,
            CpuCores = 2,
            MemoryMb = memory,
            DiskMb = 50_000,
            Networks = [new NodeNetwork("host", "lo", "127.0.0.1", "127.0.0.1/32", 1000)],
        },
    };
}
