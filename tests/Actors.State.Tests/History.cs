using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.State.Collection;
using CsCheck;

namespace Actors.State.Tests;

/// <summary>Random but possible histories of a region: each step is a kind of thing to do and what to do it to.</summary>
internal static class History
{
    public static readonly Gen<(int Kind, int A, int B, int C)[]> Steps = Gen.Select(Gen.Int[0, 23], Gen.Int[0, 11], Gen.Int[0, 7], Gen.Int[0, 5]).Array[1, 120];

    private static readonly string[] Types = [JobTypes.Service, JobTypes.Batch, JobTypes.System, JobTypes.SysBatch];

    public static TestRegion Play((int Kind, int A, int B, int C)[] steps, Action<TestRegion>? afterEach = null)
    {
        var region = new TestRegion();
        foreach (var (kind, a, b, c) in steps)
        {
            region.Now = region.Now.AddMinutes(c * 7);
            Step(region, kind, a, b, c);
            afterEach?.Invoke(region);
        }

        return region;
    }

    /// <summary>A command of a step, or null when the step is something else than a command (or has nothing to act on).</summary>
    public static IRegionCommand? CommandOf(TestRegion region, int kind, int a, int b, int c)
    {
        var job = new JobId("default", $"job-{a % 5}");
        var (node, allocation, evaluation, deployment) = (Pick(region.State.Nodes, b), Pick(region.State.Allocations, a + (b * 12)), Pick(region.State.Evaluations, a + b), Pick(region.State.Deployments, b));
        return kind switch
        {
            0 or 1 or 2 => new RegisterJob(region.Context(), job, Job(a % 5, b, c)),
            3 => new DeregisterJob(region.Context(), job, Purge: c > 3),
            4 => new EvaluateJob(region.Context(), job, ForceReschedule: c > 2),
            5 => new RevertJob(region.Context(), job, (ulong)b),
            6 => new SetJobStability(region.Context(), job, (ulong)b, c > 1),
            7 => new ScaleJob(region.Context(), job, "app", b, "load"),
            8 => new RegisterNode(region.Context(), Node(region, a)),
            9 when node is not null => new UpdateNodeStatus(region.Context(), node.Id, (NodeStatus)(1 + (c % 3)), "said so"),
            10 when node is not null => new SetNodeEligibility(region.Context(), node.Id, (NodeEligibility)(c % 2)),
            11 when node is not null => new SetNodeDrain(region.Context(), node.Id, c > 3 ? null : new DrainStrategy(TimeSpan.FromMinutes(c * 10), a > 5, region.Now), c > 4),
            12 when node is not null => new ContinueDrain(region.Context(), node.Id),
            13 when node is not null => new EvaluateNode(region.Context(), node.Id),
            14 when node is not null && c == 5 => new PurgeNode(region.Context(), node.Id),
            15 when allocation is not null => new StopAllocation(region.Context(), allocation.NodeId, allocation.Id),
            16 or 17 or 18 when allocation is not null => new ReportAllocations(region.Context(), allocation.NodeId, [.. region.State.AllocationsOfNode(allocation.NodeId).Take(1 + b).Select(x => region.ReportOf(x, (AllocationClientStatus)(c % 4), b % 3 == 0 ? null : c < 3))]),
            19 when evaluation is not null => c > 2 ? new UnblockEvaluation(region.Context(), evaluation.Id, "room") : new CancelEvaluation(region.Context(), evaluation.Id, "newer"),
            20 when deployment is not null => new ChangeDeployment(region.Context(), deployment.JobId, new DeploymentChange(
                deployment.Id,
                (DeploymentStatus)(c % 5),
                "so be it",
                b == 0 ? ["app"] : null,
                region.State.AllocationsOfJob(deployment.JobId).Where(x => x.DeploymentId == deployment.Id).Take(b).ToDictionary(x => x.Id, x => c > 2),
                MarkStable: c == 3,
                RevertTo: c == 2 ? 0 : null)),
            _ => null,
        };
    }

    public static void Step(TestRegion region, int kind, int a, int b, int c)
    {
        if (CommandOf(region, kind, a, b, c) is { } command)
        {
            region.Send(command);
            return;
        }

        switch (kind)
        {
            case 21 or 22:
                Plan(region, b, c);
                break;
            case 23:
                foreach (var happened in StateGc.Collectable(region.State, region.Now, c > 3 ? GcThresholds.None : new GcThresholds()).Events(region.State.Term, region.Now)) region.Write(happened);
                if (c > 3) CollectOwned(region);
                break;
        }
    }

