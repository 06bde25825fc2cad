using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Drivers.Qemu;
using Xunit;

namespace Actors.Drivers.Tests;

/// <summary>Virtual machines of a few bytes: a boot sector that writes to the serial port, then waits, halts or switches itself off.</summary>
public sealed class QemuDriverTests : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("actors-qemu-").FullName;
    private readonly List<IDriverTask> _started = [];
    private readonly QemuDriver _driver = new(options: null, TimeProvider.System);
    private readonly CancellationToken _soon = new CancellationTokenSource(TimeSpan.FromSeconds(90)).Token;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var task in _started)
        {
            await task.DestroyAsync(_soon);
            await task.DisposeAsync();
        }

        await _driver.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Its_fingerprint_tells_the_version()
    {
        await foreach (var fingerprint in _driver.FingerprintAsync(_soon))
        {
            Assert.True(fingerprint.Healthy, fingerprint.Description);
            Assert.Matches("^[0-9]+\\.[0-9]+", fingerprint.Attributes["driver.qemu.version"]);
            return;
        }
    }

    [Fact]
    public async Task A_machine_boots_its_image_and_what_it_writes_is_in_the_log()
    {
        var config = NewTask(BootSector.Waiting("up and running"));
        var task = await StartAsync(config);

        await Until(() => Log(config).Contains("up and running"));
        Assert.True((await task.InspectAsync(_soon)).Running);
        Assert.True((await task.StatsAsync(_soon)).MemoryRss > 0);
    }

    [Fact]
    public async Task A_machine_that_switches_itself_off_ends_well()
    {
        var config = NewTask(BootSector.PoweringOff("done"), ("args", Texts("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04")));
        var exit = await (await StartAsync(config)).Exited.WaitAsync(_soon);

        // The device that ends QEMU makes its exit code of what was written to it: twice that and one.
        Assert.Equal(3, exit.ExitCode);
        Assert.Contains("done", Log(config));
    }

    [Fact]
    public async Task Stopping_presses_the_power_button_where_that_is_asked_and_kills_what_does_not_heed_it()
    {
        var config = NewTask(BootSector.Waiting("deaf"), ("graceful_shutdown", ConfigValue.True));
        var task = await StartAsync(config);
        await Until(() => Log(config).Contains("deaf"));

        var stop = task.StopAsync("", TimeSpan.FromSeconds(2), _soon);
        await Task.Delay(500, _soon);
        Assert.False(stop.IsCompleted, "a machine that does not listen to its button is given its time");
        await stop;

        Assert.Equal(137, (await task.Exited).ExitCode);
    }

    [Fact]
    public async Task Stopping_ends_the_emulator_by_signal_where_nothing_is_asked()
    {
        var config = NewTask(BootSector.Waiting("up"));
        var task = await StartAsync(config);
        await Until(() => Log(config).Contains("up"));

        await task.StopAsync("SIGTERM", TimeSpan.FromSeconds(30), _soon);

        Assert.Equal(0, (await task.Exited).ExitCode);
    }

    [Fact]
    public async Task A_later_agent_finds_a_running_machine()
    {
        var config = NewTask(BootSector.Waiting("up"));
        var task = await StartAsync(config);
        var pid = (await task.InspectAsync(_soon)).Pid;
        _started.Remove(task);
        await task.DisposeAsync();

        await using var later = new QemuDriver(options: null, TimeProvider.System);
        var found = await later.RecoverAsync(config, task.Handle, new Progress<DriverEvent>(), _soon);

        Assert.Equal(pid, (await found!.InspectAsync(_soon)).Pid);
        await found.DestroyAsync(_soon);
        await found.DisposeAsync();
    }

    [Fact]
    public async Task A_port_is_forwarded_from_the_host_to_the_machine()
    {
        var port = new AllocatedPort("web", 28499, 0, "127.0.0.1", "main");
        var config = NewTask(BootSector.Waiting("up"), ("port_map", ConfigValue.Of([KeyValuePair.Create("web", ConfigValue.Of(80))]))) with { Ports = [port] };
        await StartAsync(config);
        await Until(() => Log(config).Contains("up"));

        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", 28499, _soon);
        Assert.True(client.Connected);
    }

    [Theory]
    [InlineData("image_path", "nothing.img", "there is no file")]
    [InlineData("image_path", "/etc/passwd", "qemu.image_paths")]
    [InlineData("emulator", "qemu-system-nothing", "there is no")]
    [InlineData("emulator", "/bin/sh", "expected a program named qemu-system-")]
    public async Task What_can_not_be_run_is_refused_by_key(string key, string value, string expected)
    {
        var config = NewTask(BootSector.Waiting("up"), (key, ConfigValue.Of(value)));

        var refusal = await Assert.ThrowsAsync<DriverException>(() => StartAsync(config));

        Assert.Contains($"config.{key}", refusal.Message);
        Assert.Contains(expected, refusal.Message);
    }

    [Fact]
    public void A_key_that_there_is_not_is_named_with_the_nearest() =>
        Assert.Contains("did you mean \"image_path\"?", ((ITaskDriver)_driver).Validate(EquatableMap.Of(("image_pth", ConfigValue.Of("x")))).First().Message);

    private static ConfigValue Texts(params string[] texts) => ConfigValue.Of([.. texts.Select(t => ConfigValue.Of(t))]);

    private TaskConfig NewTask(byte[] image, params (string Key, ConfigValue Value)[] keys)
    {
        var allocation = Contracts.AllocationId.From(Guid.NewGuid());
        var directory = Path.Combine(_root, allocation.ToString());
        var config = new TaskConfig
        {
            AllocationId = allocation,
            JobId = new Contracts.JobId("default", "spec"),
            TaskGroup = "group",
            Task = "main",
            NodeId = Contracts.NodeId.From(Guid.NewGuid()),
            Config = EquatableMap.Of(("image_path", ConfigValue.Of("local/disk.img")), ("args", Texts("-serial", "stdio", "-monitor", "none"))),
            Env = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["NOMAD_ALLOC_ID"] = allocation.ToString(), ["NOMAD_TASK_NAME"] = "main" },
            Paths = new TaskPaths { Allocation = directory, Task = Path.Combine(directory, "main"), Control = Path.Combine(directory, "control") },
            Resources = new AllocatedTaskResources(100, 128),
        };
        foreach (var (key, value) in keys)
        {
            var all = key == "args" ? ConfigValue.Of([.. config.Config["args"].AsList(), .. value.AsList()]) : value;
            config = config with { Config = config.Config.SetItem(key, all) };
        }

        Directory.CreateDirectory(config.Paths.Local);
        Directory.CreateDirectory(config.Paths.Logs);
        File.WriteAllBytes(Path.Combine(config.Paths.Local, "disk.img"), image);
        return config;
    }

    private async Task<IDriverTask> StartAsync(TaskConfig config)
    {
        var task = await _driver.StartAsync(config, new Progress<DriverEvent>(), _soon);
        _started.Add(task);
        return task;
    }

    private static string Log(TaskConfig config) => Path.Combine(config.Paths.Logs, "main.stdout.0") is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    private static async Task Until(Func<bool> condition)
    {
        var until = DateTime.UtcNow + TimeSpan.FromSeconds(60);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < until, "the condition did not come true in time");
            await Task.Delay(50);
        }
    }
}

/// <summary>Boot sectors for machines of the PC kind, in machine code of the 8086.</summary>
internal static class BootSector
{
    private static readonly byte[] Forever = [0xF4, 0xEB, 0xFD];

    // Writes 1 to the port of QEMU's device for leaving.
    private static readonly byte[] Leave = [0xB0, 0x01, 0xE6, 0xF4, .. Forever];

    /// <summary>Writes a text to the first serial port, then waits for ever.</summary>
    public static byte[] Waiting(string text) => Image(text, Forever);

    /// <summary>Writes a text to the first serial port, then ends the machine.</summary>
    public static byte[] PoweringOff(string text) => Image(text, Leave);

    private static byte[] Image(string text, byte[] end)
    {
        var code = new List<byte>();
        // cli; mov dx, 3F8h; then for each character: mov al, c; out dx, al
        code.AddRange([0xFA, 0xBA, 0xF8, 0x03]);
        foreach (var character in text + "\n") code.AddRange([0xB0, (byte)character, 0xEE]);
        code.AddRange(end);
        var sector = new byte[512];
        code.CopyTo(sector);
        (sector[510], sector[511]) = (0x55, 0xAA);
        return sector;
    }
}
