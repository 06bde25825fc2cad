using Actors.Contracts;
using Actors.Contracts.Evaluations;
using Actors.Scheduling.Explaining;
using Actors.Scheduling.Tests.Support;

namespace Actors.Scheduling.Tests.Explaining;

public class NodeChoiceSpecs
{
    private static readonly NodeScore Alpha = Score(1, "alpha", 0.7, ("binpack", 0.8), ("node-affinity", 0.6), ("job-anti-affinity", 0));
    private static readonly NodeScore Beta = Score(2, "beta", 0.5, ("binpack", 0.9), ("node-affinity", 0.1), ("job-anti-affinity", 0));

    [Fact]
    public void The_best_node_is_compared_with_the_runner_up_by_component()
    {
        var choice = NodeChoice.Of(Metric(Alpha, Beta), Alpha.NodeId, "alpha");

        Assert.Equal("alpha scored best of 5 nodes (2 ruled out, 1 full): 0.7, before beta with 0.5 (node-affinity 0.6 against 0.1, binpack 0.8 against 0.9)", choice.Text);
        Assert.Equal("beta", choice.RunnerUp!.NodeName);
        Assert.Equal(["node-affinity", "binpack"], choice.Differences.Keys);
        Assert.Equal(0.5, choice.Differences["node-affinity"], 9);
    }

    [Fact]
    public void A_node_that_is_not_the_best_had_to_be_taken()
    {
        var choice = NodeChoice.Of(Metric(Alpha, Beta), Beta.NodeId, "beta");

        Assert.StartsWith("beta was taken though alpha scored 0.7 against its 0.5", choice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_nodes_are_said_to_be_equal() =>
        Assert.StartsWith("alpha and gamma scored the same", NodeChoice.Of(Metric(Alpha, Alpha with { NodeId = new NodeId(Guid.NewGuid()), NodeName = "gamma" }), Alpha.NodeId, "alpha").Text, StringComparison.Ordinal);

    [Fact]
    public void An_only_node_has_no_runner_up()
    {
        var choice = NodeChoice.Of(Metric(Alpha), Alpha.NodeId, "alpha");

        Assert.Equal("alpha is the only one of 5 nodes (2 ruled out, 1 full) that passed every check; it scored 0.7: binpack 0.8, node-affinity 0.6", choice.Text);
        Assert.Null(choice.RunnerUp);
    }

    [Fact]
    public void What_is_no_longer_kept_is_said_to_be_so()
    {
        Assert.Equal("how its node was chosen is no longer kept", NodeChoice.Of(null, Alpha.NodeId, "alpha").Text);
        Assert.StartsWith("omega was chosen of 5 nodes", NodeChoice.Of(Metric(Alpha), new NodeId(Guid.NewGuid()), "omega").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_survey_names_every_node_once_with_its_score_or_the_check_that_it_fails()
    {
        var region = new Region();
        region.Add([.. Enumerable.Range(1, 30).Select(i => Any.Node(i, memory: i <= 12 ? 200 + i : 4096))]);
        var job = region.Register(Any.Job(memory: 512));
        var request = region.Request(job, 1) with { DryRun = true, Job = job, EveryNode = true };

        var metric = region.Place(request, job).Metrics.Single();

        Assert.Equal(18, metric.ScoreMetaData.Count);
        Assert.Equal(metric.ScoreMetaData.OrderByDescending(s => s.NormScore).Select(s => s.NormScore), metric.ScoreMetaData.Select(s => s.NormScore));
        Assert.Equal(12, metric.Verdicts.Single().Nearest.Count);
        Assert.Equal(30, metric.ScoreMetaData.Select(s => s.NodeId).Concat(metric.Verdicts.Single().Nearest.Select(n => n.NodeId)).Distinct().Count());
    }

    private static AllocationMetric Metric(params NodeScore[] scores) => new() { NodesEvaluated = 5, NodesFiltered = 2, NodesExhausted = 1, ScoreMetaData = scores };

    private static NodeScore Score(int number, string name, double norm, params (string Part, double Score)[] parts) =>
        new(new NodeId(new Guid(number, 0, 0, new byte[8])), name, parts.ToDictionary(p => p.Part, p => p.Score), norm);
}
