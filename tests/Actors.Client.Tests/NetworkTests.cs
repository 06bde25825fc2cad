using System.Diagnostics;
using System.Text.Json;
using Actors.Client.Networks;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Contracts.Link;
using Actors.Testing;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Groups' networks with the machine's own CNI plugins, namespaces and rules. Needs root.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private const string Bridge = "actorstest0";
    private const string Serve = "exec busybox httpd -f -p $NOMAD_PORT_web -h $NOMAD_TASK_DIR/www";

    private readonly int _port = FreePorts.Take(1)[0];
    private TestClient _client = null!;

    public async Task InitializeAsync() => _client = await TestClient.StartAsync(o => o with
    {
        Networks = new NetworkOptions { BridgeName = Bridge, BridgeSubnet = "172.31.208.0/22", CniConfigDir = Path.Combine(o.DataDir, "cni") },
        LeftoverInterval = TimeSpan.FromMilliseconds(300),
    });

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await ShellAsync($"ip link delete {Bridge}; rm -rf /var/lib/cni/networks/{Bridge}");
    }

    [Fact]
    public async Task A_group_in_mode_bridge_is_reached_by_its_mapped_port_and_leaves_nothing()
    {
        var id = await RunAsync("bridge", $"mkdir -p $NOMAD_TASK_DIR/www; echo \"$NOMAD_ALLOC_ADDR_web\" >$NOMAD_TASK_DIR/www/index.html; {Serve}");

        var network = (await _client.Until(id, AllocationClientStatus.Running)).Network!;
        Assert.StartsWith("172.31.20", network.Address);
        Assert.Equal("eth0", network.Interface);
        Assert.Equal($"{network.Address}:8080\n", await GetAsync());
        Assert.Contains(network.Address, await ExecAsync(id, "ip -o -4 addr show eth0"));
        Assert.Contains(Name(id), await ShellAsync("iptables-save -t nat"));

        _client.Server.Stop(id);
        await _client.Until(id, AllocationClientStatus.Complete);
        await NothingIsLeftAsync(id, network.Address);
    }

    [Fact]
    public async Task An_agent_that_starts_again_finds_the_network_as_it_was()
    {
        var id = await RunAsync("bridge", $"mkdir -p $NOMAD_TASK_DIR/www; echo here >$NOMAD_TASK_DIR/www/index.html; {Serve}");
        var before = (await _client.Until(id, AllocationClientStatus.Running)).Network;
        Assert.Equal("here\n", await GetAsync());

        await _client.DropAsync();
        Assert.Equal("here\n", await GetAsync());
        await _client.StartAgainAsync();
        await _client.ReadyAsync();

        Assert.Equal("here\n", await GetAsync());
        _client.Server.Stop(id);
        Assert.Equal(before, (await _client.Until(id, AllocationClientStatus.Complete)).Network);
        await NothingIsLeftAsync(id, before!.Address);
    }

    [Fact]
    public async Task A_namespace_that_is_gone_is_made_anew_before_the_task_starts_again()
    {
        var id = await RunAsync("bridge", $"mkdir -p $NOMAD_TASK_DIR/www; echo again >$NOMAD_TASK_DIR/www/index.html; {Serve}");
        await _client.Until(id, AllocationClientStatus.Running);
        await ShellAsync($"ip netns delete {Name(id)}");

        Assert.Equal(200, (await _client.Server.AskAsync(StreamMethods.Restart, new AllocationArguments { AllocationId = id })).Status);

        await TestClient.Until(() => _client.Server.Latest[id] is { ClientStatus: AllocationClientStatus.Running } r && r.TaskStates["main"].Restarts == 1, "the restart");
        Assert.Equal("again\n", await GetAsync());
    }

    [Fact]
    public async Task A_group_in_mode_none_has_only_the_loopback()
    {
        var id = await RunAsync("none", "while :; do sleep 0.2; done");
        var report = await _client.Until(id, AllocationClientStatus.Running);

        Assert.Null(report.Network);
        Assert.Equal("1: lo: <LOOPBACK,UP,LOWER_UP>", (await ExecAsync(id, "ip -o link")).Split(" mtu")[0]);
        Assert.DoesNotContain("eth", await ExecAsync(id, "ip -o link"));
    }

    [Fact]
    public async Task A_network_of_the_operators_is_found_by_name_and_a_wrong_name_tells_those_that_there_are()
    {
        Directory.CreateDirectory(Path.Combine(_client.Data, "cni"));
        await File.WriteAllTextAsync(Path.Combine(_client.Data, "cni", "own.conflist"), $$"""
            {"cniVersion": "1.0.0", "name": "{{Bridge}}", "plugins": [
              {"type": "bridge", "bridge": "{{Bridge}}", "isGateway": true, "ipam": {"type": "host-local", "subnet": "172.31.208.0/22" } },
              {"type": "portmap", "capabilities": {"portMappings": true }, "snat": true }]}
            """);

        var wrong = await RunAsync("cni/nothing", "true");
        var failed = await _client.Until(wrong, AllocationClientStatus.Failed);
        Assert.Contains(failed.TaskStates["main"].Events, e => e.DisplayMessage.Contains($"no network \"nothing\"; it has {Bridge}"));

        var id = await RunAsync($"cni/{Bridge}", $"mkdir -p $NOMAD_TASK_DIR/www; echo own >$NOMAD_TASK_DIR/www/index.html; {Serve}");
        var network = (await _client.Until(id, AllocationClientStatus.Running)).Network!;
        Assert.Equal("own\n", await GetAsync());
        _client.Server.Stop(id);
        await _client.Until(id, AllocationClientStatus.Complete);
        await NothingIsLeftAsync(id, network.Address);
    }

    [Fact]
    public async Task What_is_left_of_an_allocation_that_nobody_remembers_goes_and_what_is_another_agents_stays()
    {
        var (forgotten, foreign) = (AllocationId.From(Guid.NewGuid()), new NetworkName(NodeId.From(Guid.NewGuid())).Of(AllocationId.From(Guid.NewGuid())));
        var directory = Path.Combine(_client.Data, "alloc", forgotten.ToString());
        Directory.CreateDirectory(Path.Combine(directory, "main", "secrets"));
        await ShellAsync($"mount -t tmpfs none {directory}/main/secrets; ip netns add {foreign}; ip netns add {Name(forgotten)}");
        using var left = Process.Start(new ProcessStartInfo("sleep", "1000") { WorkingDirectory = directory })!;
        try
        {
            await left.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
            await TestClient.Until(() => !Directory.Exists(directory) && !File.Exists(Path.Combine(NetworkName.Directory, Name(forgotten))), "what is left to go");

            Assert.Equal(137, left.ExitCode);
            Assert.DoesNotContain(directory, await File.ReadAllTextAsync("/proc/self/mountinfo"));
            Assert.True(File.Exists(Path.Combine(NetworkName.Directory, foreign)));
        }
        finally
        {
            await ShellAsync($"ip netns delete {foreign}");
        }
    }

    [Fact]
    public async Task A_groups_checks_go_through_its_mapped_port_or_to_its_own_address_and_their_results_can_be_asked_for()
    {
        var services = new[]
        {
            new Service
            {
                Name = "web",
                Provider = "nomad",
                PortLabel = "web",
                Checks = new[]
                {
                    new ServiceCheck { Name = "opens", Type = "tcp", Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1) },
                    new ServiceCheck { Name = "missing", Type = "http", Path = "/nothing", Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1), OnUpdate = "ignore" },
                    new ServiceCheck { Name = "inside", Type = "tcp", PortLabel = "8080", AddressMode = "alloc", Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(1) },
                }.ToEquatableList(),
            },
        };
        var job = Given.Job(Given.Shell("main", $"mkdir -p $NOMAD_TASK_DIR/www; {Serve}"))
            .With(g => g with { Networks = new[] { new NetworkResource { Mode = "bridge" } }.ToEquatableList(), Services = services.ToEquatableList() });
        var allocation = Given.Allocation(job, new AllocatedPort("web", _port, 8080, "127.0.0.1"));
        _client.Server.Want(allocation, job);
        await _client.Until(allocation.Id, AllocationClientStatus.Running);

        var results = await TestClient.Until(
            () =>
            {
                var answer = _client.Server.AskAsync(StreamMethods.Checks, new AllocationArguments { AllocationId = allocation.Id }).GetAwaiter().GetResult();
                var checks = JsonDocument.Parse(answer.Data).RootElement.EnumerateObject()
                    .Select(c => $"{c.Value.GetProperty("Check")} {c.Value.GetProperty("Mode")} {c.Value.GetProperty("Status")} {c.Value.GetProperty("StatusCode")}").Order(StringComparer.Ordinal).ToList();
                return checks.Contains("opens healthiness success 0") && checks.Contains("inside healthiness success 0") && checks.Contains("missing readiness failure 404") ? checks : null;
            },
            "all checks' results");
        Assert.Equal(3, results.Count);
    }

    [Fact]
    public async Task A_node_tells_that_it_has_a_bridge_and_its_plugins()
    {
        var node = await TestClient.Until(() => _client.Server.Registered.LastOrDefault(), "the node");

        Assert.Contains(node.Resources.Networks, n => n is { Mode: "bridge", Device: Bridge });
        Assert.True(node.Attributes.ContainsKey("plugins.cni.version.bridge"));
        Assert.Equal("host", node.Resources.Networks[0].Mode);
    }

    private async Task<AllocationId> RunAsync(string mode, string script)
    {
        var job = Given.Job(Given.Shell("main", script)).With(g => g with { Networks = new[] { new NetworkResource { Mode = mode } }.ToEquatableList() });
        var allocation = Given.Allocation(job, new AllocatedPort("web", _port, 8080, "127.0.0.1"));
        _client.Server.Want(allocation, job);
        return await Task.FromResult(allocation.Id);
    }

    private string Name(AllocationId id) => new NetworkName(_client.Status.NodeId!.Value).Of(id);

    private async Task<string> GetAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        return await TestClient.Until(
            () =>
            {
                try
                {
                    return http.GetStringAsync($"http://127.0.0.1:{_port}/").GetAwaiter().GetResult();
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
                {
                    return null;
                }
            },
            "an answer by the mapped port");
    }

    private async Task<string> ExecAsync(AllocationId id, string script)
    {
        var exec = _client.Server.Converse(StreamMethods.Exec, new ExecArguments { AllocationId = id, Task = "main", Command = ["/bin/sh", "-c", script] });
        await exec.UntilAsync(() => false);
        Assert.Equal(200, exec.Status);
        return ExecTests.Said(exec, "stdout");
    }

    private async Task NothingIsLeftAsync(AllocationId id, string address)
    {
        await TestClient.Until(() => !File.Exists(Path.Combine(NetworkName.Directory, Name(id))), "the namespace to go");
        Assert.DoesNotContain(Name(id), await ShellAsync("iptables-save"));
        Assert.DoesNotContain($"{address}/32", await ShellAsync("iptables-save"));
        Assert.False(File.Exists($"/var/lib/cni/networks/{Bridge}/{address}"));
    }

    private static async Task<string> ShellAsync(string script) =>
        (await HostCommand.RunAsync("/bin/sh", ["-c", script], CancellationToken.None)).Output;
}
