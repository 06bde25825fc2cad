using System.Net;
using System.Net.WebSockets;
using System.Text;
using Actors.Api.Tests.Hosting;
using Actors.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Actors.Api.Tests;

/// <summary>Commands inside tasks over a WebSocket, by a server and by an agent that is only a client.</summary>
public sealed class ExecTests : IAsyncLifetime
{
    private readonly FakeCall _call = new();
    private ApiHost _server = null!;
    private ApiHost _behind = null!;
    private ApiHost _client = null!;
    private FilledRegion _filled = null!;
    private FilledRegion _filledBehind = null!;
    private string _asked = "";

    public async Task InitializeAsync()
    {
        _server = await ApiHost.StartAsync(o => o with { ExecSilence = TimeSpan.FromSeconds(2) });
        _behind = await ApiHost.StartAsync(protocols: HttpProtocols.Http2);
        (_filled, _filledBehind) = (FilledRegion.In(_server.Region), FilledRegion.In(_behind.Region));
        _client = await ApiHost.StartAsync(o => o with { ServerEnabled = false, ForwardTo = () => [_behind.Address], ForwardWithHttp2 = true });
        _server.Region.Client = _behind.Region.Client = (node, method, arguments) =>
        {
            _asked = $"{node} {method} {arguments}";
            return _call;
        };
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _behind.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frames_go_both_ways_until_the_command_has_ended(bool forwarded)
    {
        using var socket = await OpenAsync(forwarded ? _client : _server, $"{(forwarded ? _filledBehind : _filled).First}", "task=server&tty=true&command=%5B%22%2Fbin%2Fsh%22%2C%22-c%22%5D");
        await SendAsync(socket, """{"stdin":{"data":"aGk="}}""");
        Assert.Equal("""{"stdin":{"data":"aGk="}}""" + "\n", await HeardAsync());
        await SendAsync(socket, "{\n}");
        Assert.Equal("{ }\n", await HeardAsync());

        _call.Say("""{"stdout":{"data":"YQ=="}}""" + "\n" + """{"exited":true,""");
        Assert.Equal("""{"stdout":{"data":"YQ=="}}""", await ReadAsync(socket));
        _call.Say(""" "result":{"exit_code":3}}""" + "\n");
        Assert.Equal("""{"exited":true, "result":{"exit_code":3}}""", await ReadAsync(socket));
        _call.End();
        Assert.Equal("NormalClosure: ", await ReadAsync(socket));
        Assert.EndsWith(""" "task":"server","command":["/bin/sh","-c"],"tty":true}""".TrimStart(), _asked);
        Assert.Contains(" alloc.exec ", _asked);
        await _call.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_closes_ends_the_command(bool forwarded)
    {
        using var socket = await OpenAsync(forwarded ? _client : _server, $"{(forwarded ? _filledBehind : _filled).First}", "task=server&command=%5B%22a%22%5D");

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);

        await _call.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_caller_that_says_nothing_is_taken_leave_of()
    {
        using var socket = await OpenAsync(_server, $"{_filled.First}", "task=server&command=%5B%22a%22%5D");

        Assert.Equal("PolicyViolation: nothing was heard of the caller for 2 s", await ReadAsync(socket));
        await _call.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_browsers_greeting_is_taken_before_its_frames()
    {
        using var socket = await OpenAsync(_server, $"{_filled.First}", "task=server&ws_handshake=true&command=%5B%22a%22%5D");
        await SendAsync(socket, """{"version":1,"auth_token":""}""");
        await SendAsync(socket, """{"tty_size":{"height":1,"width":2}}""");

        Assert.Equal("""{"tty_size":{"height":1,"width":2}}""" + "\n", await HeardAsync());
    }

    [Fact]
    public async Task What_the_client_refuses_is_the_reason_of_the_close()
    {
        _call.End(new ClientCallException(404, "task \"server\" is not running"));
        using var socket = await OpenAsync(_server, $"{_filled.First}", "task=server&command=%5B%22a%22%5D");

        Assert.Equal("4004: task \"server\" is not running", await ReadAsync(socket));
    }

    [Theory]
    [InlineData("command=%5B%22a%22%5D", "task must be given")]
    [InlineData("task=server", "command must be given")]
    [InlineData("task=server&command=a", "command must be a JSON array")]
    [InlineData("task=server&command=%5B%5D", "command must be a JSON array")]
    [InlineData("task=server&command=%5B1%5D", "command must be a JSON array")]
    public async Task Bad_parameters_are_refused(string query, string reason)
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => OpenAsync(_server, $"{_filled.First}", query));
        Assert.Contains("400", refused.Message);

        var (status, text) = await _server.GetRefusedAsync($"/v1/client/allocation/{_filled.First}/exec?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text);
    }

    private async Task<string> HeardAsync() => await _call.Input.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    private static async Task<ClientWebSocket> OpenAsync(ApiHost host, string allocation, string query)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{host.Address.Authority}/v1/client/allocation/{allocation}/exec?{query}"), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>The next message, or how the socket was closed.</summary>
    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        return received.MessageType == WebSocketMessageType.Close ? $"{socket.CloseStatus}: {socket.CloseStatusDescription}" : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
