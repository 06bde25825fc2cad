using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;

namespace Actors.Api.Tests.Hosting;

/// <summary>Things to fill a region with.</summary>
internal static class Samples
{
    public static NodeId NodeId(int number) => new(new Guid(number, 0x0de0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0));

    public static Node Node(int number, NodeStatus status = NodeStatus.Ready) => new()
    {
        Id = NodeId(number),
        Name = $"node-{number}",
        SecretId = "a-secret-nobody-may-see",
        HttpAddress = "10.0.0.1:4646",
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["os.name"] = "debian", ["actors.version"] = "0.1.0" },
        Meta = new Dictionary<string, string> { ["rack"] = $"r{number}" },
        Drivers = new Dictionary<string, DriverInfo> { ["docker"] = new(true, true, "Healthy", new Dictionary<string, string> { ["driver.docker.version"] = "24.0.7" }, FixedTime.Now) },
        Resources = new NodeResources { CpuMhz = 4000, CpuCores = 2, MemoryMb = 8192, DiskMb = 50000, Networks = [new NodeNetwork("host", "eth0", "10.0.0.1", "10.0.0.1/32", 1000)] },
        Status = status,
        ComputedClass = "v1:123",
        StatusUpdatedAt = FixedTime.Now.ToUnixTimeSeconds(),
        Events = [new NodeLogEvent("Node registered", "Cluster", FixedTime.Now)],
    };

    public static Job Job(string id = "web", int count = 1) => new()
    {
        Id = id,
        Name = id,
        Namespace = "default",
        Region = "global",
        Type = "service",
        Priority = 50,
        Datacenters = ["*"],
        NodePool = "default",
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "app",
                Count = count,
                Tasks = [new JobTask { Name = "server", Driver = "docker", Resources = new Resources { CpuMhz = 100, MemoryMb = 300 } }],
            },
        ],
    };

    /// <summary>Registers a job as its owner would, with its evaluation.</summary>
    public static JobRegistered Registered(Job job, EvaluationId evaluation) => new(
        new JobId(job.Namespace, job.Id),
        job,
        new Evaluation
        {
            Id = evaluation,
            JobId = new JobId(job.Namespace, job.Id),
            Type = job.Type,
            TriggeredBy = EvaluationTriggers.JobRegister,
            CreateTime = FixedTime.Now,
            ModifyTime = FixedTime.Now,
        },
        Guid.NewGuid().ToString(),
        FixedTime.Now);

    /// <summary>Places a job's first group whole on a node, with a deployment.</summary>
    public static PlanCommitted Placed(Job job, EvaluationId evaluation, NodeId node, DeploymentId deployment, params AllocationId[] allocations) => new()
    {
        EvaluationId = evaluation,
        JobId = new JobId(job.Namespace, job.Id),
        JobVersion = job.Version,
        Term = 0,
        At = FixedTime.Now,
        SnapshotIndex = 1,
        Metrics =
        [
            new AllocationMetric
            {
                NodesEvaluated = 2,
                NodesFiltered = 1,
                NodesInPool = 2,
                NodesAvailable = new Dictionary<string, int> { ["dc1"] = 2 },
                ConstraintFiltered = new Dictionary<string, int> { ["${attr.kernel.name} = linux"] = 1 },
                ScoreMetaData = [new NodeScore(node, "node-1", new Dictionary<string, double> { ["binpack"] = 0.5 }, 0.5)],
                AllocationTime = TimeSpan.FromMicroseconds(12),
                Verdicts = [new NodeVerdict("constraint", "${attr.kernel.name} = linux", 1, [new NodeShortfall(NodeId(9), "node-9", "windows")])],
            },
        ],
        Placements =
        [
            .. allocations.Select((id, n) => new AllocationPlacement(id, node, "node-1", "app", n, [new AllocatedPort("http", 20000 + n, 8080, "10.0.0.1")], Metric: 0, InDeployment: deployment)),
        ],
        Deployment = new Deployment
        {
            Id = deployment,
            JobId = new JobId(job.Namespace, job.Id),
            JobVersion = job.Version,
            StatusDescription = "Deployment is running",
            TaskGroups = new Dictionary<string, DeploymentGroup> { ["app"] = new() { DesiredTotal = allocations.Length, ProgressDeadline = TimeSpan.FromMinutes(10) } },
            EvaluationId = evaluation,
        },
    };

    /// <summary>A client's report that an allocation runs.</summary>
    public static AllocationsReported Running(NodeId node, params AllocationId[] allocations) => new(
        node,
        [
            .. allocations.Select(id => new AllocationReport(
                id,
                AllocationClientStatus.Running,
                "Tasks are running",
                new Dictionary<string, TaskState>
                {
                    ["server"] = new()
                    {
                        State = TaskRunState.Running,
                        StartedAt = FixedTime.Now,
                        Events =
                        [
                            new TaskEvent(TaskEventTypes.Received, FixedTime.Now, "Task received by client"),
                            new TaskEvent(TaskEventTypes.Started, FixedTime.Now, "Task started by client"),
                        ],
                    },
                },
                null,
                FixedTime.Now)),
        ],
        [],
        FixedTime.Now);
}
