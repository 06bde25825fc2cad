using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.Contracts.Scheduling;
using Actors.Contracts.Volumes;

namespace Actors.Contracts.Tests;

/// <summary>One of everything that has a manifest, with as much in it as there is room for.</summary>
internal static class Samples
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 30, 45, 678, TimeSpan.Zero);
    private static readonly JobId JobId = new("default", "web/blue");
    private static readonly NodeId NodeId = NodeId.Parse("10000000-0000-4000-8000-000000000001");
    private static readonly AllocationId AllocationId = AllocationId.Parse("20000000-0000-4000-8000-000000000001");
    private static readonly AllocationId OtherAllocationId = AllocationId.Parse("20000000-0000-4000-8000-000000000002");
    private static readonly EvaluationId EvaluationId = EvaluationId.Parse("30000000-0000-4000-8000-000000000001");
    private static readonly DeploymentId DeploymentId = DeploymentId.Parse("40000000-0000-4000-8000-000000000001");
    private static readonly CommandContext Context = new("request-1", At.AddSeconds(30), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    private static readonly Job Job = new()
    {
        Region = "global",
        Namespace = "default",
        Id = "web/blue",
        Name = "web",
        Type = JobTypes.Service,
        Priority = 70,
        Datacenters = ["dc1", "eu-*"],
        NodePool = "default",
        Constraints = [new Constraint { LeftTarget = "${attr.kernel.name}", RightTarget = "linux", Operand = "=" }],
        Meta = EquatableMap.Of(("team", "a")),
        Update = new UpdateStrategy { MaxParallel = 2, MinHealthyTime = TimeSpan.FromSeconds(10), AutoRevert = true },
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "app",
                Count = 3,
                Networks = [new NetworkResource { Mode = "bridge", DynamicPorts = [new Port { Label = "http", To = 80 }] }],
                ReschedulePolicy = new ReschedulePolicy { Unlimited = true, Delay = TimeSpan.FromSeconds(30), DelayFunction = "exponential" },
                EphemeralDisk = new EphemeralDisk { SizeMb = 300 },
                Scaling = new ScalingPolicy { Min = 1, Max = 10 },
                Tasks = [new JobTask { Name = "main", Driver = "docker", Env = EquatableMap.Of(("A", "1")), Resources = new Resources { CpuMhz = 200, MemoryMb = 64 } }],
            },
        ],
        Status = JobStatuses.Running,
        Version = 3,
        SubmitTime = 1772368245678000000,
        CreateIndex = 10,
        ModifyIndex = 21,
        JobModifyIndex = 20,
        VersionTag = new JobVersionTag { Name = "golden" },
    };

    private static readonly AllocationMetric Metric = new()
    {
        NodesEvaluated = 5,
        NodesFiltered = 1,
        NodesExhausted = 2,
        NodesInPool = 5,
        NodesAvailable = new Dictionary<string, int> { ["dc1"] = 5 },
        ConstraintFiltered = new Dictionary<string, int> { ["${attr.kernel.name} = linux"] = 1 },
        DimensionExhausted = new Dictionary<string, int> { ["memory"] = 2 },
        ScoreMetaData = [new NodeScore(NodeId, "n1", new Dictionary<string, double> { ["binpack"] = 0.5 }, 0.5)],
        AllocationTime = TimeSpan.FromMicroseconds(150),
        Verdicts = [new NodeVerdict("memory", "memory 64 MiB", 2, [new NodeShortfall(NodeId, "n1", "12 MiB free")])],
    };

    private static readonly Evaluation Evaluation = new()
    {
        Id = EvaluationId,
        JobId = JobId,
        Type = JobTypes.Service,
        Priority = 70,
        TriggeredBy = EvaluationTriggers.QueuedAllocs,
        Status = EvaluationStatus.Blocked,
        StatusDescription = "no room",
        NodeId = NodeId,
        DeploymentId = DeploymentId,
        WaitUntil = At.AddMinutes(1),
        PreviousEvaluation = EvaluationId,
        FailedGroups = new Dictionary<string, AllocationMetric> { ["app"] = Metric },
        QueuedAllocations = new Dictionary<string, int> { ["app"] = 2 },
        ClassEligibility = new Dictionary<string, bool> { ["v1:123"] = true },
        EscapedComputedClass = true,
        CreateTime = At,
        ModifyTime = At,
    };

    private static readonly Node Node = new()
    {
        Id = NodeId,
        SecretId = "secret",
        Name = "n1",
        Datacenter = "dc1",
        NodeClass = "large",
        HttpAddress = "10.0.0.1:4646",
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux" },
        Meta = new Dictionary<string, string> { ["rack"] = "r1" },
        Drivers = new Dictionary<string, DriverInfo> { ["docker"] = new(true, true, "healthy", new Dictionary<string, string> { ["driver.docker.version"] = "28.0" }, At) },
        HostVolumes = new Dictionary<string, HostVolumeInfo> { ["data"] = new("/srv/data", true) },
        Resources = new NodeResources { CpuMhz = 8000, CpuCores = 4, MemoryMb = 16384, DiskMb = 100000, Networks = [new NodeNetwork("host", "eth0", "10.0.0.1", "10.0.0.1/24", 1000)] },
        Reserved = new NodeReservedResources { CpuMhz = 500, MemoryMb = 512, DiskMb = 1024, Ports = "22" },
        Status = NodeStatus.Ready,
        Eligibility = NodeEligibility.Ineligible,
        Drain = new DrainStrategy(TimeSpan.FromHours(1), true, At),
        ComputedClass = "v1:123",
        StatusUpdatedAt = 1772368245,
        Events = [new NodeLogEvent("Node registered", "Cluster", At, null, 7)],
    };

    private static readonly Deployment Deployment = new()
    {
        Id = DeploymentId,
        JobId = JobId,
        JobVersion = 3,
        Status = DeploymentStatus.Running,
        StatusDescription = "going on",
        EvaluationId = EvaluationId,
        TaskGroups = new Dictionary<string, DeploymentGroup>
        {
            ["app"] = new() { AutoRevert = true, DesiredCanaries = 1, DesiredTotal = 3, PlacedCanaries = [AllocationId], PlacedAllocs = 1, ProgressDeadline = TimeSpan.FromMinutes(10), RequireProgressBy = At.AddMinutes(10) },
        },
        CreateTime = At,
        ModifyTime = At,
    };

    private static readonly RescheduleEvent Reschedule = new(At, OtherAllocationId, NodeId, TimeSpan.FromSeconds(30));

    private static readonly AllocationPlacement Placement = new(
        AllocationId, NodeId, "n1", "app", 2, [new AllocatedPort("http", 20001, 80, "10.0.0.1")], 0, OtherAllocationId, true, DeploymentId, Reschedule);

    private static readonly AllocationReport Report = new(
        AllocationId,
        AllocationClientStatus.Failed,
        "a task failed",
        new Dictionary<string, TaskState>
        {
            ["main"] = new()
            {
                State = TaskRunState.Dead,
                Failed = true,
                Restarts = 2,
                LastRestart = At,
                StartedAt = At,
                FinishedAt = At,
                Events = [new TaskEvent(TaskEventTypes.Terminated, At, "exited with 1", new Dictionary<string, string> { ["exit_code"] = "1" }, FailsTask: true)],
            },
        },
        new DeploymentHealth(false, At, 12),
        At);

    private static readonly DeploymentChange Change = new(
        DeploymentId,
        DeploymentStatus.Failed,
        "deadline passed",
        ["app"],
        new Dictionary<AllocationId, bool> { [AllocationId] = true },
        new Dictionary<string, DateTimeOffset> { ["app"] = At },
        MarkStable: true,
        RevertTo: 1);

    private static readonly SchedulerConfiguration Scheduler = new() { Algorithm = SchedulerAlgorithm.Spread, PreemptForBatch = true, MemoryOversubscription = true };

    private static readonly Namespace Space = new()
    {
        Name = "team",
        Description = "of a team",
        Meta = EquatableMap.Of(("owner", "a")),
        Capabilities = new NamespaceCapabilities { EnabledTaskDrivers = ["docker"], DisabledNetworkModes = ["host"] },
        CreateIndex = 3,
        ModifyIndex = 4,
    };

    private static readonly NodePool Pool = new() { Name = "gpu", Description = "with accelerators", Meta = EquatableMap.Of(("owner", "a")), CreateIndex = 3, ModifyIndex = 4 };

    private static readonly HostVolume Volume = new()
    {
        Id = "0d3a1f2e-6f0c-4a7e-9d0a-3b7d4c1f5e22",
        Namespace = "team",
        Name = "database",
        PluginId = HostVolume.Mkdir,
        NodePool = "gpu",
        NodeId = NodeId.ToString(),
        Constraints = [new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }],
        RequestedCapacityMinBytes = 1_000,
        RequestedCapacityMaxBytes = 2_000,
        CapacityBytes = 1_500,
        RequestedCapabilities = [new HostVolumeCapability(VolumeModes.FileSystem, VolumeModes.Writer)],
        Parameters = EquatableMap.Of(("mode", "0750")),
        HostPath = "/srv/database",
        CreateTime = 1772368245678000000,
        ModifyTime = 1772368245679000000,
        CreateIndex = 3,
        ModifyIndex = 4,
    };

    /// <summary>By no particular order; each type once.</summary>
    public static IReadOnlyList<object> All { get; } =
    [
        new JobRegistered(JobId, Job, Evaluation, "request-1", At),
        new JobDeregistered(JobId, true, Evaluation, "request-1", At),
        new JobEvaluated(JobId, true, Evaluation, "request-1", At),
        new JobStabilityChanged(JobId, 3, true, "request-1", At),
        new DeploymentChanged(JobId, Change, Job, Evaluation, "request-1", At, 3),
        new JobLaunched(JobId, Job, At, Evaluation, "request-1", At),
        new JobLaunchSkipped(JobId, At, "the launch before still runs", "request-1", At),
        new JobVersionTagged(JobId, 3, new JobVersionTag { Name = "golden", Description = "proved good", TaggedTime = 1772368245678000000 }, "request-1", At),
        new JobScaled(JobId, new ScalingEvent("app", At, 5, 3, "load", true, EvaluationId, 22), "request-1", At),
        new LaunchJob(Context, JobId, At),
        new DispatchJob(Context, JobId, "aGVsbG8=", new Dictionary<string, string> { ["team"] = "a" }, "nightly", "token", 80),
        new TagJobVersion(Context, JobId, 3, "golden", "proved good"),
        new UntagJobVersion(Context, JobId, "golden"),
        new ChildLaunched(22, new JobId("default", "web/blue/periodic-1772368245"), EvaluationId),
        new SchedulerConfigured(Scheduler, "request-1", At),
        new NamespaceApplied(Space, "request-1", At),
        new NamespaceDeleted("team", "request-1", At),
        new NodePoolApplied(Pool, "request-1", At),
        new NodePoolDeleted("gpu", "request-1", At),
        new HostVolumeApplied(Volume, "request-1", At),
        new HostVolumeDeleted(Volume.Id, "request-1", At),
        new ConfigureScheduler(Context, Scheduler, 21),
        new ApplyNamespace(Context, Space),
        new DeleteNamespace(Context, "team"),
        new ApplyNodePool(Context, Pool),
        new DeleteNodePool(Context, "gpu"),
        new ApplyHostVolume(Context, Volume),
        new DeleteHostVolume(Context, Volume.Id),
        new NodeRegistered(Node, [Evaluation], At),
        new NodeStatusChanged(NodeId, NodeStatus.Down, "no heartbeat", [Evaluation], At),
        new NodeEligibilityChanged(NodeId, NodeEligibility.Ineligible, [Evaluation], At, "request-1"),
        new NodeDrainChanged(NodeId, Node.Drain, NodeEligibility.Ineligible, [Evaluation], At, "request-1", [AllocationId]),
        new NodeEvaluated(NodeId, [Evaluation], [AllocationId], At, "request-1"),
        new NodePurged(NodeId, [Evaluation], At),
        new AllocationsReported(NodeId, [Report], [Evaluation], At),
        new PlanCommitted
        {
            EvaluationId = EvaluationId,
            JobId = JobId,
            JobVersion = 3,
            Term = 2,
            At = At,
            SnapshotIndex = 21,
            Placements = [Placement],
            Metrics = [Metric],
            Stops = [new AllocationStop(OtherAllocationId, "node is down", AllocationClientStatus.Lost, AllocationDesiredStatus.Evict, EvaluationId)],
            InPlaceUpdates = [OtherAllocationId],
            Deployment = Deployment,
            DeploymentUpdates = [new DeploymentStatusUpdate(DeploymentId, DeploymentStatus.Cancelled, "a newer version")],
            Status = EvaluationStatus.Blocked,
            StatusDescription = "no room",
            FailedGroups = new Dictionary<string, AllocationMetric> { ["app"] = Metric },
            QueuedAllocations = new Dictionary<string, int> { ["app"] = 1 },
            ClassEligibility = new Dictionary<string, bool> { ["v1:123"] = false },
            EscapedComputedClass = true,
            FollowUps = [Evaluation],
        },
        new EvaluationStatusChanged(EvaluationId, EvaluationStatus.Cancelled, "a newer one", Evaluation, At),
        new TermStarted(2, "s1", At),
        new StateCollected(2, [EvaluationId], [AllocationId], [DeploymentId], At),
        new RegisterJob(Context, JobId, Job, 20, true, 80),
        new DeregisterJob(Context, JobId, true, 80),
        new CollectJob(Context, JobId, 21),
        new EvaluateJob(Context, JobId, true),
        new RevertJob(Context, JobId, 1, 3),
        new SetJobStability(Context, JobId, 3, true),
        new ScaleJob(Context, JobId, "app", 5, "load"),
        new ChangeDeployment(Context, JobId, Change),
        new JobChanged(22, 20, EvaluationId, ["a warning"]),
        new RegisterNode(Context, Node),
        new UpdateNodeStatus(Context, NodeId, NodeStatus.Disconnected, "no heartbeat"),
        new SetNodeEligibility(Context, NodeId, NodeEligibility.Eligible),
        new SetNodeDrain(Context, NodeId, Node.Drain, true),
        new EvaluateNode(Context, NodeId),
        new PurgeNode(Context, NodeId),
        new ContinueDrain(Context, NodeId),
        new CollectNode(Context, NodeId, 21),
        new ReportAllocations(Context, NodeId, [Report]),
        new StopAllocation(Context, NodeId, AllocationId),
        new NodeEvaluationsCreated(22, [EvaluationId]),
        new ProcessEvaluation(Context, EvaluationId, 2, 21),
        new CancelEvaluation(Context, EvaluationId, "a newer one"),
        new FailEvaluation(Context, EvaluationId, "too often", Evaluation),
        new UnblockEvaluation(Context, EvaluationId, "room on n1"),
        new EvaluationFinished(EvaluationId, EvaluationStatus.Complete, 22, "a problem"),
        new CommandAccepted(22),
        new CommandRefused(RefusalKind.Conflict, "changed meanwhile"),
        new PlaceRequest(
            EvaluationId, JobId, 3, 21, [new GroupPlacement("app", [new PlacementSlot(2, OtherAllocationId, [NodeId], NodeId, NodeId, true, DeploymentId, Reschedule)])], [OtherAllocationId], true, At, true, Job),
        new PlaceResult(EvaluationId, 2, 21, [Placement], [Metric], new Dictionary<string, AllocationMetric> { ["app"] = Metric }, new Dictionary<string, bool> { ["v1:123"] = true }, true)
        {
            Preempted = [new PreemptedAllocation(OtherAllocationId, JobId, JobTypes.Batch, 20, AllocationId)],
        },
        new ReleaseReservation(EvaluationId),
    ];
}
