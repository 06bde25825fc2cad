using System.Text;
using System.Text.Json;
using Actors.Contracts;
using Actors.Contracts.Allocations;
using Actors.Contracts.Link;
using Xunit;

namespace Actors.Client.Tests;

/// <summary>Commands inside tasks, in Nomad's frames, over the link.</summary>
public sealed class ExecTests : IAsyncLifetime
{
    private TestClient _client = null!;
    private AllocationId _allocation;

    public async Task InitializeAsync()
    {
        _client = await TestClient.StartAsync();
        var job = Given.Job(Given.Shell("main", "while :; do sleep 0.2; done"));
        var allocation = Given.Allocation(job);
        _allocation = allocation.Id;
        _client.Server.Want(allocation, job);
        await _client.Until(_allocation, AllocationClientStatus.Running);
    }

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task A_command_has_the_tasks_environment_and_tells_both_streams_and_its_exit_code()
    {
        var exec = Exec("echo $NOMAD_TASK_NAME; echo bad >&2; exit 7");

        await exec.UntilAsync(() => false);

        Assert.Equal((200, "main\n", "bad\n", 7), (exec.Status, Said(exec, "stdout"), Said(exec, "stderr"), ExitCode(exec)));
        Assert.Contains("""{"stdout":{"close":true}}""", exec.Heard);
    }

    [Fact]
    public async Task What_the_caller_types_reaches_the_command_until_the_input_is_closed()
    {
        var exec = Exec("while read line; do echo \"<$line>\"; done; echo over");

        exec.Say(Input("one\n") + "\n");
        await exec.UntilAsync(() => Said(exec, "stdout") == "<one>\n");
        // A sign of life, and a frame in two pieces.
        exec.Say("{}\n" + Input("two\n")[..12]);
        exec.Say(Input("two\n")[12..] + "\n");
        await exec.UntilAsync(() => Said(exec, "stdout") == "<one>\n<two>\n");
        exec.Say("""{"stdin":{"close":true}}""" + "\n");
        await exec.UntilAsync(() => false);

        Assert.Equal(("<one>\n<two>\nover\n", 0), (Said(exec, "stdout"), ExitCode(exec)));
    }

    [Fact]
    public async Task With_a_terminal_the_command_knows_its_size_and_that_it_changed()
    {
        var exec = Exec("trap 'stty size; exit 3' WINCH; tty >/dev/null && echo ready; while :; do sleep 0.05; done", tty: true);

        await exec.UntilAsync(() => Said(exec, "stdout").Contains("ready"));
        exec.Say("""{"tty_size":{"height":31,"width":97}}""" + "\n");
        await exec.UntilAsync(() => false);

        Assert.Contains("31 97", Said(exec, "stdout"));
        Assert.Equal(3, ExitCode(exec));
    }

    [Fact]
    public async Task A_command_whose_caller_left_is_ended()
    {
        var exec = Exec("echo $$; exec sleep 1000");
        await exec.UntilAsync(() => Said(exec, "stdout").EndsWith('\n'));
        var pid = Said(exec, "stdout").Trim();

        exec.Leave();

        await TestClient.Until(() => !Directory.Exists($"/proc/{pid}"), "the command to end");
    }

    [Fact]
    public async Task Input_that_the_command_does_not_read_is_not_credited_without_end()
    {
        var exec = Exec("read line; cat >/dev/null");
        var frame = Encoding.UTF8.GetBytes(Input(new string('x', 45_000)) + "\n");
        for (var sent = 0; sent < 250_000; sent += frame.Length) exec.Say(frame);

        exec.Say(Input("\n") + "\n");
        exec.Say("""{"stdin":{"close":true}}""" + "\n");
        await exec.UntilAsync(() => false);

        Assert.Equal(0, ExitCode(exec));
        Assert.InRange(exec.Credited, 128 * 1024, 320 * 1024);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_with_the_reason()
    {
        Assert.Contains("its tasks are main", await Refused(404, Arguments("true") with { Task = "other" }));
        Assert.Contains("command", await Refused(400, Arguments("true") with { Command = [] }));
        Assert.Contains("/no/such/program", await Refused(400, Arguments("true") with { Command = ["/no/such/program"] }));

        var exec = Exec("read line");
        exec.Say("nonsense\n");
        await exec.UntilAsync(() => false);
        Assert.Equal(400, exec.Status);
        Assert.Contains("expected a frame", exec.Error);
    }

    private Conversation Exec(string script, bool tty = false) => _client.Server.Converse(StreamMethods.Exec, Arguments(script) with { Tty = tty });

    private ExecArguments Arguments(string script) => new() { AllocationId = _allocation, Task = "main", Command = ["/bin/sh", "-c", script] };

    private async Task<string> Refused(int status, ExecArguments arguments)
    {
        var exec = _client.Server.Converse(StreamMethods.Exec, arguments);
        await exec.UntilAsync(() => false);
        Assert.Equal(status, exec.Status);
        return exec.Error;
    }

    private static string Input(string text) => """{"stdin":{"data":"BASE64"}}""".Replace("BASE64", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    internal static string Said(Conversation exec, string stream) => string.Concat(Frames(exec)
        .Select(f => f.TryGetProperty(stream, out var part) && part.TryGetProperty("data", out var data) ? Encoding.UTF8.GetString(data.GetBytesFromBase64()) : ""));

    private static int ExitCode(Conversation exec) => Frames(exec).Last().GetProperty("result").GetProperty("exit_code").GetInt32();

    // The last line may be half there.
    private static IEnumerable<JsonElement> Frames(Conversation exec) => exec.Heard.Split('\n')[..^1].Select(line => JsonDocument.Parse(line).RootElement);
}
