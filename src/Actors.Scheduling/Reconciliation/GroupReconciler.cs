using System.Runtime.InteropServices;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Scheduling;

namespace Actors.Scheduling.Reconciliation;

/// <summary>What one group of a service or batch job needs. Collects into a <see cref="Draft"/>.</summary>
internal sealed class GroupReconciler(ReconcileInput input, Job job, TaskGroup group, DeploymentContext deployments, Draft draft)
{
    private readonly List<PlacementSlot> _slots = [];
    private readonly List<Allocation> _destructive = [];
    private readonly int _count = group.Count ?? 1;
    private DeploymentId? _deployment;
    private int _ignored;
    private int _placed;
    private int _migrated;
    private int _stopped;
    private int _inPlace;
    private int _updated;
    private int _canaries;

    public void Run(IReadOnlyList<Allocation> allocations)
    {
        if (allocations is List<Allocation> own && QuietAllocations.Are(input, job, group, CollectionsMarshal.AsSpan(own)))
        {
            draft.Desired[group.Name] = new DesiredUpdates(Ignore: _count);
            return;
        }

        var sets = AllocationSets.Of(input, job, group, allocations);
        var ended = sets.HasCanaries ? deployments.StaleCanaries(sets.Keep.Concat(sets.Migrate)) : [];
        foreach (var canary in ended)
        {
            sets.Keep.Remove(canary);
            sets.Migrate.Remove(canary);
            Stop(canary, StopReasons.CanaryNotNeeded);
        }

        var canarying = deployments.IsCanarying(group.Name);
        var canaries = canarying && sets.HasCanaries ? sets.Keep.FindAll(a => deployments.IsCanary(a)) : [];
        if (canaries.Count > 0) sets.Keep.RemoveAll(canaries.Contains);
        _ignored += canaries.Count;

        MarkDisconnected(sets);
        PickReconnected(sets);
        StopExcess(sets);

        var lost = Replaceable(sets);
        var names = new NameIndexes(() => Names(sets, lost));
        Update(sets);
        canarying = deployments.Begin(group, allocations, _destructive.Count, _inPlace, _count) || canarying;
        _deployment = deployments.IdFor(group.Name);
        if (deployments.CanariesToPlace(group, canaries.Count, _destructive.Count) is > 0 and var wanted) PlaceCanaries(wanted, names);

        PlaceMissing(sets, lost, names, canarying);
        RescheduleLater(sets.RescheduleLater);
        Finish(sets);
    }

    private IEnumerable<int> Names(AllocationSets sets, List<(Allocation Allocation, string Reason)> lost)
    {
        var filling = sets.Keep.Concat(sets.Migrate).Concat(sets.RescheduleNow).Concat(lost.Select(l => l.Allocation)).Concat(sets.Waiting.Select(w => w.Allocation));
        if (group.Disconnect?.Replace == false) filling = filling.Concat(sets.Unknown).Concat(sets.Disconnecting);
        return filling.Select(a => a.NameIndex);
    }

    // The places left for what was lost, and what was lost for them.
    private List<(Allocation Allocation, string Reason)> Replaceable(AllocationSets sets)
    {
        var room = _count - Filled(sets);
        var gone = sets.Lost.Concat(sets.Disconnecting.Where(_ => group.Disconnect?.Replace != false).Select(a => (Allocation: a, Reason: StopReasons.Disconnected)));
        return [.. gone.OrderBy(l => l.Allocation.NameIndex).Take(Math.Max(room, 0))];
    }

    private int Filled(AllocationSets sets)
    {
        var unreplaced = group.Disconnect?.Replace == false ? sets.Unknown.Count + sets.Disconnecting.Count : 0;
        return sets.Keep.Count + sets.Migrate.Count + sets.RescheduleNow.Count + sets.Waiting.Count + unreplaced;
    }

