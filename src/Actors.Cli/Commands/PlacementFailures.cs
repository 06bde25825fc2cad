using System.Text.Json;
using Actors.Cli.Http;
using Actors.Cli.Terminal;

namespace Actors.Cli.Commands;

/// <summary>Says why a group found no room: Nomad's counters, and below them the nodes by name, with what they have where something else was needed.</summary>
internal static class PlacementFailures
{
    /// <summary>Named nodes of one verdict at most; the rest are a number.</summary>
    private const int NamedNodes = 5;

    /// <summary>The lines for every group of an evaluation (or a plan) that failed.</summary>
    /// <param name="owner">Has the member <c>FailedTGAllocs</c>.</param>
    /// <param name="explanations">Verdicts by group where the API gives them apart, or null.</param>
    public static IEnumerable<string> Describe(JsonElement owner, IReadOnlyDictionary<string, JsonElement>? explanations = null)
    {
        foreach (var failure in owner.Members("FailedTGAllocs"))
        {
            var metric = failure.Value;
            var more = metric.Number("CoalescedFailures");
            yield return $"Task Group \"{failure.Name}\" (failed to place {more + 1} allocation{(more == 0 ? "" : "s")}):";
            foreach (var line in Counters(metric))
                yield return "  * " + line;
            var verdicts = metric.Items("Verdicts").ToList();
            if (verdicts.Count == 0 && explanations is not null && explanations.TryGetValue(failure.Name, out var explained))
                verdicts = [.. explained.Items("Verdicts")];
            if (verdicts.Count == 0)
                continue;
            yield return "  Node by node:";
            foreach (var verdict in verdicts)
            {
                yield return "    " + Verdict(verdict);
                if (verdict.Text("Remedy") is { Length: > 0 } remedy)
                    yield return $"      it would fit if you: {remedy}";
            }
        }
    }

    /// <summary>Nomad's counters of one placement.</summary>
    public static IEnumerable<string> Counters(JsonElement metric)
    {
        if (metric.Number("NodesEvaluated") == 0)
            yield return "No nodes were eligible for evaluation";
        foreach (var available in metric.Members("NodesAvailable").Where(entry => entry.Value.ValueKind == JsonValueKind.Number && entry.Value.GetInt64() == 0))
            yield return $"No nodes are available in datacenter \"{available.Name}\"";
        foreach (var entry in metric.Members("ClassFiltered"))
            yield return $"Class \"{entry.Name}\": {entry.Value.Show()} nodes excluded by filter";
        foreach (var entry in metric.Members("ConstraintFiltered"))
            yield return $"Constraint \"{entry.Name}\": {entry.Value.Show()} nodes excluded by filter";
        if (metric.Number("NodesExhausted") is var exhausted and > 0)
            yield return $"Resources exhausted on {exhausted} nodes";
        foreach (var entry in metric.Members("ClassExhausted"))
            yield return $"Class \"{entry.Name}\" exhausted on {entry.Value.Show()} nodes";
        foreach (var entry in metric.Members("DimensionExhausted"))
            yield return $"Dimension \"{entry.Name}\" exhausted on {entry.Value.Show()} nodes";
        foreach (var quota in metric.Items("QuotaExhausted"))
            yield return $"Quota limit hit \"{quota.Show()}\"";
    }

    /// <summary>The verdicts that the API gives apart from the evaluation, by group; null when it gives none.</summary>
    public static async Task<IReadOnlyDictionary<string, JsonElement>?> ExplainAsync(ApiClient api, JsonElement evaluation, CancellationToken cancellation)
    {
        var failures = evaluation.Members("FailedTGAllocs");
        if (failures.Count == 0 || failures.Any(failure => failure.Value.Items("Verdicts").Any()))
            return null;
        try
        {
            var answer = await api.GetAsync($"/v1/evaluation/{evaluation.Text("ID")}/explain", cancellation).ConfigureAwait(false);
            return answer.Body.Members("Failed").ToDictionary(group => group.Name, group => group.Value, StringComparer.Ordinal);
        }
        catch (ApiException)
        {
            // Nomad's own agents don't explain; their counters are all there is.
            return null;
        }
    }

    private static string Verdict(JsonElement verdict)
    {
        var nodes = verdict.Items("Nearest").ToList();
        var count = verdict.Number("Count");
        var named = nodes.Take(NamedNodes).Select(node => $"{node.Text("NodeName")} has {(node.Text("Had") is { Length: > 0 } had ? had : "none")}").ToList();
        var rest = count - named.Count;
        return $"{verdict.Text("Check")}: needs {verdict.Text("Needed")}; {count} node{(count == 1 ? " fails" : "s fail")} here"
            + (named.Count == 0 ? "" : $": {string.Join(", ", named)}")
            + (rest > 0 && named.Count > 0 ? $", and {rest} more" : "");
    }
}
