using System.Text.Json.Nodes;
using Actors.Contracts.Allocations;
using Actors.Contracts.Collections;
using Actors.Drivers.Exec;
using Xunit;

namespace Actors.Drivers.Tests;

public sealed class ExecDriverTests : DriverSpecification
{
    protected override ITaskDriver NewDriver() => new ExecDriver(options: null, TimeProvider.System);

    protected override EquatableMap<ConfigValue> Script(string script) => EquatableMap.Of(
        ("command", ConfigValue.Of("/bin/sh")),
        ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of(script)])));

    protected override string Visible(TaskConfig config, string name) => $"/alloc/{name}";

    public override Task InitializeAsync()
    {
        // The test's own directory is closed to others; an agent's allocation directories are not.
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        return base.InitializeAsync();
    }

    [Fact]
    public async Task A_task_sees_the_hosts_programs_and_its_own_directories_and_nothing_else()
    {
        var config = NewTask("ls -d /bin/sh /etc/passwd /alloc /local /secrets /tmp; ls -d /home /root /var /work 2>/dev/null; touch /usr/x 2>/dev/null && echo could write; touch /local/mine && echo wrote");
        await Exit(await Start(Driver(), config));

        Assert.Equal("/alloc\n/bin/sh\n/etc/passwd\n/local\n/secrets\n/tmp\nwrote\n", Log(config, "stdout"));
        Assert.True(File.Exists(Path.Combine(config.Paths.Local, "mine")));
    }

    [Fact]
    public async Task A_task_is_the_first_process_of_its_own_and_has_no_sight_of_others()
    {
        var config = NewTask("echo $$; ls -d /proc/[0-9]* | wc -l; readlink /proc/self/ns/ipc");
        await Exit(await Start(Driver(), config));

        var lines = Log(config, "stdout").Split('\n');
        Assert.Equal("1", lines[0]);
        Assert.InRange(int.Parse(lines[1]), 1, 4);
        Assert.NotEqual(new FileInfo("/proc/self/ns/ipc").LinkTarget, lines[2]);
    }

    [Fact]
    public async Task A_task_runs_as_nobody_without_capabilities_unless_it_says_otherwise()
    {
        var config = NewTask("id -un; grep CapEff /proc/self/status");
        await Exit(await Start(Driver(), config));
        var root = NewTask("id -un; grep CapEff /proc/self/status") with { User = "root" };
        await Exit(await Start(Driver(), root));
        var bound = NewTask("grep CapEff /proc/self/status");
        await Exit(await Start(Driver(), bound with { Config = bound.Config.SetItem("cap_add", ConfigValue.Of([ConfigValue.Of("net_bind_service")])) }));

        Assert.Equal("nobody\nCapEff:\t0000000000000000\n", Log(config, "stdout"));
        Assert.Equal("root\nCapEff:\t00000000a80405fb\n", Log(root, "stdout"));
        Assert.Equal("CapEff:\t0000000000000400\n", Log(bound, "stdout"));
    }

    [Fact]
    public async Task A_task_keeps_within_its_number_of_processes()
    {
        // The shell that is refused a process ends; what it started, and the task's first process, run on.
        var config = NewTask("(i=0; while [ $i -lt 200 ]; do i=$((i+1)); sleep 1000 & done); exec sleep 1000");
        config = config with { Config = config.Config.SetItem("pids_limit", ConfigValue.Of(20)) };
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stderr").Contains("fork", StringComparison.OrdinalIgnoreCase));

        Assert.False(task.Exited.IsCompleted);
        Assert.InRange((await task.StatsAsync(Soon)).Processes, 10, 20);
        await task.DestroyAsync(Soon);

        Assert.Empty(ControlGroupsOf(config));
    }

    [Fact]
    public async Task A_task_that_forks_without_end_is_ended_with_all_it_forked()
    {
        var config = NewTask("f() { sleep 1000 & f | f & }; f; exec sleep 1000");
        config = config with { Config = config.Config.SetItem("pids_limit", ConfigValue.Of(50)) };
        var task = await Start(Driver(), config);
        await Until(async () => task.Exited.IsCompleted || (await task.StatsAsync(Soon)).Processes > 10);

        await task.DestroyAsync(Soon);

        Assert.True(task.Exited.IsCompleted);
        Assert.Empty(ControlGroupsOf(config));
    }

    [Fact]
    public async Task What_nobody_remembers_is_found_by_its_nodes_id_and_removed()
    {
        var config = NewTask("sleep 1000");
        var task = await Start(Driver(), config);
        var other = await Start(Driver(), NewTask("sleep 1000"));
        var pid = (await task.InspectAsync(Soon)).Pid;
        var leftovers = (ILeftovers)Driver();

        Assert.Equal([config.AllocationId], await leftovers.FindAsync(config.NodeId, Soon));
        await leftovers.RemoveAsync(config.NodeId, config.AllocationId, Soon);

        Assert.Empty(await leftovers.FindAsync(config.NodeId, Soon));
        Assert.Empty(ControlGroupsOf(config));
        await Until(() => !Directory.Exists($"/proc/{pid}"));
        Assert.True((await other.InspectAsync(Soon)).Running);
    }

    [Fact]
    public async Task A_command_that_its_root_does_not_have_is_refused_by_name()
    {
        var config = NewTask("") with { Config = EquatableMap.Of(("command", ConfigValue.Of("no-such-program"))) };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config));

        Assert.False(refusal.Recoverable);
        Assert.Contains("config.command", refusal.Message);
        Assert.Contains("no-such-program", refusal.Message);
    }

    [Theory]
    [InlineData("cap_add", "sys_admin", "allow_caps")]
    [InlineData("cap_add", "sys_admn", "did you mean SYS_ADMIN")]
    [InlineData("pid_mode", "host", "default_pid_mode")]
    [InlineData("ipc_mode", "host", "default_ipc_mode")]
    public async Task What_the_operator_does_not_allow_is_refused_by_key_and_option(string key, string value, string expected)
    {
        var config = NewTask("true");

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), config with { Config = config.Config.SetItem(key, ConfigValue.Of(value)) }));

        Assert.False(refusal.Recoverable);
        Assert.Contains($"config.{key}", refusal.Message);
        Assert.Contains(expected, refusal.Message);
    }

    [Fact]
    public async Task A_task_sees_the_directories_of_its_volumes()
    {
        var volume = Directory.CreateDirectory(Path.Combine(Root, "volume")).FullName;
        File.WriteAllText(Path.Combine(volume, "data"), "kept");
        var config = NewTask("cat /srv/data; touch /srv/new 2>/dev/null || echo read-only") with { Mounts = [new TaskMount(volume, "/srv", ReadOnly: true)] };
        await Exit(await Start(Driver(), config));

        Assert.Equal("keptread-only\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_task_whose_supervisor_is_killed_is_ended_with_everything_it_has()
    {
        var config = NewTask("sleep 1000");
        var task = await Start(Driver(), config);
        var inspection = await task.InspectAsync(Soon);

        System.Diagnostics.Process.GetProcessById(int.Parse(inspection.Attributes["supervisor_pid"])).Kill();

        var exit = await Exit(task);
        Assert.Contains("supervising shell was killed", exit.Error);
        await Until(() => !Directory.Exists($"/proc/{inspection.Pid}"));
    }

    [Fact]
    public async Task A_task_that_uses_too_much_memory_is_killed_and_says_so()
    {
        var config = NewTask("x=x; while :; do x=$x$x; done") with { Resources = new AllocatedTaskResources(100, 24) };
        var exit = await Exit(await Start(Driver(), config));

        Assert.True(exit.OutOfMemory, exit.ToString());
        Assert.False(exit.Successful);
    }

    private static List<string> ControlGroupsOf(TaskConfig config) =>
        [.. Directory.EnumerateDirectories("/sys/fs/cgroup", $"{config.AllocationId}*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })];
}

public sealed class ExecOptionsTests
{
    [Theory]
    [InlineData("alow_caps", "all", "exec.alow_caps: there is no such key; did you mean \"allow_caps\"?")]
    [InlineData("default_pid_mode", "shared", "exec.default_pid_mode: expected \"private\" or \"host\", found \"shared\"")]
    [InlineData("denied_host_uids", "10-5", "exec.denied_host_uids: expected ids and ranges")]
    [InlineData("no_pivot_root", "perhaps", "exec.no_pivot_root: expected true or false, found perhaps")]
    public void A_mistake_in_the_operators_keys_is_named(string key, string value, string expected)
    {
        var mistake = Assert.Throws<FormatException>(() => new ExecDriver(new JsonObject { [key] = value }, TimeProvider.System));

        Assert.Contains(expected, mistake.Message);
    }

    [Fact]
    public async Task A_node_without_a_runtime_says_so()
    {
        await using var driver = new ExecDriver(new JsonObject { ["runtime"] = "no-such-runtime" }, TimeProvider.System);
        await foreach (var fingerprint in driver.FingerprintAsync(CancellationToken.None))
        {
            Assert.False(fingerprint.Detected);
            Assert.Contains("no-such-runtime", fingerprint.Description);
            return;
        }
    }
}
