using System.Net;
using Actors.Api.Tests.Hosting;

namespace Actors.Api.Tests;

public sealed class WritingTests : IAsyncLifetime
{
    private const string Web =
        """{"Job": {"ID": "api", "Name": "api", "Type": "service", "Datacenters": ["*"], "TaskGroups": [{"Name": "app", "Count": 2, "Tasks": [{"Name": "server", "Driver": "docker", "Config": {"image": "redis:7"}}]}]}}""";

    private ApiHost _api = null!;
    private FilledRegion _filled = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        _filled = FilledRegion.In(_api.Region);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("/v1/jobs")]
    [InlineData("/v1/job/api")]
    public async Task A_job_is_registered_and_its_evaluation_named(string path)
    {
        var answer = await _api.PutJsonAsync(path, Web);

        var index = _api.Region.State.Index;
        Assert.Equal(index, answer.GetProperty("JobModifyIndex").GetUInt64());
        Assert.Equal(index, answer.GetProperty("EvalCreateIndex").GetUInt64());
        Assert.Equal(index, answer.GetProperty("Index").GetUInt64());
        var evaluation = await _api.GetJsonAsync($"/v1/evaluation/{answer.GetProperty("EvalID").GetString()}");
        Assert.Equal("api", evaluation.GetProperty("JobID").GetString());
        Assert.Equal(50, (await _api.GetJsonAsync("/v1/job/api")).GetProperty("Priority").GetInt32());
    }

    [Fact]
    public async Task A_retry_with_the_same_token_is_answered_again_and_not_done_again()
    {
        var first = await _api.PutJsonAsync("/v1/jobs?idempotency_token=abc", Web);
        var index = _api.Region.State.Index;
        var second = await _api.PutJsonAsync("/v1/jobs?idempotency_token=abc", Web);

        Assert.Equal(first.GetProperty("EvalID").GetString(), second.GetProperty("EvalID").GetString());
        Assert.Equal(index, _api.Region.State.Index);
    }

    [Fact]
    public async Task An_enforced_index_that_is_not_the_jobs_is_refused_in_Nomads_words()
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/jobs", Web.Insert(1, "\"EnforceIndex\": true, \"JobModifyIndex\": 7, "));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.StartsWith("Enforcing job modify index 7", text);
        await _api.PutJsonAsync("/v1/jobs", Web.Insert(1, "\"EnforceIndex\": true, \"JobModifyIndex\": 0, "));
    }

    [Fact]
    public async Task A_job_is_stopped_and_purged()
    {
        var stopped = await _api.Http.DeleteAsync("/v1/job/web");
        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        Assert.True((await _api.GetJsonAsync("/v1/job/web")).GetProperty("Stop").GetBoolean());

        var purged = await _api.Http.DeleteAsync("/v1/job/web?purge=true");
        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync("/v1/job/web")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _api.Http.DeleteAsync("/v1/job/nothing")).StatusCode);
    }

    [Fact]
    public async Task A_job_is_scaled_reverted_marked_and_evaluated()
    {
        Assert.Contains("active deployment", (await _api.PutRefusedAsync("/v1/job/web/scale", """{"Count": 5, "Target": {"Group": "app"}}""")).Text);
        await _api.PutJsonAsync($"/v1/deployment/fail/{_filled.Deployment}", "{}");
        await _api.PutJsonAsync("/v1/job/web/scale", """{"Count": 5, "Target": {"Group": "app"}, "Message": "more"}""");
        var scaled = await _api.GetJsonAsync("/v1/job/web");
        Assert.Equal((5, 1ul), (scaled.GetProperty("TaskGroups")[0].GetProperty("Count").GetInt32(), scaled.GetProperty("Version").GetUInt64()));

        await _api.PutJsonAsync("/v1/job/web/stable", """{"JobID": "web", "JobVersion": 1, "Stable": true}""");
        Assert.True((await _api.GetJsonAsync("/v1/job/web")).GetProperty("Stable").GetBoolean());

        await _api.PutJsonAsync("/v1/job/web/revert", """{"JobID": "web", "JobVersion": 0}""");
        Assert.Equal(2, (await _api.GetJsonAsync("/v1/job/web")).GetProperty("TaskGroups")[0].GetProperty("Count").GetInt32());
        Assert.Equal(3, (await _api.GetJsonAsync("/v1/job/web/versions")).GetProperty("Versions").GetArrayLength());

        var evaluated = await _api.PutJsonAsync("/v1/job/web/evaluate", """{"JobID": "web"}""");
        Assert.NotEqual("", evaluated.GetProperty("EvalID").GetString());
    }

    [Fact]
    public async Task An_allocation_is_stopped()
    {
        var answer = await _api.PutJsonAsync($"/v1/allocation/{_filled.First}/stop", "{}");

        Assert.NotEqual("", answer.GetProperty("EvalID").GetString());
        Assert.True((await _api.GetJsonAsync($"/v1/allocation/{_filled.First}")).GetProperty("DesiredTransition").GetProperty("Migrate").GetBoolean());
    }

    [Fact]
    public async Task A_node_is_made_ineligible_drained_and_purged()
    {
        var path = $"/v1/node/{_filled.Node}";
        await _api.PutJsonAsync(path + "/eligibility", $$"""{"NodeID": "{{_filled.Node}}", "Eligibility": "ineligible"}""");
        Assert.Equal("ineligible", (await _api.GetJsonAsync(path)).GetProperty("SchedulingEligibility").GetString());

        var drained = await _api.PutJsonAsync(path + "/drain", """{"DrainSpec": {"Deadline": 3600000000000, "IgnoreSystemJobs": true}}""");
        Assert.True(drained.GetProperty("NodeModifyIndex").GetUInt64() > 0);
        var strategy = (await _api.GetJsonAsync(path)).GetProperty("DrainStrategy");
        Assert.Equal((3600000000000, true), (strategy.GetProperty("Deadline").GetInt64(), strategy.GetProperty("IgnoreSystemJobs").GetBoolean()));

        await _api.PutJsonAsync(path + "/drain", """{"DrainSpec": null, "MarkEligible": true}""");
        Assert.Equal("eligible", (await _api.GetJsonAsync(path)).GetProperty("SchedulingEligibility").GetString());

        await _api.PutJsonAsync(path + "/evaluate", "{}");
        await _api.PutJsonAsync(path + "/purge", "{}");
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _api.PutRefusedAsync(path + "/purge", "{}")).Status);
    }

    [Fact]
    public async Task A_deployment_is_paused_resumed_and_failed()
    {
        var path = $"/v1/deployment/{_filled.Deployment}";
        await _api.PutJsonAsync($"/v1/deployment/pause/{_filled.Deployment}", $$"""{"DeploymentID": "{{_filled.Deployment}}", "Pause": true}""");
        Assert.Equal("paused", (await _api.GetJsonAsync(path)).GetProperty("Status").GetString());

        await _api.PutJsonAsync($"/v1/deployment/pause/{_filled.Deployment}", """{"Pause": false}""");
        Assert.Equal("running", (await _api.GetJsonAsync(path)).GetProperty("Status").GetString());

        await _api.PutJsonAsync($"/v1/deployment/allocation-health/{_filled.Deployment}", $$"""{"HealthyAllocationIDs": ["{{_filled.First}}"]}""");
        Assert.Equal(1, (await _api.GetJsonAsync(path)).GetProperty("TaskGroups").GetProperty("app").GetProperty("HealthyAllocs").GetInt32());

        Assert.Equal(HttpStatusCode.BadRequest, (await _api.PutRefusedAsync($"/v1/deployment/promote/{_filled.Deployment}", """{"All": true}""")).Status);
        await _api.PutJsonAsync($"/v1/deployment/fail/{_filled.Deployment}", "{}");
        Assert.Equal("failed", (await _api.GetJsonAsync(path)).GetProperty("Status").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.PutRefusedAsync($"/v1/deployment/pause/{_filled.Deployment}", """{"Pause": true}""")).Status);
    }

    [Fact]
    public async Task Without_a_leader_a_write_is_refused_and_leaves_nothing_behind()
    {
        _api.Region.Leader = null;

        var (status, text) = await _api.PutRefusedAsync("/v1/jobs", Web);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "no server leads"), (status, text));
    }
}