    private void MarkDisconnected(AllocationSets sets)
    {
        foreach (var (allocation, reason) in sets.Lost)
        {
            // One that waited for its client was marked before.
            if (allocation.ClientStatus != AllocationClientStatus.Lost) draft.Stops.Add(new AllocationStop(allocation.Id, reason, AllocationClientStatus.Lost));
        }

        MarkWaiting(sets.Waiting.FindAll(w => w.Allocation.ClientStatus != AllocationClientStatus.Lost));
        if (sets.Disconnecting.Count == 0) return;

        var timeout = draft.FollowUp(EvaluationTriggers.MaxDisconnectTimeout, sets.FirstTimeout!.Value);
        foreach (var allocation in sets.Disconnecting)
        {
            draft.Stops.Add(new AllocationStop(allocation.Id, StopReasons.Disconnected, AllocationClientStatus.Unknown, AllocationDesiredStatus.Run, timeout));
        }
    }

    private void MarkWaiting(List<(Allocation Allocation, DateTimeOffset Until)> waiting)
    {
        if (waiting.Count == 0) return;
        var followUp = draft.FollowUp(EvaluationTriggers.RetryFailedAlloc, waiting.Max(w => w.Until));
        foreach (var (allocation, _) in waiting)
        {
            draft.Stops.Add(new AllocationStop(allocation.Id, StopReasons.LostLater, AllocationClientStatus.Lost, FollowUp: followUp));
        }
    }

    // The node came back while a replacement runs: one of the two goes, by the group's choice.
    private void PickReconnected(AllocationSets sets)
    {
        if (group.Disconnect is not { } strategy) return;
        foreach (var replacement in sets.Keep.FindAll(a => a.PreviousAllocation is not null))
        {
            if (!sets.Keep.Contains(replacement) || Original(sets, replacement) is not { } original) continue;
            var loser = KeepsOriginal(strategy, original, replacement) ? replacement : original;
            sets.Keep.Remove(loser);
            Stop(loser, StopReasons.Reconnected);
        }
    }

    // A replacement may have been replaced in turn: what it goes back to may be several steps away.
    private static Allocation? Original(AllocationSets sets, Allocation replacement)
    {
        const int MostSteps = 32;
        var current = replacement.PreviousAllocation;
        for (var step = 0; step < MostSteps && current is { } id; step++)
        {
            if (sets.Keep.Find(a => a.Id == id) is { } original) return original;
            current = sets.FindEnded(id)?.PreviousAllocation;
        }

        return null;
    }

    private static bool KeepsOriginal(DisconnectStrategy strategy, Allocation original, Allocation replacement)
    {
        // The old version does not come back.
        if (original.JobVersion < replacement.JobVersion) return false;
        // What does not run (yet, or well) is no better than what does.
        if (original.ClientStatus == AllocationClientStatus.Running && replacement.ClientStatus != AllocationClientStatus.Running && strategy.Reconcile != "keep_replacement") return true;
        return strategy.Reconcile switch
        {
            "keep_replacement" => false,
            "longest_running" => StartedAt(original) <= StartedAt(replacement),
            "keep_original" => true,
            _ => Score(original) >= Score(replacement),
        };
    }

    // Of what is too many those go first that move anyway, then second holders of a name, then the highest names.
    private void StopExcess(AllocationSets sets)
    {
        var excess = Filled(sets) - _count;
        if (excess <= 0) return;

        foreach (var moving in sets.Migrate.OrderByDescending(a => a.NameIndex).Take(excess).ToList())
        {
            sets.Migrate.Remove(moving);
            Stop(moving, StopReasons.NotNeeded);
            excess--;
        }

        if (excess == 0) return;
        var firstHolders = sets.Keep
            .GroupBy(a => a.NameIndex)
            .Select(g => g.OrderByDescending(a => a.JobVersion).ThenBy(a => a.CreateIndex).ThenBy(a => a.Id).First().Id)
            .ToHashSet();
        var order = sets.Keep
            .OrderBy(a => firstHolders.Contains(a.Id))
            .ThenByDescending(a => a.NameIndex)
            .ThenBy(a => a.JobVersion)
            .ThenByDescending(a => a.CreateIndex)
            .ThenBy(a => a.Id);
        foreach (var surplus in order.Take(excess).ToList())
        {
            sets.Keep.Remove(surplus);
            sets.RescheduleLater.RemoveAll(l => l.Allocation.Id == surplus.Id);
            Stop(surplus, StopReasons.NotNeeded);
            excess--;
        }

        foreach (var failed in sets.RescheduleNow.OrderByDescending(a => a.NameIndex).Take(excess).ToList())
        {
            sets.RescheduleNow.Remove(failed);
            Stop(failed, StopReasons.NotNeeded);
        }
    }

