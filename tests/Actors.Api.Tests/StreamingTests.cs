using System.Net;
using System.Text;
using Actors.Api.Tests.Hosting;
using Actors.Server;

namespace Actors.Api.Tests;

/// <summary>Files and logs, passed on from the client as they come.</summary>
public sealed class StreamingTests : IAsyncLifetime
{
    private ApiHost _api = null!;
    private FilledRegion _filled = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiHost.StartAsync(o => o with { StreamHeartbeat = TimeSpan.FromMilliseconds(50) });
        _filled = FilledRegion.In(_api.Region);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_followed_log_arrives_piece_by_piece()
    {
        var call = new FakeCall();
        var asked = "";
        _api.Region.Client = (node, method, arguments) =>
        {
            asked = $"{node} {method} {arguments}";
            return call;
        };
        call.Say("first\n");
        using var response = await _api.Http.GetAsync(
            $"/v1/client/fs/logs/{_filled.First}?task=server&type=stderr&follow=true&plain=true&origin=end&offset=100", HttpCompletionOption.ResponseHeadersRead);
        using var log = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("first", await log.ReadLineAsync());
        call.Say("second\n");
        Assert.Equal("second", await log.ReadLineAsync());
        call.End();
        Assert.Null(await log.ReadLineAsync());
        Assert.Equal(
            $$"""{{_filled.Node}} fs.logs {"alloc_id":"{{_filled.First}}","task":"server","type":"stderr","follow":true,"offset":100,"origin":"end","plain":true}""",
            asked);
        await call.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Between_frames_an_empty_one_shows_that_the_stream_lives_and_never_within_one()
    {
        var call = new FakeCall();
        _api.Region.Client = (_, _, _) => call;
        call.Say("""{"File":"a}\"","Da""");
        using var response = await _api.Http.GetAsync($"/v1/client/fs/logs/{_filled.First}?task=server&follow=true", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var seen = new StringBuilder();
        var buffer = new byte[100];

        await ReadUntilAsync("Da");
        await Task.Delay(200);
        call.Say("""ta":"eA=="}""");
        await ReadUntilAsync("{}");
        call.End();

        Assert.StartsWith("""{"File":"a}\"","Data":"eA=="}{}""", seen.ToString());

        async Task ReadUntilAsync(string text)
        {
            while (!seen.ToString().Contains(text, StringComparison.Ordinal))
                seen.Append(Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20))));
        }
    }

    [Fact]
    public async Task What_the_client_refuses_has_its_status_and_words()
    {
        var call = new FakeCall();
        call.End(new ClientCallException(404, "no such file: /nothing"));
        _api.Region.Client = (_, _, _) => call;

        Assert.Equal((HttpStatusCode.NotFound, "no such file: /nothing"), await _api.GetRefusedAsync($"/v1/client/fs/cat/{_filled.First}?path=/nothing"));
        Assert.Equal((HttpStatusCode.NotFound, "no such file: /nothing"), await _api.GetRefusedAsync($"/v1/client/fs/stat/{_filled.First}?path=/nothing"));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_does_not_look_whole()
    {
        var call = new FakeCall();
        _api.Region.Client = (_, _, _) => call;
        call.Say("half");
        using var response = await _api.Http.GetAsync($"/v1/client/fs/cat/{_filled.First}?path=/file", HttpCompletionOption.ResponseHeadersRead);
        call.End(new ClientCallException(500, "the disk is gone"));

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_client_that_no_server_holds_is_said_to_be_out_of_reach()
    {
        var (status, text) = await _api.GetRefusedAsync($"/v1/client/fs/ls/{_filled.First}?path=/");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains(_filled.Node.ToString(), text);
    }

    [Fact]
    public async Task The_log_of_an_allocation_that_the_servers_have_forgotten_comes_from_the_node_that_keeps_it()
    {
        var forgotten = Guid.NewGuid();
        var asked = new List<string>();
        _api.Region.Client = (node, method, arguments) =>
        {
            asked.Add($"{node} {method}");
            return method == "alloc.kept_logs" ? FakeCall.Answering("[\"server\"]") : FakeCall.Answering("the last words\n");
        };

        Assert.Equal("the last words\n", await _api.Http.GetStringAsync($"/v1/client/fs/logs/{forgotten}?task=server&plain=true"));
        Assert.Equal($$"""{"NodeID":"{{_filled.Node}}","Tasks":["server"]}""", await _api.Http.GetStringAsync($"/v1/client/allocation/{forgotten}/kept-logs"));
        Assert.Contains($"{_filled.Node} fs.logs", asked);
    }

    [Fact]
    public async Task An_allocation_that_nobody_remembers_is_not_found()
    {
        var refusing = new FakeCall();
        refusing.End(new ClientCallException(404, "this client keeps no logs of it"));
        _api.Region.Client = (_, _, _) => refusing;

        Assert.Equal((HttpStatusCode.NotFound, "alloc not found"), await _api.GetRefusedAsync($"/v1/client/fs/logs/{Guid.NewGuid()}?task=server"));
        Assert.Equal((HttpStatusCode.NotFound, "node not found"), await _api.GetRefusedAsync($"/v1/client/allocation/{Guid.NewGuid()}/kept-logs?node_id={Guid.NewGuid()}"));
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_the_call()
    {
        var call = new FakeCall();
        _api.Region.Client = (_, _, _) => call;
        call.Say("first\n");
        var response = await _api.Http.GetAsync($"/v1/client/fs/logs/{_filled.First}?task=server&follow=true&plain=true", HttpCompletionOption.ResponseHeadersRead);

        response.Dispose();

        await call.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("logs/{id}", "must provide task name")]
    [InlineData("logs/{id}?task=server&type=stdnull", "type must be stdout or stderr")]
    [InlineData("logs/{id}?task=server&origin=middle", "origin must be start or end")]
    [InlineData("logs/{id}?task=server&offset=-1", "offset must be a whole number")]
    [InlineData("logs/{id}?task=server&follow=perhaps", "follow must be true or false")]
    [InlineData("readat/{id}?path=/file", "must provide an offset")]
    public async Task Parameters_that_make_no_sense_are_refused_by_name(string path, string reason)
    {
        var (status, text) = await _api.GetRefusedAsync("/v1/client/fs/" + path.Replace("{id}", _filled.First.ToString(), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text);
    }

    [Fact]
    public async Task A_web_page_may_read_files()
    {
        _api.Region.Client = (_, _, _) => FakeCall.Answering("[]");
        using var read = await _api.Http.GetAsync($"/v1/client/fs/ls/{_filled.First}?path=/");
        using var asked = await _api.Http.SendAsync(new HttpRequestMessage(HttpMethod.Options, $"/v1/client/fs/ls/{_filled.First}"));

        Assert.Equal("*", read.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("application/json", read.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
    }

    [Fact]
    public async Task Statistics_restarts_and_signals_reach_the_client()
    {
        var asked = new List<string>();
        _api.Region.Client = (_, method, arguments) =>
        {
            asked.Add($"{method} {arguments}");
            return FakeCall.Answering("{}");
        };

        await _api.GetJsonAsync($"/v1/client/stats?node_id={_filled.Node}");
        await _api.GetJsonAsync($"/v1/client/allocation/{_filled.First}/stats");
        await _api.PutJsonAsync($"/v1/client/allocation/{_filled.First}/restart", """{"TaskName": "server"}""");
        await _api.PutJsonAsync($"/v1/client/allocation/{_filled.First}/signal", """{"Task": "server", "Signal": "SIGHUP"}""");

        Assert.Equal(["client.stats", "alloc.stats", "alloc.restart", "alloc.signal"], asked.Select(a => a.Split(' ')[0]));
        Assert.Contains("\"signal\":\"SIGHUP\"", asked[3]);
        Assert.Equal(HttpStatusCode.BadRequest, (await _api.GetRefusedAsync("/v1/client/stats")).Status);
    }
}
