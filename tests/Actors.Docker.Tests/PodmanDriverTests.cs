using System.Diagnostics;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Contracts.Collections;
using Actors.Drivers;
using Actors.Drivers.Podman;
using Actors.Drivers.Rkt;
using Actors.Drivers.Tests;
using Docker.DotNet;
using Xunit;

namespace Actors.Docker.Tests;

/// <summary>Podman's service with a store of its own.</summary>
public sealed class PodmanFixture : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("actors-podman-").FullName;
    private Process? _service;

    public string Socket => Path.Combine(_root, "podman.sock");

    public DockerClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var configuration = Path.Combine(_root, "containers.conf");
        // The surroundings of a test may not be allowed to raise limits to Podman's own.
        await File.WriteAllTextAsync(configuration, """
            [containers]
            default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "runc"
            """);
        var start = new ProcessStartInfo("podman", [.. Global, "system", "service", "--time", "0", $"unix://{Socket}"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["CONTAINERS_CONF"] = configuration;
        _service = Process.Start(start)!;
        var output = new System.Text.StringBuilder();
        _service.ErrorDataReceived += (_, line) => { lock (output) output.AppendLine(line.Data); };
        _service.BeginErrorReadLine();
        _service.BeginOutputReadLine();
        Client = new DockerClientBuilder().WithEndpoint(new Uri($"unix://{Socket}")).Build();
        var until = DateTime.UtcNow.AddSeconds(60);
        while (!await EngineFixture.AnswersAsync(Client))
        {
            string said;
            lock (output) said = output.ToString();
            Assert.True(!_service.HasExited && DateTime.UtcNow < until, $"podman does not answer: {said}");
            await Task.Delay(50);
        }

        // The first answer is slow: it looks at the whole machine.
        await Client.System.GetSystemInfoAsync();
        await Images.EnsureBusyboxAsync(Client, "docker.io/actors-test/busybox:1");
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_service is { HasExited: false })
        {
            using (var kill = Process.Start("kill", ["-TERM", _service.Id.ToString()])) await kill.WaitForExitAsync();
            await _service.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }

        using (var unmount = Process.Start("umount", [Path.Combine(_root, "root", "overlay")])) await unmount.WaitForExitAsync();
        Directory.Delete(_root, recursive: true);
    }

    private string[] Global => ["--root", Path.Combine(_root, "root"), "--runroot", Path.Combine(_root, "run"), "--tmpdir", Path.Combine(_root, "tmp")];
}

public sealed class PodmanDriverTests(PodmanFixture podman) : DriverSpecification, IClassFixture<PodmanFixture>
{
    protected override ITaskDriver NewDriver() => NewPodman();