    private void Update(AllocationSets sets)
    {
        // Most evaluations find all of one version: then each is looked at once, above.
        var older = sets.HasOtherVersions ? sets.Keep.FindAll(a => a.JobVersion != job.Version) : [];
        _ignored += sets.Keep.Count - older.Count;
        var distinct = older.Count > 0 ? deployments.Distinct(group) : null;
        foreach (var allocation in older.OrderBy(a => a.NameIndex))
        {
            var before = input.FindVersion(allocation.JobVersion);
            var reason = before is null ? "the version it runs is no longer known" : TasksUpdated.Reason(before, job, group.Name);
            if (reason is null && !allocation.Terminal) reason = deployments.NodeReason(allocation, group) ?? distinct?.Reason(allocation);
            if (reason is not null)
            {
                _destructive.Add(allocation);
                draft.DestructiveReasons[allocation.Id] = reason;
            }
            else if (allocation.Terminal)
            {
                // What has ended (batch: succeeded; service: failed for good) has nothing to take.
                _ignored++;
            }
            else
            {
                distinct?.Add(allocation);
                draft.InPlace.Add(allocation.Id);
                _inPlace++;
            }
        }
    }

    private void PlaceCanaries(int wanted, NameIndexes names)
    {
        // Canaries take the names of what they will replace.
        var taken = 0;
        foreach (var old in _destructive.Take(wanted))
        {
            _slots.Add(new PlacementSlot(old.NameIndex, Canary: true, InDeployment: _deployment));
            taken++;
        }

        for (; taken < wanted; taken++) _slots.Add(new PlacementSlot(names.Next(), Canary: true, InDeployment: _deployment));
        _canaries = wanted;
    }

    private void PlaceMissing(AllocationSets sets, List<(Allocation Allocation, string Reason)> lost, NameIndexes names, bool canarying)
    {
        var missing = Math.Max(_count - Filled(sets) - lost.Count, 0);
        var limit = deployments.Limit(group, sets.Keep, _destructive.Count + sets.Migrate.Count + missing, canarying);
        foreach (var failed in sets.RescheduleNow.OrderBy(a => a.NameIndex))
        {
            var policy = RescheduleRules.PolicyOf(job, group);
            var delay = policy is null ? TimeSpan.Zero : RescheduleRules.NextDelay(failed, policy);
            _slots.Add(new PlacementSlot(
                failed.NameIndex,
                failed.Id,
                [.. failed.Reschedules.Select(r => r.PreviousNode).Append(failed.NodeId).Distinct()],
                PreferredNode: Preferred(failed),
                RequiredNode: Required(failed),
                Canary: failed.Canary && deployments.IsCanary(failed),
                InDeployment: _deployment,
                Reschedule: new RescheduleEvent(input.Now, failed.Id, failed.NodeId, delay)));
            StopIfReplaced(failed, StopReasons.Rescheduled);
            _placed++;
        }

        foreach (var (gone, _) in lost)
        {
            _slots.Add(new PlacementSlot(gone.NameIndex, gone.Id, PreferredNode: Preferred(gone), RequiredNode: Required(gone), InDeployment: _deployment));
            _placed++;
            limit--;
        }

        // A deployment that is held, has failed or waits for its promotion brings nothing new; what was lost is another matter.
        if (!deployments.IsHeld && !canarying)
        {
            var fresh = deployments.StepsFirst(group) ? Math.Min(missing, Math.Max(limit, 0)) : missing;
            _slots.EnsureCapacity(_slots.Count + fresh);
            for (; fresh > 0; fresh--)
            {
                _slots.Add(new PlacementSlot(names.Next(), InDeployment: _deployment));
                _placed++;
                limit--;
            }

            foreach (var old in _destructive.Take(Math.Max(limit, 0)))
            {
                _slots.Add(new PlacementSlot(old.NameIndex, old.Id, PreferredNode: Preferred(old), RequiredNode: Required(old), InDeployment: _deployment));
                StopIfReplaced(old, StopReasons.Updated);
                _updated++;

                // One that failed and waits for its delay is replaced by this, and must not be once more when the delay is over.
                sets.RescheduleLater.RemoveAll(l => l.Allocation.Id == old.Id);
            }
        }

        foreach (var moving in sets.Migrate.OrderBy(a => a.NameIndex))
        {
            _slots.Add(new PlacementSlot(moving.NameIndex, moving.Id, RequiredNode: Required(moving), InDeployment: _deployment));
            _migrated++;

            // Until its deadline a drain waits for a place elsewhere; then it goes whether or not there is one.
            if (AllocationSets.DrainsNow(input.FindNode(moving.NodeId), input.Now)) draft.Stops.Add(new AllocationStop(moving.Id, StopReasons.Migrating));
            else StopIfReplaced(moving, StopReasons.Migrating);
        }
    }

