using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Docker;
using Actors.Drivers.Tests;
using Docker.DotNet.Models;
using Xunit;

namespace Actors.Docker.Tests;

[Collection(EngineCollection.Name)]
public sealed class DockerDriverTests(EngineFixture engine) : DriverSpecification
{
    protected override ITaskDriver NewDriver() => new DockerDriver(options: null, TimeProvider.System);

    protected override EquatableMap<ConfigValue> Script(string script) => EquatableMap.Of(
        ("image", ConfigValue.Of(EngineFixture.Busybox)),
        ("command", ConfigValue.Of("/bin/sh")),
        ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of(script)])));

    protected override string Visible(TaskConfig config, string name) => $"/alloc/{name}";

    [Fact]
    public async Task An_image_that_is_nowhere_is_named()
    {
        var config = NewTask("true");
        config = config with { Config = config.Config.SetItem("image", ConfigValue.Of("127.0.0.1:9/no/such-image:3")) };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config));

        Assert.Contains("Failed to pull 127.0.0.1:9/no/such-image:3", refusal.Message);
    }

    [Fact]
    public async Task A_container_carries_its_allocations_name_and_labels()
    {
        var config = NewTask("sleep 1000");
        config = config with { Config = config.Config.SetItem("labels", ConfigValue.Of([ConfigValue.Of([KeyValuePair.Create("realm", ConfigValue.Of("Experiment"))])])) };
        var task = await Start(Driver(), config);

        var inspected = await engine.Client.Containers.InspectContainerAsync((await task.InspectAsync(Soon)).Attributes["container_id"], Soon);

        Assert.Equal($"/main-{config.AllocationId}", inspected.Name);
        Assert.Equal("Experiment", inspected.Config!.Labels!["realm"]);
        Assert.Equal(config.AllocationId.ToString(), inspected.Config.Labels["com.hashicorp.nomad.alloc_id"]);
        Assert.Equal(("spec", "main", config.NodeId.ToString()), (inspected.Config.Labels["com.hashicorp.nomad.job_id"], inspected.Config.Labels["com.hashicorp.nomad.task_name"], inspected.Config.Labels["com.hashicorp.nomad.node_id"]));
    }

    [Fact]
    public async Task A_container_that_somebody_removes_is_told_to_be_gone()
    {
        var task = await Start(Driver(), NewTask("sleep 1000"));
        var id = (await task.InspectAsync(Soon)).Attributes["container_id"];

        await engine.Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true }, Soon);

        var exit = await Exit(task);
        Assert.False(exit.Successful);
    }

    [Fact]
    public async Task A_container_that_was_removed_while_there_was_no_agent_is_told_to_be_gone()
    {
        var config = NewTask("sleep 1000");
        var task = await Start(Driver(), config);
        var id = (await task.InspectAsync(Soon)).Attributes["container_id"];
        await LetGo(task);
        await engine.Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true }, Soon);

        var found = await Recover(config, task.Handle);

        Assert.Contains("is gone", (await Exit(found!)).Error);
    }

    [Theory]
    [InlineData("private", false)]
    [InlineData("host-to-task", true)]
    [InlineData("bidirectional", true)]
    public async Task What_the_host_mounts_in_a_volume_later_reaches_the_task_as_its_propagation_mode_says(string mode, bool reaches)
    {
        var volume = Directory.CreateTempSubdirectory("actors-volume-").FullName;
        var inner = Directory.CreateDirectory(Path.Combine(volume, "inner")).FullName;
        await RunAsync("mount", "--bind", volume, volume);
        try
        {
            await RunAsync("mount", "--make-shared", volume);
            var task = await Start(Driver(), NewTask("sleep 1000") with { Mounts = [new TaskMount(volume, "/data", ReadOnly: false, mode)] });
            await RunAsync("mount", "-t", "tmpfs", "tmpfs", inner);
            File.WriteAllText(Path.Combine(inner, "late"), "");

            await using var exec = await task.ExecAsync(new ExecRequest(["sh", "-c", "[ -e /data/inner/late ] && echo there || echo missing"]), Soon);
            await exec.CloseInputAsync(Soon);
            Assert.Equal(reaches ? "there\n" : "missing\n", (await ReadAll(exec)).Output);
            await task.DestroyAsync(Soon);
        }
        finally
        {
            await RunAsync("umount", "-R", volume);
            Directory.Delete(volume, recursive: true);
        }

        async Task RunAsync(string program, params string[] arguments)
        {
            using var process = System.Diagnostics.Process.Start(program, arguments);
            await process.WaitForExitAsync(Soon);
            Assert.Equal(0, process.ExitCode);
        }
    }

    [Fact]
    public async Task A_task_that_uses_too_much_memory_is_killed_and_says_so()
    {
        var config = NewTask("x=x; while :; do x=$x$x; done") with { Resources = new Contracts.Allocations.AllocatedTaskResources(100, 16) };
        var exit = await Exit(await Start(Driver(), config));

        Assert.True(exit.OutOfMemory, exit.ToString());
        Assert.False(exit.Successful);
    }

    [Theory]
    [InlineData("privileged", "true", "allow_privileged")]
    [InlineData("pid_mode", "host", "allow_privileged")]
    [InlineData("volumes", "/etc:/etc", "volumes.enabled")]
    [InlineData("volumes", "../../..:/out", "volumes.enabled")]
    [InlineData("cap_add", "sys_admin", "allow_caps")]
    [InlineData("runtime", "kata", "allow_runtimes")]
    public async Task What_the_operator_does_not_allow_is_refused_by_key_and_option(string key, string value, string option)
    {
        var config = NewTask("true");
        config = config with { Config = config.Config.SetItem(key, ConfigValue.Of(value)) };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config));

        Assert.False(refusal.Recoverable);
        Assert.Contains($"config.{key}", refusal.Message);
        Assert.Contains(option, refusal.Message);
    }

    [Fact]
    public void The_misspellings_of_old_examples_are_accepted_with_a_warning()
    {
        var config = Script("true").SetItem("priviledged", ConfigValue.False).SetItem("host_name", ConfigValue.Of("mysql"));

        var problems = Driver().Validate(config);

        Assert.All(problems, p => Assert.True(p.IsWarning));
        Assert.Equal(["config.host_name", "config.priviledged"], problems.Select(p => p.Place).Order());
    }

    [Fact]
    public async Task A_port_label_that_the_task_does_not_have_is_named()
    {
        var config = NewTask("true");
        config = config with { Config = config.Config.SetItem("port_map", ConfigValue.Of([KeyValuePair.Create("db", ConfigValue.Of(6379))])) };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config));

        Assert.Contains("config.port_map.db", refusal.Message);
    }

    [Fact]
    public async Task The_second_large_example_of_old_becomes_the_container_it_describes()
    {
        var config = NewTask("hostname; sleep 1000");
        foreach (var (key, value) in new (string, ConfigValue)[]
        {
            ("priviledged", ConfigValue.False), ("ipc_mode", ConfigValue.Of("none")), ("pid_mode", ConfigValue.Of("")), ("uts_mode", ConfigValue.Of("")),
            ("network_mode", ConfigValue.Of("bridge")), ("host_name", ConfigValue.Of("mysql")),
            ("dns_servers", ConfigValue.Of([ConfigValue.Of("8.8.8.8"), ConfigValue.Of("8.8.4.4")])),
            ("dns_search_domains", ConfigValue.Of([ConfigValue.Of("kurron.org"), ConfigValue.Of("transparent.com")])),
            ("port_map", ConfigValue.Of([ConfigValue.Of([KeyValuePair.Create("mysql", ConfigValue.Of(3306))])])),
            ("ulimit", ConfigValue.Of([KeyValuePair.Create("nofile", ConfigValue.Of("1024:2048"))])),
            ("extra_hosts", ConfigValue.Of([ConfigValue.Of("other:10.0.0.7")])),
        })
        {
            config = config with { Config = config.Config.SetItem(key, value) };
        }

        config = config with { Ports = [new Contracts.Allocations.AllocatedPort("mysql", 28411, 0, "127.0.0.1", "main")] };
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stdout") == "mysql\n");

        var inspected = await engine.Client.Containers.InspectContainerAsync((await task.InspectAsync(Soon)).Attributes["container_id"], Soon);
        Assert.Equal(["8.8.8.8", "8.8.4.4"], inspected.HostConfig!.DNS);
        Assert.Equal(["kurron.org", "transparent.com"], inspected.HostConfig.DNSSearch);
        Assert.Equal("none", inspected.HostConfig.IpcMode);
        Assert.Equal(("127.0.0.1", "28411"), (inspected.HostConfig.PortBindings!["3306/tcp"][0].HostIP, inspected.HostConfig.PortBindings["3306/tcp"][0].HostPort));
        Assert.True(inspected.HostConfig.PortBindings.ContainsKey("3306/udp"));
        Assert.Equal((1024, 2048), (inspected.HostConfig.Ulimits![0].Soft, inspected.HostConfig.Ulimits[0].Hard));
        Assert.Equal(["other:10.0.0.7"], inspected.HostConfig.ExtraHosts);
    }
}
