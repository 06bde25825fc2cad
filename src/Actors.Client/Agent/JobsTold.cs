using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;

namespace Actors.Client.Agent;

/// <summary>
/// The jobs of the allocations here. The servers tell each version once, as long as they list an allocation of it: so long it is kept, also
/// when nothing of it is on the machine any more.
/// </summary>
internal sealed class JobsTold
{
    private readonly Dictionary<(JobId, ulong), Job> _jobs = [];
    private readonly Dictionary<AllocationId, (JobId, ulong)> _listed = [];

    /// <summary>The job of an allocation; null: it was not told.</summary>
    public Job? Of(Allocation allocation) => _jobs.GetValueOrDefault(KeyOf(allocation));

    /// <summary>The client knows a job from before it was started.</summary>
    public void Remember(Allocation allocation, Job job) => _jobs[KeyOf(allocation)] = job;

    /// <summary>Takes in the jobs of a frame, and what the servers list.</summary>
    /// <exception cref="JsonException">A job can't be read.</exception>
    /// <exception cref="FormatException">An id is none.</exception>
    public void Take(Desired desired)
    {
        foreach (var job in desired.Jobs)
            _jobs[(new JobId(job.Namespace, job.JobId), job.Version)] = JsonSerializer.Deserialize(job.JobJson.Span, ContractsJson.Default.Job)!;
        if (desired.Full) _listed.Clear();
        foreach (var id in desired.Removed) _listed.Remove(AllocationId.Parse(id));
        foreach (var allocation in desired.Allocations)
            _listed[AllocationId.Parse(allocation.Id)] = (new JobId(allocation.Namespace, allocation.JobId), allocation.JobVersion);
    }

    /// <summary>Forgets the jobs that neither the servers list nor anything here is of.</summary>
    /// <param name="here">The allocations on the machine.</param>
    public void Forget(IEnumerable<Allocation> here)
    {
        var needed = here.Select(KeyOf).Concat(_listed.Values).ToHashSet();
        foreach (var key in _jobs.Keys.Where(key => !needed.Contains(key)).ToList()) _jobs.Remove(key);
    }

    private static (JobId, ulong) KeyOf(Allocation allocation) => (allocation.JobId, allocation.JobVersion);
}
