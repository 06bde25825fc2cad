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
/// Level-triggered: it compares indexes, so it doesn't matter how many changes lie between two frames, nor whether one is told twice.
/// </summary>
/// <param name="node">The node.</param>
/// <param name="jobs">The jobs, as clients are sent them.</param>
/// <param name="frameBytes">About how much JSON one frame may hold; what doesn't fit comes in the next.</param>
internal sealed class DesiredSet(NodeId node, DesiredJobs jobs, int frameBytes = 1024 * 1024)
{
    private readonly Dictionary<AllocationId, ulong> _told = [];
    private readonly HashSet<AllocationId> _changed = [];
    private readonly HashSet<(JobId, ulong)> _jobsTold = [];
    private bool _full = true;
    private bool _all = true;

    /// <summary>Begins anew with a full set.</summary>
    /// <param name="known">The allocations that the client has, with their AllocModifyIndex.</param>
    public void Reset(IReadOnlyDictionary<AllocationId, ulong> known)
    {
        _told.Clear();
        _jobsTold.Clear();
        foreach (var (id, index) in known)
            _told[id] = index;
        (_full, _all) = (true, true);
    }

    /// <summary>Says where to look for news: a node has many allocations, of which few change at a time.</summary>
    /// <param name="allocations">What is desired of them may have changed; null: of any.</param>
    public void Changed(IEnumerable<AllocationId>? allocations)
    {
        if (allocations is null)
            _all = true;
        else
            _changed.UnionWith(allocations);
    }

    /// <summary>The next frame, or null when the client was told of all that changed.</summary>
    public Desired? Next(RegionState state)
    {
        if (_all)
        {
            _changed.UnionWith(state.AllocationsOfNode(node).Select(a => a.Id));
            _changed.UnionWith(_told.Keys);
            _all = false;
        }

        var frame = new Desired { Index = state.Index, Full = _full };
        var later = new List<AllocationId>();
        var room = frameBytes;
        foreach (var id in _changed)
        {
            if (state.FindAllocation(id) is not { } allocation || allocation.NodeId != node)
            {
                if (!_told.Remove(id))
                    continue;

                // With its last allocation the client forgets a job.
                _jobsTold.Clear();
                if (!_full)
                    frame.Removed.Add(id.ToString());
                continue;
            }

            var known = _told.TryGetValue(id, out var told);
            if (allocation.ClientTerminal && !known)
                continue;

            var news = !known || told < allocation.AllocModifyIndex;
            var now = news && room > 0;
            if (news && !now)
                later.Add(id);
            if (!now && !_full)
                continue;

            frame.Allocations.Add(Describe(allocation, now, ref room));
            if (now || !news)
                room -= AddJob(frame, state, allocation);
            if (now)
                _told[id] = allocation.AllocModifyIndex;
        }

        _changed.Clear();
        _changed.UnionWith(later);
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
