using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Text;

namespace Actors.State.Drafts;

/// <content>
/// Plans. They are made by an evaluation from a state that others change meanwhile: a node may be purged, an allocation collected or a
/// deployment ended since. That is no error: what is gone is passed over, and an allocation on a node that is gone counts as such until its
/// job is evaluated again.
/// </content>
internal sealed partial class RegionDraft
{
    private void Apply(PlanCommitted plan)
    {
        var evaluation = Known(plan);
        if (evaluation.JobId != plan.JobId)
            throw new InvalidOperationException($"index {index}: evaluation {plan.EvaluationId} is about job {evaluation.JobId}, its plan about job {plan.JobId}");

        var job = Open(plan.JobId);
        if (plan.Deployment is { } deployment) Begin(deployment, job);
        foreach (var update in plan.DeploymentUpdates) Apply(update);
        foreach (var stop in plan.Stops) Apply(stop);
        if (plan.InPlaceUpdates.Count > 0) UpdateInPlace(plan, job);
        if (plan.Placements.Count > 0) Place(plan, job);
        foreach (var (group, queued) in plan.QueuedAllocations)
        {
            if (job.State is not null) job.Queue(group, queued, index);
        }

        Change(evaluation, plan);
        foreach (var followUp in plan.FollowUps) AddEvaluation(followUp);
    }

    private void Apply(AllocationStop stop)
    {
        if (!allocations.TryGet(stop.Id, out var allocation)) return;

        // A client that had its last word is not contradicted.
        var status = allocation.ClientTerminal ? allocation.ClientStatus : stop.ClientStatus ?? allocation.ClientStatus;
        Change(allocation, allocation with
        {
            DesiredStatus = stop.DesiredStatus,
            DesiredDescription = Texts.Share(stop.Description),
            ClientStatus = status,
            FollowupEvaluation = stop.FollowUp ?? allocation.FollowupEvaluation,
            PreemptedBy = stop.PreemptedBy ?? allocation.PreemptedBy,
            ModifyIndex = index,
            AllocModifyIndex = index,
            ModifyTime = at,
        });
    }

    private void UpdateInPlace(PlanCommitted plan, JobDraft job)
    {
        var version = Version(plan, job);
        var deployment = plan.Deployment?.Id ?? CurrentDeployment(job, plan.JobVersion);
        foreach (var id in plan.InPlaceUpdates)
        {
            if (!allocations.TryGet(id, out var allocation)) continue;

            var sameDeployment = allocation.DeploymentId == deployment;
            Change(allocation, allocation with
            {
                JobVersion = plan.JobVersion,
                TaskGroup = Group(version, allocation.TaskGroup, plan).Name,
                EvaluationId = plan.EvaluationId,
                DeploymentId = deployment,
                Health = sameDeployment ? allocation.Health : null,
                Canary = sameDeployment && allocation.Canary,
                Resources = Holding(version.Groups[allocation.TaskGroup].Resources, OwnTasks(allocation, job), allocation.Resources.Ports),
                ModifyIndex = index,
                AllocModifyIndex = index,
                ModifyTime = at,
            });
        }
    }

    private DeploymentId? CurrentDeployment(JobDraft job, ulong version) =>
        job.Deployments is [.., var latest] && OpenDeployment(latest) is { Deployment: { Active: true } current } && current.JobVersion == version ? latest : null;

