using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Scheduling.Tests.Support;

/// <summary>Nodes, jobs and allocations to begin from.</summary>
internal static class Any
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Guid Id(int number) => new(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    public static Func<Guid> Ids(int from = 1_000_000)
    {
        var next = from;
        return () => Id(next++);
    }

    public static Node Node(int number, int cpu = 4000, int memory = 8192, int disk = 100_000, string datacenter = "dc1") => new()
    {
        Id = new NodeId(Id(number)),
        Name = $"n{number}",
        Datacenter = datacenter,
        Status = NodeStatus.Ready,
        ComputedClass = "v1",
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["cpu.arch"] = "amd64", ["nomad.service_discovery"] = "true", ["nomad.version"] = "2.0.5" },
        Drivers = new Dictionary<string, DriverInfo> { ["docker"] = Healthy("docker"), ["raw_exec"] = Healthy("raw_exec") },
        Resources = new NodeResources
        {
            CpuMhz = cpu,
            MemoryMb = memory,
            DiskMb = disk,
            Networks = [new NodeNetwork("host", "eth0", $"10.0.{number / 250}.{number % 250}", "", 1000)],
        },
    };

    public static DriverInfo Healthy(string name) => new(true, true, "", new Dictionary<string, string> { [$"driver.{name}.version"] = "1.2.3" }, Now);

    public static Job Job(string id = "web", int count = 1, int cpu = 500, int memory = 256, string type = JobTypes.Service, params Constraint[] constraints) => new()
    {
        Id = id,
        Name = id,
        Namespace = "default",
        Region = "global",
        Type = type,
        Priority = 50,
        Datacenters = ["*"],
        NodePool = "default",
        Constraints = [.. constraints],
        TaskGroups = [Group("app", count, cpu, memory)],
    };

    public static TaskGroup Group(string name, int count = 1, int cpu = 500, int memory = 256) => new()
    {
        Name = name,
        Count = count,
        EphemeralDisk = new EphemeralDisk { SizeMb = 300 },
        Tasks = [new JobTask { Name = "main", Driver = "docker", Resources = new Resources { CpuMhz = cpu, MemoryMb = memory } }],
    };

    public static JobId IdOf(Job job) => new(job.Namespace, job.Id);

    public static Evaluation Evaluation(Job job, int number = 1, string trigger = EvaluationTriggers.JobRegister, ulong index = 1) => new()
    {
        Id = new EvaluationId(Id(500_000 + number)),
        JobId = IdOf(job),
        Type = job.Type,
        Priority = job.Priority ?? 50,
        TriggeredBy = trigger,
        CreateIndex = index,
        ModifyIndex = index,
    };

    public static Allocation Allocation(Job job, int number, Node node, int index = 0, string? group = null) => new()
    {
        Id = new AllocationId(Id(900_000 + number)),
        JobId = IdOf(job),
        JobVersion = job.Version,
        TaskGroup = group ?? job.TaskGroups[0].Name,
        NameIndex = index,
        NodeId = node.Id,
        NodeName = node.Name,
        EvaluationId = new EvaluationId(Id(499_999)),
        ClientStatus = AllocationClientStatus.Running,
        Resources = ResourcesOf(job, group ?? job.TaskGroups[0].Name),
        CreateIndex = 1,
    };

    public static AllocatedResources ResourcesOf(Job job, string group) => State.Jobs.GroupResources.Of(job.TaskGroups.First(g => g.Name == group));
}
