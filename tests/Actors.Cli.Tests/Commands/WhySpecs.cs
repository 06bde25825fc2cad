namespace Actors.Cli.Tests.Commands;

/// <summary><c>pbm why</c>.</summary>
public sealed class WhySpecs
{
    private const string Evaluation = "9f2c1d3e-1111-2222-3333-444455556666";
    private const string Allocation = "8ba85cef-26e9-e4b4-8a32-1d5b2a6b3c4d";
    private const string Deployment = "11c5cdc8-aaaa-bbbb-cccc-ddddeeeeffff";

    [Fact]
    public async Task A_job_is_explained_by_the_beginning_of_its_name()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", """[{"ID":"web","Namespace":"default"}]""")
            .Answers("/v1/job/web/explain", """{"JobID":"web","Text":["Job web is pending.","  1 node lacks memory 300 MiB."]}""");

        var run = await agent.PbmAsync("why", "we");

        Assert.Equal((0, "Job web is pending.\n  1 node lacks memory 300 MiB.\n"), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("allocations", "allocation", Allocation)]
    [InlineData("evaluations", "evaluation", Evaluation)]
    [InlineData("deployments", "deployment", Deployment)]
    public async Task Whatever_has_the_id_is_explained(string list, string kind, string id)
    {
        await using var agent = await RecordedAgent.StartAsync();
        foreach (var path in new[] { "jobs", "allocations", "evaluations", "deployments" })
            agent.Answers($"/v1/{path}", path == list ? $$"""[{"ID":"{{id}}"}]""" : "[]");
        agent.Answers($"/v1/{kind}/{id}/explain", """{"Text":["because"]}""");

        Assert.Equal("because\n", (await agent.PbmAsync("why", id[..4])).Output);
    }

    [Fact]
    public async Task Every_node_is_listed_with_its_score_or_the_check_that_it_fails()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", """[{"ID":"web","Namespace":"default"}]""")
            .Answers("/v1/job/web/explain", """
                {"JobID":"web","Text":["Job web is running."],"Nodes":{"app":[
                  {"NodeID":"aaaaaaaa-0000","NodeName":"alpha","Check":"","Scores":{"binpack":0.75,"job-anti-affinity":0},"NormScore":0.75},
                  {"NodeID":"bbbbbbbb-0000","NodeName":"beta","Check":"memory","Needed":"memory 300 MiB","Had":"212 MiB free","Scores":null,"NormScore":null}]}}
                """);

        var run = await agent.PbmAsync("why", "-nodes", "web");

        Assert.Contains("?nodes=true", string.Join(' ', agent.Asked).Replace("namespace=default&", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(
            """
            Job web is running.

            Nodes for another allocation of group app, now
            ID        Node   Score  Why
            aaaaaaaa  alpha  0.75   binpack 0.75
            bbbbbbbb  beta   -      memory: needs memory 300 MiB, has 212 MiB free

            """.ReplaceLineEndings("\n"),
            run.Output);
    }

    [Fact]
    public async Task What_nothing_is_called_is_said_to_be_so_and_an_agent_that_does_not_explain_too()
    {
        await using var agent = await RecordedAgent.StartAsync();
        agent.Answers("/v1/jobs", "[]");
        Assert.Contains("nothing has an id that is or begins with \"zzz\"", (await agent.PbmAsync("why", "zzz")).Error, StringComparison.Ordinal);

        agent.Answers("/v1/jobs", """[{"ID":"web","Namespace":"default"}]""").Answers("/v1/job/web/explain", "no such path: /v1/job/web/explain", 404);
        Assert.Contains("this agent does not explain", (await agent.PbmAsync("why", "web")).Error, StringComparison.Ordinal);
    }
}
