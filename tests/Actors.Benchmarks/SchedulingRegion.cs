using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Nodes;
using Actors.Scheduling.Planning;
using Actors.Scheduling.Reconciliation;
using Actors.State;
using Actors.State.Nodes;

namespace Actors.Benchmarks;

/// <summary>A region in memory.</summary>
internal sealed class SchedulingRegion
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, long> _sequences = [];

    public SchedulingRegion(int nodes, int racks, Func<Node, Node>? with = null)
    {
        var entries = new List<LogEntry> { Entry(1, "region-log", new TermStarted(1, "s1", Now)) };
        for (var i = 0; i < nodes; i++)
        {
            var node = NodeOf(i, racks);
            if (with is not null) node = with(node);
            node = node with { ComputedClass = ComputedClass.Of(node) };
            entries.Add(Entry((ulong)i + 2, PersistenceIds.Of(node.Id), new NodeRegistered(node, [], Now)));
        }

        State = RegionState.Empty.Apply(entries, out _);
        Table = NodeTable.Build(State);
    }

    public RegionState State { get; private set; }

    public NodeTable Table { get; }

    public Job Register(Job job)
    {
        var id = new JobId(job.Namespace, job.Id);
        Append(PersistenceIds.Of(id), new JobRegistered(id, job, null, "", Now));
        return State.FindJob(id)!.Job;
    }

    public PlaceResult Place(Job job, int count, bool dryRun = false) => Table.Place(
        new PlaceRequest(
            new EvaluationId(RandomIds.Next()),
            new JobId(job.Namespace, job.Id),
            job.Version,
            State.Index,
            [new GroupPlacement("app", [.. Enumerable.Range(0, count).Select(i => new PlacementSlot(i))])],
            [],
            false,
            Now.AddMinutes(1),
            dryRun),
        job,
        State,
        Now,
        RandomIds.Next);

    public Evaluation NewEvaluation(Job job) => new()
    {
        Id = new EvaluationId(RandomIds.Next()),
        JobId = new JobId(job.Namespace, job.Id),
        Type = job.Type,
        TriggeredBy = EvaluationTriggers.JobRegister,
    };

    public void Evaluate(Job job)
    {
        var evaluation = NewEvaluation(job);
        Append(PersistenceIds.Of(evaluation.JobId), new JobEvaluated(evaluation.JobId, false, evaluation, "", Now));
        var reconciled = Reconciler.Reconcile(State, evaluation, Now, RandomIds.Next);
        var placed = Table.Place(reconciled.ToPlaceRequest(evaluation.Id, Now.AddMinutes(1))!, job, State, Now, RandomIds.Next);
        Append(PersistenceIds.Of(evaluation.Id), PlanBuilder.Build(evaluation, reconciled, placed, State.Term, Now, RandomIds.Next));
    }

    /// <summary>One of a job's allocations fails.</summary>
    public void FailOne(Job job)
    {
        var allocation = State.AllocationsOfJob(new JobId(job.Namespace, job.Id)).First();
        var report = new AllocationReport(allocation.Id, AllocationClientStatus.Failed, "", allocation.TaskStates, null, Now);
        Append(PersistenceIds.Of(allocation.NodeId), new AllocationsReported(allocation.NodeId, [report], [], Now));
    }

    /// <summary>A job of one group.</summary>
    public static Job Service(string id, int count, bool spread, int cpu = 100, int memory = 64) => new()
    {
        Id = id,
        Name = id,
        Namespace = "default",
        Region = "global",
        Type = JobTypes.Service,
        Priority = 50,
        Datacenters = ["*"],
        NodePool = "default",
        Constraints = [new Constraint { LeftTarget = "${attr.kernel.name}", Operand = "=", RightTarget = "linux" }],
        Spreads = spread ? [new Spread { Attribute = "${meta.rack}", Weight = 100 }] : [],
        Affinities = spread ? [new Affinity { LeftTarget = "${node.class}", Operand = "=", RightTarget = "ssd", Weight = 50 }] : [],
        TaskGroups =
        [
            new TaskGroup
            {
                Name = "app",
                Count = count,
                EphemeralDisk = new EphemeralDisk { SizeMb = 300 },
                Tasks = [new JobTask { Name = "main", Driver = "docker", Resources = new Resources { CpuMhz = cpu, MemoryMb = memory } }],
            },
        ],
    };

    private void Append(string persistenceId, IRegionEvent happened)
    {
        State = State.Apply([Entry(State.Index + 1, persistenceId, happened)], out var changes);
        Table.Apply(State, changes);
    }

    private LogEntry Entry(ulong index, string persistenceId, IRegionEvent happened) =>
        new(index, persistenceId, _sequences[persistenceId] = _sequences.GetValueOrDefault(persistenceId) + 1, happened);

    private static Node NodeOf(int i, int racks)
    {
        return new Node
        {
            Id = new NodeId(RandomIds.Next()),
            Name = $"node-{i}",
            Datacenter = $"dc{i % 2}",
            NodeClass = i % 3 == 0 ? "ssd" : "hdd",
            Status = NodeStatus.Ready,
            Attributes = new Dictionary<string, string> { ["kernel.name"] = "linux", ["cpu.arch"] = "amd64" },
            Meta = new Dictionary<string, string> { ["rack"] = $"r{i % racks}" },
            Drivers = new Dictionary<string, DriverInfo> { ["docker"] = new(true, true, "", new Dictionary<string, string>(), Now) },
            Resources = new NodeResources
            {
                CpuMhz = 4_000 + (1_000 * (i % 4)),
                MemoryMb = 8_192 + (4_096 * (i % 3)),
                DiskMb = 100_000,
                Networks = [new NodeNetwork("host", "eth0", "10.0.0.1", "", 1000)],
            },
        };
    }
}
