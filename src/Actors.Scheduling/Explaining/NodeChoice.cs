using System.Globalization;
using Actors.Contracts;
using Actors.Contracts.Evaluations;

namespace Actors.Scheduling.Explaining;

/// <summary>Why a node was chosen, and not the one that came next.</summary>
/// <param name="Text">For people.</param>
/// <param name="RunnerUp">The best of the others; null: no other passed every check, or the scores are no longer kept.</param>
/// <param name="Differences">By component: the chosen node's score less the runner-up's, where they differ.</param>
public sealed record NodeChoice(string Text, NodeScore? RunnerUp, IReadOnlyDictionary<string, double> Differences)
{
    private const double Same = 1e-9;

    /// <summary>The choice of a node.</summary>
    /// <param name="metric">How it was made; null when that is no longer kept.</param>
    /// <param name="node">The node.</param>
    /// <param name="name">Its name.</param>
    public static NodeChoice Of(AllocationMetric? metric, NodeId node, string name)
    {
        if (metric is null) return Without("how its node was chosen is no longer kept");
        var mine = metric.ScoreMetaData.FirstOrDefault(score => score.NodeId == node);
        var others = metric.ScoreMetaData.Where(score => score.NodeId != node).ToList();
        var seen = Seen(metric);
        if (mine is null)
        {
            return Without(others.Count == 0
                ? $"{name} was chosen of {seen}"
                : $"{name} was chosen of {seen}, together with others of its group; of those the first found {others[0].NodeName} best with {Score(others[0].NormScore)}");
        }

        var only = metric.NodesEvaluated == 1 ? "the only node that the job may use" : $"the only one of {seen} that passed every check";
        if (others.Count == 0) return Without($"{name} is {only}; it scored {Score(mine.NormScore)}: {Parts(mine)}");
        var next = others[0];
        var differences = mine.Scores.Keys.Union(next.Scores.Keys)
            .Select(part => KeyValuePair.Create(part, mine.Scores.GetValueOrDefault(part) - next.Scores.GetValueOrDefault(part)))
            .Where(difference => Math.Abs(difference.Value) > Same)
            .OrderByDescending(difference => Math.Abs(difference.Value))
            .ToDictionary();
        return new NodeChoice(Compared(mine, next, differences, seen), next, differences);
    }

    private static string Compared(NodeScore mine, NodeScore next, Dictionary<string, double> differences, string seen)
    {
        var ahead = mine.NormScore - next.NormScore;
        if (Math.Abs(ahead) <= Same)
            return $"{mine.NodeName} and {next.NodeName} scored the same of {seen}, {Score(mine.NormScore)}: which of equal nodes is taken changes from evaluation to evaluation, so that jobs spread";
        var parts = string.Join(", ", differences.Keys.Select(part => $"{part} {Score(mine.Scores.GetValueOrDefault(part))} against {Score(next.Scores.GetValueOrDefault(part))}"));
        return ahead > 0
            ? $"{mine.NodeName} scored best of {seen}: {Score(mine.NormScore)}, before {next.NodeName} with {Score(next.NormScore)} ({parts})"
            : $"{mine.NodeName} was taken though {next.NodeName} scored {Score(next.NormScore)} against its {Score(mine.NormScore)} ({parts}): it had to be there, or its data is";
    }

    private static NodeChoice Without(string text) => new(text, null, new Dictionary<string, double>());

    private static string Seen(AllocationMetric metric)
    {
        var nodes = metric.NodesEvaluated == 1 ? "1 node" : $"{metric.NodesEvaluated} nodes";
        List<string> apart = [];
        if (metric.NodesFiltered > 0) apart.Add($"{metric.NodesFiltered} ruled out");
        if (metric.NodesExhausted > 0) apart.Add($"{metric.NodesExhausted} full");
        return apart.Count == 0 ? nodes : $"{nodes} ({string.Join(", ", apart)})";
    }

    private static string Parts(NodeScore score) => string.Join(", ", score.Scores.Where(part => part.Value != 0).Select(part => $"{part.Key} {Score(part.Value)}")) is { Length: > 0 } parts ? parts : "nothing spoke for it or against it";

    private static string Score(double score) => score.ToString("0.###", CultureInfo.InvariantCulture);
}