    protected override EquatableMap<ConfigValue> Script(string script) => EquatableMap.Of(
        ("image", ConfigValue.Of("actors-test/busybox:1")),
        ("network_mode", ConfigValue.Of("none")),
        ("command", ConfigValue.Of("/bin/sh")),
        ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of(script)])));

    protected override string Visible(TaskConfig config, string name) => $"/alloc/{name}";

    [Fact]
    public async Task Its_own_keys_shape_the_container()
    {
        var config = NewTask("pwd; df -P /scratch | tail -n 1; sleep 1000");
        config = config with
        {
            Config = config.Config
                .SetItem("working_dir", ConfigValue.Of("/tmp"))
                .SetItem("tmpfs", ConfigValue.Of([ConfigValue.Of("/scratch")]))
                .SetItem("memory_reservation", ConfigValue.Of("64m")),
        };
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stdout").Contains("/scratch"));

        var inspected = await podman.Client.Containers.InspectContainerAsync((await task.InspectAsync(Soon)).Attributes["container_id"], Soon);
        Assert.StartsWith("/tmp\ntmpfs", Log(config, "stdout"));
        Assert.Equal(64L << 20, inspected.HostConfig!.MemoryReservation);
    }

    [Fact]
    public async Task A_monitor_whose_container_is_gone_is_found_and_ended_with_what_it_started()
    {
        ILeftovers driver = NewPodman();
        var (orphaned, monitored) = (new AllocationId(Guid.NewGuid()), new AllocationId(Guid.NewGuid()));
        Directory.CreateDirectory(Path.Combine(Root, "bundle"));
        var program = Path.Combine(Root, "conmon");
        File.Copy("/bin/dash", program);
        // A shell of the monitor's name, with its arguments.
        Process Monitor(AllocationId allocation, string bundle) =>
            Process.Start(program, ["-c", "sleep 1000; true", "-n", $"task-{allocation}", "-b", Path.Combine(Root, bundle)]);
        using var orphan = Monitor(orphaned, "gone");
        using var other = Monitor(monitored, "bundle");
        try
        {
            await Until(() => File.ReadAllText($"/proc/{orphan.Id}/task/{orphan.Id}/children").Length > 0);
            var child = int.Parse(File.ReadAllText($"/proc/{orphan.Id}/task/{orphan.Id}/children").Trim(), System.Globalization.CultureInfo.InvariantCulture);

            var found = await driver.FindAsync(new NodeId(Guid.NewGuid()), Soon);
            await driver.RemoveAsync(new NodeId(Guid.NewGuid()), orphaned, Soon);

            Assert.Contains(orphaned, found);
            Assert.DoesNotContain(monitored, found);
            await Until(() => orphan.HasExited && !Directory.Exists($"/proc/{child}"));
            Assert.False(other.HasExited);
        }
        finally
        {
            orphan.Kill(entireProcessTree: true);
            other.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("redis", "docker.io/library/redis")]
    [InlineData("actors-test/busybox:1", "docker.io/actors-test/busybox:1")]
    [InlineData("docker://quay.io/a/b:2", "quay.io/a/b:2")]
    [InlineData("localhost/mine", "localhost/mine")]
    [InlineData("127.0.0.1:5000/x:1", "127.0.0.1:5000/x:1")]
    public void An_image_without_a_registry_is_dockers(string given, string whole) => Assert.Equal(whole, PodmanDriver.ImageName(given));

    [Fact]
    public async Task A_source_of_images_that_its_api_can_not_take_from_is_refused()
    {
        var config = NewTask("true");

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config with { Config = config.Config.SetItem("image", ConfigValue.Of("oci-archive:/tmp/x.tar")) }));

        Assert.Contains("oci-archive", refusal.Message);
    }

    [Fact]
    public async Task What_was_written_for_rkt_runs_with_a_warning_where_it_means_the_same()
    {
        var rkt = new RktDriver((PodmanDriver)Driver());
        var config = NewTask("") with
        {
            Config = EquatableMap.Of(
                ("image", ConfigValue.Of("docker://actors-test/busybox:1")), ("command", ConfigValue.Of("/bin/sh")), ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of("cat /data/file")])),
                ("net", ConfigValue.Of([ConfigValue.Of("none")])), ("debug", ConfigValue.True), ("volumes", ConfigValue.Of([ConfigValue.Of($"{Root}/data:/data:readOnly")]))),
        };
        Directory.CreateDirectory(Path.Combine(Root, "data"));
        File.WriteAllText(Path.Combine(Root, "data", "file"), "from rkt\n");

        var problems = ((ITaskDriver)rkt).Validate(config.Config);
        Assert.All(problems, p => Assert.True(p.IsWarning, p.ToString()));
        Assert.Equal(["config.debug", "driver"], problems.Select(p => p.Place).Order());
        Assert.Contains("discontinued", problems.First(p => p.Place == "driver").Message);
        await Exit(await Start(rkt, config));
        Assert.Equal("from rkt\n", Log(config, "stdout"));
    }

    [Theory]
    [InlineData("image", "coreos.com/etcd:v2.0.4", "rkt's own format")]
    [InlineData("net", "my-network", "not Podman's")]
    [InlineData("group", "staff", "no equal")]
    public async Task What_rkt_alone_could_do_is_refused_with_the_reason(string key, string value, string reason)
    {
        await using var podmanDriver = NewPodman();
        var config = EquatableMap.Of(("image", ConfigValue.Of("docker://redis"))).SetItem(key, ConfigValue.Of(value));

        var refusal = Assert.Single(((ITaskDriver)new RktDriver(podmanDriver)).Validate(config), p => !p.IsWarning);

        Assert.Equal($"config.{key}", refusal.Place);
        Assert.Contains(reason, refusal.Message);
    }

    private PodmanDriver NewPodman() => new(new JsonObject { ["socket_path"] = podman.Socket }, TimeProvider.System);
}
