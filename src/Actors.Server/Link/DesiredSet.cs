using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;
using Actors.Contracts.Serialization;
using Actors.State;
using Google.Protobuf;

namespace Actors.Server.Link;

/// <summary>
/// What should be on one node, against what its client was told: gives the next frame that brings the client nearer, as long as there is one.
/// Level-triggered: it compares indexes, so it doesn't matter how many changes lie between two frames.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="jobs">The jobs, as clients are sent them.</param>
/// <param name="frameBytes">About how much JSON one frame may hold; what doesn't fit comes in the next.</param>
internal sealed class DesiredSet(NodeId node, DesiredJobs jobs, int frameBytes = 1024 * 1024)
{
    private readonly Dictionary<AllocationId, ulong> _told = [];
    private readonly HashSet<(JobId, ulong)> _jobsTold = [];
    private bool _full = true;

    /// <summary>Begins anew with a full set.</summary>
    /// <param name="known">The allocations that the client has, with their AllocModifyIndex.</param>
    public void Reset(IReadOnlyDictionary<AllocationId, ulong> known)
    {
        _told.Clear();
        _jobsTold.Clear();
        foreach (var (id, index) in known)
            _told[id] = index;
        _full = true;
    }

    /// <summary>The next frame, or null when the client was told everything.</summary>
    public Desired? Next(RegionState state)
    {
        var wanted = state.AllocationsOfNode(node).Where(a => !a.ClientTerminal || _told.ContainsKey(a.Id)).ToList();
        var wantedIds = wanted.Select(a => a.Id).ToHashSet();
        var removed = _told.Keys.Where(id => !wantedIds.Contains(id)).ToList();
        var frame = new Desired { Index = state.Index, Full = _full };
        var room = frameBytes;
        foreach (var allocation in wanted)
        {
            var news = !_told.TryGetValue(allocation.Id, out var told) || told < allocation.AllocModifyIndex;
            var now = news && room > 0;
            if (!now && !_full)
                continue;

            frame.Allocations.Add(Describe(allocation, now, ref room));
            if (now || !news)
                room -= AddJob(frame, state, allocation);
            if (now)
                _told[allocation.Id] = allocation.AllocModifyIndex;
        }

        foreach (var id in removed)
        {
            _told.Remove(id);
            if (!_full)
                frame.Removed.Add(id.ToString());
        }

        if (!_full && frame.Allocations.Count == 0 && frame.Removed.Count == 0)
            return null;

        _full = false;
        return frame;
    }

    private static DesiredAllocation Describe(Allocation allocation, bool whole, ref int room)
    {
        var described = new DesiredAllocation
        {
            Id = allocation.Id.ToString(),
            AllocModifyIndex = allocation.AllocModifyIndex,
            DesiredStatus = allocation.DesiredStatus switch
            {
                AllocationDesiredStatus.Run => "run",
                AllocationDesiredStatus.Stop => "stop",
                _ => "evict",
            },
            Namespace = allocation.JobId.Namespace,
            JobId = allocation.JobId.Id,
            JobVersion = allocation.JobVersion,
        };
        if (whole)
        {
            // How it was chosen is of no use to a client, and the largest part of it.
            var json = JsonSerializer.SerializeToUtf8Bytes(allocation with { Metrics = null }, ContractsJson.Default.Allocation);
            described.AllocationJson = UnsafeByteOperations.UnsafeWrap(json);
            room -= json.Length;
        }

        return described;
    }

    private int AddJob(Desired frame, RegionState state, Allocation allocation)
    {
        if (_jobsTold.Contains((allocation.JobId, allocation.JobVersion)) || state.FindJobVersion(allocation.JobId, allocation.JobVersion) is not { } job)
            return 0;

        _jobsTold.Add((allocation.JobId, allocation.JobVersion));
        var written = jobs.Of(job);
        frame.Jobs.Add(written);
        return written.JobJson.Length;
    }
}
