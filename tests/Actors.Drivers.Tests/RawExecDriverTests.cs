using System.Diagnostics;
using Actors.Contracts.Collections;
using Actors.Drivers.Processes;
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
    public async Task What_an_agent_in_the_background_of_a_script_ignores_its_tasks_do_not()
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "trap '' INT QUIT PIPE; exec \"$@\"", "sh", .. Executables.FreshSignals, "grep", "SigIgn", "/proc/self/status"])
        {
            RedirectStandardOutput = true,
        })!;

        Assert.Equal("SigIgn:\t0000000000000000\n", await shell.StandardOutput.ReadToEndAsync(Soon));
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

        Process.GetProcessById(int.Parse(inspection.Attributes["supervisor_pid"])).Kill();

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
    public async Task A_task_runs_as_its_user_and_can_open_its_output_again_but_not_what_the_agent_keeps_of_it()
    {
        var config = NewTask("id -un; echo again >>/dev/stdout; ls \"$CONTROL\" 2>/dev/null || echo closed");
        config = config with { User = "nobody", Env = Environment(("CONTROL", config.Paths.Control)) };
        // The test's own directory is closed to others; an agent's allocation directories are not.
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_101_101);
        await Exit(await Start(Driver(), config));

        Assert.Equal("nobody\nagain\nclosed\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_user_that_there_is_not_is_refused_by_name()
    {
        var refusal = await Assert.ThrowsAsync<DriverException>(() => Start(Driver(), NewTask("true") with { User = "nobody-of-that-name" }));

        Assert.Contains("there is no user \"nobody-of-that-name\"", refusal.Message);
    }

    [Fact]
    public async Task What_a_task_puts_where_its_next_log_file_goes_is_replaced_and_not_followed_or_waited_for()
    {
        var victim = Path.Combine(Root, "victim");
        File.WriteAllText(victim, "mine");
        // Logs go on after the last file that is there when they begin: they have begun before it plants anything.
        var config = NewTask("echo begun; until [ -s \"$LOGS/main.stdout.0\" ]; do sleep 0.05; done; ln -s \"$VICTIM\" \"$LOGS/main.stdout.1\"; mkfifo \"$LOGS/main.stdout.2\"; i=0; while [ $i -lt 30 ]; do echo \"line $i\"; i=$((i+1)); done");
        config = config with { Logs = new LogLimits { MaxFiles = 10, MaxFileBytes = 100 }, Env = Environment(("VICTIM", victim), ("LOGS", config.Paths.Logs)) };
        await Exit(await Start(Driver(), config));

        Assert.Equal("mine", File.ReadAllText(victim));
        Assert.Equal("begun\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"line {i}\n")), Log(config, "stdout"));
    }
}
