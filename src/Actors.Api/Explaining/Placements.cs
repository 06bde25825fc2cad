using Actors.Api.Models;
using Actors.Contracts.Allocations;
using Actors.Contracts.Evaluations;
using Actors.Scheduling.Explaining;
using Actors.State;

namespace Actors.Api.Explaining;

/// <summary>Why allocations are where they are, and why groups found no node.</summary>
internal static class Placements
{
    /// <summary>Lines of text name so many kinds of nodes of one group at most; the data has all.</summary>
    private const int ShownVerdicts = 8;

    /// <summary>Lines of text name so many of the allocations that made way for one at most; the data has all.</summary>
    private const int ShownVictims = 8;

    /// <summary>Why an allocation is on its node.</summary>
    public static PlacedExplanation Of(RegionState state, Allocation allocation)
    {
        var choice = NodeChoice.Of(allocation.Metrics, allocation.NodeId, allocation.NodeName);
        return new PlacedExplanation
        {
            AllocId = allocation.Id.ToString(),
            Name = allocation.Name,
            TaskGroup = allocation.TaskGroup,
            NodeId = allocation.NodeId.ToString(),
            NodeName = allocation.NodeName,
            NodesEvaluated = allocation.Metrics?.NodesEvaluated ?? 0,
            NodesFiltered = allocation.Metrics?.NodesFiltered ?? 0,
            NodesExhausted = allocation.Metrics?.NodesExhausted ?? 0,
            Choice = choice.Text,
            RunnerUp = choice.RunnerUp is not { } next ? null : new RunnerUpExplanation
            {
                NodeId = next.NodeId.ToString(),
                NodeName = next.NodeName,
                NormScore = next.NormScore,
                Differences = choice.Differences,
            },
            Replaces = Replacements.Of(state, allocation),
            PreemptedAllocations = [.. allocation.Preempted.Select(id => id.ToString())],
            Scores = [.. (allocation.Metrics?.ScoreMetaData ?? []).Select(s => new ScoredNode { NodeId = s.NodeId.ToString(), NodeName = s.NodeName, Scores = s.Scores, NormScore = s.NormScore })],
            Verdicts = [.. (allocation.Metrics?.Verdicts ?? []).Select(ToModel)],
        };
    }

    /// <summary>Why a group found no node.</summary>
    public static FailedExplanation Failed(AllocationMetric metric) => new()
    {
        NodesEvaluated = metric.NodesEvaluated,
        NodesFiltered = metric.NodesFiltered,
        NodesExhausted = metric.NodesExhausted,
        Unplaced = 1 + metric.CoalescedFailures,
        Verdicts = [.. metric.Verdicts.Select(ToModel)],
    };

    /// <summary>The groups that found no node, for people.</summary>
    public static IEnumerable<string> Lines(IReadOnlyDictionary<string, FailedExplanation> failed)
    {
        foreach (var (group, why) in failed.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            yield return $"Group {group}: {why.Unplaced} allocation{(why.Unplaced == 1 ? "" : "s")} found no node.";
            if (why.Verdicts.Count == 0)
                yield return why.NodesEvaluated == 0 ? "  There is no node that the job may use." : $"  None of {why.NodesEvaluated} nodes would do.";
            foreach (var verdict in why.Verdicts.Take(ShownVerdicts))
            {
                yield return $"  {verdict.Text}.";
                if (verdict.Remedy.Length > 0)
                    yield return $"    It would fit if you: {verdict.Remedy}.";
            }

            if (why.Verdicts.Count > ShownVerdicts)
                yield return $"  And {why.Verdicts.Count - ShownVerdicts} more kinds of nodes.";
        }
    }

    /// <summary>Where an allocation is and why, for people.</summary>
    public static IEnumerable<string> Lines(PlacedExplanation placed)
    {
        yield return $"Allocation {placed.AllocId[..8]} ({placed.Name}) is on {placed.NodeName}: {placed.Choice}.";
        if (placed.PreemptedAllocations is { Count: > 0 } preempted)
            yield return $"  It had no room there until {Victims(preempted)} of a lower priority made way.";
        if (placed.Replaces is not { } replaced)
            yield break;
        yield return $"  It took the place of {replaced.AllocId[..8]} (version {replaced.JobVersion}): {replaced.Reason}.";
        foreach (var change in replaced.Changes)
            yield return $"    {change}";
    }

    private static string Victims(IReadOnlyList<string> ids)
    {
        var named = string.Join(", ", ids.Take(ShownVictims).Select(id => id[..8]));
        return $"allocation{(ids.Count == 1 ? "" : "s")} {named}{(ids.Count > ShownVictims ? $" and {ids.Count - ShownVictims} more" : "")}";
    }

    private static VerdictModel ToModel(NodeVerdict verdict) => new()
    {
        Check = verdict.Check,
        Needed = verdict.Needed,
        Count = verdict.Count,
        Nearest = [.. verdict.Nearest.Select(n => new ShortfallModel { NodeId = n.NodeId.ToString(), NodeName = n.NodeName, Had = n.Had })],
        Text = Shortfalls.Describe(verdict),
        Remedy = Shortfalls.Remedy(verdict) ?? "",
    };
}
