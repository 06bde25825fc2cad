using System.Net;
using System.Net.Sockets;
using System.Text;
using Actors.Api.Tests.Hosting;
using Actors.Contracts.Nodes;

namespace Actors.Api.Tests;

public sealed class BadInputTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        _api.Region.Append(new NodeRegistered(Samples.Node(1), [], FixedTime.Now));
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData("", "empty body")]
    [InlineData("   ", "empty body")]
    [InlineData("null", "the body is null")]
    [InlineData("{}", "Job must be specified")]
    [InlineData("""{"Job": null}""", "Job must be specified")]
    [InlineData("""{"Job": {}}""", "Job ID hasn't been provided")]
    [InlineData("{\"Job\":\n {\"ID\": }", "line 2, byte 9")]
    [InlineData("[]", "$")]
    [InlineData("""{"Job": {"ID": "a", "Priority": "high"}}""", "$.Job.Priority")]
    [InlineData("""{"Job": {"ID": "a", "TaskGroups": [{"Name": "g", "Count": 1.5}]}}""", "$.Job.TaskGroups[0].Count")]
    [InlineData("""{"Job": {"ID": 7}}""", "expected text, found the number \"7\"")]
    [InlineData("""{"Job": {"ID": "a"}, "EnforceIndex": "yes"}""", "expected true or false, found the text \"yes\"")]
    [InlineData("""{"Job": {"ID": "a", "Namespace": "nowhere"}}""", "nonexistent namespace \"nowhere\"")]
    public async Task A_body_that_is_no_job_is_refused_with_place_and_reason(string body, string reason)
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/jobs", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(text.Contains(reason, StringComparison.Ordinal), text);
    }

    [Fact]
    public async Task A_path_and_a_body_that_name_different_jobs_are_refused()
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/job/one", """{"Job": {"ID": "two"}}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"one\"", text);
        Assert.Contains("\"two\"", text);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_the_limit_named()
    {
        await using var small = await ApiHost.StartAsync(o => o with { MaxJobBytes = 1000 });

        var (status, text) = await small.PutRefusedAsync("/v1/jobs", "{\"Job\": {\"ID\": \"" + new string('x', 2000) + "\"}}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("larger than 1000 bytes", text);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_without_a_length_and_when_it_is_compressed()
    {
        await using var small = await ApiHost.StartAsync(o => o with { MaxJobBytes = 1000 });
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("{\"Job\": {\"ID\": \"" + new string('x', 20000) + "\"}}"));
        Assert.True(packed.Length < 1000);
        using var bomb = new ByteArrayContent(packed.ToArray()) { Headers = { { "Content-Encoding", "gzip" } } };
        using var chunked = new HttpRequestMessage(HttpMethod.Put, "/v1/jobs") { Content = new StringContent(new string(' ', 5000)) };
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await small.Http.PutAsync("/v1/jobs", bomb)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await small.Http.SendAsync(chunked)).StatusCode);
    }

    [Fact]
    public async Task A_compressed_body_is_read_and_a_broken_or_unknown_one_refused()
    {
        using var broken = new ByteArrayContent([1, 2, 3]) { Headers = { { "Content-Encoding", "gzip" } } };
        using var unknown = new ByteArrayContent([1, 2, 3]) { Headers = { { "Content-Encoding", "zstd" } } };

        Assert.Equal(HttpStatusCode.BadRequest, (await _api.Http.PutAsync("/v1/jobs", broken)).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _api.Http.PutAsync("/v1/jobs", unknown)).StatusCode);
    }

    [Fact]
    public async Task Nesting_without_end_is_refused()
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/jobs", """{"Job": {"ID": "a", "TaskGroups": """ + new string('[', 10_000));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("depth", text);
    }

    [Theory]
    [InlineData("eligibility", """{"Eligibility": "sometimes"}""", "invalid scheduling eligibility \"sometimes\"")]
    [InlineData("eligibility", """{"NodeID": "other", "Eligibility": "eligible"}""", "the body node other")]
    [InlineData("drain", """{"DrainSpec": {"Deadline": "soon"}}""", "$.DrainSpec.Deadline")]
    public async Task A_nodes_change_that_makes_no_sense_is_refused(string what, string body, string reason)
    {
        var (status, text) = await _api.PutRefusedAsync($"/v1/node/{Samples.NodeId(1)}/{what}", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(text.Contains(reason, StringComparison.Ordinal), text);
    }

    [Theory]
    [InlineData("""{"Count": -1, "Target": {"Group": "app"}}""", "can't be -1")]
    [InlineData("""{"Count": 99999999999, "Target": {"Group": "app"}}""", "can't be 99999999999")]
    [InlineData("""{"Count": 1}""", "Target must name the group")]
    public async Task A_count_that_makes_no_sense_is_refused(string body, string reason)
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/job/web/scale", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(text.Contains(reason, StringComparison.Ordinal), text);
    }

    [Fact]
    public async Task An_unknown_field_is_skipped_as_Nomad_does()
    {
        await _api.PutJsonAsync($"/v1/node/{Samples.NodeId(1)}/eligibility", """{"Eligibility": "ineligible", "Colour": {"r": [1, 2]}}""");

        Assert.Equal("ineligible", (await _api.GetJsonAsync($"/v1/node/{Samples.NodeId(1)}")).GetProperty("SchedulingEligibility").GetString());
    }

    [Fact]
    public async Task A_request_that_is_no_HTTP_does_not_hurt_the_others()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_api.Address.Host, _api.Address.Port);
        await socket.GetStream().WriteAsync("\0\u0001 nonsense\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(socket.GetStream());

        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync());
        Assert.Equal("global", (await _api.GetJsonAsync("/v1/regions"))[0].GetString());
    }
}
