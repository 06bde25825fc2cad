using System.Net;
using Actors.Api.Tests.Hosting;

namespace Actors.Api.Tests;

public sealed class ReadingTests : IAsyncLifetime
{
    private ApiHost _api = null!;
    private FilledRegion _filled = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        _filled = FilledRegion.In(_api.Region);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("/v1/node/00000000-0000-0000-0000-000000000000", "node not found")]
    [InlineData("/v1/node/00000000-0000-0000-0000-000000000000/allocations", "node not found")]
    [InlineData("/v1/node/no-uuid", "node not found")]
    [InlineData("/v1/job/nothing", "job not found")]
    [InlineData("/v1/job/nothing/summary", "job not found")]
    [InlineData("/v1/job/nothing/versions", "job not found")]
    [InlineData("/v1/job/web/submission", "job source not found")]
    [InlineData("/v1/allocation/00000000-0000-0000-0000-000000000000", "alloc not found")]
    [InlineData("/v1/evaluation/00000000-0000-0000-0000-000000000000", "eval not found")]
    [InlineData("/v1/deployment/00000000-0000-0000-0000-000000000000", "deployment not found")]
    [InlineData("/v1/namespace/nothing", "Namespace not found")]
    [InlineData("/v1/client/fs/ls/00000000-0000-0000-0000-000000000000", "alloc not found")]
    public async Task What_is_not_there_is_answered_with_404_and_Nomads_words(string path, string words)
    {
        var (status, text) = await _api.GetRefusedAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, words), (status, text));
    }

    [Fact]
    public async Task A_path_that_is_none_is_answered_with_404()
    {
        var (status, text) = await _api.GetRefusedAsync("/v1/nonsense");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("/v1/nonsense", text);
    }

    [Theory]
    [InlineData("DELETE", "/v1/jobs")]
    [InlineData("PUT", "/v1/nodes")]
    [InlineData("GET", "/v1/search")]
    [InlineData("DELETE", "/v1/job/a/b/evaluate")]
    [InlineData("PATCH", "/v1/job/web")]
    public async Task A_wrong_method_is_answered_with_405_and_those_allowed(string method, string path)
    {
        using var response = await _api.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("Invalid method", await response.Content.ReadAsStringAsync());
        Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Every_read_carries_the_index_whether_there_is_a_leader_and_how_old_it_is()
    {
        using var response = await _api.Http.GetAsync("/v1/jobs");

        Assert.Equal(_api.Region.State.Index, response.Index());
        Assert.Equal("true", response.Headers.GetValues("X-Nomad-KnownLeader").Single());
        Assert.Equal("0", response.Headers.GetValues("X-Nomad-LastContact").Single());
    }

    [Fact]
    public async Task An_empty_list_has_index_1_so_that_the_next_query_waits()
    {
        await using var empty = await ApiHost.StartAsync();
        using var response = await empty.Http.GetAsync("/v1/jobs");

        Assert.Equal(1ul, response.Index());
        Assert.Equal("[]", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("jobs/and/slashes")]
    [InlineData("jobs%2Fand%2Fslashes")]
    public async Task A_jobs_id_may_have_slashes_escaped_or_not(string written)
    {
        var evaluation = new Contracts.EvaluationId(_api.Region.NewId());
        _api.Region.Append(Samples.Registered(Samples.Job("jobs/and/slashes"), evaluation));

        Assert.Equal("jobs/and/slashes", (await _api.GetJsonAsync($"/v1/job/{written}")).GetProperty("ID").GetString());
        Assert.Equal(evaluation.ToString(), (await _api.GetJsonAsync($"/v1/job/{written}/evaluations"))[0].GetProperty("ID").GetString());
        Assert.Equal("jobs/and/slashes", (await _api.GetJsonAsync($"/v1/job/{written}/versions")).GetProperty("Versions")[0].GetProperty("ID").GetString());
    }

    [Fact]
    public async Task A_nodes_secret_is_never_shown()
    {
        foreach (var path in (string[])["/v1/nodes?resources=true&os=true", $"/v1/node/{_filled.Node}", $"/v1/node/{_filled.Node}/allocations"])
            Assert.DoesNotContain("a-secret-nobody-may-see", await _api.Http.GetStringAsync(path));
    }

    [Fact]
    public async Task Pretty_indents()
    {
        var text = await _api.Http.GetStringAsync("/v1/regions?pretty");

        Assert.Equal("[\n    \"global\"\n]", text.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_large_answer_is_compressed_for_a_caller_that_takes_gzip()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/node/{_filled.Node}") { Headers = { { "Accept-Encoding", "gzip" } } };
        using var response = await _api.Http.SendAsync(request);

        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        await using var plain = new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var json = await System.Text.Json.JsonDocument.ParseAsync(plain);
        Assert.Equal("node-1", json.RootElement.GetProperty("Name").GetString());
    }

    [Fact]
    public async Task Prefixes_find_jobs_and_ids()
    {
        Assert.Single((await _api.GetJsonAsync("/v1/jobs?prefix=we")).EnumerateArray());
        Assert.Empty((await _api.GetJsonAsync("/v1/jobs?prefix=x")).EnumerateArray());
        Assert.Single((await _api.GetJsonAsync($"/v1/allocations?prefix={_filled.First.ToString()[..8]}")).EnumerateArray());
        Assert.Empty((await _api.GetJsonAsync("/v1/nodes?prefix=zz")).EnumerateArray());
    }

    [Fact]
    public async Task Another_namespace_is_empty_and_a_star_is_all_of_them()
    {
        Assert.Empty((await _api.GetJsonAsync("/v1/jobs?namespace=other")).EnumerateArray());
        Assert.Equal(2, (await _api.GetJsonAsync("/v1/allocations?namespace=*")).GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.GetRefusedAsync("/v1/job/web?namespace=*")).Status);
    }

    [Fact]
    public async Task Another_region_is_refused_by_name()
    {
        var (status, text) = await _api.GetRefusedAsync("/v1/jobs?region=moon");

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.StartsWith("No path to region \"moon\"", text);
        Assert.Equal(HttpStatusCode.OK, (await _api.GetRefusedAsync("/v1/jobs?region=global")).Status);
    }

    [Fact]
    public async Task Without_a_leader_a_read_says_so_and_a_stale_one_is_answered()
    {
        _api.Region.Leader = null;

        var (status, text) = await _api.GetRefusedAsync("/v1/jobs");
        using var stale = await _api.Http.GetAsync("/v1/jobs?stale");

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.StartsWith("No cluster leader", text);
        Assert.Equal(HttpStatusCode.OK, stale.StatusCode);
        Assert.Equal("false", stale.Headers.GetValues("X-Nomad-KnownLeader").Single());
    }

    [Fact]
    public async Task An_evaluations_relatives_are_shown_on_request()
    {
        var related = (await _api.GetJsonAsync($"/v1/evaluation/{_filled.Evaluation}?related=true")).GetProperty("RelatedEvals");

        Assert.Equal(0, related.GetArrayLength());
    }

    [Fact]
    public async Task Evaluations_are_counted_and_filtered_by_status()
    {
        Assert.Equal(1, (await _api.GetJsonAsync("/v1/evaluations/count")).GetProperty("Count").GetInt32());
        Assert.Equal(0, (await _api.GetJsonAsync("/v1/evaluations/count?status=pending")).GetProperty("Count").GetInt32());
        Assert.Single((await _api.GetJsonAsync("/v1/evaluations?status=complete&job=web")).EnumerateArray());
    }

    [Fact]
    public async Task A_search_finds_what_begins_so_in_every_context()
    {
        var found = await _api.PutJsonAsync("/v1/search", $$"""{"Prefix": "{{_filled.First.ToString()[..6]}}", "Context": "all"}""");

        Assert.Equal(_filled.First.ToString(), found.GetProperty("Matches").GetProperty("allocs")[0].GetString());
        Assert.False(found.GetProperty("Truncations").GetProperty("allocs").GetBoolean());

        var (status, text) = await _api.PutRefusedAsync("/v1/search", """{"Prefix": "a", "Context": "planets"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("got \"planets\"", text);
    }

    [Fact]
    public async Task The_agent_says_what_it_is_and_how()
    {
        var self = await _api.GetJsonAsync("/v1/agent/self");
        Assert.Equal("global", self.GetProperty("config").GetProperty("Region").GetString());
        Assert.Equal("server-1.global", self.GetProperty("member").GetProperty("Name").GetString());
        Assert.Equal("Leader", self.GetProperty("stats").GetProperty("log").GetProperty("state").GetString());

        var health = await _api.GetJsonAsync("/v1/agent/health");
        Assert.True(health.GetProperty("server").GetProperty("ok").GetBoolean());
        Assert.False(health.TryGetProperty("client", out _));

        _api.Region.Leader = null;
        var (status, text) = await _api.GetRefusedAsync("/v1/agent/health");
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("No cluster leader", text);
    }

    [Fact]
    public async Task Status_names_the_leader_and_the_servers()
    {
        Assert.Equal("127.0.0.1:4647", (await _api.GetJsonAsync("/v1/status/leader")).GetString());
        Assert.Equal("127.0.0.1:4647", (await _api.GetJsonAsync("/v1/status/peers"))[0].GetString());
        Assert.Equal("global", (await _api.GetJsonAsync("/v1/regions"))[0].GetString());
    }
}
