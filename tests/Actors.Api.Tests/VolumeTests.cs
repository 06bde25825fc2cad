using System.Net;
using System.Text.Json;
using Actors.Api.Tests.Hosting;
using Actors.Contracts.Nodes;
using Actors.Contracts.Volumes;
using Actors.Server;

namespace Actors.Api.Tests;

public sealed class VolumeTests : IAsyncLifetime
{
    private readonly List<string> _asked = [];
    private ApiHost _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        _api.Region.Client = (node, method, _) =>
        {
            _asked.Add($"{method} {node}");
            return FakeCall.Answering("{}");
        };
        Appear(1);
    }

    public async Task DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_volume_is_made_on_the_node_that_fits_and_is_ready_when_the_node_shows_it()
    {
        var made = (await CreateAsync("database")).GetProperty("Volume");
        var id = made.GetProperty("ID").GetString()!;

        Assert.Equal([$"host_volume.create {Samples.NodeId(1)}"], _asked);
        Assert.Equal(("pending", "mkdir", "default"), (made.GetProperty("State").GetString(), made.GetProperty("PluginID").GetString(), made.GetProperty("NodePool").GetString()));
        Appear(1, new HostVolumeInfo("/data/x", false) { Id = id });
        var read = await _api.GetJsonAsync($"/v1/volume/host/{id}");
        Assert.Equal(("ready", "/data/x"), (read.GetProperty("State").GetString(), read.GetProperty("HostPath").GetString()));
        Assert.Equal("single-node-writer", read.GetProperty("RequestedCapabilities")[0].GetProperty("AccessMode").GetString());
        Assert.Equal(id, (await _api.GetJsonAsync($"/v1/node/{Samples.NodeId(1)}")).GetProperty("HostVolumes").GetProperty("database").GetProperty("ID").GetString());
    }

    [Fact]
    public async Task A_request_that_is_repeated_makes_no_second_volume()
    {
        const string Token = "5a1c7c1e-30a5-4f5a-a3d0-52f1b5a1f0aa";
        var first = await CreateAsync("database", $"?idempotency_token={Token}");
        var second = await CreateAsync("database", $"?idempotency_token={Token}");

        Assert.Equal(Token, first.GetProperty("Volume").GetProperty("ID").GetString());
        Assert.Equal(Token, second.GetProperty("Volume").GetProperty("ID").GetString());
        Assert.Equal(1, (await _api.GetJsonAsync("/v1/volumes?type=host")).GetArrayLength());
    }

    [Fact]
    public async Task What_the_node_refuses_leaves_nothing_behind()
    {
        _api.Region.Client = (_, _, _) =>
        {
            var call = new FakeCall();
            call.End(new ClientCallException(400, "the disk is made of stone"));
            return call;
        };
        Assert.Equal((HttpStatusCode.BadRequest, "the disk is made of stone"), await RefusedAsync("database"));

        _api.Region.Client = (node, _, _) => throw new ClientUnreachableException(node);
        Assert.Equal(HttpStatusCode.NotFound, (await RefusedAsync("database")).Status);
        Assert.Empty(_api.Region.State.Operator.HostVolumes);
    }

    [Fact]
    public async Task A_volume_is_deleted_on_its_node_first_and_by_force_without_it()
    {
        var id = (await CreateAsync("database")).GetProperty("Volume").GetProperty("ID").GetString();
        _api.Region.Client = (node, _, _) => throw new ClientUnreachableException(node);

        Assert.Equal(HttpStatusCode.NotFound, (await _api.Http.DeleteAsync($"/v1/volume/host/{id}")).StatusCode);
        Assert.Single(_api.Region.State.Operator.HostVolumes);
        Assert.Equal(HttpStatusCode.OK, (await _api.Http.DeleteAsync($"/v1/volume/host/{id}/delete?force=true")).StatusCode);
        Assert.Empty(_api.Region.State.Operator.HostVolumes);
        Assert.Equal([id!], _api.Region.State.Operator.LeftVolumes);
        Assert.Equal(HttpStatusCode.NotFound, (await _api.GetRefusedAsync($"/v1/volume/host/{id}")).Status);
    }

    [Fact]
    public async Task A_list_is_of_one_type_and_cut_by_node_pool_prefix_and_namespace()
    {
        Appear(2);
        await CreateAsync("one");
        await CreateAsync("two", more: $", \"NodeID\": \"{Samples.NodeId(2)}\"");

        Assert.Equal(["one", "two"], await NamesAsync("type=host"));
        Assert.Equal(["two"], await NamesAsync($"type=host&node_id={Samples.NodeId(2)}"));
        Assert.Equal(["one"], await NamesAsync("type=host&prefix=on"));
        Assert.Empty(await NamesAsync("type=host&node_pool=gpu"));
        Assert.Empty(await NamesAsync("type=host&namespace=team"));
        Assert.Equal(2, (await NamesAsync("type=host&namespace=*")).Count);
        Assert.Empty(await NamesAsync("type=csi"));
    }

    [Theory]
    [InlineData("{}", "missing volume definition")]
    [InlineData("""{"Volume": {"Name": ""}}""", "Name: the volume needs a name")]
    [InlineData("""{"Volume": {"Name": "x", "PluginID": "zfs"}}""", "the only plugin is \"mkdir\"; found \"zfs\"")]
    [InlineData("""{"Volume": {"Name": "x", "NodePool": "gpu"}}""", "could not place volume \"x\": none of 1 node will do: 1 not in pool \"gpu\"")]
    [InlineData("""{"Volume": {"Name": "x", "Namespace": "none"}}""", "no such namespace \"none\"")]
    [InlineData("""{"Volume": {"Name": "x", "Parameters": {"mode": "rwx"}}}""", "parameters.mode: found \"rwx\"")]
    public async Task What_makes_no_sense_is_refused_before_any_node_is_asked(string body, string reason)
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/volume/host/create", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task A_volume_that_is_registered_needs_its_node_and_path()
    {
        var (status, text) = await _api.PutRefusedAsync("/v1/volume/host/register", """{"Volume": {"Name": "x"}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("node_id", text, StringComparison.Ordinal);
        Assert.Contains("host_path", text, StringComparison.Ordinal);

        var made = (await _api.PutJsonAsync("/v1/volume/host/register", $$$"""{"Volume": {"Name": "x", "NodeID": "{{{Samples.NodeId(1)}}}", "HostPath": "/srv"}}""")).GetProperty("Volume");
        Assert.Equal(("", "/srv"), (made.GetProperty("PluginID").GetString(), made.GetProperty("HostPath").GetString()));
        Assert.Equal([$"host_volume.register {Samples.NodeId(1)}"], _asked);
    }

    private void Appear(int number, HostVolumeInfo? database = null)
    {
        var node = Samples.Node(number);
        _api.Region.Append(new NodeRegistered(
            node with
            {
                Attributes = new Dictionary<string, string>(node.Attributes) { [HostVolume.MkdirAttribute] = "0.0.1" },
                HostVolumes = database is null ? node.HostVolumes : new Dictionary<string, HostVolumeInfo> { ["database"] = database },
            },
            [],
            FixedTime.Now));
    }

    private Task<JsonElement> CreateAsync(string name, string query = "", string more = "") =>
        _api.PutJsonAsync("/v1/volume/host/create" + query, $$$"""{"Volume": {"Name": "{{{name}}}", "PluginID": "mkdir"{{{more}}}}}""");

    private Task<(HttpStatusCode Status, string Text)> RefusedAsync(string name) => _api.PutRefusedAsync("/v1/volume/host/create", $$$"""{"Volume": {"Name": "{{{name}}}"}}""");

    private async Task<IReadOnlyList<string>> NamesAsync(string query) =>
        [.. (await _api.GetJsonAsync("/v1/volumes?" + query)).EnumerateArray().Select(v => v.GetProperty("Name").GetString()!).Order(StringComparer.Ordinal)];
}