    private static void CollectOwned(TestRegion region)
    {
        var collectable = StateGc.Collectable(region.State, region.Now, GcThresholds.None);
        foreach (var (id, index) in collectable.Jobs) region.Send(new CollectJob(region.Context(), id, index));
        foreach (var (id, index) in collectable.Nodes) region.Send(new CollectNode(region.Context(), id, index));
    }

    /// <summary>A plan such as an evaluation may make: places, replaces, stops, updates, begins deployments, blocks.</summary>
    private static void Plan(TestRegion region, int b, int c)
    {
        if (Pick(region.State.Evaluations.Where(e => e.Status == EvaluationStatus.Pending).ToArray(), b) is not { } evaluation) return;

        var plan = region.PlanFor(evaluation.Id);
        var of = region.State.AllocationsOfJob(evaluation.JobId).Where(x => !x.Terminal).ToArray();
        if (region.State.FindJob(evaluation.JobId)?.Job is not { Stop: not true } job)
        {
            region.Write(plan with { Stops = [.. of.Select(x => new AllocationStop(x.Id, "stopped"))] });
            return;
        }

        var deployment = c > 2 && region.State.LatestDeployment(evaluation.JobId) is not { Active: true } ? region.NewDeployment(job, job.TaskGroups[0].Count ?? 1, c > 4 ? 1 : 0) : null;
        var metric = new AllocationMetric { NodesEvaluated = b };
        var failed = Pick(region.State.AllocationsOfJob(evaluation.JobId).Where(x => x is { ClientStatus: AllocationClientStatus.Failed, NextAllocation: null }).ToArray(), b);
        var placements = region.State.Nodes.Take(c).Select((n, i) => region.Placement(n.Id, job.TaskGroups[0].Name, i) with
        {
            Metric = i % 2 == 0 ? 0 : -1,
            InDeployment = deployment?.Id,
            Canary = deployment is not null && i == 0 && c > 4,
            Ports = i == 0 ? [new AllocatedPort("http", 20000 + b, 80, "10.0.0.1")] : [],
            Previous = i == 0 ? failed?.Id : null,
            Reschedule = i == 0 && failed is not null ? new RescheduleEvent(region.Now, failed.Id, failed.NodeId, TimeSpan.Zero) : null,
        }).ToArray();
        var blocked = c == 1
            ? new Evaluation { Id = EvaluationId.From(region.NewId()), JobId = evaluation.JobId, Type = job.Type, TriggeredBy = EvaluationTriggers.QueuedAllocs, Status = EvaluationStatus.Blocked, PreviousEvaluation = evaluation.Id }
            : null;
        region.Write(plan with
        {
            Placements = placements,
            Metrics = [metric],
            Deployment = deployment,
            Stops = [.. of.Take(b / 2).Select((x, i) => new AllocationStop(x.Id, "replaced", i == 0 && c == 2 ? AllocationClientStatus.Lost : null))],
            InPlaceUpdates = [.. of.Skip(b / 2).Where(x => x.JobVersion < job.Version && x.TaskGroup == job.TaskGroups[0].Name).Select(x => x.Id)],
            FollowUps = blocked is null ? [] : [blocked],
            QueuedAllocations = new Dictionary<string, int> { [job.TaskGroups[0].Name] = blocked is null ? 0 : b },
        });
    }

    private static Node Node(TestRegion region, int number)
    {
        var node = region.NewNode($"n{number}");
        if (number % 3 != 0) return node;
        return node with { Resources = node.Resources with { Devices = [new NodeDevice("nvidia", "gpu", "1080ti", [new DeviceInstance("gpu-0"), new DeviceInstance("gpu-1", false, "hot")], EquatableMap.Of(("memory", "11 GiB")))] } };
    }

    private static Job Job(int number, int count, int other)
    {
        var job = TestRegion.NewJob($"job-{number}", Types[number % 4], count);
        // Versions differ in their groups too.
        if (other == 3) job = job with { TaskGroups = [job.TaskGroups[0] with { Name = "web" }] };
        return job with { Priority = 40 + (other * 10), ParentId = number == 4 ? "job-0" : "" };
    }

    private static T? Pick<T>(IReadOnlyCollection<T> from, int which) where T : class => from.Count == 0 ? null : from.ElementAt(which % from.Count);
}
