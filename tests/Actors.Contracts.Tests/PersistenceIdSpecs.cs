using Actors.Contracts.Log;
using Xunit;

namespace Actors.Contracts.Tests;

public sealed class PersistenceIdSpecs
{
    private const string Uuid = "10000000-0000-4000-8000-000000000001";

    [Fact]
    public void A_name_in_the_log_leads_back_to_its_entity()
    {
        Assert.True(PersistenceIds.TryParseJob(PersistenceIds.Of(new JobId("default", "a/b")), out var job));
        Assert.Equal(new JobId("default", "a/b"), job);
        Assert.True(PersistenceIds.TryParseNode(PersistenceIds.Of(NodeId.Parse(Uuid)), out var node));
        Assert.Equal(NodeId.Parse(Uuid), node);
        Assert.True(PersistenceIds.TryParseEvaluation(PersistenceIds.Of(EvaluationId.Parse(Uuid)), out var evaluation));
        Assert.Equal(EvaluationId.Parse(Uuid), evaluation);
    }

    [Theory]
    [InlineData("")]
    [InlineData("job-")]
    [InlineData("job-web")]
    [InlineData("job-/web")]
    [InlineData("node-1")]
    [InlineData("eval-")]
    [InlineData("region-log")]
    public void Other_names_lead_nowhere(string name) =>
        Assert.False(PersistenceIds.TryParseJob(name, out _) || PersistenceIds.TryParseNode(name, out _) || PersistenceIds.TryParseEvaluation(name, out _));
}
