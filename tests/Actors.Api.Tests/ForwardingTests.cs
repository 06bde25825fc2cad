using System.Net;
using Actors.Api.Hosting;
using Actors.Api.Tests.Hosting;
using Actors.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Actors.Api.Tests;

/// <summary>An agent that is only a client: its API is that of a server it knows.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private ApiHost _server = null!;
    private ApiHost _client = null!;
    private FilledRegion _filled = null!;

    public async Task InitializeAsync()
    {
        _server = await ApiHost.StartAsync(protocols: HttpProtocols.Http2);
        _filled = FilledRegion.In(_server.Region);
        var nobody = new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}");
        _client = await ClientOfAsync(nobody, _server.Address);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Reads_are_passed_on_past_a_server_that_is_not_there_with_all_headers()
    {
        using var response = await _client.Http.GetAsync($"/v1/job/we%62?pretty");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Index() > 0);
        Assert.Contains("\n    \"ID\": \"web\"", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Writes_and_refusals_are_passed_on()
    {
        await _client.PutJsonAsync($"/v1/node/{_filled.Node}/eligibility", """{"Eligibility": "ineligible"}""");

        Assert.Equal("ineligible", (await _client.GetJsonAsync($"/v1/node/{_filled.Node}")).GetProperty("SchedulingEligibility").GetString());
        Assert.Equal((HttpStatusCode.NotFound, "job not found"), await _client.GetRefusedAsync("/v1/job/nothing"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.Http.DeleteAsync("/v1/jobs")).StatusCode);
    }

    [Fact]
    public async Task A_log_is_passed_on_piece_by_piece()
    {
        var call = new FakeCall();
        _server.Region.Client = (_, _, _) => call;
        call.Say("first\n");
        using var response = await _client.Http.GetAsync($"/v1/client/fs/logs/{_filled.First}?task=server&follow=true&plain=true", HttpCompletionOption.ResponseHeadersRead);
        using var log = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("first", await log.ReadLineAsync());
        call.Say("second\n");
        Assert.Equal("second", await log.ReadLineAsync());
        response.Dispose();
        await call.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_is_about_the_agent_itself_it_answers_itself()
    {
        Assert.Equal("client-1", (await _client.GetJsonAsync("/v1/agent/self")).GetProperty("config").GetProperty("Name").GetString());
        Assert.True((await _client.GetJsonAsync("/v1/agent/health")).GetProperty("client").GetProperty("ok").GetBoolean());
        Assert.Equal(HttpStatusCode.InternalServerError, (await _client.GetRefusedAsync("/v1/agent/health?type=server")).Status);
        Assert.NotEmpty((await _client.GetJsonAsync("/v1/metrics")).GetProperty("Gauges").EnumerateArray());
        Assert.Contains("target_info", await _client.Http.GetStringAsync("/v1/metrics?format=prometheus"));
    }

    [Fact]
    public async Task Its_own_statistics_need_no_node_id()
    {
        var asked = "";
        _server.Region.Client = (node, _, _) =>
        {
            asked = node.ToString();
            return FakeCall.Answering("{}");
        };

        await _client.GetJsonAsync("/v1/client/stats");

        Assert.Equal(_filled.Node.ToString(), asked);
    }

    [Fact]
    public async Task Without_any_server_it_says_so()
    {
        await using var lost = await ClientOfAsync(new Uri($"http://127.0.0.1:{FreePorts.Take(1)[0]}"));
        await using var alone = await ClientOfAsync();

        var (status, text) = await lost.GetRefusedAsync("/v1/jobs");
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("no server could be reached", text);
        Assert.Equal(HttpStatusCode.InternalServerError, (await alone.GetRefusedAsync("/v1/jobs")).Status);
    }

    private Task<ApiHost> ClientOfAsync(params Uri[] servers) => ApiHost.StartAsync(o => o with
    {
        Name = "client-1",
        ServerEnabled = false,
        ClientEnabled = true,
        LocalNode = () => _filled.Node.Value,
        ClientHealth = () => new ComponentHealth(true, "ok"),
        ForwardTo = () => servers,
        ForwardWithHttp2 = true,
    });
}
