using Actors.Contracts.Log;

namespace Actors.State.Drafts;

/// <content>What nobody needs any more is forgotten.</content>
internal sealed partial class RegionDraft
{
    private void Apply(StateCollected collected)
    {
        foreach (var id in collected.Allocations)
        {
            if (allocations.TryGet(id, out var allocation) && (allocation.ClientTerminal || (allocation.ServerTerminal && Open(allocation.NodeId).State is null))) Remove(allocation);
        }

        foreach (var id in collected.Evaluations)
        {
            if (evaluations.TryGet(id, out var evaluation) && evaluation.Terminal && OpenAllocationsOf(id).Count == 0) RemoveEvaluation(evaluation);
        }

        foreach (var id in collected.Deployments)
        {
            if (!deployments.TryGet(id, out var deployment) || deployment.Active) continue;

            deployments.Remove(id);
            var job = Open(deployment.JobId);
            job.Deployments = job.Deployments.Remove(id);
            Touched(deployment.JobId, id);
            Unsettle(job);
        }
    }
}
