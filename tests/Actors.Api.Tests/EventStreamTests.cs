using System.Net;
using System.Text.Json;
using Actors.Api.Tests.Hosting;

namespace Actors.Api.Tests;

public sealed class EventStreamTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async Task InitializeAsync() => _api = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task What_changes_is_told_line_by_line_with_its_index()
    {
        using var stream = await OpenAsync("/v1/event/stream?topic=Job&topic=Evaluation");
        await _api.PutJsonAsync("/v1/jobs", Job("web"));

        var line = await NextAsync(stream);

        Assert.Equal(_api.Region.State.Index, line.GetProperty("Index").GetUInt64());
        var events = line.GetProperty("Events").EnumerateArray().ToList();
        Assert.Equal(["Job", "Evaluation"], events.Select(e => e.GetProperty("Topic").GetString()));
        Assert.Equal(("JobRegistered", "web", "default"), (Text(events[0], "Type"), Text(events[0], "Key"), Text(events[0], "Namespace")));
        Assert.Equal("web", events[0].GetProperty("Payload").GetProperty("Job").GetProperty("ID").GetString());
        Assert.Equal("EvaluationUpdated", Text(events[1], "Type"));
        Assert.Equal("web", events[1].GetProperty("FilterKeys")[0].GetString());
    }

    [Fact]
    public async Task Only_the_keys_that_are_asked_for_are_told()
    {
        using var stream = await OpenAsync("/v1/event/stream?topic=Evaluation:api&topic=Job:none");
        await _api.PutJsonAsync("/v1/jobs", Job("web"));
        await _api.PutJsonAsync("/v1/jobs", Job("api"));

        var only = Assert.Single((await NextAsync(stream)).GetProperty("Events").EnumerateArray());
        Assert.Equal(("Evaluation", "api"), (Text(only, "Topic"), only.GetProperty("FilterKeys")[0].GetString()));
    }

    [Fact]
    public async Task Another_namespace_is_not_told_unless_all_are_asked_for()
    {
        await _api.PutAsync("/v1/namespace", """{"Name": "team"}""");
        using var own = await OpenAsync("/v1/event/stream?topic=Job");
        using var all = await OpenAsync("/v1/event/stream?topic=Job&namespace=*");
        await _api.PutJsonAsync("/v1/jobs?namespace=team", Job("web"));
        await _api.PutJsonAsync("/v1/jobs", Job("api"));

        Assert.Equal("api", Text((await NextAsync(own)).GetProperty("Events")[0], "Key"));
        Assert.Equal("web", Text((await NextAsync(all)).GetProperty("Events")[0], "Key"));
    }

    [Fact]
    public async Task One_who_was_away_is_told_what_changed_since()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("web"));
        await _api.PutJsonAsync("/v1/jobs", Job("api"));
        var index = _api.Region.State.Index;

        using var stream = await OpenAsync($"/v1/event/stream?topic=Job&index={index}");

        var line = await NextAsync(stream);
        Assert.Equal((index, "api"), (line.GetProperty("Index").GetUInt64(), Text(Assert.Single(line.GetProperty("Events").EnumerateArray()), "Key")));
    }

    [Fact]
    public async Task A_purged_job_is_told_as_deregistered()
    {
        await _api.PutJsonAsync("/v1/jobs", Job("web"));
        using var stream = await OpenAsync("/v1/event/stream?topic=Job");
        await _api.Http.DeleteAsync("/v1/job/web?purge=true");

        Assert.Equal(("JobDeregistered", "web"), (Text((await NextAsync(stream, "JobDeregistered")).GetProperty("Events")[0], "Type"), "web"));
    }

    [Theory]
    [InlineData("topic=Weather", "Invalid topic \"Weather\"")]
    [InlineData("topic=:web", "Invalid key value pair for topic")]
    [InlineData("index=soon", "index must be a whole number")]
    public async Task What_is_no_topic_is_refused(string query, string problem)
    {
        var (status, text) = await _api.GetRefusedAsync("/v1/event/stream?" + query);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(problem, text);
    }

    private async Task<StreamReader> OpenAsync(string path)
    {
        var response = await _api.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    private static async Task<JsonElement> NextAsync(StreamReader stream, string? containing = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var line = await stream.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
            if (line != "{}" && (containing is null || line.Contains(containing, StringComparison.Ordinal)))
                return JsonDocument.Parse(line).RootElement;
        }
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string Job(string id) =>
        $$$"""{"Job": {"ID": "{{{id}}}", "Name": "{{{id}}}", "Type": "service", "Datacenters": ["*"], "TaskGroups": [{"Name": "app", "Tasks": [{"Name": "server", "Driver": "docker", "Config": {"image": "redis:7"}}]}]}}""";
}
