namespace Actors.State;

/// <content>Whether a job can be left alone.</content>
public sealed partial class RegionState
{
    /// <summary>
    /// Whether a job has so many allocations and nothing is to be done about any: all run a version of it (or are about to), are to go on
    /// where they are, and are on nodes that are ready and don't drain; no canaries. It is known by what is counted as things change, however
    /// many there are.
    /// </summary>
    /// <param name="id">The job.</param>
    /// <param name="version">The version.</param>
    /// <param name="count">How many.</param>
    /// <returns>
    /// Null: only the allocations themselves can tell, since others are there that have ended; or they tell it sooner, since so much is on nodes
    /// that something is wrong with.
    /// </returns>
    public bool? AllUndisturbed(JobId id, ulong version, int count)
    {
        if (!JobTable.TryGet(id, out var job) || job.Counts.Undisturbed != count) return false;
        if (job.Allocations.Count != count) return null;
        foreach (var used in job.Versions)
        {
            if (used.Job.Version != version && used.Allocations > 0) return false;
        }

        var seen = 0;
        foreach (var (unwell, _) in UnwellNodes)
        {
            if (!NodeTable.TryGet(unwell, out var node)) throw new InvalidOperationException($"node {unwell} is held for unwell, but is not known");
            seen += node.Allocations.Count;
            if (seen > count) return null;
            foreach (var (allocation, _) in node.Allocations)
            {
                if (FindAllocation(allocation)!.JobId == id) return false;
            }
        }

        return true;
    }
}
