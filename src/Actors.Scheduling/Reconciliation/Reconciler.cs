using Actors.Contracts.Allocations;
using Actors.Contracts.Deployments;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;

namespace Actors.Scheduling.Reconciliation;

/// <summary>
/// Compares what a job wants with what is there, and says what must change. A pure function: the same input gives the same result
/// (but for identities), and a result that was carried out leaves nothing to change.
/// </summary>
public static partial class Reconciler
{
    /// <summary>Reconciles one job.</summary>
    /// <param name="input">What is looked at.</param>
    public static ReconcileResult Reconcile(ReconcileInput input)
    {
        var draft = new Draft(input);
        var deployments = input.Job is { } job ? new DeploymentContext(input, job, draft) : null;
        if (input.Job is null or { Stop: true })
        {
            StopAll(input, input.Allocations, StopReasons.JobStopped, draft);
            if (input is { Job: null, Deployment: { Active: true } orphan })
            {
                draft.DeploymentUpdates.Add(new DeploymentStatusUpdate(orphan.Id, DeploymentStatus.Cancelled, "the job was stopped"));
            }
        }
        else if (input.IsQuiet ?? (QuietAllocations.MayBe(input.Job) && input.Allocations is Allocation[] all && QuietAllocations.Are(input, input.Job, input.Job.TaskGroups[0], all)))
        {
            draft.Desired[input.Job.TaskGroups[0].Name] = new DesiredUpdates(Ignore: input.Allocations.Count);
        }
        else if (!IsTemplate(input.Job))
        {
            var byGroup = ByGroup(input, draft);
            foreach (var group in input.Job.TaskGroups)
            {
                var own = byGroup[group.Name];
                if (input.Job.Type is JobTypes.System or JobTypes.SysBatch) new SystemReconciler(input, input.Job, group, deployments!, draft).Run(own);
                else new GroupReconciler(input, input.Job, group, deployments!, draft).Run(own);
            }
        }

        return new ReconcileResult
        {
            JobId = input.Evaluation.JobId,
            Job = input.Job,
            SnapshotIndex = input.SnapshotIndex,
            Groups = draft.Groups,
            Stops = draft.Stops,
            ConditionalStops = draft.Conditional,
            InPlaceUpdates = draft.InPlace,
            Deployment = deployments?.Planned,
            DeploymentUpdates = draft.DeploymentUpdates,
            FollowUps = draft.FollowUps,
            Desired = draft.Desired,
            DestructiveReasons = draft.DestructiveReasons,
        };
    }

    // Those of groups that the job no longer has are stopped.
    private static Dictionary<string, IReadOnlyList<Allocation>> ByGroup(ReconcileInput input, Draft draft)
    {
        var groups = input.Job!.TaskGroups;
        // Most jobs have one group, and nothing of another one.
        if (groups.Count == 1 && input.Allocations is Allocation[] all && AllOf(groups[0].Name, all)) return new(StringComparer.Ordinal) { [groups[0].Name] = all };

        var byGroup = groups.ToDictionary(g => g.Name, _ => new List<Allocation>(), StringComparer.Ordinal);
        List<Allocation>? removed = null;
        // Neighbours are mostly of one group, and share its name.
        var (name, own) = ("", (List<Allocation>?)null);
        foreach (var allocation in input.Allocations)
        {
            if (!ReferenceEquals(name, allocation.TaskGroup))
            {
                name = allocation.TaskGroup;
                if (!byGroup.TryGetValue(name, out own)) own = removed ??= [];
            }

            own!.Add(allocation);
        }

        if (removed is not null) StopAll(input, removed, StopReasons.GroupRemoved, draft);
        return byGroup.ToDictionary(g => g.Key, IReadOnlyList<Allocation> (g) => g.Value, StringComparer.Ordinal);
    }

    private static bool AllOf(string group, Allocation[] allocations)
    {
        var name = group;
        foreach (var allocation in allocations)
        {
            if (ReferenceEquals(name, allocation.TaskGroup)) continue;
            if (allocation.TaskGroup != group) return false;
            name = allocation.TaskGroup;
        }

        return true;
    }

    /// <summary>Periodic and parameterized jobs run through the jobs they launch, never by themselves.</summary>
    internal static bool IsTemplate(Job job) => job.Periodic is not null || (job.ParameterizedJob is not null && !job.Dispatched);

    private static void StopAll(ReconcileInput input, IEnumerable<Allocation> allocations, string reason, Draft draft)
    {
        foreach (var allocation in allocations)
        {
            if (allocation.Terminal)
            {
                // One that failed and waits to be placed again waits no longer.
                if (allocation is { ServerTerminal: false, FollowupEvaluation: not null }) draft.Stops.Add(new AllocationStop(allocation.Id, reason));
                continue;
            }

            var node = input.FindNode(allocation.NodeId);
            var lost = node is null or { Status: Contracts.Nodes.NodeStatus.Down };
            draft.Stops.Add(new AllocationStop(allocation.Id, lost && node is null ? StopReasons.NodeGone : reason, lost ? AllocationClientStatus.Lost : null));
            var updates = draft.Desired.GetValueOrDefault(allocation.TaskGroup) ?? new DesiredUpdates();
            draft.Desired[allocation.TaskGroup] = updates with { Stop = updates.Stop + 1 };
        }
    }
}
