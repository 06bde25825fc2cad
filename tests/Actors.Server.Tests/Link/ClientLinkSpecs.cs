using System.Text;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Server.Tests.Hosting;
using Google.Protobuf;
using Xunit;

namespace Actors.Server.Tests.Link;

public sealed class ClientLinkSpecs
{
    [Fact]
    public async Task A_hello_that_cannot_be_read_is_rejected_for_good_with_the_reason()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("x") with { Name = "" });

        var rejected = await client.EventuallyAsync(() => client.Rejected, "a rejection");

        Assert.False(rejected.Retry);
        Assert.Contains("name", rejected.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_agent_cannot_take_a_nodes_place_without_its_secret()
    {
        await using var server = await TestServer.StartAsync();
        await using var right = await FakeClient.ConnectAsync(server.Link, Samples.Node("right"));
        await right.WelcomeAsync();

        await using var wrong = await FakeClient.ConnectAsync(server.Link, right.Node with { SecretId = "stolen" });

        Assert.False((await wrong.EventuallyAsync(() => wrong.Rejected, "a rejection")).Retry);
        Assert.Null(right.Rejected);
    }

    [Fact]
    public async Task A_newer_stream_of_a_client_takes_the_place_of_the_older()
    {
        await using var server = await TestServer.StartAsync();
        await using var older = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await older.WelcomeAsync();

        await using var newer = await FakeClient.ConnectAsync(server.Link, older.Node);
        await newer.WelcomeAsync();

        Assert.True((await older.EventuallyAsync(() => older.Rejected, "the older is sent away")).Retry);
        Assert.Null(newer.Rejected);
    }

    [Fact]
    public async Task A_report_that_is_sent_again_is_acknowledged_again_and_changes_nothing_more()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await server.SendAsync<JobChanged>(c => new RegisterJob(c, Samples.Id("web"), Samples.Service("web")));
        var id = AllocationId.Parse(Assert.Single(await client.RunningAsync(1)).Id);

        var at = DateTimeOffset.UtcNow;
        await client.ReportAsync(id, AllocationClientStatus.Running, batch: "batch-1", at: at);
        var modified = server.Region.State.FindAllocation(id)!.ModifyIndex;
        var again = await client.ReportAsync(id, AllocationClientStatus.Running, batch: "batch-1", at: at);

        Assert.Equal("", again.Error);
        Assert.Equal(modified, server.Region.State.FindAllocation(id)!.ModifyIndex);
    }

    [Fact]
    public async Task Reports_that_cannot_be_read_are_answered_with_the_reason_and_the_stream_goes_on()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();

        await client.SendAsync(new ClientFrame { Reports = new Reports { BatchId = "bad", ReportsJson = ByteString.CopyFromUtf8("{ not json") } });

        var ack = await client.EventuallyAsync(() => client.Acks.GetValueOrDefault("bad"), "an answer");
        Assert.Contains("can't be read", ack.Error, StringComparison.Ordinal);
        Assert.False(client.Ended);
    }

    [Fact]
    public async Task A_call_reaches_its_client_and_its_answer_the_caller_as_fast_as_it_is_taken()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();

        await using var call = await server.Region.CallClientAsync(client.Node.Id, "fs.cat", Encoding.UTF8.GetBytes("""{"path":"alloc/x"}"""), CancellationToken.None);
        var open = await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamOpen is not null)?.StreamOpen, "the call");
        Assert.Equal("fs.cat", open.Method);
        Assert.Equal("""{"path":"alloc/x"}""", open.ArgumentsJson.ToStringUtf8());

        var piece = ByteString.CopyFrom(new byte[64 * 1024]);
        for (var i = 0; i < 4; i++)
            await client.SendAsync(new ClientFrame { StreamData = new StreamData { StreamId = open.StreamId, Data = piece } });
        Assert.DoesNotContain(client.Calls, f => f.StreamCredit is not null);

        var taken = 0;
        await foreach (var part in call.ReadAllAsync(CancellationToken.None))
        {
            taken += part.Length;
            if (taken == 4 * piece.Length)
                break;
        }

        await client.EventuallyAsync(() => client.Calls.Where(f => f.StreamCredit is not null).Sum(f => f.StreamCredit.Bytes) >= 3 * piece.Length ? "credit" : null, "credit for what was taken");
        await client.SendAsync(new ClientFrame { StreamData = new StreamData { StreamId = open.StreamId, Data = ByteString.CopyFromUtf8("end") } });
        await client.SendAsync(new ClientFrame { StreamEnd = new StreamEnd { StreamId = open.StreamId, Status = 200 } });
        var rest = new List<byte>();
        await foreach (var part in call.ReadAllAsync(CancellationToken.None))
            rest.AddRange(part.ToArray());
        Assert.Equal("end", Encoding.UTF8.GetString([.. rest]));
    }

    [Fact]
    public async Task What_the_caller_sends_arrives_at_the_client_and_its_leaving_too()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();
        await using (var call = await server.Region.CallClientAsync(client.Node.Id, "exec", "{}"u8.ToArray(), CancellationToken.None))
        {
            await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamOpen is not null), "the call");
            await call.WriteAsync("hello"u8.ToArray(), CancellationToken.None);
            var data = await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamData is not null)?.StreamData, "the input");
            Assert.Equal("hello", data.Data.ToStringUtf8());
        }

        var end = await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamEnd is not null)?.StreamEnd, "the end");
        Assert.Equal(499, end.Status);
    }

    [Fact]
    public async Task A_caller_may_be_a_window_ahead_of_a_client_that_does_not_take_its_input()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();
        await using var call = await server.Region.CallClientAsync(client.Node.Id, "alloc.exec", "{}"u8.ToArray(), CancellationToken.None);
        var open = await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamOpen is not null)?.StreamOpen, "the call");

        var writing = call.WriteAsync(new byte[5 * 64 * 1024], CancellationToken.None);
        await client.EventuallyAsync(() => client.Calls.Count(f => f.StreamData is not null) == 4 ? "window" : null, "the window to be full");
        Assert.False(writing.IsCompleted);
        await client.SendAsync(new ClientFrame { StreamCredit = new StreamCredit { StreamId = open.StreamId, Bytes = 128 * 1024 } });
        await writing.WaitAsync(TimeSpan.FromSeconds(20));
        await client.EventuallyAsync(() => client.Calls.Count(f => f.StreamData is not null) == 5 ? "the rest" : null, "the rest");

        var held = call.WriteAsync(new byte[5 * 64 * 1024], CancellationToken.None);
        await client.SendAsync(new ClientFrame { StreamEnd = new StreamEnd { StreamId = open.StreamId, Status = 200 } });
        Assert.Equal(409, (await Assert.ThrowsAsync<ClientCallException>(() => held.WaitAsync(TimeSpan.FromSeconds(20)))).Status);
    }

    [Fact]
    public async Task A_clients_refusal_reaches_the_caller_with_its_status()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();
        await using var call = await server.Region.CallClientAsync(client.Node.Id, "fs.stat", "{}"u8.ToArray(), CancellationToken.None);
        var open = await client.EventuallyAsync(() => client.Calls.FirstOrDefault(f => f.StreamOpen is not null)?.StreamOpen, "the call");

        await client.SendAsync(new ClientFrame { StreamEnd = new StreamEnd { StreamId = open.StreamId, Status = 404, Error = "no such file" } });

        var refused = await Assert.ThrowsAsync<ClientCallException>(async () =>
        {
            await foreach (var _ in call.ReadAllAsync(CancellationToken.None))
            {
            }
        });
        Assert.Equal(404, refused.Status);
        Assert.Equal("no such file", refused.Message);
    }

    [Fact]
    public async Task A_call_to_a_client_that_is_not_connected_fails_at_once_and_one_under_way_when_it_leaves()
    {
        await using var server = await TestServer.StartAsync();
        await Assert.ThrowsAsync<ClientUnreachableException>(() => server.Region.CallClientAsync(new NodeId(Guid.NewGuid()), "fs.ls", "{}"u8.ToArray(), CancellationToken.None));

        var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));
        await client.WelcomeAsync();
        await using var call = await server.Region.CallClientAsync(client.Node.Id, "fs.logs", "{}"u8.ToArray(), CancellationToken.None);
        await client.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var _ in call.ReadAllAsync(CancellationToken.None))
            {
            }
        });
    }

    [Fact]
    public async Task Heartbeats_are_answered_with_the_time_for_the_next_and_where_the_servers_are()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await FakeClient.ConnectAsync(server.Link, Samples.Node("client-1"));

        var welcome = await client.WelcomeAsync();
        await client.EventuallyAsync(() => client.Heartbeats >= 2 ? "beats" : null, "answers to heartbeats");

        Assert.InRange(welcome.TtlMs, 2000, 4000);
        Assert.Equal("server-1", welcome.ServerName);
        Assert.Single(welcome.Servers);
    }
}
