using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;

namespace Actors.Client.Simulation;

/// <summary>What one simulated client pretends: converges to the desired set at once, and gathers what there is to report. Not thread safe.</summary>
/// <param name="jobs">The jobs that the fleet was sent.</param>
/// <param name="draw">How the next allocation runs.</param>
internal sealed class SimulatedNode(SimulatedJobs jobs, Func<SimulatedRun> draw)
{
    // As a real client's.
    private const int BatchLimit = 256;

    private readonly Dictionary<AllocationId, SimulatedAllocation> _allocations = [];
    private readonly HashSet<AllocationId> _dirty = [];
    private readonly PriorityQueue<AllocationId, DateTimeOffset> _due = new();
    private (string Id, List<AllocationReport> Reports)? _inFlight;

    /// <summary>The allocations that it has, with the index of what is desired of them.</summary>
    public IEnumerable<(AllocationId Id, ulong Index)> Known => _allocations.Select(a => (a.Key, a.Value.Index));

    /// <summary>How many run, and are acknowledged as such.</summary>
    public int Running { get; private set; }

    /// <summary>How many ended, and are acknowledged as such.</summary>
    public int Ended { get; private set; }

    /// <summary>A batch is on its way.</summary>
    public bool IsReporting => _inFlight is not null;

    /// <summary>Takes what the servers want.</summary>
    /// <returns>How many allocations came.</returns>
    /// <exception cref="JsonException">Something can't be read.</exception>
    /// <exception cref="FormatException">An id can't be read.</exception>
    public int Converge(Desired desired, DateTimeOffset now)
    {
        foreach (var job in desired.Jobs) jobs.Add(job);
        if (desired.Full)
        {
            var listed = desired.Allocations.Select(a => AllocationId.Parse(a.Id)).ToHashSet();
            foreach (var id in _allocations.Keys.Where(id => !listed.Contains(id)).ToList()) Forget(id);
        }

        foreach (var id in desired.Removed) Forget(AllocationId.Parse(id));
        var came = 0;
        foreach (var wanted in desired.Allocations.Where(a => !a.AllocationJson.IsEmpty))
        {
            var id = AllocationId.Parse(wanted.Id);
            if (!_allocations.TryGetValue(id, out var allocation))
            {
                _allocations[id] = allocation = Begin(wanted, now);
                came++;
            }

            allocation.Index = wanted.AllocModifyIndex;
            if (wanted.DesiredStatus != "run") allocation.StoppedAt ??= now;
            _due.Enqueue(id, now);
        }

        return came;
    }

    /// <summary>Looks at what changed by now.</summary>
    /// <returns>When something changes next, or null.</returns>
    public DateTimeOffset? Advance(DateTimeOffset now)
    {
        while (_due.TryPeek(out var id, out var at))
        {
            if (at > now) return at;
            _due.Dequeue();
            if (!_allocations.TryGetValue(id, out var allocation)) continue;
            _dirty.Add(id);
            if (allocation.NextChange(now) is { } next) _due.Enqueue(id, next);
        }

        return null;
    }

    /// <summary>The next batch of reports, or null while one is on its way or there is nothing to tell.</summary>
    public (string Id, IReadOnlyList<AllocationReport> Reports)? Take(DateTimeOffset now)
    {
        if (_inFlight is not null || _dirty.Count == 0) return null;
        var ids = _dirty.Take(BatchLimit).ToList();
        _dirty.ExceptWith(ids);
        List<AllocationReport> reports = [.. ids.Where(_allocations.ContainsKey).Select(id => _allocations[id].Report(id, now))];
        if (reports.Count == 0) return null;
        _inFlight = (Guid.NewGuid().ToString(), reports);
        return _inFlight;
    }

    /// <summary>The batch that is on its way, to be sent again under its id; or null.</summary>
    public (string Id, IReadOnlyList<AllocationReport> Reports)? Again() => _inFlight;

    /// <summary>The servers have a batch.</summary>
    /// <returns>How many reports it had; 0 when it is not the one on its way.</returns>
    public int Acknowledge(string batchId)
    {
        if (_inFlight?.Id != batchId) return 0;
        var reports = _inFlight.Value.Reports;
        _inFlight = null;
        foreach (var report in reports)
        {
            if (_allocations.TryGetValue(report.AllocationId, out var allocation)) Count(allocation, report.ClientStatus);
        }

        return reports.Count;
    }

    private SimulatedAllocation Begin(DesiredAllocation wanted, DateTimeOffset now)
    {
        var (group, inDeployment, replaces) = SimulatedAllocation.Peek(wanted);
        if (jobs.Find(wanted)?.Groups.GetValueOrDefault(group) is { } found)
        {
            var run = draw();
            return new SimulatedAllocation(found, now + run.StartDelay, found.RunFor ?? run.RunFor) { HealthyAfter = inDeployment ? found.HealthyAfter : replaces ? found.MovedAfter : null };
        }

        throw new JsonException($"allocation {wanted.Id} came without group \"{group}\" of version {wanted.JobVersion} of its job {wanted.JobId}");
    }

    private void Forget(AllocationId id)
    {
        if (!_allocations.Remove(id, out var allocation)) return;
        if (allocation.Acknowledged == AllocationClientStatus.Running) Running--;
        if (IsEnd(allocation.Acknowledged)) Ended--;
    }

    private void Count(SimulatedAllocation allocation, AllocationClientStatus status)
    {
        var before = allocation.Acknowledged;
        allocation.Acknowledged = status;
        Running += (status == AllocationClientStatus.Running ? 1 : 0) - (before == AllocationClientStatus.Running ? 1 : 0);
        Ended += (IsEnd(status) ? 1 : 0) - (IsEnd(before) ? 1 : 0);
    }

    private static bool IsEnd(AllocationClientStatus? status) => status is AllocationClientStatus.Complete or AllocationClientStatus.Failed;
}