    // A sticky disk's data is on its node.
    private NodeId? Preferred(Allocation old) => group.EphemeralDisk is { Sticky: true } or { Migrate: true } ? old.NodeId : null;

    // A sticky volume is there and nowhere else, unless its node is gone for good.
    private NodeId? Required(Allocation old) =>
        group.Volumes.Values.Any(v => v.Sticky && v.IsHost()) && input.FindNode(old.NodeId) is not null ? old.NodeId : null;

    // Failures that come together are placed again together.
    private void RescheduleLater(List<(Allocation Allocation, DateTimeOffset At)> later)
    {
        EvaluationId? current = null;
        DateTimeOffset until = default;
        foreach (var (allocation, at) in later.OrderBy(l => l.At).ThenBy(l => l.Allocation.Id))
        {
            if (current is null || at > until)
            {
                current = draft.FollowUp(EvaluationTriggers.RetryFailedAlloc, at);
                until = at + TimeSpan.FromSeconds(5);
            }
            else
            {
                draft.Postpone(current.Value, at);
            }

            draft.Stops.Add(new AllocationStop(allocation.Id, StopReasons.RescheduledLater, null, AllocationDesiredStatus.Run, current));
        }
    }

    private void Finish(AllocationSets sets)
    {
        if (_slots.Count > 0) draft.Groups.Add(new GroupPlacement(group.Name, _slots));
        draft.Desired[group.Name] = new DesiredUpdates(
            Ignore: _ignored + (_destructive.Count - _updated),
            Place: _placed,
            Migrate: _migrated,
            Stop: _stopped + sets.Lost.Count(l => l.Allocation.ClientStatus != AllocationClientStatus.Lost),
            InPlaceUpdate: _inPlace,
            DestructiveUpdate: _updated,
            Canary: _canaries,
            RescheduleNow: sets.RescheduleNow.Count,
            RescheduleLater: sets.RescheduleLater.Count,
            Disconnect: sets.Disconnecting.Count);
    }

    private void Stop(Allocation allocation, string reason)
    {
        draft.Stops.Add(new AllocationStop(allocation.Id, reason));
        _stopped++;
    }

    private void StopIfReplaced(Allocation allocation, string reason)
    {
        draft.Stops.Add(new AllocationStop(allocation.Id, reason));
        draft.Conditional.Add(allocation.Id);
    }

    private static DateTimeOffset StartedAt(Allocation allocation)
    {
        DateTimeOffset? first = null;
        foreach (var (_, task) in allocation.TaskStates)
        {
            if (task.StartedAt is { } started && (first is null || started < first)) first = started;
        }

        return first ?? DateTimeOffset.MaxValue;
    }

    private static double Score(Allocation allocation) =>
        allocation.Metrics?.ScoreMetaData.FirstOrDefault(s => s.NodeId == allocation.NodeId)?.NormScore ?? 0;
}
