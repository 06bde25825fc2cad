using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Log;
using Actors.Contracts.Nodes;
using Actors.Contracts.Scheduling;
using Actors.Scheduling.Deployments;
using Actors.Scheduling.Nodes;
using Actors.Scheduling.Planning;
using Actors.Scheduling.Queues;
using Actors.Scheduling.Reconciliation;
using Actors.State;

namespace Actors.Scheduling.Tests.Support;

/// <summary>A region in memory: the real state, node table, broker and blocked evaluations, wired as the servers wire them, without actors.</summary>
internal sealed class Region
{
    private readonly Dictionary<string, long> _sequences = [];
    private readonly Func<Guid> _newId;

    public Region(int seed = 1)
    {
        _newId = Any.Ids(1_000_000 + (seed * 10_000_000));
        Append("region-log", new TermStarted(1, "s1", Now));
        Table = NodeTable.Build(State);
    }

    public DateTimeOffset Now { get; set; } = Any.Now;

    public RegionState State { get; private set; } = RegionState.Empty;

    public NodeTable Table { get; private set; }

    public EvaluationBroker Broker { get; } = new();

    public BlockedEvaluations Blocked { get; } = new();

    /// <summary>The plans so far, the latest last.</summary>
    public List<PlanCommitted> Plans { get; } = [];

    public IReadOnlyList<Allocation> AllocationsOf(Job job) => [.. State.AllocationsOfJob(Any.IdOf(job)).OrderBy(a => a.NameIndex).ThenBy(a => a.CreateIndex)];

    public IReadOnlyList<Allocation> Live(Job job) => [.. AllocationsOf(job).Where(a => !a.Terminal)];

    public Deployment? DeploymentOf(Job job) => State.LatestDeployment(Any.IdOf(job));

    public void Add(params Node[] nodes)
    {
        foreach (var node in nodes) Append($"node-{node.Id}", new NodeRegistered(node, [], Now));
    }

    public void Set(Node node, NodeStatus status, IEnumerable<Job>? evaluate = null) =>
        Append($"node-{node.Id}", new NodeStatusChanged(node.Id, status, "", [.. (evaluate ?? []).Select(j => New(j, EvaluationTriggers.NodeUpdate))], Now));

    public void Evaluate(Job job, string trigger = EvaluationTriggers.JobRegister, bool forceReschedule = false) =>
        Append(PersistenceIds.Of(Any.IdOf(job)), new JobEvaluated(Any.IdOf(job), forceReschedule, New(job, trigger), "", Now));

    /// <summary>Registers a job, or its next version, and returns it as the state has it.</summary>
    public Job Register(Job job)
    {
        var version = State.LastVersionOf(Any.IdOf(job)) is { } last ? last + 1 : 0;
        Append(PersistenceIds.Of(Any.IdOf(job)), new JobRegistered(Any.IdOf(job), job with { Version = version, Stop = false }, New(job, EvaluationTriggers.JobRegister), "", Now));
        return State.FindJob(Any.IdOf(job))!.Job;
    }

    public void Stop(Job job, bool purge = false) =>
        Append(PersistenceIds.Of(Any.IdOf(job)), new JobDeregistered(Any.IdOf(job), purge, New(job, EvaluationTriggers.JobDeregister), "", Now));

    public void Migrate(params Allocation[] allocations)
    {
        foreach (var onNode in allocations.GroupBy(a => a.NodeId))
        {
            Append($"node-{onNode.Key}", new NodeEvaluated(onNode.Key, [.. onNode.Select(a => a.JobId).Distinct().Select(j => New(State.FindJob(j)!.Job, EvaluationTriggers.NodeDrain))], [.. onNode.Select(a => a.Id)], Now));
        }
    }

    /// <summary>The clients report; a failed or ended allocation makes an evaluation of its job, as the servers do it.</summary>
    public void Report(AllocationClientStatus status, bool? healthy, params Allocation[] allocations)
    {
        foreach (var onNode in allocations.GroupBy(a => a.NodeId))
        {
            var reports = onNode.Select(a => new AllocationReport(
                a.Id,
                status,
                "",
                new Dictionary<string, TaskState>
                {
                    ["main"] = new()
                    {
                        State = status == AllocationClientStatus.Running ? TaskRunState.Running : TaskRunState.Dead,
                        Failed = status == AllocationClientStatus.Failed,
                        StartedAt = Now,
                        FinishedAt = status is AllocationClientStatus.Failed or AllocationClientStatus.Complete ? Now : null,
                        Events = a.ServerTerminal && status == AllocationClientStatus.Complete ? [new TaskEvent(TaskEventTypes.Killed, Now, "Task successfully killed")] : [],
                    },
                },
                healthy is { } h ? new DeploymentHealth(h, Now) : null,
                Now));
            var jobs = status == AllocationClientStatus.Running ? [] : onNode.Where(a => !a.ServerTerminal).Select(a => a.JobId).Distinct();
            var evaluations = jobs.Select(j => State.FindJob(j)?.Job).OfType<Job>().Select(j => New(j, EvaluationTriggers.RetryFailedAlloc));
            Append($"node-{onNode.Key}", new AllocationsReported(onNode.Key, [.. reports], [.. evaluations], Now));
        }
    }

