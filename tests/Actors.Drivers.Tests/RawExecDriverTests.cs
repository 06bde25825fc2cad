using Actors.Contracts.Collections;
using Actors.Drivers.RawExec;
using Xunit;

namespace Actors.Drivers.Tests;

public sealed class RawExecDriverTests : DriverSpecification
{
    protected override ITaskDriver NewDriver() => new RawExecDriver(options: null, TimeProvider.System);

    protected override EquatableMap<ConfigValue> Script(string script) => EquatableMap.Of(
        ("command", ConfigValue.Of("/bin/sh")),
        ("args", ConfigValue.Of([ConfigValue.Of("-c"), ConfigValue.Of(script)])));

    [Fact]
    public async Task A_command_that_is_not_there_is_refused_by_name()
    {
        var task = NewTask("") with { Config = EquatableMap.Of(("command", ConfigValue.Of("no-such-program"))) };

        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), task));

        Assert.False(refusal.Recoverable);
        Assert.Contains("config.command", refusal.Message);
        Assert.Contains("no-such-program", refusal.Message);
    }

    [Fact]
    public async Task A_task_has_the_signals_of_a_freshly_started_process()
    {
        var config = NewTask("grep -E 'Sig(Blk|Ign)' /proc/self/status");
        await Exit(await Start(Driver(), config));

        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_process_that_left_its_session_goes_with_its_task()
    {
        var config = NewTask("setsid sh -c 'echo $$ >\"$MARK\"; exec sleep 1000' & while [ ! -s \"$MARK\" ]; do sleep 0.02; done; sleep 1000");
        config = config with { Env = Environment(("MARK", Path.Combine(config.Paths.Local, "escaped"))) };
        var task = await Start(Driver(), config);
        var mark = Path.Combine(config.Paths.Local, "escaped");
        await Until(() => File.Exists(mark) && File.ReadAllText(mark).EndsWith('\n'));
        var escaped = int.Parse(File.ReadAllText(mark));
        Assert.True(Directory.Exists($"/proc/{escaped}"));

        await task.StopAsync("SIGTERM", TimeSpan.FromSeconds(5), Soon);
        await task.DestroyAsync(Soon);

        await Until(() => !Directory.Exists($"/proc/{escaped}") || File.ReadAllText($"/proc/{escaped}/stat").Contains(") Z "));
    }

    [Fact]
    public async Task A_task_whose_supervisor_is_killed_is_ended_and_says_so()
    {
        var task = await Start(Driver(), NewTask("sleep 1000"));
        var inspection = await task.InspectAsync(Soon);

        System.Diagnostics.Process.GetProcessById(int.Parse(inspection.Attributes["supervisor_pid"])).Kill();

        var exit = await Exit(task);
        Assert.False(exit.Successful);
        Assert.Contains("supervising shell was killed", exit.Error);
        await Until(() => !Directory.Exists($"/proc/{inspection.Pid}") || File.ReadAllText($"/proc/{inspection.Pid}/stat").Contains(") Z "));
    }

    [Fact]
    public async Task A_megabyte_without_an_agent_does_not_hold_the_task_up()
    {
        var config = NewTask("while [ ! -e \"$GO\" ]; do sleep 0.02; done; head -c 5000000 /dev/zero | tr '\\0' 'x'; exit 4");
        config = config with { Env = Environment(("GO", Visible(config, "go"))) };
        var task = await Start(Driver(), config);
        await LetGo(task);
        File.WriteAllText(Path.Combine(config.Paths.Shared, "go"), "");
        await Until(() => File.Exists(Path.Combine(config.Paths.Control, "exit")));

        var found = await Recover(config, task.Handle);

        Assert.Equal(4, (await Exit(found!)).ExitCode);
        Assert.Equal(5_000_000, Log(config, "stdout").Length);
    }

    [Fact]
    public async Task A_task_runs_as_its_user()
    {
        var config = NewTask("id -un") with { User = "nobody" };
        // The test's own directory is closed to others; an agent's allocation directories are not.
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        await Exit(await Start(Driver(), config));

        Assert.Equal("nobody\n", Log(config, "stdout"));
    }
}
