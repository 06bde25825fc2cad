using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.State.Evaluations;
using Actors.State.Jobs;
using Actors.State.Nodes;
using Actors.State.Operators;

namespace Actors.State.Tests;

/// <summary>A region whose clock and ids are in the test's hand: commands are decided and their events applied, as the servers do it.</summary>
internal sealed class TestRegion
{
    private readonly Dictionary<string, long> sequenceNrs = [];
    private int requests;
    private ulong ids;

    public RegionState State { get; private set; } = RegionState.Empty;

    public StateChanges Changes { get; private set; } = null!;

    public List<LogEntry> Log { get; } = [];

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The same sequence in every run, spread over all of the space.</summary>
    public Guid NewId()
    {
        var high = Mix(++ids);
        return new Guid(BitConverter.GetBytes(high).Concat(BitConverter.GetBytes(Mix(high))).ToArray());
    }

    public CommandContext Context(string? requestId = null) => new(requestId ?? $"request-{++requests}", Now.AddMinutes(1));

    public LogEntry Next(IRegionEvent happened)
    {
        var persistenceId = PersistenceIds.OwnerOf(happened);
        var sequenceNr = sequenceNrs.GetValueOrDefault(persistenceId) + 1;
        sequenceNrs[persistenceId] = sequenceNr;
        return new LogEntry((ulong)Log.Count + 1, persistenceId, sequenceNr, happened);
    }

    /// <summary>Events as one batch.</summary>
    public TestRegion Write(params IReadOnlyList<IRegionEvent> events)
    {
        var entries = new List<LogEntry>();
        foreach (var happened in events)
        {
            var entry = Next(happened);
            Log.Add(entry);
            entries.Add(entry);
        }

        State = State.Apply(entries, out var changes);
        Changes = changes;
        return this;
    }

    public Decision Decide(IRegionCommand command)
    {
        var context = new DecisionContext(Now, NewId);
        return command switch
        {
            IJobCommand job => JobDecisions.Decide(State.FindJobRecord(job.JobId), State, job, context),
            INodeCommand node => NodeDecisions.Decide(State.FindNodeRecord(node.NodeId), State, node, context),
            IEvaluationCommand evaluation => EvaluationDecisions.Decide(State.FindEvaluation(evaluation.EvaluationId), State, evaluation, context),
            IOperatorCommand choice => OperatorDecisions.Decide(State, choice, context),
            _ => throw new ArgumentException(command.GetType().Name),
        };
    }

    public ICommandReply Send(IRegionCommand command)
    {
        var decision = Decide(command);
        if (decision.Events.Count > 0) Write(decision.Events);
        return decision.Reply(State.Index);
    }

    public JobChanged Register(Job job, ulong? enforceIndex = null) => (JobChanged)Send(new RegisterJob(Context(), IdOf(job), job, enforceIndex));

    /// <summary>Registers a job and places all of it.</summary>
    public IReadOnlyList<Allocation> Run(Job job, params NodeId[] nodes)
    {
        var evaluation = Register(job).EvaluationId!.Value;
        Place(evaluation, nodes, [.. job.TaskGroups.SelectMany(g => Enumerable.Range(0, g.Count ?? 1).Select(i => (g.Name, i)))]);
        return [.. State.AllocationsOfEvaluation(evaluation).OrderBy(a => a.TaskGroup).ThenBy(a => a.NameIndex)];
    }

    public void Place(EvaluationId evaluation, NodeId[] nodes, params (string Group, int NameIndex)[] placements) => Write(PlanFor(evaluation) with
    {
        Placements = [.. placements.Select((p, i) => Placement(nodes[i % nodes.Length], p.Group, p.NameIndex))],
    });

    public AllocationPlacement Placement(NodeId node, string group = "app", int nameIndex = 0) =>
        new(AllocationId.From(NewId()), node, State.FindNode(node)?.Name ?? "gone", group, nameIndex, []);

    public PlanCommitted PlanFor(EvaluationId id)
    {
        var evaluation = State.FindEvaluation(id)!;
        return new PlanCommitted
        {
            EvaluationId = id,
            JobId = evaluation.JobId,
            JobVersion = State.FindJobRecord(evaluation.JobId)?.Job.Version ?? 0,
            Term = State.Term,
            At = Now,
            SnapshotIndex = State.Index,
        };
    }

    public NodeId AddNode(string name = "n1", NodeStatus status = NodeStatus.Ready)
    {
        var node = NewNode(name);
        Send(new RegisterNode(Context(), node));
        if (status != NodeStatus.Initializing) Send(new UpdateNodeStatus(Context(), node.Id, NodeStatus.Ready, "heartbeat"));
        if (status == NodeStatus.Down) Send(new UpdateNodeStatus(Context(), node.Id, NodeStatus.Down, "no heartbeat"));
        return node.Id;
    }

    public Node NewNode(string name = "n1") => new()
    {
        Id = NodeId.From(NewId()),
        SecretId = "s3cret",
        Name = name,
        Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["unique.hostname"] = name },
        Resources = new NodeResources { CpuMhz = 4000, MemoryMb = 8192, DiskMb = 50_000, Networks = [new NodeNetwork("host", "eth0", "10.0.0.1", "10.0.0.1/24", 1000)] },
    };

    public ICommandReply Report(Allocation allocation, AllocationClientStatus status, bool? healthy = null) => Send(new ReportAllocations(Context(), allocation.NodeId, [ReportOf(allocation, status, healthy)]));

    public AllocationReport ReportOf(Allocation allocation, AllocationClientStatus status, bool? healthy = null) => new(
        allocation.Id,
        status,
        "",
        new Dictionary<string, TaskState> { ["main"] = new() { State = status == AllocationClientStatus.Running ? TaskRunState.Running : TaskRunState.Dead, Failed = status == AllocationClientStatus.Failed } },
        healthy is { } health ? new DeploymentHealth(health, Now) : null,
        Now);

    public Allocation Latest(Allocation allocation) => State.FindAllocation(allocation.Id)!;

    public static JobId IdOf(Job job) => new(job.Namespace, job.Id);

    public static Job NewJob(string id = "web", string type = JobTypes.Service, int count = 1) => new()
    {
        Region = "global",
        Namespace = "default",
        Id = id,
        Name = id,
        Type = type,
        Priority = 50,
        Datacenters = ["*"],
        NodePool = "default",
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "app",
                Count = count,
                EphemeralDisk = new EphemeralDisk { SizeMb = 300 },
                Tasks = [new JobTask { Name = "main", Driver = "raw_exec", Resources = new Resources { CpuMhz = 200, MemoryMb = 64 } }],
            },
        ],
    };

    public Deployment NewDeployment(Job job, int total = 1, int canaries = 0) => new()
    {
        Id = DeploymentId.From(NewId()),
        JobId = IdOf(job),
        JobVersion = State.FindJob(IdOf(job))!.Job.Version,
        TaskGroups = new Dictionary<string, DeploymentGroup>
        {
            [job.TaskGroups[0].Name] = new() { DesiredTotal = total, DesiredCanaries = canaries, ProgressDeadline = TimeSpan.FromMinutes(10) },
        },
    };

    // SplitMix64's finalizer.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
