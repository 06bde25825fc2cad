using System.Net;
using System.Text;
using System.Text.Json;
using Actors.Api.Hosting;
using Actors.Api.Tests.Hosting;
using Actors.Contracts;
using Actors.Contracts.Nodes;
using Actors.Server;
using Actors.Server.Hosting;
using Actors.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Actors.Api.Tests;

/// <summary>The API over a real server: its log on SQLite, its actors, its scheduler.</summary>
public sealed class RealServerTests : IAsyncLifetime
{
    private const string Web =
        """{"Job": {"ID": "web/one", "TaskGroups": [{"Name": "app", "Count": 2, "Tasks": [{"Name": "server", "Driver": "docker", "Config": {"image": "redis:7"}, "Resources": {"CPU": 100, "MemoryMB": 300}}]}]}, "Diff": true}""";

    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddActorsServer(new ServerOptions { Name = "real", DataDir = _folder.Path, HttpPort = 0, RpcPort = 0, ClusterPort = 0 });
        builder.Services.AddActorsApi(new ApiOptions { Name = "real" });
        _app = builder.Build();
        _app.MapActorsApi();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _app.Services.GetRequiredService<IServerReadiness>().WaitUntilReadyAsync(patience.Token);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_waits_for_room_is_placed_when_a_node_comes_and_stops()
    {
        var plan = await PutAsync("/v1/job/web%2Fone/plan", Web);
        Assert.Equal(2, plan.GetProperty("Annotations").GetProperty("DesiredTGUpdates").GetProperty("app").GetProperty("Place").GetInt32());
        Assert.NotEqual(JsonValueKind.Null, plan.GetProperty("FailedTGAllocs").ValueKind);

        var registered = await PutAsync("/v1/jobs", Web);
        var evaluation = registered.GetProperty("EvalID").GetString();
        var done = await Eventually.BecomesAsync(() => GetAsync($"/v1/evaluation/{evaluation}"), e => e.GetProperty("Status").GetString() == "complete", "the evaluation is done");
        Assert.NotEqual("", done.GetProperty("BlockedEval").GetString());
        Assert.Equal(JsonValueKind.Object, (await GetAsync($"/v1/evaluation/{evaluation}/explain")).GetProperty("Failed").GetProperty("app").ValueKind);

        using var known = await _http.GetAsync("/v1/job/web%2Fone/allocations");
        var waiting = _http.GetAsync($"/v1/job/web%2Fone/allocations?index={known.Index()}&wait=60s");
        var region = _app.Services.GetRequiredService<IRegion>();
        var reply = await region.SendAsync(
            new RegisterNode(new CommandContext("register-node-1", DateTimeOffset.UtcNow.AddMinutes(1)), Samples.Node(1)), CancellationToken.None);
        Assert.IsNotType<CommandRefused>(reply);
        await region.SendAsync(
            new UpdateNodeStatus(new CommandContext("node-1-ready", DateTimeOffset.UtcNow.AddMinutes(1)), Samples.NodeId(1), NodeStatus.Ready, "it lives"), CancellationToken.None);

        using var woken = await waiting;
        Assert.True(woken.Index() > known.Index());
        var placed = await Eventually.BecomesAsync(() => GetAsync("/v1/job/web/one/allocations"), a => a.GetArrayLength() == 2, "both are placed");
        Assert.All(placed.EnumerateArray(), a => Assert.Equal("node-1", a.GetProperty("NodeName").GetString()));
        Assert.Equal("running", (await GetAsync("/v1/deployments"))[0].GetProperty("Status").GetString());

        using var stopped = await _http.DeleteAsync("/v1/job/web/one");
        Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        await Eventually.BecomesAsync(() => GetAsync("/v1/allocations"), list => list.EnumerateArray().All(a => a.GetProperty("DesiredStatus").GetString() == "stop"), "both are to stop");
    }

    [Fact]
    public async Task The_server_names_itself_leads_and_takes_commands()
    {
        Assert.Equal("real", (await GetAsync("/v1/agent/members")).GetProperty("ServerName").GetString());
        Assert.NotEqual("", (await GetAsync("/v1/status/leader")).GetString());
        Assert.True((await GetAsync("/v1/agent/health")).GetProperty("server").GetProperty("ok").GetBoolean());
        using var shown = await _http.PutAsync("/v1/operator/cmd", new StringContent("""{"Command": "cluster show"}"""));
        Assert.Contains("Count: 1 nodes", await shown.Content.ReadAsStringAsync());
        using var collected = await _http.PutAsync("/v1/system/gc", null);
        Assert.Equal(HttpStatusCode.OK, collected.StatusCode);
    }

    private async Task<JsonElement> GetAsync(string path) => await ReadAsync(await _http.GetAsync(path));

    private async Task<JsonElement> PutAsync(string path, string body) => await ReadAsync(await _http.PutAsync(path, new StringContent(body, Encoding.UTF8, "application/json")));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
            return JsonDocument.Parse(text).RootElement;
        }
    }
}
