using System.Collections.Concurrent;
using System.Text.Json;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using Google.Protobuf;

namespace Actors.Server.Link;

/// <summary>Jobs as clients are sent them. A job goes to as many clients as it has allocations: it is written once, not once for each.</summary>
internal sealed class DesiredJobs
{
    /// <summary>Clients are told of what changed lately, so a few are enough; a job may be large.</summary>
    private const int Most = 256;

    // By reference: a version of a job is the same object for as long as the state has it, and comparing jobs takes long.
    private readonly ConcurrentDictionary<Job, DesiredJob> _written = new(ReferenceEqualityComparer.Instance);

    /// <summary>A version of a job, as the state has it.</summary>
    public DesiredJob Of(Job job)
    {
        if (_written.TryGetValue(job, out var known))
            return known;

        if (_written.Count >= Most)
            _written.Clear();
        return _written.GetOrAdd(job, Write);
    }

    private static DesiredJob Write(Job job) => new()
    {
        Namespace = job.Namespace,
        JobId = job.Id,
        Version = job.Version,
        JobJson = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(job, ContractsJson.Default.Job)),
    };
}
