using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Actors.Api.Tests.Hosting;
using Actors.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Api.Tests;

public sealed class OperatorTests
{
    [Fact]
    public async Task A_command_line_of_the_cluster_is_carried_out_and_its_lines_shown()
    {
        await using var api = await ApiHost.StartAsync(services: s => s.AddSingleton<IClusterCommands, Commands>());

        using var good = await api.PutAsync("/v1/operator/cmd", """{"Command": "cluster show"}""");
        Assert.Equal("one\ntwo\n", await good.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", good.Content.Headers.ContentType!.MediaType);

        var (status, text) = await api.PutRefusedAsync("/v1/operator/cmd", """{"Command": "cluster dance"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "no such command: cluster dance"), (status, text));
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PutRefusedAsync("/v1/operator/cmd", """{"Command": " "}""")).Status);
    }

    [Fact]
    public async Task An_agent_without_cluster_says_that_it_takes_no_commands()
    {
        await using var api = await ApiHost.StartAsync();

        Assert.Equal(HttpStatusCode.NotImplemented, (await api.PutRefusedAsync("/v1/operator/cmd", """{"Command": "cluster show"}""")).Status);
    }

    [Fact]
    public async Task Measurements_are_shown_in_both_forms()
    {
        await using var api = await ApiHost.StartAsync();
        await api.GetJsonAsync("/v1/jobs");

        var json = await api.GetJsonAsync("/v1/metrics");
        foreach (var kind in (string[])["Gauges", "Points", "Counters", "Samples"])
            Assert.Equal(JsonValueKind.Array, json.GetProperty(kind).ValueKind);
        Assert.Contains(json.GetProperty("Samples").EnumerateArray(), s => s.GetProperty("Name").GetString() == "http.server.request.duration" && s.GetProperty("Count").GetInt64() > 0);

        using var prometheus = await api.Http.GetAsync("/v1/metrics?format=prometheus");
        Assert.Contains("http_server_request_duration_seconds_count", await prometheus.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await api.GetRefusedAsync("/v1/metrics?format=stone")).Status);
    }

    [Fact]
    public async Task The_API_describes_itself()
    {
        await using var api = await ApiHost.StartAsync();

        var document = await api.GetJsonAsync("/v1/openapi.json");

        var paths = document.GetProperty("paths");
        Assert.Equal("Lists the jobs", paths.GetProperty("/v1/jobs").GetProperty("get").GetProperty("summary").GetString());
        Assert.True(paths.GetProperty("/v1/job/{id}").GetProperty("put").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _));
        Assert.Contains(paths.GetProperty("/v1/nodes").GetProperty("get").GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "index");
        Assert.Contains(paths.GetProperty("/v1/job/{id}").GetProperty("get").GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "id");
    }

    [Fact]
    public async Task A_server_is_removed_by_its_name_and_one_that_is_none_refused()
    {
        await using var api = await ApiHost.StartAsync(services: s => s.AddSingleton<IClusterCommands, Commands>());

        using var removed = await api.PutAsync("/v1/agent/force-leave?node=server-1.global", "");
        Assert.Equal(HttpStatusCode.BadRequest, removed.StatusCode);
        Assert.Equal("no such command: cluster down -a 127.0.0.1:4648", await removed.Content.ReadAsStringAsync());
        Assert.Contains("there is no server \"other\": there are server-1", (await api.PutRefusedAsync("/v1/agent/force-leave?node=other", "")).Text);
        Assert.Equal("missing address to join", (await api.PutRefusedAsync("/v1/agent/join", "")).Text);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.PutRefusedAsync("/v1/agent/join?address=a%20-b", "")).Status);
    }

    [Fact]
    public async Task Garbage_is_collected_on_request()
    {
        await using var api = await ApiHost.StartAsync(services: s => s.AddSingleton<IServerOperations, Operations>());

        await api.PutJsonAsync("/v1/system/gc", "");

        await using var other = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotImplemented, (await other.PutRefusedAsync("/v1/system/gc", "")).Status);
    }

    private sealed class Operations : IServerOperations
    {
        public Task<int> CollectGarbageAsync(CancellationToken cancellationToken) => Task.FromResult(3);
    }

    private sealed class Commands : IClusterCommands
    {
        public async IAsyncEnumerable<string> ExecuteAsync(string commandLine, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (commandLine != "cluster show")
                throw new ArgumentException($"no such command: {commandLine}");
            yield return "one";
            yield return "two";
        }
    }
}
