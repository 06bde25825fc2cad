using System.Text.Json.Nodes;
using Actors.Client.Hosting;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Contracts.Jobs;
using Actors.Drivers.Config;
using Actors.Drivers.Mock;
using Actors.Drivers.Plugins;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Plugins as a client's drivers: the sample, as a program of its own, and programs that are none.</summary>
public sealed class DriverPluginsTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "script-driver");

    private readonly string _directory = Directory.CreateTempSubdirectory("actors-plugins-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_plugin_is_one_of_the_nodes_drivers_and_its_tasks_outlive_the_plugin_and_the_agent()
    {
        Program("script", $"exec {Sample}");
        await using var client = await StartAsync();
        var node = await TestClient.Until(() => client.Status.Node, "the node");
        Assert.Equal("1", node.Drivers["script"].Attributes["driver.script"]);
        Assert.Equal("1", node.Drivers["script"].Attributes["driver.script.plugin"]);

        var job = Given.Job(Script("echo before; while [ ! -e \"$NOMAD_ALLOC_DIR/go\" ]; do sleep 0.05; done; echo after; exec sleep 1000"));
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);
        await client.Until(allocation.Id, AllocationClientStatus.Running);

        KillPlugin(client);
        await client.DropAsync();
        await client.StartAgainAsync();
        File.WriteAllText(Path.Combine(client.Data, "alloc", allocation.Id.ToString(), "alloc", "go"), "");
        await TestClient.Until(() => client.LogOf(allocation.Id, "script") == "before\nafter\n", "what the task writes after that");
    }

    [Fact]
    public async Task A_node_tells_what_the_tasks_of_its_plugins_may_be_configured_with_so_that_servers_check_them()
    {
        Program("script", $"exec {Sample}");
        await using var client = await StartAsync();
        var node = await TestClient.Until(() => client.Status.Node, "the node");

        var told = node.Drivers["script"].TaskSchema;

        var problems = DriverConfigs.Check("script", told, EquatableMap.Of(("scrpt", ConfigValue.Of("exit 0"))));
        Assert.Equal(["config.scrpt: there is no such key; did you mean \"script\"?", "config.script: is required, and missing"], problems.Select(p => p.ToString()));
        Assert.Null(node.Drivers["raw_exec"].TaskSchema);
    }

    [Fact]
    public async Task A_key_that_the_plugin_does_not_have_is_named_with_the_nearest()
    {
        Program("script", $"exec {Sample}");
        await using var client = await StartAsync();
        var task = Script("exit 0");
        var job = Given.Batch(task with { Config = task.Config.SetItem("argument", ConfigValue.Of("x")) });
        var allocation = Given.Allocation(job);
        client.Server.Want(allocation, job);

        var report = await client.Until(allocation.Id, AllocationClientStatus.Failed);

        Assert.Contains(report.TaskStates["script"].Events, e => e.DisplayMessage.Contains("config.argument: there is no such key; did you mean \"arguments\"?"));
    }

    [Fact]
    public async Task A_program_that_is_no_plugin_is_a_driver_that_says_why_it_can_not_be_used_and_the_agent_goes_on()
    {
        Program("greeter", "echo hello; sleep 1000");
        await using var client = await StartAsync();

        var node = await TestClient.Until(() => client.Status.Node, "the node");

        Assert.False(node.Drivers["greeter"].Healthy);
        Assert.Contains("expected a plugin's handshake (1|version|unix|path|grpc), found \"hello\"", node.Drivers["greeter"].HealthDescription);
        Assert.True(node.Drivers["raw_exec"].Healthy);
    }

    [Fact]
    public async Task A_plugin_takes_the_place_of_the_clients_own_driver_of_its_name_but_not_when_it_can_not_be_used()
    {
        var options = new ClientOptions { DataDir = _directory };
        await using var own = new MockDriver(new JsonObject { ["enabled"] = true }, TimeProvider.System);
        var broken = await PluginDriver.LoadAsync(Program("mock_driver", "exit 1"), new PluginSettings(options.DriverOptions), _directory, TimeProvider.System, CancellationToken.None);
        await using var plugin = await PluginDriver.LoadAsync(Program("works", $"exec {Sample}"), new PluginSettings(options.DriverOptions), _directory, TimeProvider.System, CancellationToken.None);

        Assert.Equal([own], DriverPlugins.Offered(options, [own], [broken]));
        Assert.Equal([plugin, own], DriverPlugins.Offered(options, [own], [plugin, plugin, broken]));
        Assert.Equal([plugin], DriverPlugins.Offered(options with { DriverAllowList = ["script"] }, [own], [plugin]));
    }

    [Fact]
    public async Task A_plugin_is_started_with_what_its_operator_says()
    {
        Program("script", $"printf '%s\\n' \"$@\" >{_directory}/told; exec {Sample}");
        await using var client = await TestClient.StartAsync(o => o with
        {
            PluginDir = _directory,
            DriverAllowList = ["script"],
            PluginArgs = new Dictionary<string, IReadOnlyList<string>> { ["script"] = ["-v", "two words"], ["another"] = ["-x"] },
        });

        await TestClient.Until(() => client.Status.Node, "the node");

        Assert.Equal("-v\ntwo words\n", File.ReadAllText(Path.Combine(_directory, "told")));
    }

    private Task<TestClient> StartAsync() => TestClient.StartAsync(o => o with { PluginDir = _directory, DriverAllowList = ["raw_exec", "script", "greeter"] });

    private string Program(string name, string script)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static void KillPlugin(TestClient client)
    {
        var file = Directory.GetFiles(Path.Combine(client.Data, "client", "plugins"), "*.json").Single();
        System.Diagnostics.Process.GetProcessById(JsonNode.Parse(File.ReadAllText(file))!["Pid"]!.GetValue<int>()).Kill();
    }

    private static JobTask Script(string script) => new()
    {
        Name = "script",
        Driver = "script",
        Config = EquatableMap.Of(("script", ConfigValue.Of(script))),
        KillTimeout = TimeSpan.FromSeconds(2),
        KillSignal = "SIGTERM",
    };
}
