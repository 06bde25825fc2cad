using Actors.Api.Mapping;
using Actors.Api.Models;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Nodes;
using Actors.Contracts.Operators;
using Actors.Contracts.Volumes;
using Actors.State;

namespace Actors.Api.Events;

/// <summary>Makes Nomad's events of what changed in the region's state. What changed several times in one step is told once, as it is after the step.</summary>
internal static class EventSource
{
    /// <summary>The events of a step.</summary>
    public static IEnumerable<EventModel> Of(RegionState state, StateChanges changes, EventTopics topics)
    {
        foreach (var entry in changes.Entries)
        {
            if (OfEntry(state, entry.Event, entry.Index) is { } told)
                yield return told;
        }

        foreach (var evaluation in topics.Wants("Evaluation") ? changes.Evaluations.Select(state.FindEvaluation).OfType<Evaluation>() : [])
            yield return Of(evaluation);
        foreach (var deployment in topics.Wants("Deployment") ? changes.Deployments.Select(state.FindDeployment).OfType<Deployment>() : [])
            yield return Of(deployment, DeploymentType(deployment, changes));
        foreach (var change in topics.Wants("Allocation") ? changes.Allocations : [])
        {
            if (state.FindAllocation(change.Id) is { } allocation)
                yield return Of(state, allocation, change.DesiredChanged ? "AllocationUpdateDesiredStatus" : "AllocationUpdated");
        }
    }

    /// <summary>What there is that changed at an index or later: what a caller that was away has missed, and that still is.</summary>
    public static IEnumerable<EventModel> Since(RegionState state, ulong index, EventTopics topics)
    {
        foreach (var job in topics.Wants("Job") ? state.Jobs.Where(j => j.Job.JobModifyIndex >= index) : [])
            yield return Of(job.Job, "JobRegistered", job.Job.JobModifyIndex);
        foreach (var node in topics.Wants("Node") ? state.Nodes.Where(n => n.ModifyIndex >= index) : [])
            yield return Of(node, "NodeStreamEvent", node.ModifyIndex);
        foreach (var evaluation in topics.Wants("Evaluation") ? state.Evaluations.Where(e => e.ModifyIndex >= index) : [])
            yield return Of(evaluation);
        foreach (var deployment in topics.Wants("Deployment") ? state.Deployments.Where(d => d.ModifyIndex >= index) : [])
            yield return Of(deployment, "DeploymentStatusUpdate");
        foreach (var allocation in topics.Wants("Allocation") ? state.Allocations.Where(a => a.ModifyIndex >= index) : [])
            yield return Of(state, allocation, "AllocationUpdated");
    }

    private static EventModel? OfEntry(RegionState state, IRegionEvent happened, ulong index) => happened switch
    {
        JobRegistered e => state.FindJobVersion(e.JobId, e.Job.Version) is { } job ? Of(job, "JobRegistered", index) : null,
        JobLaunched e => state.FindJob(new JobId(e.Child.Namespace, e.Child.Id)) is { } child ? Of(child.Job, "JobRegistered", index) : null,
        JobDeregistered e => Of(e, state.FindJob(e.JobId)?.Job, index),
        DeploymentChanged { Job: { } reverted } => Of(state.FindJobVersion(new JobId(reverted.Namespace, reverted.Id), reverted.Version) ?? reverted, "JobRegistered", index),
        NodePurged e => Event("Node", "NodeDeregistration", e.NodeId.ToString(), "", null, index, new EventPayloadModel()),
        INodeEvent e and not AllocationsReported => state.FindNode(e.NodeId) is { } node ? Of(node, NodeType(e), index) : null,
        NodePoolApplied e => OfPool(e.Pool, "NodePoolUpserted", index),
        NodePoolDeleted e => OfPool(new NodePool { Name = e.Name }, "NodePoolDeleted", index),
        HostVolumeApplied e => state.Operator.HostVolumes.GetValueOrDefault(e.Volume.Id) is { } volume ? OfVolume(volume, "HostVolumeRegistered", state, index) : null,
        HostVolumeDeleted e => Event("HostVolume", "HostVolumeDeleted", e.Id, "", null, index, new EventPayloadModel()),
        _ => null,
    };

