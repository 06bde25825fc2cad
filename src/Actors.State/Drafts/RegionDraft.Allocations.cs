using System.Runtime.InteropServices;
using Actors.Contracts.Allocations;
using Actors.State.Jobs;

namespace Actors.State.Drafts;

/// <content>Allocations come, change and go; indexes and counts follow.</content>
internal sealed partial class RegionDraft
{
    private void Add(Allocation allocation, JobDraft job, VersionDraft version, NodeDraft node)
    {
        if (!allocations.Set(allocation.Id, allocation))
            throw new InvalidOperationException($"index {index}: allocation {allocation.Id} of job {allocation.JobId} is placed a second time");

        version.Allocations++;
        job.Allocations.Set(allocation.Id, default);
        node.Allocations.Set(allocation.Id, default);
        OpenAllocationsOf(allocation.EvaluationId).Set(allocation.Id, default);
        Recount(job, null, allocation);
        Touched(job, node, allocation, desiredChanged: true, ended: false);
    }

    private void Change(Allocation before, Allocation after)
    {
        allocations.Set(after.Id, after);
        var job = Open(after.JobId);
        if (before.EvaluationId != after.EvaluationId)
        {
            OpenAllocationsOf(before.EvaluationId).Remove(after.Id);
            OpenAllocationsOf(after.EvaluationId).Set(after.Id, default);
            changes.LeftEvaluations.Add(before.EvaluationId);
        }

        if (before.JobVersion != after.JobVersion)
        {
            job.Versions[before.JobVersion].Allocations--;
            job.UseVersion(after.JobVersion)!.Allocations++;
        }

        CountHealth(before, after);
        Recount(job, before, after);
        Touched(job, Open(after.NodeId), after, before.AllocModifyIndex != after.AllocModifyIndex, !before.Terminal && after.Terminal);
    }

    private void Remove(Allocation allocation)
    {
        allocations.Remove(allocation.Id);
        var (job, node) = (Open(allocation.JobId), Open(allocation.NodeId));
        job.Versions[allocation.JobVersion].Allocations--;
        job.Allocations.Remove(allocation.Id);
        node.Allocations.Remove(allocation.Id);
        OpenAllocationsOf(allocation.EvaluationId).Remove(allocation.Id);
        job.Counts = job.Counts.Plus(CountsOf(allocation), -1);
        Unsettle(job);
        Touched(job, node, allocation, desiredChanged: true, !allocation.Terminal);
        Settle(node);
    }

    private void Recount(JobDraft job, Allocation? before, Allocation after)
    {
        if (after.CreateIndex >= job.SummaryCreateIndex) job.Summarize(after.TaskGroup, before?.ClientStatus, after.ClientStatus, index);
        if (before is not null && CountsOf(before) == CountsOf(after)) return;

        if (before is not null) job.Counts = job.Counts.Plus(CountsOf(before), -1);
        job.Counts = job.Counts.Plus(CountsOf(after), +1);
        Unsettle(job);
    }

    internal static JobCounts CountsOf(Allocation allocation) => new()
    {
        Live = allocation.Terminal ? 0 : 1,
        OnClients = allocation.ClientTerminal ? 0 : 1,
        Undisturbed = IsUndisturbed(allocation) ? 1 : 0,
    };

    private static bool IsUndisturbed(Allocation allocation) =>
        allocation is
        {
            DesiredStatus: AllocationDesiredStatus.Run,
            ClientStatus: AllocationClientStatus.Pending or AllocationClientStatus.Running,
            Migrate: false,
            Canary: false,
        };

    private void Touched(JobDraft job, NodeDraft node, Allocation allocation, bool desiredChanged, bool ended)
    {
        job.AllocationsIndex = index;
        node.AllocationsIndex = index;
        allocationsIndex = index;
        ref var change = ref CollectionsMarshal.GetValueRefOrAddDefault(changes.ChangedAllocations, allocation.Id, out _);
        change = new AllocationChange(allocation, change.DesiredChanged || desiredChanged, change.Ended || ended);
    }
}