    /// <summary>Clients start what they should run and stop what they shouldn't; what starts, or takes a new version in a rollout, is healthy.</summary>
    public bool Converge()
    {
        var pending = State.Allocations.Where(a => a.DesiredStatus == AllocationDesiredStatus.Run && Reachable(a)
            && (a.ClientStatus == AllocationClientStatus.Pending || a is { ClientStatus: AllocationClientStatus.Running, DeploymentId: not null, Health: null })).ToArray();
        var stopping = State.Allocations.Where(a => a.ServerTerminal && !a.ClientTerminal && Reachable(a)).ToArray();
        Report(AllocationClientStatus.Running, true, pending);
        Report(AllocationClientStatus.Complete, null, stopping);
        return pending.Length + stopping.Length > 0;
    }

    /// <summary>Carries out everything that is due: evaluations, deployments, clients, until nothing changes.</summary>
    public void Settle(bool clients = true, int turns = 10_000)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            var worked = ProcessAll();
            worked |= WatchDeployments();
            if (clients) worked |= Converge();
            if (!worked) return;
        }

        throw new InvalidOperationException("the region does not settle");
    }

    /// <summary>Works on all evaluations whose time has come.</summary>
    public bool ProcessAll()
    {
        var worked = false;
        Broker.Tick(Now);
        while (Broker.Dequeue(Now) is { } evaluation)
        {
            Process(State.FindEvaluation(evaluation.Id)!);
            worked = true;
        }

        return worked;
    }

    public PlanCommitted Process(Evaluation evaluation)
    {
        var reconciled = Reconciler.Reconcile(State, evaluation, Now, _newId);
        var request = reconciled.ToPlaceRequest(evaluation.Id, Now.AddSeconds(10));
        var placed = request is null ? null : Table.Place(request, reconciled.Job!, State, Now, _newId);
        var plan = PlanBuilder.Build(evaluation, reconciled, placed, State.Term, Now, _newId);
        Plans.Add(plan);
        Append($"eval-{evaluation.Id}", plan);
        Broker.Acknowledge(evaluation.Id);
        return plan;
    }

    public bool WatchDeployments()
    {
        var worked = false;
        foreach (var deployment in State.Deployments.ToList())
        {
            if (DeploymentRules.Next(State, deployment, Now) is not { } change) continue;
            Change(deployment, change);
            worked = true;
        }

        return worked;
    }

    public void Change(Deployment deployment, DeploymentChange change)
    {
        var job = State.FindJob(deployment.JobId)!;
        var reverted = change.RevertTo is { } version ? job.FindVersion(version)! with { Version = job.Job.Version + 1, Stable = false } : null;
        Append(PersistenceIds.Of(deployment.JobId), new DeploymentChanged(
            deployment.JobId,
            change,
            reverted,
            change.Evaluate ? New(job.Job, EvaluationTriggers.DeploymentWatcher) : null,
            "",
            Now,
            change.MarkStable ? deployment.JobVersion : null));
    }

    public PlaceRequest Request(Job job, int count, int evaluation = 1, string group = "app") => new(
        new EvaluationId(Any.Id(400_000 + evaluation)),
        Any.IdOf(job),
        job.Version,
        State.Index,
        [new GroupPlacement(group, [.. Enumerable.Range(0, count).Select(i => new PlacementSlot(i))])],
        [],
        false,
        Now.AddMinutes(1));

    public PlaceResult Place(PlaceRequest request, Job job) => Table.Place(request, job, State, Now, _newId);

    private bool Reachable(Allocation allocation) => State.FindNode(allocation.NodeId)?.Status == NodeStatus.Ready;

    private Evaluation New(Job job, string trigger) => new()
    {
        Id = new EvaluationId(_newId()),
        JobId = Any.IdOf(job),
        Type = job.Type,
        Priority = job.Priority ?? 50,
        TriggeredBy = trigger,
        CreateTime = Now,
    };

    private void Append(string persistenceId, IRegionEvent happened)
    {
        var sequence = _sequences[persistenceId] = _sequences.GetValueOrDefault(persistenceId) + 1;
        State = State.Apply([new LogEntry(State.Index + 1, persistenceId, sequence, happened)], out var changes);
        Table ??= NodeTable.Build(RegionState.Empty);
        Table.Apply(State, changes);
        foreach (var awakening in Blocked.Apply(State, changes))
        {
            Append($"eval-{awakening.Evaluation.Id}", new EvaluationStatusChanged(awakening.Evaluation.Id, EvaluationStatus.Pending, awakening.Reason, null, Now));
        }

        foreach (var id in changes.Evaluations)
        {
            if (State.FindEvaluation(id) is { Status: EvaluationStatus.Pending } pending) Broker.Enqueue(pending, Now);
        }

        foreach (var id in changes.Evaluations)
        {
            if (State.FindEvaluation(id) is not { Status: EvaluationStatus.Pending }) Broker.Remove(id);
        }

        foreach (var id in FollowUps.NotNeeded(State, changes))
        {
            Append($"eval-{id}", new EvaluationStatusChanged(id, EvaluationStatus.Cancelled, "what it was to place again was placed sooner, or stopped", null, Now));
        }

        foreach (var id in Broker.TakeSuperseded().Concat(Blocked.TakeSuperseded()))
        {
            Append($"eval-{id}", new EvaluationStatusChanged(id, EvaluationStatus.Cancelled, "a later evaluation took its place", null, Now));
        }
    }
}