    private void Place(PlanCommitted plan, JobDraft job)
    {
        var version = Version(plan, job);
        var preempted = plan.Stops.Where(s => s.PreemptedBy is not null).ToLookup(s => s.PreemptedBy!.Value, s => s.Id);
        TaskGroup? group = null;
        foreach (var placement in plan.Placements)
        {
            if (group?.Name != placement.TaskGroup) group = Group(version, placement.TaskGroup, plan);

            var node = Open(placement.NodeId);
            var allocation = new Allocation
            {
                Id = placement.Id,
                JobId = job.Id,
                JobVersion = plan.JobVersion,
                TaskGroup = group.Name,
                NameIndex = placement.NameIndex,
                NodeId = placement.NodeId,
                NodeName = node.State?.Node.Name is { } name && name == placement.NodeName ? name : placement.NodeName,
                EvaluationId = plan.EvaluationId,
                DeploymentId = placement.InDeployment,
                Canary = placement.Canary,
                PreviousAllocation = placement.Previous,
                Preempted = preempted[placement.Id].ToEquatableList(),
                Resources = Holding(version.Groups[group.Name].Resources, placement.Tasks, Share(placement.Ports, group, node.State?.Node)),
                Metrics = placement.Metric >= 0 && placement.Metric < plan.Metrics.Count ? plan.Metrics[placement.Metric] : null,
                CreateIndex = index,
                ModifyIndex = index,
                AllocModifyIndex = index,
                CreateTime = at,
                ModifyTime = at,
            };
            if (placement.Previous is { } previousId && allocations.TryGet(previousId, out var previous))
            {
                if (placement.Reschedule is { } reschedule) allocation = allocation with { Reschedules = Chain(previous, reschedule, group) };
                Change(previous, previous with { NextAllocation = placement.Id, ModifyIndex = index, ModifyTime = at });
            }

            Add(allocation, job, version, node);
            CountPlaced(allocation);
            if (job.Groups[group.Name].Queued is > 0 and var queued) job.Queue(group.Name, queued - 1, index);
        }
    }

    private VersionDraft Version(PlanCommitted plan, JobDraft job) => job.UseVersion(plan.JobVersion)
        ?? throw new InvalidOperationException($"index {index}: the plan of evaluation {plan.EvaluationId} is about version {plan.JobVersion} of job {plan.JobId}, which does not exist");

    private TaskGroup Group(VersionDraft version, string name, PlanCommitted plan)
    {
        foreach (var group in version.Job.TaskGroups)
        {
            if (group.Name == name) return group;
        }

        throw new InvalidOperationException($"index {index}: the plan of evaluation {plan.EvaluationId} is about group \"{name}\", which version {plan.JobVersion} of job {plan.JobId} has not");
    }

    /// <summary>What is remembered of earlier attempts: as many as the policy looks at, five where it counts none (Nomad's bound).</summary>
    private EquatableList<RescheduleEvent> Chain(Allocation previous, RescheduleEvent reschedule, TaskGroup group)
    {
        const int KeptWithoutLimit = 5;
        var policy = group.ReschedulePolicy;
        var earlier = policy is { Unlimited: not true, Interval: { } interval }
            ? previous.Reschedules.Where(r => at - r.At <= interval).TakeLast(Math.Max(0, policy.Attempts ?? 0))
            : previous.Reschedules.TakeLast(KeptWithoutLimit - 1);
        return earlier.Append(reschedule).ToEquatableList();
    }

    /// <summary>What an allocation holds: what its group says, but for its ports and what its tasks have of their own.</summary>
    internal static AllocatedResources Holding(AllocatedResources shared, IReadOnlyDictionary<string, AllocatedTaskResources>? own, IReadOnlyList<AllocatedPort> ports) =>
        ports.Count == 0 && own is null ? shared : shared with { Ports = ports, Tasks = own ?? shared.Tasks };

    // An update in place changes nothing of what is held: cores and devices stay.
    private static IReadOnlyDictionary<string, AllocatedTaskResources>? OwnTasks(Allocation allocation, JobDraft job)
    {
        var shared = job.UseVersion(allocation.JobVersion)?.Groups[allocation.TaskGroup].Resources.Tasks;
        return ReferenceEquals(shared, allocation.Resources.Tasks) ? null : allocation.Resources.Tasks;
    }

    /// <summary>The same ports with the texts that the job and the node have anyway: read from the log, each would have its own.</summary>
    internal static EquatableList<AllocatedPort> Share(IReadOnlyList<AllocatedPort> ports, TaskGroup group, Node? node)
    {
        if (ports.Count == 0) return [];

        var shared = new AllocatedPort[ports.Count];
        for (var i = 0; i < shared.Length; i++)
        {
            var port = ports[i];
            shared[i] = port with
            {
                Label = group.Networks.SelectMany(n => n.ReservedPorts.Concat(n.DynamicPorts)).FirstOrDefault(p => p.Label == port.Label)?.Label ?? port.Label,
                HostIp = node?.Resources.Networks.FirstOrDefault(n => n.Ip == port.HostIp)?.Ip ?? port.HostIp,
            };
        }

        return EquatableList.Create<AllocatedPort>(shared);
    }
}