    private static EventModel OfVolume(HostVolume volume, string type, RegionState state, ulong index) =>
        Event("HostVolume", type, volume.Id, volume.Namespace, null, index, new EventPayloadModel { Volume = VolumeMapping.ToModel(volume, state) });

    private static EventModel Of(Job job, string type, ulong index) => Event("Job", type, job.Id, job.Namespace, null, index, new EventPayloadModel { Job = new JobModel(job) });

    private static EventModel Of(JobDeregistered happened, Job? left, ulong index) => Event(
        "Job", "JobDeregistered", happened.JobId.Id, happened.JobId.Namespace, null, index, new EventPayloadModel { Job = left is null ? null : new JobModel(left) });

    private static EventModel Of(Node node, string type, ulong index) =>
        Event("Node", type, node.Id.ToString(), "", null, index, new EventPayloadModel { Node = NodeMapping.ToModel(node) });

    private static EventModel OfPool(NodePool pool, string type, ulong index) => Event(
        "NodePool", type, pool.Name, "", null, index, new EventPayloadModel { NodePool = new NodePoolModel { Name = pool.Name, Description = pool.Description, CreateIndex = pool.CreateIndex, ModifyIndex = index } });

    private static EventModel Of(Evaluation evaluation) => Event(
        "Evaluation",
        "EvaluationUpdated",
        evaluation.Id.ToString(),
        evaluation.JobId.Namespace,
        Keys(evaluation.JobId.Id, evaluation.DeploymentId?.ToString()),
        evaluation.ModifyIndex,
        new EventPayloadModel { Evaluation = EvaluationMapping.ToModel(evaluation) });

    private static EventModel Of(Deployment deployment, string type) => Event(
        "Deployment",
        type,
        deployment.Id.ToString(),
        deployment.JobId.Namespace,
        Keys(deployment.JobId.Id),
        deployment.ModifyIndex,
        new EventPayloadModel { Deployment = DeploymentMapping.ToModel(deployment) });

    private static EventModel Of(RegionState state, Allocation allocation, string type) => Event(
        "Allocation",
        allocation.CreateIndex == allocation.ModifyIndex ? "AllocationCreated" : type,
        allocation.Id.ToString(),
        allocation.JobId.Namespace,
        Keys(allocation.JobId.Id, allocation.DeploymentId?.ToString()),
        allocation.ModifyIndex,
        new EventPayloadModel { Allocation = AllocationMapping.ToModel(allocation, state.FindJobVersion(allocation.JobId, allocation.JobVersion)) with { Job = null } });

    private static EventModel Event(string topic, string type, string key, string ns, IReadOnlyList<string>? filterKeys, ulong index, EventPayloadModel payload) => new()
    {
        Topic = topic,
        Type = type,
        Key = key,
        Namespace = ns,
        FilterKeys = filterKeys,
        Index = index,
        Payload = payload,
    };

    private static List<string> Keys(params string?[] keys) => [.. keys.OfType<string>()];

    private static string NodeType(INodeEvent happened) => happened switch
    {
        NodeRegistered => "NodeRegistration",
        NodeEligibilityChanged => "NodeEligibility",
        NodeDrainChanged => "NodeDrain",
        _ => "NodeStreamEvent",
    };

    private static string DeploymentType(Deployment deployment, StateChanges changes)
    {
        var change = changes.Entries.Select(e => e.Event).OfType<DeploymentChanged>().LastOrDefault(e => e.Change.Id == deployment.Id)?.Change;
        return change switch
        {
            { Promote: not null } => "DeploymentPromotion",
            { Health: not null } => "DeploymentAllocHealth",
            _ => "DeploymentStatusUpdate",
        };
    }
}
