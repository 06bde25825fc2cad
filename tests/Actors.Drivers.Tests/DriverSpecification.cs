using Actors.Contracts.Collections;
using Actors.Drivers.Logs;
using Xunit;

namespace Actors.Drivers.Tests;

/// <summary>What every driver does whose tasks are programs, whatever it runs them with. Each such driver's tests derive from it and add their own.</summary>
public abstract class DriverSpecification : AnyDriverSpecification
{
    /// <summary>The driver's configuration for a script of the shell.</summary>
    protected abstract EquatableMap<ConfigValue> Script(string script);

    protected override EquatableMap<ConfigValue> Ending(int code, string output = "") => Script(output.Length == 0 ? $"exit {code}" : $"printf '%s' '{output}'; exit {code}");

    protected override EquatableMap<ConfigValue> Endless() => Script("sleep 1000");

    [Fact]
    public async Task What_a_task_writes_is_in_its_log_files_when_its_end_is_told()
    {
        var config = NewTask("echo to out; echo to err >&2; printf 'no newline'");
        await Exit(await Start(Driver(), config));

        Assert.Equal("to out\nno newline", Log(config, "stdout"));
        Assert.Equal("to err\n", Log(config, "stderr"));
    }

    [Fact]
    public async Task A_task_has_its_environment_whatever_the_names_and_values()
    {
        var config = NewTask("printf '%s|' \"$PLAIN\" \"$QUOTED\"; tr '\\0' '\\n' </proc/$$/environ | grep '^dotted.name='") with
        {
            Env = Environment(("PLAIN", "a b"), ("QUOTED", "it's \"$HOME\" `x`"), ("dotted.name", "d")),
        };
        await Exit(await Start(Driver(), config));

        Assert.Equal("a b|it's \"$HOME\" `x`|dotted.name=d\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_task_that_is_stopped_gets_the_signal_and_ends_in_its_own_way()
    {
        var config = NewTask("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stdout").Contains("ready"));

        await task.StopAsync("SIGTERM", TimeSpan.FromSeconds(20), Soon);

        Assert.Equal(7, (await Exit(task)).ExitCode);
        Assert.Equal("ready\nbye\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task A_task_that_does_not_heed_the_signal_is_killed_when_its_time_is_up()
    {
        var config = NewTask("trap '' TERM INT; echo ready; while :; do sleep 0.05; done");
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stdout").Contains("ready"));

        await task.StopAsync("SIGTERM", TimeSpan.FromMilliseconds(300), Soon);

        Assert.Equal(137, (await Exit(task)).ExitCode);
        Assert.False((await task.InspectAsync(Soon)).Running);
    }

    [Fact]
    public async Task A_task_can_be_sent_signals()
    {
        var config = NewTask("trap 'echo reloaded' HUP; echo ready; while :; do sleep 0.05; done");
        var task = await Start(Driver(), config);
        await Until(() => Log(config, "stdout").Contains("ready"));

        await task.SignalAsync("SIGHUP", Soon);

        await Until(() => Log(config, "stdout").Contains("reloaded"));
        Assert.True((await task.InspectAsync(Soon)).Running);
    }

    [Fact]
    public async Task A_running_task_tells_what_it_uses()
    {
        var task = await Start(Driver(), NewTask("while :; do :; done"));
        await task.StatsAsync(Soon);
        var usage = new TaskUsage { At = default };
        await Until(async () => (usage = await task.StatsAsync(Soon)).CpuPercent > 5);

        Assert.InRange(usage.MemoryUsage, 1, 256 * 1024 * 1024);
        Assert.InRange(usage.Processes, 1, 5);
        Assert.True((await task.InspectAsync(Soon)).Pid > 0);
    }

    [Fact]
    public async Task A_command_runs_inside_a_task_with_its_own_streams_and_exit_code()
    {
        var config = NewTask("echo $$ >\"$MARK\"; sleep 1000");
        config = config with { Env = Environment(("MARK", Visible(config, "mark")), ("GREETING", "hello")) };
        var task = await Start(Driver(), config);
        await Until(() => File.Exists(Path.Combine(config.Paths.Shared, "mark")));

        await using var exec = await task.ExecAsync(new ExecRequest(["sh", "-c", "read line; echo \"$GREETING $line\"; echo wrong >&2; cat; [ -e \"$MARK\" ] && exit 6"]), Soon);
        await exec.WriteAsync("world\n"u8.ToArray(), Soon);
        await exec.WriteAsync("the rest"u8.ToArray(), Soon);
        await exec.CloseInputAsync(Soon);
        var (output, error) = await ReadAll(exec);

        Assert.Equal(("hello world\nthe rest", "wrong\n"), (output, error));
        Assert.Equal(6, await exec.Exited.WaitAsync(Soon));
        Assert.True((await task.InspectAsync(Soon)).Running);
    }

    [Fact]
    public async Task A_command_with_a_terminal_sees_its_size_and_every_change_of_it()
    {
        var task = await Start(Driver(), NewTask("sleep 1000"));

        await using var exec = await task.ExecAsync(
            new ExecRequest(["sh", "-c", "[ -t 0 ] && echo a terminal; while [ \"$(stty size)\" != '22 77' ]; do stty size; sleep 0.05; done; exit 3"], Tty: true) { Columns = 100, Rows = 30 }, Soon);
        var seen = "";
        await foreach (var piece in exec.ReadAsync(Soon))
        {
            Assert.False(piece.IsError);
            seen += System.Text.Encoding.UTF8.GetString(piece.Data.Span);
            if (seen.Contains("30 100")) await exec.ResizeAsync(77, 22, Soon);
        }

        Assert.Contains("a terminal", seen);
        Assert.Contains("30 100", seen);
        Assert.Equal(3, await exec.Exited.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_command_that_nobody_wants_any_more_is_killed_and_its_task_goes_on()
    {
        var config = NewTask("sleep 1000");
        config = config with { Env = Environment(("MARK", Visible(config, "mark"))) };
        var task = await Start(Driver(), config);
        var mark = Path.Combine(config.Paths.Shared, "mark");
        var exec = await task.ExecAsync(new ExecRequest(["sh", "-c", "while :; do echo x >>\"$MARK\"; sleep 0.02; done"]), Soon);
        await Until(() => File.Exists(mark));

        await exec.DisposeAsync();

        await Until(() => IsStill(mark));
        Assert.True((await task.InspectAsync(Soon)).Running);
    }

    [Fact]
    public async Task A_command_that_is_given_up_as_it_starts_does_not_run_on()
    {
        var config = NewTask("sleep 1000");
        config = config with { Env = Environment(("MARK", Visible(config, "mark"))) };
        var task = await Start(Driver(), config);
        var mark = Path.Combine(config.Paths.Shared, "mark");
        for (var i = 0; i < 5; i++)
        {
            var exec = await task.ExecAsync(new ExecRequest(["sh", "-c", "while :; do echo x >>\"$MARK\"; sleep 0.02; done"]), Soon);
            await exec.DisposeAsync();
        }

        await Until(() => IsStill(mark));
        Assert.True((await task.InspectAsync(Soon)).Running);
    }

    private async Task<bool> IsStill(string file)
    {
        var before = Length();
        await Task.Delay(200, Soon);
        return Length() == before;

        long Length() => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
    }

    [Fact]
    public async Task A_command_that_there_is_not_is_refused_or_ends_with_the_shells_code_for_that()
    {
        var task = await Start(Driver(), NewTask("sleep 1000"));
        try
        {
            await using var exec = await task.ExecAsync(new ExecRequest(["no-such-command"]), Soon);
            var (output, error) = await ReadAll(exec);
            Assert.InRange(await exec.Exited.WaitAsync(Soon), 126, 127);
            Assert.Contains("no-such-command", output + error);
        }
        catch (DriverException refusal)
        {
            Assert.Contains("no-such-command", refusal.Message);
        }
    }

    [Fact]
    public async Task Much_output_of_a_command_arrives_whole()
    {
        var task = await Start(Driver(), NewTask("sleep 1000"));

        await using var exec = await task.ExecAsync(new ExecRequest(["sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' 'x'"]), Soon);

        Assert.Equal(3_000_000, (await ReadAll(exec)).Output.Length);
        Assert.Equal(0, await exec.Exited.WaitAsync(Soon));
    }

    [Fact]
    public async Task Destroying_a_running_task_leaves_nothing_and_can_be_repeated()
    {
        var task = await Start(Driver(), NewTask("sleep 1000 & sleep 1000"));
        var pid = (await task.InspectAsync(Soon)).Pid;

        await task.DestroyAsync(Soon);
        await task.DestroyAsync(Soon);

        await Until(() => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z "));
        Assert.True(task.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_later_agent_finds_a_running_task_by_its_handle_and_learns_its_exit_code()
    {
        var config = NewTask("echo ready; while [ ! -e \"$GO\" ]; do sleep 0.05; done; exit 5");
        config = config with { Env = Environment(("GO", Visible(config, "go"))) };
        var task = await Start(Driver(), config);
        var before = await task.InspectAsync(Soon);
        await LetGo(task);

        var found = await Recover(config, task.Handle);

        Assert.NotNull(found);
        Assert.Equal(before.Pid, (await found.InspectAsync(Soon)).Pid);
        Assert.False(found.Exited.IsCompleted);
        File.WriteAllText(Path.Combine(config.Paths.Shared, "go"), "");
        Assert.Equal(5, (await Exit(found)).ExitCode);
    }

    [Fact]
    public async Task A_later_agent_finds_a_running_task_even_when_its_handle_was_never_kept()
    {
        var config = NewTask("sleep 1000");
        var task = await Start(Driver(), config);
        var before = await task.InspectAsync(Soon);
        await LetGo(task);

        var found = await Recover(config, handle: null);

        Assert.NotNull(found);
        Assert.Equal(before.Pid, (await found.InspectAsync(Soon)).Pid);
        Assert.Equal(task.Handle.Driver, found.Handle.Driver);
    }

    [Fact]
    public async Task A_later_agent_learns_how_a_task_ended_while_there_was_none()
    {
        var config = NewTask("while [ ! -e \"$GO\" ]; do sleep 0.02; done; echo last words; exit 9");
        config = config with { Env = Environment(("GO", Visible(config, "go"))) };
        var task = await Start(Driver(), config);
        var pid = (await task.InspectAsync(Soon)).Pid;
        await LetGo(task);
        File.WriteAllText(Path.Combine(config.Paths.Shared, "go"), "");
        await Until(() => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z "));

        var found = await Recover(config, task.Handle);

        Assert.NotNull(found);
        Assert.Equal(9, (await Exit(found)).ExitCode);
        Assert.Equal("last words\n", Log(config, "stdout"));
    }

    [Fact]
    public async Task What_a_task_writes_while_there_is_no_agent_is_neither_lost_nor_doubled()
    {
        var config = NewTask("i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo line $i; [ $((i%20)) = 0 ] && sleep 0.02; done");
        var task = await Start(Driver(), config);
        for (var restarts = 0; restarts < 3 && !task.Exited.IsCompleted; restarts++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(70), Soon);
            await LetGo(task);
            task = (await Recover(config, task.Handle))!;
        }

        await Exit(task);

        Assert.Equal(string.Concat(Enumerable.Range(1, 400).Select(i => $"line {i}\n")), Log(config, "stdout"));
    }

    [Fact]
    public async Task Log_files_rotate_by_size_and_the_oldest_go()
    {
        var config = NewTask("i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo \"line number $i\"; done") with { Logs = new LogLimits(3, 1000) };
        await Exit(await Start(Driver(), config));

        var indexes = RotatedLog.Indexes(config.Paths.Logs, $"{config.Task}.stdout");

        Assert.Equal(3, indexes.Count);
        Assert.All(indexes, i => Assert.InRange(new FileInfo(Path.Combine(config.Paths.Logs, $"{config.Task}.stdout.{i}")).Length, 1, 1000));
        Assert.EndsWith("line number 499\nline number 500\n", Log(config, "stdout"));
        Assert.StartsWith("line number", Log(config, "stdout"));
    }

    protected TaskConfig NewTask(string script) => NewTask(Script(script));

    /// <summary>The path under which a task sees a file of the allocation's shared directory.</summary>
    protected virtual string Visible(TaskConfig config, string name) => Path.Combine(config.Paths.Shared, name);

    protected static Dictionary<string, string> Environment(params (string Name, string Value)[] variables) => variables.ToDictionary(v => v.Name, v => v.Value);

    protected async Task<(string Output, string Error)> ReadAll(IDriverExec exec)
    {
        var (output, error) = (new System.Text.StringBuilder(), new System.Text.StringBuilder());
        await foreach (var piece in exec.ReadAsync(Soon)) (piece.IsError ? error : output).Append(System.Text.Encoding.UTF8.GetString(piece.Data.Span));
        return (output.ToString(), error.ToString());
    }
}
